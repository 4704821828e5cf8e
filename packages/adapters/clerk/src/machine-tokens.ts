import {
  ok,
  reject,
  type Identity,
  type OpaqueCredentials,
  type Result,
} from "@tenantry/core/provider";
import { UNENDING_SECONDS } from "./api-keys.ts";
import type { ClerkApi } from "./api.ts";
import { isFields, isText, isTextList } from "./claims.ts";
import { rejectionOf } from "./errors.ts";
import { readMachine } from "./identity.ts";
import type { Instance } from "./instance.ts";

const MAX_LENGTH = 512;

/**
 * Opaque tokens of machines, the format that Clerk makes unless it is asked for a signed one. Only
 * Clerk can read them: a call for each token, whose answer core keeps for a minute at most, and a
 * revoked one counts no longer than that. They prove what a signed one with the same claims proves.
 *
 * @see {@link https://clerk.com/docs/guides/development/machine-auth/token-formats Clerk: token formats}
 */
export function machineTokens(
  api: Pick<ClerkApi, "call">,
  { issuer, values }: Pick<Instance, "issuer" | "values">,
): OpaqueCredentials {
  const { machineSecretKey } = values;
  return {
    kind: "m2m",
    recognises: (credential) => credential.length <= MAX_LENGTH && /^mt_\w+$/.test(credential),
    scopes: "none",
    roles: values.machineRolesClaim === undefined ? "directory" : "token",
    async verify(credential, _request, tools): Promise<Result<Identity>> {
      try {
        const asked = {
          token: credential,
          ...(machineSecretKey === undefined ? {} : { machineSecretKey }),
        };
        const token = await api.call((sdk) => sdk.m2m.verify(asked));
        // SECURITY: a revoked or expired token gets an answer too, which the SDK takes for good.
        if (token.revoked || token.expired) return reject("inactive");
        const { subject, scopes, claims, createdAt, expiration } = token;
        const nowMs = tools.nowMs();
        if (expiration !== null && expiration <= nowMs) return reject("inactive");
        if (!isText(subject) || !isTextList(scopes) || !Number.isFinite(createdAt)) {
          return reject("provider_unavailable");
        }
        if (!subject.startsWith("mch_")) return reject("kind_not_accepted");
        const identity = readMachine(
          {
            // SECURITY: first what the machine wrote itself, so that it overwrites nothing of Clerk's.
            ...(isFields(claims) ? claims : {}),
            iss: issuer,
            sub: subject,
            scopes: scopes.join(" "),
            iat: Math.floor(createdAt / 1000),
            exp: Math.floor((expiration ?? nowMs + UNENDING_SECONDS * 1000) / 1000),
          },
          values,
        );
        return "ok" in identity ? identity : ok(identity);
      } catch (error) {
        return rejectionOf(error);
      }
    },
  };
}
