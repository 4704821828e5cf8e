import { describe, expect, test } from "vitest";
import { AuthError } from "../../src/errors.ts";
import type { Tenant } from "../../src/directory/records.ts";
import { createSealer } from "../../src/sessions/seal.ts";
import { createScopeMint, type TenantScope } from "../../src/tenancy/scope.ts";
import { activeTenant, createSealedScopes } from "../../src/tenancy/sealed-scope.ts";
import { NOW_MS, tenantOf } from "../fixtures/records.ts";

const acme = tenantOf("acme", { placement: "eu-1" });
const globex = tenantOf("globex");
const DAY_MS = 24 * 3600 * 1000;

describe("createScopeMint", () => {
  const scopes = createScopeMint();

  test("mints frozen scopes that it recognises", () => {
    const scope = scopes.mint("tnt_acme", "eu-1");
    expect(scope).toEqual({ tenantId: "tnt_acme", placement: "eu-1" });
    expect(Object.isFrozen(scope)).toBe(true);
    expect(scopes.owns(scope)).toBe(true);
  });

  test("row 25: recognises no copy, no look-alike and no scope of another instance", () => {
    const scope = scopes.mint("tnt_acme", null);
    const strangers: readonly unknown[] = [
      { ...scope },
      structuredClone(scope),
      Object.create(scope),
      new Proxy(scope, {}),
      { tenantId: "tnt_acme", placement: null },
      createScopeMint().mint("tnt_acme", null),
      "tnt_acme",
      null,
      undefined,
      () => scope,
    ];
    for (const stranger of strangers) expect(scopes.owns(stranger)).toBe(false);
  });
});

describe("sealed scopes", () => {
  const purpose = "reports";

  function houseOf(secret = "s".repeat(32), tenants: readonly Tenant[] = [acme, globex]) {
    const clock = { nowMs: NOW_MS };
    const scopes = createScopeMint();
    const sealer = createSealer({
      secrets: [secret],
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      nowMs: () => clock.nowMs,
    });
    const sealed = createSealedScopes({
      sealer,
      scopes,
      nowMs: () => clock.nowMs,
      tenantById: async (id) => tenants.find((tenant) => tenant.id === id) ?? null,
    });
    return { ...sealed, scopes, clock, sealer };
  }

  const invalid = { code: "request_invalid", details: { reason: "sealed_scope_invalid" } };

  test("come back as scopes of the same tenant, with its placement of today", async () => {
    const house = houseOf();
    const text = await house.sealScope(house.scopes.mint(acme.id, "us-1"), { purpose });
    const scope = await house.openScope(text, { purpose });
    expect(scope).toEqual({ tenantId: acme.id, placement: "eu-1" });
    expect(house.scopes.owns(scope)).toBe(true);
  });

  test("keep two tenants apart", async () => {
    const house = houseOf();
    const [a, b] = await Promise.all(
      [acme, globex].map(({ id }) => house.sealScope(house.scopes.mint(id, null), { purpose })),
    );
    expect((await house.openScope(a ?? "", { purpose })).tenantId).toBe(acme.id);
    expect((await house.openScope(b ?? "", { purpose })).tenantId).toBe(globex.id);
  });

  test("are made of nothing but scopes of this instance", async () => {
    const house = houseOf();
    const forged = { tenantId: globex.id, placement: null } as unknown as TenantScope;
    const foreign = createScopeMint().mint(globex.id, null);
    await expect(house.sealScope(forged, { purpose })).rejects.toThrow(TypeError);
    await expect(house.sealScope(foreign, { purpose })).rejects.toThrow("context.tenant.scope");
  });

  test("last a day, or as long as was said", async () => {
    const house = houseOf();
    const scope = house.scopes.mint(acme.id, null);
    const day = await house.sealScope(scope, { purpose });
    const minute = await house.sealScope(scope, { purpose, expiresInSeconds: 60 });
    house.clock.nowMs = NOW_MS + 60_000 - 1;
    await expect(house.openScope(minute, { purpose })).resolves.toBeDefined();
    house.clock.nowMs = NOW_MS + 60_000;
    await expect(house.openScope(minute, { purpose })).rejects.toMatchObject(invalid);
    house.clock.nowMs = NOW_MS + DAY_MS - 1;
    await expect(house.openScope(day, { purpose })).resolves.toBeDefined();
    house.clock.nowMs = NOW_MS + DAY_MS;
    await expect(house.openScope(day, { purpose })).rejects.toMatchObject(invalid);
  });

  test("open only for the purpose they were sealed for", async () => {
    const house = houseOf();
    const text = await house.sealScope(house.scopes.mint(acme.id, null), { purpose });
    await expect(house.openScope(text, { purpose: "invoices" })).rejects.toMatchObject(invalid);
  });

  test("open only for the app that sealed them", async () => {
    const text = await (async () => {
      const other = houseOf("t".repeat(32));
      return other.sealScope(other.scopes.mint(acme.id, null), { purpose });
    })();
    await expect(houseOf().openScope(text, { purpose })).rejects.toMatchObject(invalid);
  });

  test("are not any other sealed value of the app", async () => {
    const house = houseOf();
    const place = { expiresAtMs: NOW_MS + 1000, aad: purpose };
    const flow = await house.sealer.seal("flow", { tenantId: globex.id }, place);
    const odd = await house.sealer.seal("scope", { tenantId: 7 }, place);
    for (const text of [flow, odd, "", "1.a.b", "\u0000"]) {
      await expect(house.openScope(text, { purpose })).rejects.toMatchObject(invalid);
    }
  });
});

describe("activeTenant", () => {
  const find = (status: Tenant["status"]) => async () => ({ ...acme, status });

  test("gives an active tenant", async () => {
    expect(await activeTenant(find("active"))).toMatchObject({ id: acme.id });
  });

  test.each([
    ["suspended", find("suspended"), "tenant_suspended"],
    ["deleted", find("deleted"), "tenant_not_found"],
    ["absent", async () => null, "tenant_not_found"],
    [
      "not to be asked about",
      () => Promise.reject(new Error("secret-of-store")),
      "store_unavailable",
    ],
  ])("refuses one that is %s", async (_, found, code) => {
    const error: unknown = await activeTenant(found).catch((caught: unknown) => caught);
    expect(AuthError.is(error)).toBe(true);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toContain("secret-of-store");
  });

  test("tells a deleted tenant from an absent one to nobody", async () => {
    const seen = async (found: () => Promise<Tenant | null>) => {
      const error = (await activeTenant(found).catch((caught: unknown) => caught)) as AuthError;
      return [error.code, error.message, error.details];
    };
    expect(await seen(find("deleted"))).toEqual(await seen(async () => null));
  });
});
