import {
  isUnavailable,
  type LoginFlow,
  type LoginStep,
  type Rejection,
} from "@tenantry/core/provider";
import { createHash, randomBytes } from "node:crypto";
import type { AcmeApi } from "./api.ts";
import type { AcmeIdOptions } from "./options.ts";
import { loginPass } from "./tokens.ts";

// #region login
/** Sign-in: to Acme's page with a challenge, back with a code, the code for a login pass. */
export function acmeLogin(settings: AcmeIdOptions, api: AcmeApi): LoginFlow {
  const profile = loginPass(settings);
  return {
    async start({ flowId, redirectUri, tenant, loginHint, reauthenticate }) {
      const verifier = randomBytes(32).toString("base64url");
      const query = new URLSearchParams({
        app: settings.appId,
        return_to: redirectUri,
        state: flowId,
        challenge: createHash("sha256").update(verifier).digest("base64url"),
        ...(tenant === undefined ? {} : { workspace: tenant.external }),
        ...(loginHint === undefined ? {} : { hint: loginHint }),
        ...(reauthenticate === true ? { fresh: "1" } : {}),
      });
      // What is needed again goes into the state: core seals it into the browser's cookie.
      return { kind: "redirect", location: `${settings.url}/login?${query}`, state: { verifier } };
    },

    async resume({ flowId, url, state }, tools) {
      const code = url.searchParams.get("code");
      const { verifier } = state;
      if (code === null || typeof verifier !== "string") return refused("access_denied");
      const exchanged = await api.exchange(code, verifier);
      if (!exchanged.ok) return failed(exchanged);
      // The same engine as for every request: signature, times, issuer, audience, kind.
      const verified = await tools.verify(exchanged.value, profile);
      if (!verified.ok) return failed(verified);
      const { identity, token } = verified.value;
      // Binds the pass to this very sign-in.
      if (token.claims["nonce"] !== flowId) return refused("nonce_mismatch");
      return { kind: "done", identity };
    },
  };
}

function refused(reason: string): LoginStep {
  return { kind: "refused", reason };
}

/** "No" and "could not find out" are different answers. */
function failed({ reason }: Rejection): LoginStep {
  return isUnavailable(reason) ? { kind: "unavailable", reason } : refused(reason);
}
// #endregion login
