import type { SignInControls } from "@tenantry/conformance";
import type { AcmeVendor } from "../vendor/acme-vendor.ts";

const HOUR = 3600;

// #region sign-in
/** The person in front of Acme's page, and passes that say what they should not. */
export function signInControls(vendor: AcmeVendor): SignInControls {
  return {
    async visit({ location, person, tenant, cancel }) {
      const form = new URLSearchParams({
        person,
        ...(tenant === undefined ? {} : { workspace: tenant }),
        ...(cancel === true ? { cancel: "1" } : {}),
      });
      const response = await fetch(location, { method: "POST", body: form, redirect: "manual" });
      return new URL(response.headers.get("location") ?? "about:blank");
    },
    async substitute(other) {
      if (other === null) return vendor.bend(null);
      return vendor.bend((claims, sign) => {
        const subject = other.person ?? String(claims["email"]);
        const workspace = other.tenant ?? String(claims["workspace"]);
        const honest = { use: "login", subject, workspace, audience: "app" } as const;
        const { sub, email } = vendor.claims(honest);
        return sign({ ...claims, sub, email, workspace });
      });
    },
    async forge(how) {
      if (how === null) return vendor.bend(null);
      return vendor.bend((claims, sign) => {
        const now = Math.floor(Date.now() / 1000);
        if (how === "rogue-key") return sign(claims, { key: "rogue", header: headerOf(vendor) });
        if (how === "other-audience") return sign({ ...claims, aud: "another-app" });
        if (how === "expired") return sign({ ...claims, iat: now - 2 * HOUR, exp: now - HOUR });
        return sign({ ...claims, nonce: "of-another-sign-in" });
      });
    },
  };
}
// #endregion sign-in

/** A forger names the key that the verifier knows. */
function headerOf(vendor: AcmeVendor) {
  const kid = vendor.keys().published[0]?.["kid"];
  return { alg: "ES256", typ: "pass+jwt", kid };
}
