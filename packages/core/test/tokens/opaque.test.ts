import { beforeEach, describe, expect, test, vi } from "vitest";
import { reject, type Result } from "../../src/internal/result.ts";
import type { OpaqueCredentials } from "../../src/provider/credentials.ts";
import { subjectEpochKey } from "../../src/tokens/epochs.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import type { InstanceProvider } from "../../src/tokens/provider-instance.ts";
import { createEngine, ISSUER, NOW, profileOf, providerOf, START_MS } from "./kit.ts";

const IDENTITY: Identity = {
  issuer: ISSUER,
  subject: "key_1",
  subjectScope: "global",
  kind: "service",
  tenant: { external: "org_1" },
  authentication: { method: "client_credentials" },
  actors: [],
  issuedAtSeconds: NOW - 3600,
  expiresAtSeconds: NOW + 3600,
};

type Verify = OpaqueCredentials["verify"];

let verify: ReturnType<typeof vi.fn<Verify>>;
beforeEach(() => {
  verify = vi.fn<Verify>(() => Promise.resolve({ ok: true, value: IDENTITY }));
});

const opaqueOf = (more: Partial<OpaqueCredentials> = {}): OpaqueCredentials => ({
  kind: "api_key",
  recognises: (credential) => credential.startsWith("ak_"),
  verify: (...asked) => verify(...asked),
  scopes: "permissions",
  roles: "token",
  ...more,
});
const withOpaque = (instance: string, more: Partial<OpaqueCredentials> = {}): InstanceProvider =>
  providerOf({ instance, opaque: [opaqueOf(more)] });

const raised = new Map<string, number>();
beforeEach(() => {
  raised.clear();
});
const epochs = {
  read: (keys: readonly string[]) => Promise.resolve(keys.map((key) => raised.get(key) ?? 0)),
};

function setUp(...providers: readonly InstanceProvider[]) {
  const engine = createEngine({
    providers: providers.length > 0 ? providers : [withOpaque("acme")],
    epochs,
  });
  const ask = async (
    credential: string,
    request: Parameters<typeof engine.verifier.verifyOpaque>[1] = { accept: ["api_key"] },
  ) => {
    const result = await engine.verifier.verifyOpaque(credential, request);
    return result.ok ? "ok" : result.reason;
  };
  return { ...engine, ask };
}

describe("an opaque credential", () => {
  test("is verified by the provider that recognises it, with its tools", async () => {
    const { verifier } = setUp();
    const resource = "https://api.example";
    const result = await verifier.verifyOpaque("ak_1", { accept: ["api_key"], resource });
    expect(result).toMatchObject({
      ok: true,
      value: {
        provider: { instance: "acme" },
        profile: { id: "opaque", kind: "api_key", roles: "token", scopes: "permissions" },
        identity: { ...IDENTITY, scopes: [] },
      },
    });
    const [credential, request, tools] = verify.mock.calls[0] ?? [];
    expect([credential, request]).toEqual(["ak_1", { resource }]);
    expect(tools?.nowMs()).toBe(START_MS);
    expect(await tools?.verify("garbage", profileOf())).toMatchObject({ reason: "malformed" });
  });

  test("is sent to nobody when no provider recognises it", async () => {
    const { ask } = setUp();
    expect(await ask("xx_1")).toBe("profile_none");
    expect(verify).not.toHaveBeenCalled();
  });

  test("is sent to nobody when several do, unless the instance is already chosen", async () => {
    const { ask } = setUp(withOpaque("one"), withOpaque("two"));
    expect(await ask("ak_1")).toBe("profile_ambiguous");
    expect(verify).not.toHaveBeenCalled();
    expect(await ask("ak_1", { accept: ["api_key"], instance: "two" })).toBe("ok");
    expect(await ask("ak_1", { accept: ["api_key"], instance: "three" })).toBe("profile_none");
  });

  test("is for the one part of its provider that recognises it, or for none", async () => {
    const machine = opaqueOf({
      kind: "m2m",
      recognises: (credential) => /^(?:mt|both)_/.test(credential),
      roles: "directory",
    });
    const key = opaqueOf({ recognises: (credential) => /^(?:ak|both)_/.test(credential) });
    const { ask, verifier } = setUp(providerOf({ instance: "acme", opaque: [key, machine] }));
    expect(await ask("mt_1")).toBe("kind_not_accepted");
    expect(await ask("both_1", { accept: ["api_key", "m2m"] })).toBe("profile_ambiguous");
    expect(verify).not.toHaveBeenCalled();
    expect(await ask("ak_1")).toBe("ok");
    expect(await verifier.verifyOpaque("mt_1", { accept: ["m2m"] })).toMatchObject({
      value: { profile: { id: "opaque", kind: "m2m", roles: "directory" } },
    });
  });

  test("is sent to nobody when the mount does not accept its kind", async () => {
    const { ask } = setUp();
    expect(await ask("ak_1", { accept: ["access", "m2m"] })).toBe("kind_not_accepted");
    expect(verify).not.toHaveBeenCalled();
  });

  test.each(["", "ak_ 1", "ak_1\n", "ak_\u00a0", "ak_é"])(
    "is sent to nobody when it is %j",
    async (credential) => {
      const { ask } = setUp(withOpaque("acme", { recognises: () => true }));
      expect(await ask(credential)).toBe("malformed");
      expect(verify).not.toHaveBeenCalled();
    },
  );

  test("is recognised by true, not by something", async () => {
    const { ask } = setUp(withOpaque("acme", { recognises: () => "yes" as unknown as boolean }));
    expect(await ask("ak_1")).toBe("profile_none");
  });

  test("is refused when an adapter throws at its sight", async () => {
    const recognises = () => {
      throw new Error("ak_1");
    };
    const { ask, logs } = setUp(withOpaque("acme", { recognises }));
    expect(await ask("ak_1")).toBe("profile_error");
    expect(JSON.stringify(logs)).not.toContain("ak_1");
  });

  test("keeps scopes unknown where they are not about permissions", async () => {
    const { verifier } = setUp(withOpaque("acme", { scopes: "none" }));
    const result = await verifier.verifyOpaque("ak_1", { accept: ["api_key"] });
    expect(result.ok && "scopes" in result.value.identity).toBe(false);
  });
});

describe("a good answer", () => {
  test("is kept for a minute, in a frozen form", async () => {
    const { ask, clock, verifier } = setUp();
    expect(await ask("ak_1")).toBe("ok");
    clock.nowMs += 59_999;
    expect(await ask("ak_1")).toBe("ok");
    expect(verify).toHaveBeenCalledTimes(1);
    const again = await verifier.verifyOpaque("ak_1", { accept: ["api_key"] });
    expect(again.ok && Object.isFrozen(again.value) && Object.isFrozen(again.value.identity)).toBe(
      true,
    );
    clock.nowMs += 1;
    await ask("ak_1");
    expect(verify).toHaveBeenCalledTimes(2);
  });

  test("is not kept beyond the credential's own end", async () => {
    verify.mockResolvedValue({ ok: true, value: { ...IDENTITY, expiresAtSeconds: NOW + 10 } });
    const { ask, clock } = setUp();
    expect(await ask("ak_1")).toBe("ok");
    clock.nowMs += 10_000;
    expect(await ask("ak_1")).toBe("inactive");
  });

  test("is believed only for that credential, that provider and that resource", async () => {
    const { ask } = setUp(withOpaque("one"), withOpaque("two"));
    const accept = ["api_key"] as const;
    await ask("ak_1", { accept, instance: "one" });
    await ask("ak_2", { accept, instance: "one" });
    await ask("ak_1", { accept, instance: "two" });
    await ask("ak_1", { accept, instance: "one", resource: "https://api.example" });
    expect(verify).toHaveBeenCalledTimes(4);
    await ask("ak_1", { accept, instance: "one" });
    expect(verify).toHaveBeenCalledTimes(4);
  });

  test("is asked for once by many at once", async () => {
    const { ask } = setUp();
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => ask("ak_1"))))).toEqual(
      new Set(["ok"]),
    );
    expect(verify).toHaveBeenCalledTimes(1);
  });

  test("is void once the subject is revoked", async () => {
    const { ask } = setUp();
    expect(await ask("ak_1")).toBe("ok");
    raised.set(await subjectEpochKey("acme", ISSUER, "key_1"), START_MS);
    expect(await ask("ak_1")).toBe("revoked");
    expect(await ask("ak_2")).toBe("revoked");
  });

  test("is void while revocations cannot be read", async () => {
    const { verifier } = createEngine({
      providers: [withOpaque("acme")],
      epochs: { read: () => Promise.reject(new Error("down")) },
    });
    expect(await verifier.verifyOpaque("ak_1", { accept: ["api_key"] })).toMatchObject({
      reason: "store_unavailable",
    });
  });

  test.each<[string, unknown]>([
    ["no answer", null],
    ["an identity without subject", { ok: true, value: { ...IDENTITY, subject: "" } }],
    [
      "an identity with roles that are no list",
      { ok: true, value: { ...IDENTITY, roles: "admin" } },
    ],
    ["success without identity", { ok: true }],
    ["a refusal without reason", { ok: false }],
  ])("is told from %s", async (_what, answer) => {
    verify.mockResolvedValue(answer as Result<Identity>);
    const { ask, logs } = setUp();
    expect(await ask("ak_1")).toBe("identity_invalid");
    expect(logs).toMatchObject([{ event: "opaque.failed", level: "error" }]);
  });
});

describe("a bad answer", () => {
  test("is kept for ten seconds", async () => {
    verify.mockResolvedValue(reject("inactive"));
    const { ask, clock } = setUp();
    expect(await ask("ak_1")).toBe("inactive");
    clock.nowMs += 9999;
    expect(await ask("ak_1")).toBe("inactive");
    expect(verify).toHaveBeenCalledTimes(1);
    verify.mockResolvedValue({ ok: true, value: IDENTITY });
    clock.nowMs += 1;
    expect(await ask("ak_1")).toBe("ok");
  });

  test("does not push good ones out", async () => {
    const { ask } = setUp();
    await ask("ak_good");
    verify.mockResolvedValue(reject("inactive"));
    for (let index = 0; index < 1500; index += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await ask(`ak_${index}`);
    }
    expect(await ask("ak_good")).toBe("ok");
  });
});

describe("no answer", () => {
  test.each<[string, () => ReturnType<Verify>]>([
    ["the vendor is down", () => Promise.resolve(reject("provider_unavailable"))],
    ["the adapter throws", () => Promise.reject(new Error("ak_1"))],
    [
      "the adapter throws at once",
      () => {
        throw new Error("ak_1");
      },
    ],
  ])("because %s, is reported as such and never kept", async (_why, fail) => {
    verify.mockImplementationOnce(fail);
    const { ask, logs } = setUp();
    expect(await ask("ak_1")).toBe("provider_unavailable");
    expect(await ask("ak_1")).toBe("ok");
    expect(JSON.stringify(logs)).not.toContain("ak_1");
  });
});
