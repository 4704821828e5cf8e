import { describe, expect, test } from "vitest";
import { session } from "../../src/testing/samples.ts";
import { ada, attestPerson, failing, NOW_MS, openDirectory } from "./kit.ts";

async function signedIn() {
  const opened = openDirectory();
  const { user, tenant } = await attestPerson(opened.directory, { identity: ada() });
  if (tenant === null) throw new Error("no tenant");
  const base = { userId: user.id, tenantId: tenant.id };
  await opened.stores.sessions.insert(session("here", base));
  await opened.stores.sessions.insert(session("elsewhere", { ...base, tenantId: "other" }));
  await opened.stores.sessions.insert(session("nowhere", { ...base, tenantId: null }));
  await opened.stores.sessions.insert(session("someone", { tenantId: tenant.id, userId: "other" }));
  const live = async () => {
    const ids = ["here", "elsewhere", "nowhere", "someone"];
    const rows = await Promise.all(ids.map((id) => opened.stores.sessions.get(id)));
    return rows.filter((row) => row?.endedAtMs === null).map((row) => row?.id);
  };
  return { ...opened, userId: user.id, tenantId: tenant.id, live };
}

describe("removing a member", () => {
  test("ends the membership, its sessions and whatever was issued for it", async () => {
    const { directory, stores, userId, tenantId, live } = await signedIn();
    const ended = await directory.removeMember(userId, tenantId);
    expect(ended).toEqual({ userId, tenantId, roles: [], status: "removed", versionMs: NOW_MS });
    expect(await directory.currentMembership(userId, tenantId)).toBeNull();
    expect(await stores.revocations.read([`membership:${userId}:${tenantId}`])).toEqual([NOW_MS]);
    expect(await stores.revocations.read([`user:${userId}`, `tenant:${tenantId}`])).toEqual([0, 0]);
    expect(await live()).toEqual(["elsewhere", "nowhere", "someone"]);
  });

  test("is newer than an attestation with a later time", async () => {
    const { directory, stores, userId, tenantId } = await signedIn();
    const versionMs = NOW_MS + 60_000;
    await stores.memberships.apply({
      userId,
      tenantId,
      roles: ["admin"],
      status: "active",
      versionMs,
    });
    expect(await directory.removeMember(userId, tenantId)).toMatchObject({
      status: "removed",
      versionMs,
    });
  });

  test("turns a newer suspension into a removal", async () => {
    const { directory, stores, userId, tenantId } = await signedIn();
    const versionMs = NOW_MS + 60_000;
    await stores.memberships.apply({ userId, tenantId, roles: [], status: "suspended", versionMs });
    expect((await directory.removeMember(userId, tenantId)).status).toBe("removed");
  });

  test("revokes again when it is repeated: the first time may have stopped half-way", async () => {
    const { directory, stores, clock, userId, tenantId } = await signedIn();
    await directory.removeMember(userId, tenantId);
    clock.ms += 5000;
    await directory.removeMember(userId, tenantId);
    expect(await stores.revocations.read([`membership:${userId}:${tenantId}`])).toEqual([clock.ms]);
  });

  test("works before the person ever came", async () => {
    const { directory, userId } = await signedIn();
    await directory.removeMember(userId, "t-later");
    expect(await directory.currentMembership(userId, "t-later")).toBeNull();
  });

  test("fails loudly when the store keeps the membership open", async () => {
    const { stores, userId, tenantId } = await signedIn();
    const open = { userId, tenantId, roles: [], status: "active", versionMs: NOW_MS } as const;
    const memberships = { ...stores.memberships, apply: async () => open };
    const { directory } = openDirectory({ stores: { ...stores, memberships } });
    await expect(directory.removeMember(userId, tenantId)).rejects.toThrow(
      "keeps a membership open",
    );
  });
});

describe("suspending a member", () => {
  test("ends what the member holds there", async () => {
    const { directory, stores, userId, tenantId, live } = await signedIn();
    expect((await directory.suspendMember(userId, tenantId)).status).toBe("suspended");
    expect(await stores.revocations.read([`membership:${userId}:${tenantId}`])).toEqual([NOW_MS]);
    expect(await live()).not.toContain("here");
  });

  test("does not turn a removal into a suspension", async () => {
    const { directory, userId, tenantId } = await signedIn();
    await directory.removeMember(userId, tenantId);
    expect((await directory.suspendMember(userId, tenantId)).status).toBe("removed");
  });
});

describe("a person's status", () => {
  test.each(["suspended", "deleted"] as const)(
    "%s: ends everything the person holds",
    async (status) => {
      const { directory, stores, userId, live } = await signedIn();
      expect((await directory.setUserStatus(userId, status))?.status).toBe(status);
      expect(await directory.currentUser(userId)).toBeNull();
      expect(await stores.revocations.read([`user:${userId}`])).toEqual([NOW_MS]);
      expect(await live()).toEqual(["someone"]);
    },
  );

  test("active again: lets the person in, and brings no session back", async () => {
    const { directory, userId, live } = await signedIn();
    await directory.setUserStatus(userId, "suspended");
    await directory.setUserStatus(userId, "active");
    expect((await attestPerson(directory, { identity: ada() })).user.id).toBe(userId);
    expect(await live()).toEqual(["someone"]);
  });

  test("of nobody changes nothing", async () => {
    const { directory, stores } = await signedIn();
    expect(await directory.setUserStatus("absent", "suspended")).toBeNull();
    expect(await stores.revocations.read(["user:absent"])).toEqual([0]);
  });
});

describe("a tenant's status", () => {
  test.each(["suspended", "deleted"] as const)(
    "%s: ends whatever stands for it",
    async (status) => {
      const { directory, stores, tenantId } = await signedIn();
      expect((await directory.setTenantStatus(tenantId, status))?.status).toBe(status);
      expect(await stores.revocations.read([`tenant:${tenantId}`])).toEqual([NOW_MS]);
    },
  );

  test("active again: revokes nothing", async () => {
    const { directory, stores, clock, tenantId } = await signedIn();
    await directory.setTenantStatus(tenantId, "suspended");
    clock.ms += 1000;
    await directory.setTenantStatus(tenantId, "active");
    expect(await stores.revocations.read([`tenant:${tenantId}`])).toEqual([NOW_MS]);
  });

  test("of none changes nothing", async () => {
    const { directory, stores } = await signedIn();
    expect(await directory.setTenantStatus("absent", "suspended")).toBeNull();
    expect(await stores.revocations.read(["tenant:absent"])).toEqual([0]);
  });

  test("throws what a store throws, so that nobody believes it was done", async () => {
    const { stores, tenantId } = await signedIn();
    const { directory } = openDirectory({ stores: { ...stores, ...failing("revocations") } });
    await expect(directory.setTenantStatus(tenantId, "suspended")).rejects.toThrow(RangeError);
  });
});
