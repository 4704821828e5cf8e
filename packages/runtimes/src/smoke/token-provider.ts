import {
  defineProvider,
  NO_CAPABILITIES,
  type Identity,
  type Provider,
} from "@tenantry/core/provider";
import type { AlgorithmCase } from "./plan.ts";

export const ISSUER = "https://issuer.example";
export const AUDIENCE = "https://api.example";

/** A provider whose tokens of one kind are signed by the key of an algorithm's case. */
export function tokenProvider(
  { algorithm, jwk }: AlgorithmCase,
  kind: "access" | "mcp",
  more: Partial<Pick<Provider, "capabilities" | "mcp">> = {},
) {
  return defineProvider({
    spec: 1,
    vendor: "any",
    capabilities: NO_CAPABILITIES,
    ...more,
    tokens: [
      {
        id: kind,
        kind,
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
