import type { TokenControls, TokenFacts } from "@tenantry/conformance";
import type { AcmeVendor } from "../vendor/acme-vendor.ts";

// #region tokens
const PASS: TokenFacts = {
  audience: { claim: "aud" },
  tenant: ["workspace"],
  roles: ["role"],
  scopes: null, // Acme has no scopes
};

/** Mints what Acme would issue, and signs whatever the suite asks for. */
export function tokenControls(
  vendor: AcmeVendor,
  { resource, appId }: { readonly resource: string; readonly appId: string },
): TokenControls {
  return {
    kinds: { access: PASS, m2m: PASS, id: PASS },
    async mint({ kind, person = "", machine = "", tenant: workspace }) {
      if (kind === "m2m") return vendor.keys().sign(passOf("machine", machine));
      if (kind === "access") return vendor.keys().sign(passOf("person", person));
      return vendor.keys().sign(passOf("login", person));

      function passOf(use: "person" | "machine" | "login", subject: string) {
        const audience = use === "login" ? appId : resource;
        return vendor.claims({ use, subject, workspace, audience, nonce: "nonce" });
      }
    },
    async sign({ header, claims, key }) {
      return vendor.keys().sign(claims, { key, header });
    },
  };
}
// #endregion tokens
