import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { TokenProfile } from "../../src/tokens/profile.ts";
import type { InstanceProvider } from "../../src/tokens/provider-instance.ts";
import {
  createEndpoint,
  createEngine,
  ISSUER,
  profileOf,
  providerOf,
  type Signer,
  signer,
  tokenOf,
} from "./kit.ts";

let by: Signer;
beforeAll(() => {
  by = signer("ES256", "a");
});

type Lookup = NonNullable<InstanceProvider["profilesFor"]>;

let lookUp: ReturnType<typeof vi.fn<Lookup>>;
beforeEach(() => {
  lookUp = vi.fn<Lookup>(() => Promise.resolve([profileOf()]));
});

/** An engine with one provider that looks its issuers up. */
function setUp(...more: readonly InstanceProvider[]) {
  const endpoint = createEndpoint(by);
  const { tokens: _none, ...rest } = providerOf({ fetch: endpoint.fetch });
  const provider: InstanceProvider = { ...rest, profilesFor: (...asked) => lookUp(...asked) };
  const connections = { get: () => Promise.resolve(null), byIssuer: () => Promise.resolve([]) };
  const engine = createEngine({
    providers: [provider, ...more],
    fetch: endpoint.fetch,
    connectionsFor: () => connections,
  });
  return { ...engine, endpoint, connections };
}

const MINUTE = 60_000;
const fresh = (iat: number) => tokenOf(by, { iat, exp: iat + 300 });
const nowOf = (clock: { nowMs: number }) => Math.floor(clock.nowMs / 1000);

describe("an issuer that must be looked up", () => {
  test("is asked for by its exact text, with the tools of its provider", async () => {
    const { verdict, connections } = setUp();
    expect(await verdict(tokenOf(by))).toBe("ok");
    expect(lookUp.mock.calls[0]?.[0]).toBe(ISSUER);
    expect(lookUp.mock.calls[0]?.[1].connections).toBe(connections);
  });

  test("is asked for once by many at once, and not again within a minute", async () => {
    const { verdict, clock } = setUp();
    const tokens = Array.from({ length: 20 }, (_none, index) =>
      tokenOf(by, { sub: `user_${index}` }),
    );
    expect(new Set(await Promise.all(tokens.map((token) => verdict(token))))).toEqual(
      new Set(["ok"]),
    );
    clock.nowMs += MINUTE - 1;
    await verdict(tokenOf(by, { sub: "later" }));
    expect(lookUp).toHaveBeenCalledTimes(1);
    clock.nowMs += 1;
    await verdict(tokenOf(by, { sub: "latest" }));
    expect(lookUp).toHaveBeenCalledTimes(2);
  });

  test("is gone a minute after its connection, for tokens that are remembered too", async () => {
    const { verdict, clock } = setUp();
    const token = tokenOf(by);
    expect(await verdict(token)).toBe("ok");
    lookUp.mockResolvedValue(null);
    clock.nowMs += MINUTE;
    expect(await verdict(token)).toBe("issuer_unknown");
  });

  test("is remembered as unknown for ten seconds, without a request to anybody", async () => {
    const { verdict, clock, endpoint } = setUp();
    lookUp.mockResolvedValue(null);
    for (let round = 0; round < 20; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect(await verdict(tokenOf(by))).toBe("issuer_unknown");
    }
    expect(lookUp).toHaveBeenCalledTimes(1);
    expect(endpoint.calls).toEqual([]);
    lookUp.mockResolvedValue([profileOf()]);
    clock.nowMs += 10_000;
    expect(await verdict(tokenOf(by))).toBe("ok");
  });

  test("is not looked up when it is no issuer at all", async () => {
    const { verdict } = setUp();
    for (const iss of ["x".repeat(513), "", 7, null, ["a"], undefined]) {
      // oxlint-disable-next-line no-await-in-loop -- a handful
      expect(await verdict(tokenOf(by, { iss }))).toBe("issuer_unknown");
    }
    expect(lookUp).not.toHaveBeenCalled();
    await verdict(tokenOf(by, { iss: "x".repeat(512) }));
    expect(lookUp).toHaveBeenCalledTimes(1);
  });

  test("counts only for profiles that name it", async () => {
    const { verdict } = setUp();
    lookUp.mockResolvedValue([profileOf({ issuers: ["https://other.example"] })]);
    expect(await verdict(tokenOf(by))).toBe("issuer_unknown");
  });

  test("may come with several profiles, of which one matches", async () => {
    const { verdict } = setUp();
    const connection = (id: string) =>
      profileOf({ id, matches: ({ claims }) => claims["azp"] === id });
    lookUp.mockResolvedValue([connection("con_1"), connection("con_2")]);
    expect(await verdict(tokenOf(by, { azp: "con_2" }))).toBe("ok");
    expect(await verdict(tokenOf(by, { azp: "con_3" }))).toBe("profile_none");
  });

  test("is refused when its profiles disagree about the keys", async () => {
    const { verdict, endpoint, logs } = setUp();
    lookUp.mockResolvedValue([
      profileOf(),
      profileOf({ keys: { jwksUri: "https://evil.example/jwks" } }),
    ]);
    expect(await verdict(tokenOf(by))).toBe("issuer_ambiguous");
    expect(endpoint.calls).toEqual([]);
    expect(logs).toMatchObject([{ event: "issuer.conflict", level: "error" }]);
  });

  test("is not looked up when a provider declares it outright", async () => {
    const endpoint = createEndpoint(by);
    const { verdict } = setUp(providerOf({ instance: "declared", fetch: endpoint.fetch }));
    expect(await verdict(tokenOf(by))).toBe("ok");
    expect(lookUp).not.toHaveBeenCalled();
  });
});

describe("a look-up that fails", () => {
  test("is no answer: neither known nor unknown, and asked again at once", async () => {
    const { verdict, logs } = setUp();
    lookUp.mockRejectedValueOnce(new Error("secret: eyJ"));
    expect(await verdict(tokenOf(by))).toBe("provider_unavailable");
    expect(await verdict(tokenOf(by))).toBe("ok");
    expect(logs).toMatchObject([
      { event: "issuer.lookup_failed", provider: "acme", reason: "Error" },
    ]);
    expect(JSON.stringify(logs)).not.toContain("eyJ");
  });

  test("may also throw before it returns a promise", async () => {
    const { verdict } = setUp();
    lookUp.mockImplementationOnce(() => {
      throw new TypeError("x");
    });
    expect(await verdict(tokenOf(by))).toBe("provider_unavailable");
  });

  test("leaves a known issuer in force for an hour, asking every five seconds", async () => {
    const { verdict, clock } = setUp();
    expect(await verdict(tokenOf(by))).toBe("ok");
    lookUp.mockRejectedValue(new Error("down"));
    clock.nowMs += MINUTE;
    expect(await verdict(fresh(nowOf(clock)))).toBe("ok");
    clock.nowMs += 4999;
    expect(await verdict(fresh(nowOf(clock)))).toBe("ok");
    expect(lookUp).toHaveBeenCalledTimes(2);
    clock.nowMs += 59 * MINUTE - 5000;
    expect(await verdict(fresh(nowOf(clock)))).toBe("ok");
    clock.nowMs += 5001;
    expect(await verdict(fresh(nowOf(clock)))).toBe("provider_unavailable");
  });

  test("of one provider is not outvoted by another that does not know the issuer", async () => {
    const { tokens: _none, ...rest } = providerOf({ instance: "second" });
    const { verdict } = setUp({ ...rest, profilesFor: () => Promise.resolve(null) });
    lookUp.mockRejectedValue(new Error("down"));
    expect(await verdict(tokenOf(by))).toBe("provider_unavailable");
  });
});

describe("issuers that are declared", () => {
  test("may have several profiles with one source of keys", () => {
    const tokens = [profileOf(), profileOf({ id: "m2m", kind: "m2m" })];
    expect(() => createEngine({ providers: [providerOf({ tokens })] })).not.toThrow();
  });

  test.each<[string, TokenProfile["keys"], TokenProfile["keys"]]>([
    ["two addresses", { jwksUri: "https://a.example" }, { jwksUri: "https://b.example" }],
    ["an address and keys", { jwksUri: "https://a.example" }, { jwks: { keys: [] } }],
    ["two sets of keys", { jwks: { keys: [] } }, { jwks: { keys: [{ kty: "EC" }] } }],
  ])("may not have %s", (_what, one, other) => {
    const providers = [
      providerOf({ instance: "one", tokens: [profileOf({ keys: one })] }),
      providerOf({ instance: "two", tokens: [profileOf({ keys: other })] }),
    ];
    expect(() => createEngine({ providers })).toThrow(/providers: one, two/);
  });

  test("may bring their keys along", async () => {
    const keys = { jwks: { keys: [by.jwk as JsonWebKey] } };
    const { verdict } = createEngine({
      providers: [providerOf({ tokens: [profileOf({ keys })] })],
    });
    expect(await verdict(tokenOf(by))).toBe("ok");
    expect(await verdict(tokenOf({ ...by, kid: "b" }))).toBe("key_unknown");
  });

  test("share one key set per provider and address, whatever the number of profiles", async () => {
    const endpoint = createEndpoint(by);
    const tokens = ["https://one.example", "https://two.example"].map((issuer) =>
      profileOf({ id: issuer, issuers: [issuer] }),
    );
    const { verdict } = createEngine({
      providers: [providerOf({ tokens, fetch: endpoint.fetch })],
    });
    expect(await verdict(tokenOf(by, { iss: "https://one.example" }))).toBe("ok");
    expect(await verdict(tokenOf(by, { iss: "https://two.example" }))).toBe("ok");
    expect(endpoint.calls).toHaveLength(1);
  });

  test("use the provider's own fetch, else the engine's", async () => {
    const [own, shared] = [createEndpoint(by), createEndpoint(by)];
    const first = createEngine({
      providers: [providerOf({ fetch: own.fetch })],
      fetch: shared.fetch,
    });
    expect(await first.verdict(tokenOf(by))).toBe("ok");
    expect([own.calls.length, shared.calls.length]).toEqual([1, 0]);
    const second = createEngine({ providers: [providerOf()], fetch: shared.fetch });
    expect(await second.verdict(tokenOf(by))).toBe("ok");
    expect([own.calls.length, shared.calls.length]).toEqual([1, 1]);
  });
});
