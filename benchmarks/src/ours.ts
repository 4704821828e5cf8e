import { createAuth, definePermissions } from "@tenantry/core";
import type { AuthRequest } from "@tenantry/core/http";
import {
  defineProvider,
  NO_CAPABILITIES,
  type Identity,
  type Provider,
} from "@tenantry/core/provider";
// The engine alone is no entry point: an app authenticates requests.
import { createTokenVerifier } from "../../packages/core/src/tokens/verify.ts";
import type { Verify } from "./contenders.ts";
import { AUDIENCE, ISSUER, type Fixture } from "./tokens.ts";

/** The engine that verifies every provider's tokens. */
export function ours(fixture: Fixture, options: { readonly cacheSize?: number }): Verify {
  const provider = providerOf(fixture);
  const verifier = createTokenVerifier({
    providers: [{ ...provider, instance: "any" }],
    nowMs: Date.now,
    fetch: globalThis.fetch,
    log: () => undefined,
    ...options,
  });
  return async (token) => {
    const result = await verifier.verify(token, { accept: ["session"] });
    if (!result.ok) throw new Error(result.reason);
    return result.value;
  };
}

/** The whole pipeline: credential, token, directory, tenant, permissions, policy. */
export function oursToContext(fixture: Fixture): Verify {
  const auth = createAuth({
    baseUrl: "https://app.example",
    providers: [providerOf(fixture)],
    permissions: definePermissions({
      permissions: ["notes:read"],
      roles: { member: ["notes:read"] },
    }),
    secrets: ["a secret of at least thirty-two characters"],
    log: () => undefined,
  });
  return async (token) => {
    const request: AuthRequest = {
      method: "GET",
      target: "/notes",
      header: (name) => (name === "authorization" ? [`Bearer ${token}`] : []),
    };
    const outcome = await auth.authenticate(request);
    if (outcome.kind !== "authenticated") throw new Error(outcome.kind);
    return outcome.context;
  };
}

function providerOf({ algorithm, jwk }: Fixture): Provider {
  return defineProvider({
    spec: 1,
    vendor: "any",
    capabilities: NO_CAPABILITIES,
    tokens: [
      {
        id: "session",
        kind: "session",
        issuers: [ISSUER],
        keys: { jwksUri: `${ISSUER}/jwks` },
        algorithms: [algorithm],
        matches: ({ claims }) => "sid" in claims,
        rules: { audience: { claim: "aud", anyOf: [AUDIENCE], ifMissing: "reject" } },
        roles: "token",
        scopes: "none",
        read: ({ claims }): Identity => ({
          issuer: ISSUER,
          subject: String(claims["sub"]),
          subjectScope: "global",
          kind: "user",
          tenant: { external: String(claims["org_id"]) },
          roles: ["member"],
          authentication: { method: "unknown" },
          actors: [],
          issuedAtSeconds: Number(claims["iat"]),
          expiresAtSeconds: Number(claims["exp"]),
        }),
      },
    ],
    fetch: async () => Response.json({ keys: [jwk] }),
  });
}
