import * as fc from "fast-check";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { builtin } from "../../src/internal/platform.ts";
import { createNodeSignatureVerifier } from "../../src/tokens/signature-node.ts";
import { createWebSignatureVerifier } from "../../src/tokens/signature-web.ts";
import {
  base64url,
  createEngine,
  goodClaims,
  ISSUER,
  json,
  NOW,
  profileOf,
  providerOf,
  type Signer,
  signer,
  START_MS,
} from "./kit.ts";

// jose is the oracle: with the same options, whatever it refuses we refuse. We may refuse more.

const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"] as const;
const nodeCrypto = builtin("node:crypto");
if (nodeCrypto === undefined) throw new Error("these tests run on Node");

let signers: readonly Signer[];
beforeAll(() => {
  signers = [...ALGORITHMS.map((alg) => signer(alg)), signer("RS256", "without-alg")];
});

const jwksOf = (): JSONWebKeySet => ({
  keys: signers.map(({ jwk, kid }) => {
    const { alg, ...bare } = jwk;
    return kid === "without-alg" ? bare : { ...bare, alg };
  }) as JSONWebKeySet["keys"],
});

async function joseAccepts(token: string): Promise<boolean> {
  try {
    await jwtVerify(token, createLocalJWKSet(jwksOf()), {
      issuer: ISSUER,
      audience: "https://api.example",
      algorithms: [...ALGORITHMS],
      typ: "at+jwt",
      requiredClaims: ["exp", "iat", "sub"],
      clockTolerance: 30,
      maxTokenAge: 3600,
      currentDate: new Date(START_MS),
    });
    return true;
  } catch {
    return false;
  }
}

const VERIFIERS = [
  ["Node's", createNodeSignatureVerifier(nodeCrypto)],
  ["the web's", createWebSignatureVerifier()],
] as const;

const weAccept = async (token: string, signatures: (typeof VERIFIERS)[number][1]) => {
  const profile = profileOf({
    algorithms: [...ALGORITHMS],
    keys: { jwks: { keys: jwksOf().keys } },
    rules: { ...profileOf().rules, maxAgeSeconds: 3600 },
  });
  const { verdict } = createEngine({ providers: [providerOf({ tokens: [profile] })], signatures });
  return (await verdict(token)) === "ok";
};

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 10 }));
const second = fc.oneof(
  fc.integer({ min: NOW - 4000, max: NOW + 400 }),
  fc.constantFrom(
    NOW,
    NOW + 30,
    NOW + 31,
    NOW - 29,
    NOW - 30,
    NOW - 31,
    NOW + 29.5,
    NOW + 30.5,
    0,
    -1,
    1e20,
  ),
);
const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text, second);

const changedClaims = {
  iss: fc.oneof(fc.constant(ISSUER), fc.constant([ISSUER]), value),
  aud: fc.oneof(
    fc.constant("https://api.example"),
    fc.array(fc.oneof(fc.constant("https://api.example"), value), { maxLength: 3 }),
    value,
  ),
  sub: fc.oneof(fc.constant("user_1"), value),
  exp: fc.oneof(second, value),
  iat: fc.oneof(second, value),
  nbf: fc.oneof(second, value),
  jti: value,
};
/** Half of the time one claim, else any number of them. */
const claimChanges = fc.oneof(
  fc
    .constantFrom(...(Object.keys(changedClaims) as (keyof typeof changedClaims)[]))
    .chain((name): fc.Arbitrary<object> => changedClaims[name].map((to) => ({ [name]: to }))),
  fc.record(changedClaims, { requiredKeys: [] }),
);
/** One member at a time: with several changes at once jose would refuse nearly everything. */
const headerChanges = fc.oneof(
  fc.record({
    typ: fc.oneof(fc.constantFrom("at+jwt", "AT+JWT", "application/at+jwt", "JWT"), value),
  }),
  fc.record({ alg: fc.oneof(fc.constantFrom(...ALGORITHMS, "none", "HS256", "RS512"), value) }),
  fc.record({ kid: fc.oneof(fc.constantFrom(...ALGORITHMS.map((alg) => `key-${alg}`)), value) }),
  fc.record({ crit: fc.oneof(fc.constant(["b64"]), value), b64: fc.boolean() }),
  fc.dictionary(fc.constantFrom("jwk", "jku", "x5c", "cty", "zip"), value),
);
/** Mostly the right key; sometimes no kid at all. */
const pen = fc.record({ index: fc.nat(4), withKid: fc.boolean() });

function build(
  { index, withKid }: { index: number; withKid: boolean },
  header: object,
  claims: object,
): string {
  const by = signers[index] as Signer;
  const head = { alg: by.alg, typ: "at+jwt", ...(withKid && { kid: by.kid }), ...header };
  const input = `${json(head)}.${json({ ...goodClaims(), ...claims })}`;
  return `${input}.${base64url(by.seal(input))}`;
}

describe.each(VERIFIERS)("with %s cryptography, jose and this engine", (_name, signatures) => {
  /** Counts what jose accepts, so that the comparison is not about refusals only. */
  const compare = async (arbitrary: fc.Arbitrary<() => string>, numRuns: number) => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(arbitrary, async (make) => {
        const token = make();
        const [theirs, ours] = [await joseAccepts(token), await weAccept(token, signatures)];
        if (theirs) accepted += 1;
        if (!theirs) expect(ours).toBe(false);
      }),
      { numRuns },
    );
    return accepted;
  };

  test("both accept honest tokens of every key", async () => {
    for (const index of signers.keys()) {
      const token = build({ index, withKid: true }, {}, {});
      // oxlint-disable-next-line no-await-in-loop -- a handful
      expect([await joseAccepts(token), await weAccept(token, signatures)]).toEqual([true, true]);
    }
  });

  test("refuse the same claims", async () => {
    const arbitrary = fc.tuple(pen, claimChanges).map(
      ([by, claims]) =>
        () =>
          build({ ...by, withKid: true }, {}, claims),
    );
    expect(await compare(arbitrary, 300)).toBeGreaterThan(5);
  });

  test("refuse the same headers", async () => {
    const arbitrary = fc.tuple(pen, headerChanges).map(
      ([by, header]) =>
        () =>
          build(by, header, {}),
    );
    expect(await compare(arbitrary, 300)).toBeGreaterThan(5);
  });

  test("refuse the same damage to the text", async () => {
    const arbitrary = fc
      .tuple(pen, fc.nat(2000), fc.nat(2), fc.string({ maxLength: 2 }))
      .map(([by, at, removed, inserted]) => () => {
        const token = build({ ...by, withKid: true }, {}, {});
        const place = at % token.length;
        return token.slice(0, place) + inserted + token.slice(place + removed);
      });
    expect(await compare(arbitrary, 200)).toBeGreaterThan(0);
  });

  test("refuse the same signatures of other keys", async () => {
    const forged = fc.tuple(pen, pen).map(([claimed, real]) => () => {
      const by = signers[claimed.index] as Signer;
      const input = `${json({ alg: by.alg, kid: by.kid, typ: "at+jwt" })}.${json(goodClaims())}`;
      const other = signers[real.index] as Signer;
      return `${input}.${base64url(other.seal(input))}`;
    });
    expect(await compare(forged, 60)).toBeGreaterThan(0);
  });
});
