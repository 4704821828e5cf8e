import type { AppFacts, TokenControls, TokenFacts } from "@tenantry/conformance";
import type { OidcControls } from "@tenantry/emulators";

/** Access tokens of people and machines are alike (RFC 9068 §2.2). */
const ACCESS: TokenFacts = {
  audience: { claim: "aud" },
  tenant: ["org_id"],
  roles: ["roles"],
  scopes: ["scope"],
};

/** The app's MCP server: tokens for it and for the API differ by their audience alone. */
export const MCP_RESOURCE = "https://mcp.example.test/mcp";

/** The tokens that the emulator signs. Their claims are the ones that the target configures. */
export function tokenControls(app: AppFacts, controls: OidcControls): TokenControls {
  return {
    kinds: {
      access: ACCESS,
      m2m: ACCESS,
      mcp: ACCESS,
      id: { audience: { claim: "aud" }, tenant: ["org_id"], roles: ["roles"], scopes: null },
      logout: { audience: { claim: "aud" }, tenant: null, roles: null, scopes: null },
    },
    mint({ kind, person = "", machine = "", tenant, scopes = app.permissions, impersonator }) {
      const organization = tenant === undefined ? {} : { organization: tenant };
      const claims = impersonator === undefined ? {} : { act: { sub: impersonator } };
      const audience = kind === "mcp" ? MCP_RESOURCE : app.resource;
      switch (kind) {
        case "access":
        case "mcp":
          return controls.mintAccessToken({
            subject: person,
            ...organization,
            audience,
            scopes,
            claims,
          });
        case "m2m":
          return controls.mintAccessToken({ subject: machine, audience, scopes });
        case "id":
          return controls.mintIdToken({ person, ...organization, nonce: "nonce" });
        case "logout":
          return controls.mintLogoutToken({ person });
        case "session":
          break;
      }
      throw new TypeError(`OpenID Connect has no tokens of kind ${kind}`);
    },
    sign: (draft) => controls.sign(draft),
    async strangers({ person, tenant }) {
      const organization = tenant;
      const token = await controls.mintIdToken({
        person,
        organization,
        claims: { aud: app.resource, typ: "Refresh" },
      });
      const typed = await controls.mintAccessToken({
        subject: person,
        organization,
        audience: app.resource,
        header: { typ: "secevent+jwt" },
      });
      return [
        { name: "a refresh token in the form of a JWT", token },
        { name: "a security event token (RFC 8417)", token: typed },
      ];
    },
  };
}
