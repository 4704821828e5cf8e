import { describe, expect, test } from "vitest";
import type { Stores } from "../../src/stores.ts";
import { ada, attestPerson, failing, openDirectory, tenantRow } from "./kit.ts";

async function signedIn() {
  const opened = openDirectory();
  const { user, tenant } = await attestPerson(opened.directory, { identity: ada() });
  if (tenant === null) throw new Error("no tenant");
  return { ...opened, user, tenant };
}

describe("the current member", () => {
  test("is a person, a tenant and a membership that hold now", async () => {
    const { directory, user, tenant } = await signedIn();
    const answer = await directory.currentMember(user.id, tenant.id);
    expect(answer).toMatchObject({
      ok: true,
      value: { user, tenant, membership: { roles: ["member"] } },
    });
  });

  test("is refused for each thing that is missing or ended", async () => {
    const { directory, stores, user, tenant } = await signedIn();
    const ask = (userId = user.id, tenantId = tenant.id) =>
      directory.currentMember(userId, tenantId);
    expect(await ask("absent")).toEqual({ ok: false, reason: "account_unknown" });
    expect(await ask(user.id, "absent")).toEqual({ ok: false, reason: "tenant_unknown" });
    await stores.tenants.put(tenantRow("t2"));
    expect(await ask(user.id, "t2")).toEqual({ ok: false, reason: "membership_inactive" });
    await directory.suspendMember(user.id, tenant.id);
    expect(await ask()).toEqual({ ok: false, reason: "membership_inactive" });
    await directory.setTenantStatus(tenant.id, "deleted");
    expect(await ask()).toEqual({ ok: false, reason: "tenant_unknown" });
    await directory.setUserStatus(user.id, "suspended");
    expect(await ask()).toEqual({ ok: false, reason: "account_inactive" });
  });

  test("is told of a suspended tenant: its policy decides", async () => {
    const { directory, user, tenant } = await signedIn();
    await directory.setTenantStatus(tenant.id, "suspended");
    const answer = await directory.currentMember(user.id, tenant.id);
    expect(answer).toMatchObject({ ok: true, value: { tenant: { status: "suspended" } } });
  });
});

describe("look-ups", () => {
  test("find tenants that are not deleted", async () => {
    const { directory, tenant } = await signedIn();
    expect(await directory.tenantById(tenant.id)).toEqual(tenant);
    expect(await directory.tenantBySlug("acme")).toEqual(tenant);
    await directory.setTenantStatus(tenant.id, "deleted");
    expect(await directory.tenantById(tenant.id)).toBeNull();
    expect(await directory.tenantBySlug("acme")).toBeNull();
    expect(await directory.tenantById("absent")).toBeNull();
  });

  test("find people who are active", async () => {
    const { directory, user } = await signedIn();
    expect(await directory.currentUser(user.id)).toEqual(user);
    expect(await directory.currentUser("absent")).toBeNull();
    await directory.setUserStatus(user.id, "suspended");
    expect(await directory.currentUser(user.id)).toBeNull();
  });

  test("row 31: find a tenant by the verified domain of an address only", async () => {
    const { directory, stores } = openDirectory();
    const domains = [
      { name: "acme.example", verified: true },
      { name: "claimed.example", verified: false },
    ];
    await stores.tenants.put(tenantRow("t1", { domains }));
    expect((await directory.tenantByEmail("Ada@ACME.example"))?.id).toBe("t1");
    for (const email of [
      "ada@claimed.example",
      "ada@x.acme.example",
      "acme.example",
      "a@b@acme.example",
    ]) {
      expect(await directory.tenantByEmail(email)).toBeNull();
    }
  });

  test("list the tenants that a person can switch to", async () => {
    const { directory, stores, user } = await signedIn();
    for (const id of ["open", "suspended", "deleted", "left", "invited"]) {
      await stores.tenants.put(tenantRow(id));
      const status = id === "left" ? "removed" : id === "invited" ? "invited" : "active";
      await stores.memberships.apply({
        userId: user.id,
        tenantId: id,
        roles: [],
        status,
        versionMs: 1,
      });
    }
    await directory.setTenantStatus("suspended", "suspended");
    await directory.setTenantStatus("deleted", "deleted");
    await stores.memberships.apply({
      userId: user.id,
      tenantId: "lost",
      roles: [],
      status: "active",
      versionMs: 1,
    });
    const slugs = (await directory.tenantsOf(user.id)).map((one) => one.tenant.slug);
    expect(slugs.toSorted()).toEqual(["acme", "open"]);
  });
});

describe("a store that cannot answer", () => {
  const ports: readonly (keyof Stores)[] = ["users", "tenants", "memberships", "links"];

  test.each(ports)("%s: attesting is unavailable, neither yes nor no", async (port) => {
    const { directory, logs } = openDirectory({ stores: failing(port) });
    const answer = await directory.attest({ instance: "main", identity: ada(), via: "token" });
    expect(answer).toEqual({ ok: false, reason: "store_unavailable" });
    expect(logs.map((event) => event.event)).toContain("directory.attest_failed");
    expect(JSON.stringify(logs)).not.toContain("secret-value");
  });

  test.each(["users", "tenants", "memberships"] as const)(
    "%s: so is the current member",
    async (port) => {
      const { directory } = openDirectory({ stores: failing(port) });
      const answer = await directory.currentMember("u1", "t1");
      expect(answer).toEqual({ ok: false, reason: "store_unavailable" });
    },
  );

  test("that throws something else than an error is still unavailable", async () => {
    const { stores, logs } = openDirectory();
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a driver may do that
    const users = { ...stores.users, get: () => Promise.reject("text") };
    const { directory, logs: own } = openDirectory({ stores: { users } });
    expect(await directory.currentMember("u1", "t1")).toEqual({
      ok: false,
      reason: "store_unavailable",
    });
    expect([...logs, ...own].at(-1)?.reason).toBe("unknown");
  });
});
