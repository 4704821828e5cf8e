import { verifyToken } from "@clerk/backend";
import { createVerifier } from "fast-jwt";
import { verifyWithJwks } from "hono/jwt";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { ours, oursToContext } from "./ours.ts";
import { AUDIENCE, ISSUER, type Fixture } from "./tokens.ts";

/** Verifies one token; throws or rejects for a bad one. */
export type Verify = (token: string) => unknown;

/** Something that verifies tokens. */
export interface Contender {
  readonly name: string;
  /** Whether it may remember what it has seen. Compared with those of the same kind only. */
  readonly kind: "cold" | "warm";
  /** Null for an algorithm that it does not have. */
  prepare(fixture: Fixture): Verify | null;
}

/** Everyone checks signature, issuer, audience and expiry, and has the keys already. */
export const CONTENDERS: readonly Contender[] = [
  {
    name: "jose, jwtVerify with a fetched key set",
    kind: "cold",
    prepare({ jwk, algorithm }) {
      const keys = createRemoteJWKSet(new URL(`${ISSUER}/jwks`), {
        cacheMaxAge: Infinity,
        [customFetch]: async () => Response.json({ keys: [jwk] }),
      });
      const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [algorithm] };
      return (token) => jwtVerify(token, keys, options);
    },
  },
  { name: "tenantry, token engine", kind: "cold", prepare: (one) => ours(one, { cacheSize: 0 }) },
  {
    name: "fast-jwt with a key in PEM",
    kind: "cold",
    prepare: (one) => fastJwt(one, false),
  },
  {
    name: "hono, verifyWithJwks with given keys",
    kind: "cold",
    prepare({ jwk, algorithm }) {
      const options = {
        keys: [jwk],
        allowedAlgorithms: [algorithm],
        verification: { iss: ISSUER, aud: AUDIENCE },
      };
      return (token) => verifyWithJwks(token, options);
    },
  },
  {
    name: "@clerk/backend, verifyToken with jwtKey",
    kind: "cold",
    prepare({ pem, algorithm }) {
      if (algorithm !== "RS256") return null;
      return (token) => verifyToken(token, { jwtKey: pem, audience: AUDIENCE });
    },
  },
  { name: "tenantry, token engine", kind: "warm", prepare: (one) => ours(one, {}) },
  { name: "tenantry, request to AuthContext", kind: "warm", prepare: oursToContext },
  { name: "fast-jwt with its cache", kind: "warm", prepare: (one) => fastJwt(one, true) },
];

function fastJwt({ pem, algorithm }: Fixture, cache: boolean): Verify {
  return createVerifier({
    key: pem,
    algorithms: [algorithm],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    cache,
  });
}
