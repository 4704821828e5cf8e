import type { Auth } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import { defineProvider, NO_CAPABILITIES, type Identity } from "@tenantry/core/provider";
import { createApp } from "./app.ts";
import type { AlgorithmCase, Plan } from "./plan.ts";
import { expectSame, type Check } from "./report.ts";

const ISSUER = "https://issuer.example";
const AUDIENCE = "https://api.example";
/** Each signature algorithm with the runtime's own cryptography: good, and with another's signature. */
export function algorithmChecks(plan: Plan): readonly Check[] {
  return plan.algorithms.map((one) => {
    const app = createApp(plan, providerFor(one));
    return {
      name: `core: ${one.algorithm}, good and forged`,
      async run() {
        const verdicts = [await kindOf(app, one.good), await kindOf(app, one.forged)];
        expectSame(verdicts, ["authenticated", "refused"]);
      },
    };
  });
}

async function kindOf(app: Auth, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const request = new Request("https://app.example/notes", { headers });
  return (await app.authenticate(fromWebRequest(request))).kind;
}

function providerFor({ algorithm, jwk }: AlgorithmCase) {
  return defineProvider({
    spec: 1,
    vendor: "any",
    capabilities: NO_CAPABILITIES,
    tokens: [
      {
        id: "access",
        kind: "access",
        issuers: [ISSUER],
        keys: { jwks: { keys: [jwk] } },
        algorithms: [algorithm],
        matches: () => true,
        rules: { audience: { claim: "aud", anyOf: [AUDIENCE], ifMissing: "reject" } },
        roles: "token",
        scopes: "none",
        read: ({ claims }): Identity => ({
          issuer: ISSUER,
          subject: String(claims["sub"]),
          subjectScope: "global",
          kind: "user",
          tenant: { external: "org_acme", slug: "acme" },
          roles: ["viewer"],
          authentication: { method: "unknown" },
          actors: [],
          issuedAtSeconds: Number(claims["iat"]),
          expiresAtSeconds: Number(claims["exp"]),
        }),
      },
    ],
  });
}
