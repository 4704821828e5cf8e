import { createGuardedFetch, reject, type Result } from "@tenantry/core/provider";
import type { AcmeIdOptions } from "./options.ts";

/** The calls that this adapter makes to Acme ID. */
export interface AcmeApi {
  readonly fetch: typeof globalThis.fetch;
  /** Trades a code for a login pass. `code_refused`: Acme's word. `provider_unavailable`: no word. */
  exchange(code: string, verifier: string): Promise<Result<string>>;
}

const TIMEOUT_MS = 5000;

// #region api
/** Makes the calls. Every one of them goes through core's guarded fetch, which has a timeout. */
export function createApi(settings: AcmeIdOptions): AcmeApi {
  const { url, appId, appSecret } = settings;
  const fetch = createGuardedFetch({ allowOrigins: [url], timeoutMs: TIMEOUT_MS });
  return {
    fetch,
    async exchange(code, verifier) {
      let response: Response;
      try {
        response = await fetch(`${url}/exchange`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ app: appId, secret: appSecret, code, verifier }),
        });
      } catch {
        return reject("provider_unavailable");
      }
      // Only Acme's own "no" is a no. An error page of a proxy is not.
      if (response.status === 400) return reject("code_refused");
      if (!response.ok) return reject("provider_unavailable");
      const body: unknown = await response.json().catch(() => null);
      const pass = typeof body === "object" && body !== null && "pass" in body ? body.pass : null;
      return typeof pass === "string" ? { ok: true, value: pass } : reject("provider_unavailable");
    },
  };
}
// #endregion api
