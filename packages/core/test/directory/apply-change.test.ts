import { describe, expect, test } from "vitest";
import type { DirectoryChange } from "../../src/provider/directory.ts";
import { session } from "../../src/testing/samples.ts";
import { ada, attestPerson, failing, ISSUER, NOW_MS, NOW_S, openDirectory } from "./kit.ts";

const SOURCE = { instance: "main", issuer: ISSUER };
const OTHER = { instance: "other", issuer: "https://other.example" };

const tenantIs = (name: string, version = NOW_MS, slug = "acme"): DirectoryChange => ({
  kind: "upsert",
  entity: "tenant",
  external: "org_1",
  version,
  data: { name, slug },
});
const tenantGone: DirectoryChange = {
  kind: "delete",
  entity: "tenant",
  external: "org_1",
  version: NOW_MS,
};
const userIs = (
  data: Extract<DirectoryChange, { kind: "upsert"; entity: "user" }>["data"],
  version = NOW_MS,
): DirectoryChange => ({ kind: "upsert", entity: "user", external: "ada", version, data });
const userGone: DirectoryChange = {
  kind: "delete",
  entity: "user",
  external: "ada",
  version: NOW_MS,
};
const memberIs = (
  status: "active" | "pending" | "inactive",
  version = NOW_MS,
  roles: readonly string[] | undefined = ["member"],
): DirectoryChange => ({
  kind: "upsert",
  entity: "membership",
  external: "mem_1",
  version,
  data: { user: "ada", tenant: "org_1", status, ...(roles === undefined ? {} : { roles }) },
});
const memberGone = (version = NOW_MS): DirectoryChange => ({
  kind: "delete",
  entity: "membership",
  external: "mem_1",
  version,
  data: { user: "ada", tenant: "org_1" },
});

/** A directory with Ada in Acme, signed in an hour ago, with a stored session of each kind. */
async function known() {
  const opened = openDirectory();
  const identity = ada({ issuedAtSeconds: NOW_S - 3600 });
  const { user, tenant } = await attestPerson(opened.directory, { identity });
  if (tenant === null) throw new Error("no tenant");
  const base = { userId: user.id, tenantId: tenant.id };
  const { sessions } = opened.stores;
  await sessions.insert(session("acme", base));
  await sessions.insert(session("elsewhere", { ...base, tenantId: "t9" }));
  await sessions.insert(session("other-vendor", { ...base, tenantId: "t9", instance: "other" }));
  const alive = async () => {
    const rows = await Promise.all(
      ["acme", "elsewhere", "other-vendor"].map((id) => sessions.get(id)),
    );
    return rows.filter((row) => row?.endedAtMs === null).map((row) => row?.id);
  };
  const apply = (...changes: readonly DirectoryChange[]) =>
    changes.reduce<Promise<unknown>>(
      async (before, change) => [
        ...((await before) as readonly unknown[]),
        await opened.directory.apply(SOURCE, change),
      ],
      Promise.resolve([]),
    );
  return { ...opened, userId: user.id, tenantId: tenant.id, alive, apply };
}

const applied = { ok: true, value: "applied" };
const outdated = { ok: true, value: "outdated" };
const ignored = { ok: true, value: "ignored" };

describe("a tenant in a change", () => {
  test("is made, with the id that a later sign-in finds", async () => {
    const { directory, stores } = openDirectory();
    expect(await directory.apply(SOURCE, tenantIs("Acme Inc."))).toEqual(applied);
    const made = await stores.tenants.getBySlug("acme");
    expect(made).toMatchObject({ name: "Acme Inc.", status: "active", domains: [] });
    const { tenant } = await attestPerson(directory, { identity: ada() });
    expect(tenant?.id).toBe(made?.id);
    const link = { ...SOURCE, kind: "tenant", external: "org_1" } as const;
    expect((await stores.links.find(link))?.evidence).toBe("directory");
  });

  test("takes its latest name, whichever arrives first, and keeps its slug", async () => {
    const { stores, tenantId, apply } = await known();
    const answers = await apply(
      tenantIs("Third", NOW_MS, "third"),
      tenantIs("Second", NOW_MS - 1000, "second"),
    );
    expect(answers).toEqual([applied, outdated]);
    expect(await stores.tenants.get(tenantId)).toMatchObject({ name: "Third", slug: "acme" });
  });

  test("gets a slug of its own once somebody says what it is called", async () => {
    const { directory, stores } = openDirectory();
    await directory.apply(SOURCE, memberIs("active"));
    await directory.apply(SOURCE, tenantIs("Acme"));
    expect(await stores.tenants.getBySlug("acme")).toMatchObject({ name: "Acme" });
  });

  test("brings no domains: what a vendor calls verified may be an e-mail", async () => {
    const { stores, tenantId, directory } = await known();
    const data = { name: "Acme", domains: [{ domain: "acme.example", verified: true }] };
    await directory.apply(SOURCE, {
      kind: "upsert",
      entity: "tenant",
      external: "org_1",
      version: NOW_MS,
      data,
    });
    expect((await stores.tenants.get(tenantId))?.domains).toEqual([]);
  });

  test("that is deleted is gone for good, whatever arrives later", async () => {
    const { stores, tenantId, apply, directory } = await known();
    expect(await apply(tenantGone, tenantIs("Acme", NOW_MS + 1))).toEqual([applied, outdated]);
    expect((await stores.tenants.get(tenantId))?.status).toBe("deleted");
    expect(await stores.revocations.read([`tenant:${tenantId}`])).toEqual([NOW_MS]);
    const again = await directory.attest({ instance: "main", via: "sign_in", identity: ada() });
    expect(again).toEqual({ ok: false, reason: "tenant_unknown" });
  });

  test("that is deleted before it was heard of is not made afterwards", async () => {
    const { directory } = openDirectory();
    expect(await directory.apply(SOURCE, tenantGone)).toEqual(applied);
    expect(await directory.apply(SOURCE, tenantIs("Acme", NOW_MS - 1))).toEqual(outdated);
    expect(await directory.tenantBySlug("acme")).toBeNull();
  });

  test("that another vendor has too lives on when one deletes it", async () => {
    const { directory, stores, tenantId, apply } = await known();
    await directory.linkTenant({ ...OTHER, external: "o-1" }, tenantId);
    expect(await apply(tenantGone)).toEqual([applied]);
    expect((await stores.tenants.get(tenantId))?.status).toBe("active");
    expect(await stores.revocations.read([`tenant:${tenantId}`])).toEqual([NOW_MS]);
  });

  test("of one vendor is not another vendor's tenant of the same id", async () => {
    const { directory, stores, tenantId } = await known();
    await directory.apply(OTHER, tenantGone);
    expect((await stores.tenants.get(tenantId))?.status).toBe("active");
  });
});

describe("a person in a change", () => {
  test("is made with a profile that later changes follow, whichever arrives first", async () => {
    const { directory, stores } = openDirectory();
    const email = { value: "Ada@Acme.Example", verified: true };
    expect(await directory.apply(SOURCE, userIs({ name: "Ada L.", email }))).toEqual(applied);
    expect(await directory.apply(SOURCE, userIs({ name: "Ada" }, NOW_MS - 1))).toEqual(outdated);
    const key = { ...SOURCE, kind: "user", external: "ada" } as const;
    const link = await stores.links.find(key);
    expect(await stores.users.get(link?.local ?? "")).toMatchObject({
      name: "Ada L.",
      email: { value: "Ada@acme.example", verified: true },
      status: "active",
    });
  });

  test("row 33: is nobody else who has the same e-mail address", async () => {
    const { directory, stores, userId } = await known();
    const email = { value: "ada@acme.example", verified: true };
    await directory.apply(SOURCE, { ...userIs({ email }), external: "eve" });
    const eve = await stores.links.find({ ...SOURCE, kind: "user", external: "eve" });
    expect(eve?.local).not.toBe(userId);
  });

  test("keeps what a change is silent about, or says in no known form", async () => {
    const { stores, userId, apply } = await known();
    await apply(userIs({ email: { value: "not an address", verified: true } }));
    expect(await stores.users.get(userId)).toMatchObject({
      name: "Ada",
      email: { value: "ada@acme.example" },
    });
  });

  test("stays suspended when an administrator here decided so", async () => {
    const { directory, stores, userId, apply } = await known();
    await directory.setUserStatus(userId, "suspended");
    await apply(userIs({ name: "Ada", status: "active" }));
    expect((await stores.users.get(userId))?.status).toBe("suspended");
  });

  test("whom the vendor locked out loses their places there until they sign in again", async () => {
    const { directory, userId, tenantId, stores, clock, alive, apply } = await known();
    await stores.memberships.apply({
      userId,
      tenantId: "t9",
      roles: ["member"],
      status: "active",
      versionMs: 1,
    });
    expect(await apply(userIs({ status: "inactive" }))).toEqual([applied]);
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("suspended");
    expect((await stores.memberships.get(userId, "t9"))?.status).toBe("active");
    expect(await alive()).toEqual(["other-vendor"]);
    expect(await stores.revocations.read([`membership:${userId}:${tenantId}`])).toEqual([NOW_MS]);
    const earlier = ada({ issuedAtSeconds: NOW_S - 1 });
    expect(
      await directory.attest({ instance: "main", via: "token", identity: earlier }),
    ).toMatchObject({ reason: "membership_inactive" });
    clock.ms += 60_000;
    const later = ada({ issuedAtSeconds: NOW_S + 30 });
    await attestPerson(directory, { identity: later });
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("active");
  });

  test("who is deleted is gone for good, with every session and membership", async () => {
    const { directory, stores, userId, tenantId, alive, apply } = await known();
    expect(await apply(userGone, userIs({ name: "Ada" }, NOW_MS + 1))).toEqual([applied, outdated]);
    expect((await stores.users.get(userId))?.status).toBe("deleted");
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("removed");
    expect(await alive()).toEqual([]);
    expect(await stores.revocations.read([`user:${userId}`])).toEqual([NOW_MS]);
    const again = await directory.attest({ instance: "main", via: "sign_in", identity: ada() });
    expect(again).toMatchObject({ reason: "account_inactive" });
  });

  test("who is deleted before they were heard of is not made afterwards", async () => {
    const { directory } = openDirectory();
    await directory.apply(SOURCE, userGone);
    expect(await directory.apply(SOURCE, userIs({ name: "Ada" }, NOW_MS - 1))).toEqual(outdated);
    const again = await directory.attest({ instance: "main", via: "sign_in", identity: ada() });
    expect(again).toMatchObject({ reason: "account_inactive" });
  });

  test("who has another vendor's identity too stays when one of them is deleted", async () => {
    const { directory, stores, userId, tenantId, alive, apply } = await known();
    await directory.linkIdentity({ ...OTHER, external: "a-1" }, userId, { evidence: "admin" });
    expect(await apply(userGone)).toEqual([applied]);
    expect((await stores.users.get(userId))?.status).toBe("active");
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("removed");
    expect(await alive()).toEqual(["other-vendor"]);
  });
});

describe("a membership in a change", () => {
  test("is made with its person and tenant, and with roles of the app", async () => {
    const { directory, stores } = openDirectory();
    const change = memberIs("active", NOW_MS, ["org:admin", "astronaut"]);
    expect(await directory.apply(SOURCE, change)).toEqual(applied);
    const { user, tenant } = await attestPerson(directory, {
      identity: ada({ roles: ["org:admin"] }),
    });
    expect(await stores.memberships.get(user.id, tenant?.id ?? "")).toMatchObject({
      roles: ["admin"],
      status: "active",
    });
  });

  test.each([
    ["pending", "invited"],
    ["inactive", "suspended"],
  ] as const)("that is %s gives nothing and ends what there was", async (status, expected) => {
    const { stores, userId, tenantId, alive, apply } = await known();
    expect(await apply(memberIs(status))).toEqual([applied]);
    expect(await stores.memberships.get(userId, tenantId)).toMatchObject({
      status: expected,
      roles: [],
    });
    expect(await alive()).toEqual(["elsewhere", "other-vendor"]);
    expect(await stores.revocations.read([`membership:${userId}:${tenantId}`])).toEqual([NOW_MS]);
  });

  test("that ended stays so when older news arrive later", async () => {
    const { stores, userId, tenantId, alive, apply } = await known();
    const answers = await apply(memberGone(), memberIs("active", NOW_MS - 1));
    expect(answers).toEqual([applied, outdated]);
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("removed");
    expect(await alive()).toEqual(["elsewhere", "other-vendor"]);
  });

  test("that ended comes back with newer news", async () => {
    const { stores, userId, tenantId, apply, clock } = await known();
    clock.ms += 5000;
    expect(await apply(memberGone(), memberIs("active", NOW_MS + 1000))).toEqual([
      applied,
      applied,
    ]);
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("active");
  });

  test("is not ended by older news", async () => {
    const { stores, userId, tenantId, alive, apply } = await known();
    await apply(memberIs("active", NOW_MS));
    expect(await apply(memberGone(NOW_MS - 1))).toEqual([outdated]);
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("active");
    expect(await alive()).toEqual(["acme", "elsewhere", "other-vendor"]);
  });

  test("keeps its roles when a change is silent about them", async () => {
    const { directory, stores, userId, tenantId } = await known();
    const { data, ...rest } = memberIs("active") as Extract<
      DirectoryChange,
      { kind: "upsert"; entity: "membership" }
    >;
    const { roles: _, ...silent } = data;
    expect(await directory.apply(SOURCE, { ...rest, data: silent })).toEqual(applied);
    expect((await stores.memberships.get(userId, tenantId))?.roles).toEqual(["member"]);
  });

  test("from a clock ahead of ours does not outlast what is decided here now", async () => {
    const { directory, stores, userId, tenantId, apply } = await known();
    await apply(memberIs("active", NOW_MS + 86_400_000));
    expect((await stores.memberships.get(userId, tenantId))?.versionMs).toBe(NOW_MS);
    await directory.removeMember(userId, tenantId);
    expect((await stores.memberships.get(userId, tenantId))?.status).toBe("removed");
  });
});

describe("a change", () => {
  test.each<[string, DirectoryChange]>([
    ["a tenant", tenantIs("Acme")],
    ["a person", userIs({ name: "Ada" })],
    ["a membership", memberIs("active")],
    ["the end of a tenant", tenantGone],
    ["the end of a person", userGone],
    ["the end of a membership", memberGone()],
  ])("about %s makes nothing where unknown ones are refused", async (_what, change) => {
    const { directory, stores } = openDirectory({ onUnknown: { directory: "refuse" } });
    expect(await directory.apply(SOURCE, change)).toEqual(ignored);
    expect((await stores.tenants.list()).items).toEqual([]);
    const key = { ...SOURCE, kind: "user", external: "ada" } as const;
    expect(await stores.links.find(key)).toBeNull();
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("needs a version, not %s", async (version) => {
    const { directory } = openDirectory();
    const answer = await directory.apply(SOURCE, tenantIs("Acme", version));
    expect(answer).toEqual({ ok: false, reason: "claim_invalid" });
  });

  test("that only says to ask again must be asked about by whoever can", async () => {
    const { directory } = openDirectory();
    const change: DirectoryChange = { kind: "refetch", entity: "user", external: "ada" };
    expect(await directory.apply(SOURCE, change)).toEqual({
      ok: false,
      reason: "refetch_unsupported",
    });
  });

  test("that a store cannot take is neither done nor refused", async () => {
    const { directory } = openDirectory({ stores: failing("memberships") });
    expect(await directory.apply(SOURCE, memberIs("active"))).toEqual({
      ok: false,
      reason: "store_unavailable",
    });
  });
});
