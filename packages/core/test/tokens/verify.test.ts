import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createSignatureVerifier } from "../../src/tokens/default-signatures.ts";
import { subjectEpochKey, vendorSessionEpochKey } from "../../src/tokens/epochs.ts";
import type { TokenProfile } from "../../src/tokens/profile.ts";
import type { SignatureVerifier } from "../../src/tokens/signature.ts";
import type { TokenVerifierOptions } from "../../src/tokens/verify.ts";
import {
  createEndpoint,
  createEngine,
  ISSUER,
  NOW,
  profileOf,
  providerOf,
  readIdentity,
  type Signer,
  signer,
  START_MS,
  tokenOf,
} from "./kit.ts";

let by: Signer;
beforeAll(() => {
  by = signer("ES256", "a");
});

/** Counts signature checks: what the cache answers costs none. */
function countingSignatures() {
  const real = createSignatureVerifier();
  const counting = {
    checks: 0,
    importKey: (...key: Parameters<SignatureVerifier["importKey"]>) => real.importKey(...key),
    verify: (signed: Parameters<SignatureVerifier["verify"]>[0]) => {
      counting.checks += 1;
      return real.verify(signed);
    },
  };
  return counting;
}

function setUp(profile: Partial<TokenProfile> = {}, options: Partial<TokenVerifierOptions> = {}) {
  const endpoint = createEndpoint(by);
  const signatures = countingSignatures();
  const provider = providerOf({ tokens: [profileOf(profile)], fetch: endpoint.fetch });
  const engine = createEngine({ providers: [provider], signatures, ...options });
  return { ...engine, endpoint, signatures, provider };
}

const MINUTE = 60_000;
const access = { accept: ["access"] } as const;

describe("a verified token", () => {
  test("says who, from which provider, by which profile", async () => {
    const { verifier, provider } = setUp();
    const result = await verifier.verify(tokenOf(by, { org_id: "org_1", sid: "s1" }), access);
    expect(result).toEqual({
      ok: true,
      cacheHit: false,
      value: {
        provider,
        profile: { id: "access", kind: "access", roles: "token", scopes: "permissions" },
        identity: {
          issuer: ISSUER,
          subject: "user_1",
          subjectScope: "global",
          kind: "user",
          tenant: { external: "org_1" },
          authentication: { method: "unknown" },
          actors: [],
          issuedAtSeconds: NOW - 10,
          expiresAtSeconds: NOW + 300,
          sessionId: "s1",
          scopes: ["notes:read", "notes:write"],
        },
      },
    });
  });

  test("is the same frozen object for everybody, so nobody can change it", async () => {
    const { verifier } = setUp();
    const token = tokenOf(by);
    const [first, second] = [
      await verifier.verify(token, access),
      await verifier.verify(token, access),
    ];
    if (!first.ok || !second.ok) throw new Error("refused");
    expect(second.value).toBe(first.value);
    expect(Object.isFrozen(first.value)).toBe(true);
    expect(Object.isFrozen(first.value.profile)).toBe(true);
    expect(Object.isFrozen(first.value.identity)).toBe(true);
    expect(Object.isFrozen(first.value.identity.scopes)).toBe(true);
  });

  test("names the customer's connection that its profile belongs to", async () => {
    const connection = { id: "con_1", tenantId: "tnt_1", emailDomains: ["acme.example"] };
    const { verifier } = setUp({ connection });
    const result = await verifier.verify(tokenOf(by), access);
    expect(result.ok && result.value.profile.connection).toBe(connection);
  });

  test("never lives longer than it says itself, whatever a reader makes of it", async () => {
    const read: TokenProfile["read"] = (token) => ({
      ...readIdentity(token),
      issuedAtSeconds: NOW + 9000,
      expiresAtSeconds: NOW + 9000,
    });
    const { verifier } = setUp({ read });
    const result = await verifier.verify(tokenOf(by), access);
    expect(result.ok && result.value.identity).toMatchObject({
      issuedAtSeconds: NOW - 10,
      expiresAtSeconds: NOW + 300,
    });
  });

  test("has expired when the session that it stands for has", async () => {
    const read: TokenProfile["read"] = (token) => ({
      ...readIdentity(token),
      expiresAtSeconds: NOW + 60,
    });
    const { verdict, clock } = setUp({ read });
    const token = tokenOf(by);
    expect(await verdict(token)).toBe("ok");
    clock.nowMs += 90_000;
    expect(await verdict(token)).toBe("expired_only");
  });
});

describe("the profile of a token", () => {
  const named = (id: string, matches: TokenProfile["matches"], more: Partial<TokenProfile> = {}) =>
    profileOf({ id, matches, ...more });
  const judge = async (...tokens: readonly TokenProfile[]) => {
    const endpoint = createEndpoint(by);
    const engine = createEngine({ providers: [providerOf({ tokens, fetch: endpoint.fetch })] });
    return { reason: await engine.verdict(tokenOf(by)), logs: engine.logs };
  };

  test("is the only one that matches", async () => {
    expect(
      (
        await judge(
          named("a", () => true),
          named("b", () => false),
        )
      ).reason,
    ).toBe("ok");
    expect(
      (
        await judge(
          named("a", () => false),
          named("b", () => false),
        )
      ).reason,
    ).toBe("profile_none");
    expect(
      (
        await judge(
          named("a", () => true),
          named("b", () => true),
        )
      ).reason,
    ).toBe("profile_ambiguous");
  });

  test("matches by saying true, not by saying something", async () => {
    expect((await judge(named("a", () => 1 as unknown as boolean))).reason).toBe("profile_none");
  });

  test("is looked for among all providers of the issuer", async () => {
    const endpoint = createEndpoint(by);
    const one = providerOf({ instance: "one", fetch: endpoint.fetch });
    const two = providerOf({
      instance: "two",
      fetch: endpoint.fetch,
      tokens: [named("b", () => true)],
    });
    const { verdict } = createEngine({ providers: [one, two] });
    expect(await verdict(tokenOf(by))).toBe("profile_ambiguous");
  });

  test.each<[string, Partial<TokenProfile>]>([
    [
      "matches",
      {
        matches: () => {
          throw new Error("token: eyJ");
        },
      },
    ],
    [
      "read",
      {
        read: () => {
          throw new TypeError("token: eyJ");
        },
      },
    ],
    [
      "an audience rule",
      {
        rules: {
          audience: {
            claim: "aud",
            anyOf: () => {
              throw new Error("token: eyJ");
            },
            ifMissing: "reject",
          },
        },
      },
    ],
  ])(
    "may throw in %s: the token is refused, the log says where, without the message",
    async (_where, profile) => {
      const { reason, logs } = await judge(profileOf(profile));
      expect(reason).toBe("profile_error");
      expect(logs).toMatchObject([
        {
          level: "error",
          event: "token.profile_error",
          provider: "acme",
          fields: { profile: "access" },
        },
      ]);
      expect(JSON.stringify(logs)).not.toContain("eyJ");
    },
  );

  test("may refuse the token for a reason of its own", async () => {
    const read = () => ({ ok: false, reason: "org_pending" }) as const;
    expect((await judge(profileOf({ read }))).reason).toBe("org_pending");
  });
});

describe("the cache", () => {
  test("answers for five minutes at most", async () => {
    const { verdict, clock, signatures } = setUp();
    const token = tokenOf(by, { exp: NOW + 9000 });
    await verdict(token);
    clock.nowMs += 5 * MINUTE - 1;
    await verdict(token);
    expect(signatures.checks).toBe(1);
    clock.nowMs += 1;
    expect(await verdict(token)).toBe("ok");
    expect(signatures.checks).toBe(2);
  });

  test("answers no longer than the profile's age allows", async () => {
    const { verdict, clock } = setUp({ rules: { ...profileOf().rules, maxAgeSeconds: 60 } });
    const token = tokenOf(by, { iat: NOW });
    expect(await verdict(token)).toBe("ok");
    clock.nowMs += 91_000;
    expect(await verdict(token)).toBe("too_old");
  });

  test("checks nbf again when the clock was set back", async () => {
    const { verdict, clock } = setUp();
    const token = tokenOf(by, { nbf: NOW, iat: NOW - 3600 });
    expect(await verdict(token)).toBe("ok");
    clock.nowMs -= 60_000;
    expect(await verdict(token)).toBe("not_yet_valid");
  });

  test("drops what a key has verified when the key is gone", async () => {
    const { verdict, clock, endpoint } = setUp();
    const token = tokenOf(by, { exp: NOW + 9000 });
    clock.nowMs += 1;
    expect(await verdict(token)).toBe("ok");
    clock.nowMs += 4 * MINUTE;
    endpoint.keys = [signer("ES256", "b").jwk];
    await verdict(tokenOf({ ...by, kid: "b" })); // an unknown kid: the keys are fetched anew
    expect(await verdict(token)).toBe("key_unknown");
  });

  test("drops what it holds when an outage outlasts the keys", async () => {
    const { verdict, clock, endpoint, signatures } = setUp({}, { staleKeysSeconds: 0 });
    await verdict(tokenOf(by));
    clock.nowMs += 9 * MINUTE;
    const token = tokenOf(by, { exp: NOW + 9000, iat: NOW + 9 * 60 });
    endpoint.down();
    expect(await verdict(token)).toBe("ok");
    expect(await verdict(token)).toBe("ok");
    expect(signatures.checks).toBe(2);
    clock.nowMs += MINUTE;
    expect(await verdict(token)).toBe("keys_unavailable");
  });

  test("never remembers a refusal", async () => {
    const { verdict, clock, signatures } = setUp();
    const early = tokenOf(by, { nbf: NOW + 60 });
    expect(await verdict(early)).toBe("not_yet_valid");
    clock.nowMs += 60_000;
    expect(await verdict(early)).toBe("ok");
    const forged = `${early.slice(0, early.lastIndexOf(".") + 1)}${"A".repeat(86)}`;
    const before = signatures.checks;
    await verdict(forged);
    await verdict(forged);
    expect(signatures.checks).toBeLessThanOrEqual(before + 2);
    expect(await verdict(early)).toBe("ok");
  });

  test("is bounded", async () => {
    const { verdict, signatures } = setUp({}, { cacheSize: 2 });
    const tokens = [1, 2, 3].map((number) => tokenOf(by, { sub: `user_${number}` }));
    for (const token of [...tokens, ...tokens.slice(1), ...tokens.slice(0, 1)]) {
      // oxlint-disable-next-line no-await-in-loop -- order matters
      await verdict(token);
    }
    expect(signatures.checks).toBe(4); // the first was forgotten for the third
  });

  test("can be left out", async () => {
    const { verdict, signatures } = setUp({}, { cacheSize: 0 });
    const token = tokenOf(by);
    await verdict(token);
    await verdict(token);
    expect(signatures.checks).toBe(2);
  });

  test("is empty after close", async () => {
    const { verdict, verifier, signatures, endpoint } = setUp();
    const token = tokenOf(by);
    await verdict(token);
    verifier.close();
    expect(await verdict(token)).toBe("ok");
    expect(signatures.checks).toBe(2);
    expect(endpoint.calls).toHaveLength(1);
  });
});

describe("many at once", () => {
  test("verify one token once", async () => {
    const { verdict, signatures, endpoint } = setUp();
    const token = tokenOf(by);
    const answers = await Promise.all(Array.from({ length: 50 }, () => verdict(token)));
    expect(new Set(answers)).toEqual(new Set(["ok"]));
    expect(signatures.checks).toBe(1);
    expect(endpoint.calls).toHaveLength(1);
  });

  test("never get each other's answer", async () => {
    const { verifier } = setUp();
    const people = Array.from({ length: 50 }, (_none, index) => `user_${index}`);
    const subjects = await Promise.all(
      people.map(async (sub) => {
        const result = await verifier.verify(tokenOf(by, { sub }), access);
        return result.ok ? result.value.identity.subject : result.reason;
      }),
    );
    expect(subjects).toEqual(people);
  });

  test("share a failure, which is over afterwards", async () => {
    const { verdict, endpoint, clock } = setUp();
    endpoint.down();
    const token = tokenOf(by);
    expect(new Set(await Promise.all([verdict(token), verdict(token)]))).toEqual(
      new Set(["keys_unavailable"]),
    );
    endpoint.up();
    clock.nowMs += 1000;
    expect(await verdict(token)).toBe("ok");
  });
});

describe("a revocation", () => {
  const withEpochs = (profile: Partial<TokenProfile> = {}) => {
    const raised = new Map<string, number>();
    const store = { failing: false };
    const epochs = {
      read: (keys: readonly string[]) =>
        store.failing
          ? Promise.reject(new Error("store down"))
          : Promise.resolve(keys.map((key) => raised.get(key) ?? 0)),
    };
    return { ...setUp(profile, { epochs }), raised, store };
  };

  test("of the subject reaches a token that is remembered", async () => {
    const { verdict, raised } = withEpochs();
    const token = tokenOf(by);
    expect(await verdict(token)).toBe("ok");
    raised.set(await subjectEpochKey("acme", ISSUER, "user_1"), START_MS);
    expect(await verdict(token)).toBe("revoked");
  });

  test("of the subject reaches a token that was never seen before", async () => {
    const { verdict, raised } = withEpochs();
    raised.set(await subjectEpochKey("acme", ISSUER, "user_1"), START_MS);
    expect(await verdict(tokenOf(by))).toBe("revoked");
    expect(await verdict(tokenOf(by, { sub: "user_2" }))).toBe("ok");
    expect(await verdict(tokenOf(by, { iat: NOW + 1 }))).toBe("ok");
  });

  test("of the vendor's session reaches its tokens and no others", async () => {
    const { verdict, raised } = withEpochs();
    raised.set(await vendorSessionEpochKey("acme", ISSUER, "s1"), START_MS);
    expect(await verdict(tokenOf(by, { sid: "s1" }))).toBe("revoked");
    expect(await verdict(tokenOf(by, { sid: "s2" }))).toBe("ok");
    expect(await verdict(tokenOf(by))).toBe("ok");
  });

  test("refuses a token of the same second, because its order is unknown", async () => {
    const { verdict, raised } = withEpochs();
    raised.set(await subjectEpochKey("acme", ISSUER, "user_1"), NOW * 1000);
    expect(await verdict(tokenOf(by, { iat: NOW }))).toBe("revoked");
    raised.set(await subjectEpochKey("acme", ISSUER, "user_1"), NOW * 1000 - 1);
    expect(await verdict(tokenOf(by, { iat: NOW }))).toBe("ok");
  });

  test("is told from a token that was renewed after it", async () => {
    const { verdict, raised, clock } = withEpochs();
    const token = tokenOf(by, { iat: NOW + 5 });
    clock.nowMs += 6000;
    expect(await verdict(token)).toBe("ok");
    raised.set(await subjectEpochKey("acme", ISSUER, "user_1"), START_MS);
    expect(await verdict(token)).toBe("ok");
  });

  test("matters more than expiry", async () => {
    const { verdict, raised } = withEpochs();
    raised.set(await subjectEpochKey("acme", ISSUER, "user_1"), START_MS);
    expect(await verdict(tokenOf(by, { exp: NOW - 60 }))).toBe("revoked");
  });

  test("that cannot be read stops everything, remembered or not", async () => {
    const { verdict, store, logs } = withEpochs();
    const token = tokenOf(by);
    expect(await verdict(token)).toBe("ok");
    store.failing = true;
    expect(await verdict(token)).toBe("store_unavailable");
    expect(await verdict(tokenOf(by, { sub: "user_2" }))).toBe("store_unavailable");
    expect(logs).toMatchObject([{ event: "epochs.read_failed" }, { event: "epochs.read_failed" }]);
    store.failing = false;
    expect(await verdict(token)).toBe("ok");
  });

  test.each([[[]], [[Number.NaN]], [[undefined as unknown as number]]])(
    "that is answered with %j is not taken for none",
    async (values) => {
      const { verdict } = setUp({}, { epochs: { read: () => Promise.resolve(values) } });
      expect(await verdict(tokenOf(by))).toBe("store_unavailable");
    },
  );

  test("is kept under keys that hold neither issuer nor subject, and never collide", async () => {
    const key = await subjectEpochKey("acme", "https://issuer.example", "user_1");
    expect(key).toMatch(/^subject:acme:[A-Za-z0-9_-]{43}$/);
    expect(await subjectEpochKey("acme", "a", "bc")).not.toBe(
      await subjectEpochKey("acme", "ab", "c"),
    );
    expect(await subjectEpochKey("acme", 'a","b', "c")).not.toBe(
      await subjectEpochKey("acme", "a", 'b","c'),
    );
    expect(await vendorSessionEpochKey("acme", "a", "b")).not.toBe(
      await subjectEpochKey("acme", "a", "b"),
    );
  });
});

describe("verification against one profile, for login routes", () => {
  const idToken = (more: Partial<TokenProfile> = {}) =>
    profileOf({ id: "id", kind: "id", rules: { ...profileOf().rules, typ: ["jwt"] }, ...more });
  const judge = async (token: string, profile: TokenProfile) => {
    const { verifier, provider, signatures } = setUp();
    const result = await verifier.verifyWith(token, { provider, profile });
    return { result, signatures };
  };
  const reason = async (token: string, profile: TokenProfile = idToken()) => {
    const { result } = await judge(token, profile);
    return result.ok ? "ok" : result.reason;
  };
  const honest = (claims: object = {}) => tokenOf(by, { ...claims }, { typ: "JWT" });

  test("returns the identity and the token's claims, for an ID token too", async () => {
    const { result } = await judge(honest({ nonce: "n" }), idToken());
    expect(result).toMatchObject({
      ok: true,
      value: {
        identity: { subject: "user_1" },
        token: { header: { alg: "ES256" }, claims: { nonce: "n" } },
      },
    });
  });

  test("applies every check of the engine", async () => {
    expect(await reason(honest({ iss: "https://other.example" }))).toBe("issuer_unknown");
    expect(await reason(honest({ iss: [ISSUER] }))).toBe("issuer_unknown");
    expect(await reason(honest(), idToken({ algorithms: ["RS256"] }))).toBe(
      "algorithm_not_allowed",
    );
    expect(await reason(honest(), idToken({ matches: () => false }))).toBe("profile_none");
    expect(await reason(honest({ aud: "other" }))).toBe("audience_mismatch");
    expect(await reason(honest({ exp: NOW - 60 }))).toBe("expired_only");
    expect(await reason(tokenOf(by))).toBe("typ_mismatch");
    expect(await reason(tokenOf(signer("ES256", "a"), {}, { typ: "JWT" }))).toBe(
      "signature_invalid",
    );
    expect(await reason("garbage")).toBe("malformed");
  });

  test("is what adapters are lent", async () => {
    const { verifier, provider } = setUp();
    const tools = verifier.toolsFor(provider);
    expect(tools.nowMs()).toBe(START_MS);
    expect(await tools.verify(honest(), idToken())).toMatchObject({ ok: true });
    expect(await tools.connections.get("con_1")).toBe(null);
    expect(await tools.connections.byIssuer(ISSUER)).toEqual([]);
  });
});

describe("the options", () => {
  test.each([-1, 61, Number.NaN])(
    "take no clock tolerance of %d seconds",
    (clockToleranceSeconds) => {
      expect(() => createEngine({ clockToleranceSeconds })).toThrow(/clockToleranceSeconds/);
    },
  );

  test("take a clock tolerance for everything", async () => {
    const { verdict } = setUp({}, { clockToleranceSeconds: 0 });
    expect(await verdict(tokenOf(by, { exp: NOW }))).toBe("expired_only");
    expect(await verdict(tokenOf(by, { iat: NOW + 1 }))).toBe("issued_in_future");
  });

  test("take a longest token, which is refused before anything is computed", async () => {
    const { verdict, verifier, endpoint } = setUp({}, { maxTokenLength: 100 });
    expect(await verdict(tokenOf(by))).toBe("too_long");
    expect(await verifier.verifyOpaque("x".repeat(101), { accept: ["api_key"] })).toMatchObject({
      reason: "too_long",
    });
    expect(endpoint.calls).toEqual([]);
  });
});

describe("verification", () => {
  test("refuses a PS256 token whose signature has lost the zero in front of it", async () => {
    const rsa = signer("PS256", "rsa");
    const provider = providerOf({ fetch: createEndpoint(rsa).fetch });
    const { verifier } = createEngine({ providers: [provider] });
    const { token, signature } = withLeadingZero(rsa);
    expect(await verifier.verify(token, access)).toMatchObject({ ok: true });
    const input = token.slice(0, token.lastIndexOf("."));
    const shortened = `${input}.${Buffer.from(signature.subarray(1)).toString("base64url")}`;
    // OpenSSL takes it, and then one token would be two (RFC 8017 §8.2.2 step 1).
    expect(await verifier.verify(shortened, access)).toEqual({
      ok: false,
      reason: "signature_invalid",
    });
  });

  test("refuses what is no text", async () => {
    const { verifier } = setUp();
    for (const value of [null, undefined, 7, ["a.b.c"], { length: 3 }]) {
      // oxlint-disable-next-line no-await-in-loop -- a handful
      expect(await verifier.verify(value as unknown as string, access)).toMatchObject({
        reason: "malformed",
      });
    }
  });

  test("accepts nothing at a mount that accepts nothing", async () => {
    const { verifier } = setUp();
    expect(await verifier.verify(tokenOf(by), { accept: [] })).toMatchObject({
      reason: "kind_not_accepted",
    });
    expect(await verifier.verify(tokenOf(by), { accept: ["api_key"] })).toMatchObject({
      reason: "kind_not_accepted",
    });
  });

  test("never throws and never accepts what was changed, whatever it is", async () => {
    const { verdict } = setUp();
    const token = tokenOf(by);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length),
        fc.nat(3),
        fc.string(),
        async (at, removed, inserted) => {
          const changed = token.slice(0, at) + inserted + token.slice(at + removed);
          expect((await verdict(changed)) === "ok").toBe(changed === token);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("never throws for any header and any claims that are honestly signed", async () => {
    const { verdict } = setUp();
    const member = fc.dictionary(
      fc.constantFrom(
        "iss",
        "aud",
        "sub",
        "exp",
        "iat",
        "nbf",
        "cnf",
        "scope",
        "sid",
        "__proto__",
        "toJSON",
      ),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(
        member,
        fc.dictionary(fc.constantFrom("alg", "kid", "typ", "crit", "cty"), fc.jsonValue()),
        async (claims, header) => {
          expect(await verdict(tokenOf(by, claims, header))).toMatch(/^[a-z_]+$/);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("logs no token and no claim", async () => {
    const { verdict, logs, endpoint } = setUp({ read: () => null as never });
    const token = tokenOf(by, { email: "ann@acme.example" });
    expect(await verdict(token)).toBe("identity_invalid");
    endpoint.down();
    await verdict(tokenOf({ ...by, kid: "secret-kid" }));
    const text = JSON.stringify(logs);
    expect(logs).not.toHaveLength(0);
    for (const secret of [token, "ann@acme.example", "user_1", token.split(".")[2] ?? "-"]) {
      expect(text).not.toContain(secret);
    }
  });
});

/** One in 256 signatures begins with a zero. */
function withLeadingZero(rsa: Signer): { readonly token: string; readonly signature: Uint8Array } {
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const token = tokenOf(rsa, { jti: String(attempt) });
    const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
    if (signature[0] === 0) return { token, signature };
  }
  throw new Error("no signature begins with a zero");
}
