import { describe, expect, test } from "vitest";
import {
  customerIdp,
  failing,
  ISSUER,
  openDirectory,
  reporter,
  tenantRow,
  valueOf,
  without,
} from "./kit.ts";

const key = { instance: "main", issuer: ISSUER, external: "reporter" };

/** A directory in which tenant `t1` is organization `org_1` and `t2` is `org_2`. */
async function start(changes: Parameters<typeof openDirectory>[0] = {}) {
  const opened = openDirectory(changes);
  for (const [id, external] of [
    ["t1", "org_1"],
    ["t2", "org_2"],
  ] as const) {
    await opened.stores.tenants.put(tenantRow(id));
    await opened.directory.linkTenant({ ...key, external }, id);
  }
  const register = (tenantId: string, roles: readonly string[] = ["viewer"]) =>
    opened.directory.registerMachine({ ...key, tenantId, name: "Registered", roles });
  const attest = (identity = reporter(), connection?: ReturnType<typeof customerIdp>) =>
    opened.directory.attest({
      instance: "main",
      identity,
      via: "token",
      ...(connection && { connection }),
    });
  return { ...opened, register, attest };
}

describe("a machine", () => {
  test("that is registered acts for the tenant of its registration", async () => {
    const { register, attest } = await start();
    const machine = valueOf(await register("t1"));
    const attested = valueOf(await attest(reporter({ tenant: null })));
    expect(attested).toMatchObject({
      kind: "service",
      principal: { kind: "service", id: machine.id, name: "Registered" },
      tenant: { id: "t1" },
      membership: null,
      roles: ["viewer"],
    });
  });

  test("that is not registered acts for the tenant of its token", async () => {
    const { attest } = await start();
    const attested = valueOf(await attest());
    expect(attested).toMatchObject({
      kind: "service",
      tenant: { id: "t1" },
      roles: ["member", "viewer"],
    });
    expect(attested.principal.id).toMatch(/^svc_[a-z2-7]{32}$/);
    expect(valueOf(await attest()).principal.id).toBe(attested.principal.id);
  });

  test("without a tenant is refused, never guessed", async () => {
    const { attest } = await start();
    expect(await attest(reporter({ tenant: null }))).toEqual({
      ok: false,
      reason: "machine_unbound",
    });
  });

  test("row 30: whose token and registration name different tenants is refused", async () => {
    const { register, attest, stores } = await start();
    await register("t1");
    const mismatch = { ok: false, reason: "machine_tenant_mismatch" };
    expect(await attest(reporter({ tenant: { external: "org_2" } }))).toEqual(mismatch);
    expect(await attest(reporter({ tenant: { local: "t2" } }))).toEqual(mismatch);
    expect(await attest(reporter({ tenant: { external: "org_new" } }))).toEqual(mismatch);
    expect((await stores.tenants.list()).items).toHaveLength(2);
    expect((await attest(reporter({ tenant: { external: "org_1" } }))).ok).toBe(true);
  });

  test("that is suspended is refused", async () => {
    const { register, attest, stores } = await start();
    const machine = valueOf(await register("t1"));
    await stores.machines.put({ ...machine, status: "suspended" });
    expect(await attest()).toEqual({ ok: false, reason: "account_inactive" });
  });

  test("of a tenant that is gone is refused", async () => {
    const { register, attest, directory } = await start();
    await register("t1");
    await directory.setTenantStatus("t1", "deleted");
    expect(await attest(reporter({ tenant: null }))).toEqual({
      ok: false,
      reason: "tenant_unknown",
    });
  });

  test("that is unknown is refused where machines must be registered", async () => {
    const { register, attest } = await start({ onUnknown: { machine: "refuse" } });
    expect(await attest()).toEqual({ ok: false, reason: "account_unknown" });
    await register("t1");
    expect((await attest()).ok).toBe(true);
  });

  test("follows the rule for tokens unless it has one of its own", async () => {
    const refusing = await start({ onUnknown: { token: "refuse" } });
    expect(await refusing.attest()).toEqual({ ok: false, reason: "account_unknown" });
    const own = await start({ onUnknown: { token: "refuse", machine: "provision" } });
    expect((await own.attest()).ok).toBe(true);
  });

  test("is not the person with the same subject", async () => {
    const { attest, directory } = await start();
    const machine = valueOf(await attest());
    const identity = reporter({ kind: "user" });
    const person = valueOf(await directory.attest({ instance: "main", identity, via: "token" }));
    expect(person.principal.id).not.toBe(machine.principal.id);
  });

  test("row 34: with an external id that reads like a local one is a new machine", async () => {
    const { register, attest } = await start();
    const machine = valueOf(await register("t1"));
    const attested = valueOf(await attest(reporter({ subject: machine.id })));
    expect(attested.principal.id).not.toBe(machine.id);
  });
});

describe("a machine's roles", () => {
  test("are what its token says, capped by its registration", async () => {
    const { register, attest } = await start();
    await register("t1", ["member"]);
    expect(valueOf(await attest(reporter({ roles: ["org:admin", "member"] }))).roles).toEqual([
      "member",
    ]);
  });

  test("are those of its registration when the token is silent", async () => {
    const { register, attest } = await start();
    await register("t1", ["member"]);
    expect(valueOf(await attest(without(reporter(), "roles"))).roles).toEqual(["member"]);
  });

  test("row 24: are none when nobody says any", async () => {
    const { attest } = await start();
    const attested = valueOf(await attest(without(reporter(), "roles", "name")));
    expect(attested.roles).toEqual([]);
    expect(attested.vendorPermissions).toEqual([]);
    expect(attested.principal).not.toHaveProperty("name");
  });

  test("bound the permissions that its token attests, once it is registered", async () => {
    const { register, attest } = await start();
    const identity = reporter({ permissions: ["notes:read", "members:manage"] });
    expect(valueOf(await attest(identity)).vendorPermissions).toEqual([
      "notes:read",
      "members:manage",
    ]);
    await register("t1", ["member"]);
    expect(valueOf(await attest(identity)).vendorPermissions).toEqual(["notes:read"]);
  });
});

describe("a machine of a customer's own provider", () => {
  test("acts for the tenant of the connection", async () => {
    const { attest } = await start();
    const connection = customerIdp({ tenantId: "t2" });
    expect(valueOf(await attest(reporter({ tenant: null }), connection)).tenant?.id).toBe("t2");
  });

  test("must not be registered for another", async () => {
    const { register, attest } = await start();
    await register("t1");
    const connection = customerIdp({ tenantId: "t2" });
    expect(await attest(reporter({ tenant: null }), connection)).toEqual({
      ok: false,
      reason: "machine_tenant_mismatch",
    });
  });
});

test("a store that cannot answer is unavailable, neither yes nor no", async () => {
  const { attest, logs } = await start({ stores: failing("machines") });
  expect(await attest()).toEqual({ ok: false, reason: "store_unavailable" });
  expect(logs).toContainEqual({
    level: "error",
    event: "directory.attest_failed",
    reason: "RangeError",
  });
  expect(JSON.stringify(logs)).not.toContain("secret-value");
});
