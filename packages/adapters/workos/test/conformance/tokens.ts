import type { AppFacts, TokenControls } from "@tenantry/conformance";
import type { WorkosControls } from "@tenantry/emulators";
import { decodeJwt } from "jose";

/** The tokens that an environment signs, all with the same keys. */
export function tokenControls(app: AppFacts, controls: WorkosControls): TokenControls {
  return {
    kinds: {
      session: {
        audience: {
          none: "session tokens have no audience unless a JWT template adds one: https://workos.com/docs/reference/authkit/session-tokens",
        },
        tenant: ["org_id"],
        roles: ["roles"],
        permissions: ["permissions"],
        scopes: null,
      },
      m2m: { audience: { claim: "aud" }, tenant: ["org_id"], roles: null, scopes: ["scope"] },
      mcp: { audience: { claim: "aud" }, tenant: ["org_id"], roles: null, scopes: null },
    },
    mint({ kind, person = "", machine = "", tenant, scopes, impersonator }) {
      const organization = tenant === undefined ? {} : { organization: tenant };
      switch (kind) {
        case "session":
          return controls.mintSessionToken({
            person,
            ...organization,
            ...(impersonator === undefined ? {} : { impersonator }),
          });
        case "m2m":
          return controls.mintMachineToken({
            machine,
            ...(scopes === undefined ? {} : { scopes }),
          });
        case "mcp":
          return controls.mintConnectToken({ person, ...organization, resource: app.resource });
        case "access":
        case "id":
        case "logout":
          break;
      }
      throw new TypeError(`WorkOS has no tokens of kind ${kind}`);
    },
    sign: (draft) => controls.sign(draft),
    async strangers({ person, tenant }) {
      const session = decodeJwt(await controls.mintSessionToken({ person, organization: tenant }));
      const { sid: _sid, ...withoutSession } = session;
      const connect = decodeJwt(
        await controls.mintConnectToken({ person, organization: tenant, resource: app.resource }),
      );
      const { client_id: clientId, scope: _scope, ...idToken } = connect;
      const sign = (claims: Readonly<Record<string, unknown>>) => controls.sign({ claims });
      return [
        {
          name: "an agent's token, which is of no session",
          token: await sign({ ...withoutSession, client_id: undefined }),
        },
        {
          name: "a session token of another application of the environment",
          token: await sign({ ...session, client_id: "client_another" }),
        },
        {
          name: "an ID token of Connect",
          token: await sign({ ...idToken, aud: clientId, nonce: "n" }),
        },
      ];
    },
  };
}
