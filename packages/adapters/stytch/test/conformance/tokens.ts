import {
  NotPossible,
  type AppFacts,
  type TokenControls,
  type TokenFacts,
} from "@tenantry/conformance";
import type { StytchControls } from "@tenantry/emulators";
import { decodeJwt } from "jose";

const SESSION = "https://stytch.com/session";
const ORGANIZATION = ["https://stytch.com/organization", "organization_id"];
const AUDIENCE: TokenFacts["audience"] = { claim: "aud" };

/** The tokens that a project signs, all with the same key, issuer, audience and type. */
export function tokenControls(app: AppFacts, controls: StytchControls): TokenControls {
  return {
    kinds: {
      session: {
        audience: AUDIENCE,
        tenant: ORGANIZATION,
        roles: [SESSION, "roles"],
        scopes: null,
      },
      m2m: { audience: AUDIENCE, tenant: null, roles: null, scopes: ["scope"] },
      mcp: { audience: AUDIENCE, tenant: ORGANIZATION, roles: null, scopes: ["scope"] },
    },
    mint({ kind, person = "", machine = "", tenant, scopes = app.permissions, impersonator }) {
      switch (kind) {
        case "session":
          return controls.mintSessionToken({
            person,
            organization: inOrganization(tenant),
            ...(impersonator === undefined ? {} : { impersonator }),
          });
        case "m2m":
          return controls.mintMachineToken({
            machine: machine.replace(controls.machineId(""), ""),
            scopes,
          });
        case "mcp":
          return controls.mintConnectedAppToken({
            person,
            organization: inOrganization(tenant),
            scopes,
          });
        case "access":
        case "id":
        case "logout":
          break;
      }
      throw new TypeError(`Stytch has no tokens of kind ${kind}`);
    },
    sign: (draft) => controls.sign(draft),
    async strangers({ person, tenant }) {
      const session = decodeJwt(await controls.mintSessionToken({ person, organization: tenant }));
      const { [SESSION]: _session, ...bare } = session;
      const granted = decodeJwt(
        await controls.mintConnectedAppToken({ person, organization: tenant }),
      );
      const { scope: _scope, ...idToken } = granted;
      const sign = (claims: Readonly<Record<string, unknown>>) =>
        controls.sign({ header: { typ: "JWT" }, claims });
      return [
        { name: "a member's token of no session", token: await sign(bare) },
        { name: "an ID token of a Connected App", token: await sign({ ...idToken, nonce: "n" }) },
        {
          name: "a session of another vertical, whose subject is a user",
          token: await sign({ ...session, sub: "user-test-1" }),
        },
        {
          name: "a session token in the form of an access token",
          token: await controls.sign({ header: { typ: "at+jwt" }, claims: session }),
        },
      ];
    },
  };
}

function inOrganization(tenant: string | undefined): string {
  if (tenant === undefined) {
    throw new NotPossible(
      "a member belongs to one organization, and so does every token: https://stytch.com/docs/b2b/api/member-object",
    );
  }
  return tenant;
}
