import { describe, expect, test } from "vitest";
import type { AuthContext } from "../../src/context.ts";
import { createApiKeys, type NewApiKey } from "../../src/machines/api-keys.ts";
import { createKeyFormat } from "../../src/machines/key-format.ts";
import { memoryStores } from "../../src/stores.ts";
import { createScopeMint } from "../../src/tenancy/scope.ts";
import { NOW_MS, valueOf } from "../directory/kit.ts";
import { notes } from "../permissions/notes-catalogue.ts";

const mint = createScopeMint();
const DAY_MS = 86_400_000;

function randomFrom(seed: number) {
  let next = seed;
  return (length: number) => Uint8Array.from({ length }, () => (next = (next * 31 + 7) % 251));
}

function open() {
  const clock = { ms: NOW_MS };
  const stores = memoryStores({ nowMs: () => clock.ms });
  const lookups = { count: 0 };
  const counted = {
    ...stores.apiKeys,
    getByHash(hash: string) {
      lookups.count += 1;
      return stores.apiKeys.getByHash(hash);
    },
  };
  const apiKeys = createApiKeys({
    stores: { ...stores, apiKeys: counted },
    nowMs: () => clock.ms,
    randomBytes: randomFrom(1),
    catalogue: notes,
  });
  return { apiKeys, stores, clock, lookups };
}

function caller(
  changes: Partial<AuthContext> = {},
  roles = ["member"],
  tenantId = "t1",
): AuthContext {
  const { permissions } = notes.effective({ roles, vendorPermissions: [], bound: undefined });
  return {
    principal: { kind: "user", id: "u1" },
    tenant: { id: tenantId, slug: tenantId, name: tenantId, scope: mint.mint(tenantId, null) },
    roles,
    permissions,
    credential: { kind: "session", accepted: "session", expiresAtMs: NOW_MS + DAY_MS },
    authentication: { method: "password" },
    actors: [],
    provider: { vendor: "oidc", instance: "main", issuer: "https://idp.example.com" },
    ...changes,
  };
}

const wanted = { name: "CI", permissions: ["notes:read"] };

describe("making a key", () => {
  test("shows it once and stores only its hash", async () => {
    const { apiKeys, stores } = open();
    const { key, record } = valueOf(await apiKeys.create(caller(), wanted));
    expect(key).toMatch(/^tnk_[a-z2-7]{16}_[a-z2-7]{56}$/);
    expect(record).toEqual({
      id: expect.stringMatching(/^[a-z2-7]{16}$/),
      tenantId: "t1",
      ownerUserId: "u1",
      name: "CI",
      permissions: ["notes:read"],
      createdAtMs: NOW_MS,
      expiresAtMs: NOW_MS + 90 * DAY_MS,
      revokedAtMs: null,
    });
    const stored = await stores.apiKeys.get(record.id);
    expect(stored?.hash).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(stored)).not.toContain(key.slice(-56));
  });

  test("row 36: takes owner and tenant from the context, whatever the request says", async () => {
    const { apiKeys } = open();
    const forged = {
      ...wanted,
      ownerUserId: "victim",
      userId: "victim",
      tenantId: "t2",
      id: "chosen",
      hash: "chosen",
      revokedAtMs: null,
    };
    const { record } = valueOf(await apiKeys.create(caller(), forged));
    expect(record).toMatchObject({ ownerUserId: "u1", tenantId: "t1" });
    expect(record.id).not.toBe("chosen");
  });

  test("row 36: gives no permission that the owner does not have now", async () => {
    const { apiKeys, stores } = open();
    const ask = (permissions: readonly string[]) =>
      apiKeys.create(caller({}, ["viewer"]), { name: "CI", permissions });
    const denied = { ok: false, reason: "permission_denied" };
    expect(await ask(["notes:write"])).toEqual(denied);
    expect(await ask(["notes:read", "notes:write"])).toEqual(denied);
    expect(await ask(["*"])).toEqual(denied);
    expect(await ask(["notes:*"])).toEqual(denied);
    expect(await ask(["unknown:one"])).toEqual(denied);
    expect((await stores.apiKeys.listByTenant("t1")).items).toEqual([]);
    expect((await ask(["notes:read"])).ok).toBe(true);
  });

  test("gives none that the asking token's scopes withhold", async () => {
    const { apiKeys } = open();
    const bounded = notes.effective({
      roles: ["admin"],
      vendorPermissions: [],
      bound: ["notes:read"],
    });
    const by = caller({ permissions: bounded.permissions }, ["admin"]);
    const answer = await apiKeys.create(by, { name: "CI", permissions: ["members:manage"] });
    expect(answer).toEqual({ ok: false, reason: "permission_denied" });
  });

  test.each<[string, Partial<AuthContext>]>([
    ["a service", { principal: { kind: "service", id: "svc" } }],
    ["an impersonator", { actors: [{ kind: "impersonator", id: "support" }] }],
    ["an agent", { actors: [{ kind: "client", id: "agent" }] }],
    [
      "a supporter in another tenant",
      {
        crossTenant: {
          reason: "Ticket",
          enteredAtMs: NOW_MS,
          untilMs: NOW_MS + 1,
          home: { id: "t0", slug: "internal" },
        },
      },
    ],
  ])("is not for %s: a key outlives the moment", async (_, changes) => {
    const { apiKeys } = open();
    expect(await apiKeys.create(caller(changes), wanted)).toEqual({
      ok: false,
      reason: "owner_required",
    });
  });

  test("needs a tenant", async () => {
    const { apiKeys } = open();
    const answer = await apiKeys.create(caller({ tenant: null }), wanted);
    expect(answer).toEqual({ ok: false, reason: "tenant_required" });
  });

  test.each<[string, Partial<NewApiKey>]>([
    ["no permissions", { permissions: [] }],
    ["no name", { name: "" }],
    ["a long name", { name: "x".repeat(101) }],
    ["a control character in its name", { name: "a\nb" }],
    ["too short a life", { expiresInSeconds: 59 }],
    ["too long a life", { expiresInSeconds: 366 * 86_400 + 1 }],
    ["a fraction of a second", { expiresInSeconds: 60.5 }],
    ["a life that is no number", { expiresInSeconds: Number.NaN }],
    ["an endless life", { expiresInSeconds: Number.POSITIVE_INFINITY }],
  ])("is refused with %s", async (_, changes) => {
    const { apiKeys } = open();
    const answer = await apiKeys.create(caller(), { ...wanted, ...changes });
    expect(answer).toEqual({ ok: false, reason: "request_invalid" });
  });

  test("lists a permission once, and lives as long as asked", async () => {
    const { apiKeys } = open();
    const twice = { name: "CI", permissions: ["notes:read", "notes:read"], expiresInSeconds: 60 };
    const { record } = valueOf(await apiKeys.create(caller(), twice));
    expect(record.permissions).toEqual(["notes:read"]);
    expect(record.expiresAtMs).toBe(NOW_MS + 60_000);
  });
});

describe("a key", () => {
  test("that is genuine gives its record", async () => {
    const { apiKeys } = open();
    const { key, record } = valueOf(await apiKeys.create(caller(), wanted));
    expect(apiKeys.recognises(key)).toBe(true);
    expect(valueOf(await apiKeys.verify(key))).toMatchObject(record);
  });

  test("that is garbage is refused without asking the store", async () => {
    const { apiKeys, lookups } = open();
    const { key } = valueOf(await apiKeys.create(caller(), wanted));
    const flipped = key.slice(0, -1) + (key.endsWith("a") ? "b" : "a");
    const garbage = [
      flipped,
      key.toUpperCase(),
      `${key} `,
      `${key}\n`,
      ` ${key}`,
      `${key}a`,
      key.slice(0, -1),
      key.replace("tnk_", "sk_"),
      key.replace("tnk_", ""),
      "tnk_",
      "tnk_a_b",
      "",
      `tnk_${"a".repeat(16)}_${"a".repeat(56)}`,
      `tnk_${"a".repeat(10_000)}`,
    ];
    for (const text of garbage) {
      expect(await apiKeys.verify(text)).toEqual({ ok: false, reason: "malformed" });
    }
    expect(lookups.count).toBe(0);
  });

  test("that is well-formed and unknown is refused", async () => {
    const { apiKeys } = open();
    const { key } = await createKeyFormat("tnk").make(randomFrom(99));
    expect(await apiKeys.verify(key)).toEqual({ ok: false, reason: "key_unknown" });
  });

  test("whose hash a store answers for another id is refused", async () => {
    const { apiKeys, stores } = open();
    const { key, record } = valueOf(await apiKeys.create(caller(), wanted));
    const stored = await stores.apiKeys.get(record.id);
    if (stored === null) throw new Error("not stored");
    const confused = createApiKeys({
      stores: {
        ...stores,
        apiKeys: { ...stores.apiKeys, getByHash: async () => ({ ...stored, id: "other" }) },
      },
      nowMs: () => NOW_MS,
      randomBytes: randomFrom(1),
      catalogue: notes,
    });
    expect(await confused.verify(key)).toEqual({ ok: false, reason: "key_unknown" });
  });

  test("that has expired is refused, from the very moment", async () => {
    const { apiKeys, clock } = open();
    const { key, record } = valueOf(await apiKeys.create(caller(), wanted));
    clock.ms = record.expiresAtMs - 1;
    expect((await apiKeys.verify(key)).ok).toBe(true);
    clock.ms = record.expiresAtMs;
    expect(await apiKeys.verify(key)).toEqual({ ok: false, reason: "expired_only" });
  });

  test("that is revoked is refused, and everything verified with it before is void", async () => {
    const { apiKeys, stores } = open();
    const { key, record } = valueOf(await apiKeys.create(caller(), wanted));
    expect((await apiKeys.revoke(caller(), record.id)).ok).toBe(true);
    expect(await apiKeys.verify(key)).toEqual({ ok: false, reason: "revoked" });
    expect(await stores.revocations.read([`api_key:${record.id}`])).toEqual([NOW_MS]);
  });
});

describe("a tenant's keys", () => {
  test("cannot be revoked or seen from another tenant", async () => {
    const { apiKeys } = open();
    const { key, record } = valueOf(await apiKeys.create(caller(), wanted));
    const other = caller({}, ["admin"], "t2");
    expect(await apiKeys.revoke(other, record.id)).toEqual({ ok: false, reason: "key_unknown" });
    expect(await apiKeys.revoke(other, "absent")).toEqual({ ok: false, reason: "key_unknown" });
    expect((await apiKeys.verify(key)).ok).toBe(true);
    expect(valueOf(await apiKeys.list(other)).items).toEqual([]);
  });

  test("are listed without their hashes, in pages", async () => {
    const { apiKeys } = open();
    const made = [
      valueOf(await apiKeys.create(caller(), wanted)).record,
      valueOf(await apiKeys.create(caller(), wanted)).record,
    ];
    const first = valueOf(await apiKeys.list(caller(), { limit: 1 }));
    const cursor = first.next ?? "";
    const second = valueOf(await apiKeys.list(caller(), { limit: 1, cursor }));
    const listed = [...first.items, ...second.items];
    expect(listed.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
      made.toSorted((a, b) => a.id.localeCompare(b.id)),
    );
    expect(JSON.stringify(listed)).not.toContain("hash");
  });

  test("need a tenant", async () => {
    const { apiKeys } = open();
    const nobody = caller({ tenant: null });
    expect(await apiKeys.list(nobody)).toEqual({ ok: false, reason: "tenant_required" });
    expect(await apiKeys.revoke(nobody, "x")).toEqual({ ok: false, reason: "tenant_required" });
  });
});

describe("a key's prefix", () => {
  test.each(["", "T", "1a", "a", "a_b", "a-b", "a".repeat(17)])("must not be %j", (prefix) => {
    expect(() => createKeyFormat(prefix)).toThrow(TypeError);
  });

  test("keeps two apps' keys apart", async () => {
    const { key } = await createKeyFormat("acme").make(randomFrom(1));
    expect(createKeyFormat("acme").recognises(key)).toBe(true);
    expect(createKeyFormat("tnk").recognises(key)).toBe(false);
    expect(await createKeyFormat("tnk").idOf(key)).toBeNull();
    // The check covers the prefix, so that a renamed key is no key.
    expect(await createKeyFormat("tnk").idOf(key.replace("acme_", "tnk_"))).toBeNull();
  });
});
