import { NotPossible, type AppFacts, type TokenControls } from "@tenantry/conformance";
import type { ClerkControls } from "@tenantry/emulators";

/** Clients whose access tokens are for the API, and for MCP mounts. */
export const API_CLIENT = "api_client";
export const MCP_CLIENT = "mcp_client";
/** The custom claims that this app's machines write. */
export const MACHINE_CLAIMS = { org: "org_id", roles: "org_roles" } as const;

const AUDIENCE =
  "Clerk's tokens name no audience by default: https://clerk.com/docs/guides/configure/auth-strategies/oauth/how-clerk-implements-oauth#access-token-format";

/** The tokens that an instance signs, all with the same keys. */
export function tokenControls(app: AppFacts, controls: ClerkControls): TokenControls {
  const { world } = controls;
  const organizationOf = (tenant: string | undefined) =>
    tenant === undefined ? {} : { organization: tenant };
  return {
    kinds: {
      session: {
        audience: {
          claim: "azp",
          optional:
            "a page load makes tokens without it: https://github.com/clerk/javascript/issues/8231",
        },
        tenant: ["o", "id"],
        roles: ["o", "rol"],
        scopes: null,
      },
      access: {
        audience: { claim: "client_id" },
        tenant: ["org_id"],
        roles: null,
        scopes: ["scope"],
      },
      mcp: {
        audience: { claim: "aud", optional: AUDIENCE },
        tenant: ["org_id"],
        roles: null,
        scopes: ["scope"],
      },
      m2m: {
        audience: { claim: "aud", optional: AUDIENCE },
        tenant: [MACHINE_CLAIMS.org],
        roles: [MACHINE_CLAIMS.roles],
        scopes: null,
      },
      id: {
        audience: { claim: "aud" },
        tenant: ["org_id"],
        roles: null,
        scopes: null,
        email: { value: ["email"], verified: ["email_verified"] },
      },
    },
    async mint({ kind, person = "", machine = "", tenant, scopes, impersonator }) {
      const organization = organizationOf(tenant);
      const granted = ["openid", "user:org:read", ...(scopes ?? app.permissions)];
      switch (kind) {
        case "session":
          return controls.mintSessionToken({
            person,
            ...organization,
            azp: app.baseUrl,
            ...(impersonator === undefined ? {} : { actor: impersonator }),
          });
        case "access":
        case "mcp": {
          if (impersonator !== undefined) {
            throw new NotPossible(
              "only session tokens name an actor: https://clerk.com/docs/guides/users/impersonation",
            );
          }
          const clientId = kind === "access" ? API_CLIENT : MCP_CLIENT;
          return controls.mintAccessToken({ person, ...organization, clientId, scopes: granted });
        }
        case "m2m": {
          const service = world.services.get(machine);
          if (service === undefined) throw new TypeError(`there is no machine ${machine}`);
          const { tenantId, roles } = service;
          return controls.mintMachineToken({
            machine,
            custom:
              tenantId === null
                ? {}
                : { [MACHINE_CLAIMS.org]: tenantId, [MACHINE_CLAIMS.roles]: roles },
          });
        }
        case "id":
          return controls.mintIdToken({ person, ...organization, nonce: "nonce" });
        case "logout":
          break;
      }
      throw new TypeError(`Clerk has no tokens of kind ${kind}`);
    },
    sign: (draft) => controls.sign(draft),
    async strangers({ person, tenant }) {
      const userId = world.userByEmail(person)?.id ?? "";
      const template = { sid: "sess_1", azp: app.baseUrl, org_id: tenant, org_role: "org:admin" };
      const session = { person, organization: tenant, azp: app.baseUrl };
      return [
        {
          name: "a token of a JWT template with all claims of a session",
          token: await controls.mintTemplateToken({ person, claims: template }),
        },
        {
          name: "a token of a JWT template for our own API",
          token: await controls.mintTemplateToken({
            person,
            claims: { ...template, aud: app.resource, client_id: API_CLIENT, scope: "notes:read" },
          }),
        },
        {
          name: "a session that still has something to do",
          token: await controls.mintSessionToken({ ...session, status: "pending" }),
        },
        {
          name: "a session token of a version that is not known",
          token: await controls.mintSessionToken({ ...session, claims: { v: 3 } }),
        },
        {
          name: "a session token of another app of the instance",
          token: await controls.mintSessionToken({ ...session, azp: "https://other.example" }),
        },
        {
          name: "a handshake",
          token: await controls.sign({
            header: { typ: "JWT" },
            claims: {
              iss: controls.issuer,
              sub: userId,
              handshake: ["__session=x"],
              iat: Math.floor(Date.now() / 1000),
              exp: Math.floor(Date.now() / 1000) + 60,
            },
          }),
        },
      ];
    },
  };
}
