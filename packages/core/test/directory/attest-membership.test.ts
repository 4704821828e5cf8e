import { describe, expect, test } from "vitest";
import { membershipKey } from "../../src/directory/revocation-keys.ts";
import { ada, attestPerson, NOW_MS, NOW_S, openDirectory, tenantRow, without } from "./kit.ts";

/** Ada in her tenant, with the roles of her first sign-in. */
async function signedIn(roles: readonly string[] = ["member"]) {
  const opened = openDirectory();
  const { user, tenant } = await attestPerson(opened.directory, { identity: ada({ roles }) });
  if (tenant === null) throw new Error("no tenant");
  const stored = () => opened.stores.memberships.get(user.id, tenant.id);
  return { ...opened, userId: user.id, tenantId: tenant.id, stored };
}

const at = (secondsFromNow: number, roles: readonly string[]) =>
  ada({ issuedAtSeconds: NOW_S + secondsFromNow, roles });

describe("a newer attestation", () => {
  test("changes the roles", async () => {
    const { directory, clock, stored } = await signedIn();
    clock.ms += 10_000;
    const attested = await attestPerson(directory, { identity: at(10, ["org:admin"]) });
    expect(attested.roles).toEqual(["admin"]);
    expect(await stored()).toMatchObject({ roles: ["admin"], versionMs: NOW_MS + 10_000 });
  });

  test("grants nothing for roles that the catalogue does not know, and says so without naming them", async () => {
    const { directory, clock, stored, logs } = await signedIn();
    clock.ms += 10_000;
    const attested = await attestPerson(directory, { identity: at(10, ["owner", "root"]) });
    expect(attested.roles).toEqual([]);
    expect((await stored())?.roles).toEqual([]);
    expect(logs).toContainEqual({
      level: "debug",
      event: "directory.roles_unknown",
      fields: { count: 2 },
    });
  });

  test("of a provider whose clock is ahead counts from now, so that a removal still wins", async () => {
    const { directory, userId, tenantId, stored } = await signedIn();
    await attestPerson(directory, { identity: at(3600, ["member"]) });
    expect((await stored())?.versionMs).toBe(NOW_MS);
    await directory.removeMember(userId, tenantId);
    const answer = await directory.attest({
      instance: "main",
      identity: at(3600, ["member"]),
      via: "token",
    });
    expect(answer).toEqual({ ok: false, reason: "membership_inactive" });
  });
});

describe("an older attestation", () => {
  test("row 24: never widens: it has at most what is known since", async () => {
    const { directory, stored } = await signedIn(["viewer", "member"]);
    const before = await stored();
    const attested = await attestPerson(directory, {
      identity: at(-10, ["admin", "both"]),
      via: "token",
    });
    expect(attested.roles).toEqual(["member"]);
    expect(await stored()).toEqual(before);
  });

  test("keeps roles that grant no more than the newer ones", async () => {
    const { directory } = await signedIn(["admin"]);
    const attested = await attestPerson(directory, { identity: at(-10, ["member"]), via: "token" });
    expect(attested.roles).toEqual(["member"]);
  });

  test("never widens by permissions either", async () => {
    const { directory } = await signedIn(["member"]);
    const identity = { ...at(-10, ["org:admin"]), permissions: ["members:manage", "notes:read"] };
    const attested = await attestPerson(directory, { identity, via: "token" });
    expect(attested.vendorPermissions).toEqual(["notes:read"]);
  });

  test("keeps its permissions while the roles are the same: two valid tokens live side by side", async () => {
    const { directory } = await signedIn(["member"]);
    const identity = { ...at(-10, ["member"]), permissions: ["members:read"] };
    const attested = await attestPerson(directory, { identity, via: "token" });
    expect(attested.vendorPermissions).toEqual(["members:read"]);
  });

  test("does not undo a newer one of the same roles in between", async () => {
    const { directory, clock } = await signedIn(["admin"]);
    clock.ms += 20_000;
    await attestPerson(directory, { identity: at(20, ["member"]) });
    // Issued after the first sign-in and before the second: the demotion must hold.
    const attested = await attestPerson(directory, {
      identity: at(10, ["org:admin"]),
      via: "token",
    });
    expect(attested.roles).toEqual([]);
  });
});

describe("silence about roles", () => {
  test("means the roles that the directory has", async () => {
    const { directory, clock, stored } = await signedIn(["member"]);
    clock.ms += 10_000;
    const silent = without(at(10, []), "roles");
    expect((await attestPerson(directory, { identity: silent })).roles).toEqual(["member"]);
    // The stored roles were not attested anew: a change that is on its way still counts as newer.
    expect((await stored())?.versionMs).toBe(NOW_MS);
  });

  test("row 24: of someone unknown means none", async () => {
    const { directory } = openDirectory();
    const attested = await attestPerson(directory, { identity: without(ada(), "roles") });
    expect(attested.roles).toEqual([]);
    expect(attested.membership).toMatchObject({ status: "active", roles: [] });
  });

  test("row 24: does not bring back the roles of a membership that had ended", async () => {
    const { directory, clock, userId, tenantId } = await signedIn(["admin"]);
    await directory.removeMember(userId, tenantId);
    clock.ms += 10_000;
    const silent = without(at(10, []), "roles");
    expect((await attestPerson(directory, { identity: silent })).roles).toEqual([]);
  });

  test("is not the same as none", async () => {
    const { directory, clock } = await signedIn(["member"]);
    clock.ms += 10_000;
    expect((await attestPerson(directory, { identity: at(10, []) })).roles).toEqual([]);
  });
});

describe("a tombstone", () => {
  test.each(["removed", "suspended"] as const)(
    "%s: wins over an older token and over one of the same moment",
    async (status) => {
      const { directory, clock, stores, userId, tenantId } = await signedIn();
      clock.ms += 10_000;
      const versionMs = clock.ms;
      await stores.memberships.apply({ userId, tenantId, roles: [], status, versionMs });
      for (const seconds of [-10, 0, 10]) {
        for (const via of ["token", "sign_in"] as const) {
          const attestation = { instance: "main", identity: at(seconds, ["member"]), via } as const;
          const answer = await directory.attest(attestation);
          expect(answer).toEqual({ ok: false, reason: "membership_inactive" });
        }
      }
    },
  );

  test("is lifted by a newer attestation", async () => {
    const { directory, clock, userId, tenantId, stored } = await signedIn();
    await directory.removeMember(userId, tenantId);
    clock.ms += 10_000;
    expect((await attestPerson(directory, { identity: at(10, ["member"]) })).roles).toEqual([
      "member",
    ]);
    expect((await stored())?.status).toBe("active");
  });

  test("an invitation that is newer than the token is no membership yet", async () => {
    const { directory, stores, userId, tenantId } = await signedIn();
    const versionMs = NOW_MS + 1;
    await stores.memberships.apply({
      userId,
      tenantId,
      roles: ["admin"],
      status: "invited",
      versionMs,
    });
    const answer = await directory.attest({ instance: "main", identity: ada(), via: "token" });
    expect(answer).toEqual({ ok: false, reason: "membership_inactive" });
  });
});

describe("a list of memberships at sign-in", () => {
  const items = [
    { tenant: { external: "org_2", slug: "beta" }, roles: ["org:admin"] },
    { tenant: { external: "org_3" } },
  ];

  test("is recorded, with the roles it tells", async () => {
    const { directory } = openDirectory();
    const memberships = { items, complete: true };
    const { user } = await attestPerson(directory, { identity: ada(), memberships });
    const theirs = await directory.tenantsOf(user.id);
    expect(theirs.map((one) => [one.tenant.slug, one.membership.roles])).toEqual([
      ["acme", ["member"]],
      ["beta", ["admin"]],
      [expect.stringMatching(/^tnt-/), []],
    ]);
  });

  test("does not overrule the token about the token's own tenant", async () => {
    const { directory } = openDirectory();
    const own = [{ tenant: { external: "org_1" }, roles: ["admin"] }];
    const memberships = { items: own, complete: true };
    const { user, tenant } = await attestPerson(directory, { identity: ada(), memberships });
    const stored = await directory.currentMembership(user.id, tenant?.id ?? "");
    expect(stored?.roles).toEqual(["member"]);
  });

  test("that is complete ends what it lacks, and revokes it", async () => {
    const { directory, clock, stores } = openDirectory();
    const { user } = await attestPerson(directory, {
      identity: ada(),
      memberships: { items, complete: true },
    });
    clock.ms += 10_000;
    const identity = at(10, ["member"]);
    const fewer = { items: items.slice(1), complete: true };
    await attestPerson(directory, { identity, memberships: fewer });
    const gone = (await stores.memberships.listByUser(user.id)).filter(
      (one) => one.status === "removed",
    );
    expect(gone).toHaveLength(1);
    const key = membershipKey(user.id, gone[0]?.tenantId ?? "");
    expect(await stores.revocations.read([key])).toEqual([clock.ms]);
    expect((await stores.tenants.get(gone[0]?.tenantId ?? ""))?.slug).toBe("beta");
  });

  test("that is not complete ends nothing", async () => {
    const { directory, clock } = openDirectory();
    const { user } = await attestPerson(directory, {
      identity: ada(),
      memberships: { items, complete: true },
    });
    clock.ms += 10_000;
    const memberships = { items: [], complete: false };
    await attestPerson(directory, { identity: at(10, ["member"]), memberships });
    expect(await directory.tenantsOf(user.id)).toHaveLength(3);
  });

  test("that is complete for no organization at all ends all of that provider", async () => {
    const { directory, clock } = openDirectory();
    const { user } = await attestPerson(directory, { identity: ada() });
    clock.ms += 10_000;
    const identity = { ...at(10, []), tenant: null };
    await attestPerson(directory, { identity, memberships: { items: [], complete: true } });
    expect(await directory.tenantsOf(user.id)).toEqual([]);
  });

  test("that is complete says nothing about tenants of another provider or of ours", async () => {
    const { directory, clock, stores } = openDirectory();
    const { user } = await attestPerson(directory, { identity: ada() });
    await stores.tenants.put(tenantRow("t9"));
    const versionMs = NOW_MS - 1;
    await stores.memberships.apply({
      userId: user.id,
      tenantId: "t9",
      roles: ["member"],
      status: "active",
      versionMs,
    });
    await directory.linkTenant(
      { instance: "other", issuer: "https://b.example", external: "x" },
      "t9",
    );
    clock.ms += 10_000;
    await attestPerson(directory, {
      identity: at(10, ["member"]),
      memberships: { items: [], complete: true },
    });
    expect((await directory.currentMembership(user.id, "t9"))?.status).toBe("active");
  });

  test("does not end what is known to be newer", async () => {
    const { directory, stores } = openDirectory();
    const { user } = await attestPerson(directory, {
      identity: ada(),
      memberships: { items, complete: true },
    });
    const identity = at(-10, ["member"]);
    await attestPerson(directory, { identity, memberships: { items: [], complete: true } });
    expect(await directory.tenantsOf(user.id)).toHaveLength(3);
    const keys = (await directory.tenantsOf(user.id)).map((one) =>
      membershipKey(user.id, one.tenant.id),
    );
    expect(await stores.revocations.read(keys)).toEqual([0, 0, 0]);
  });

  test("leaves out tenants that may not be made", async () => {
    const { directory, stores } = openDirectory({ onUnknown: { signIn: "refuse" } });
    await stores.tenants.put(tenantRow("t1"));
    await stores.users.put({ id: "u1", name: null, email: null, status: "active" });
    const key = { instance: "main", issuer: ada().issuer };
    await directory.linkIdentity({ ...key, external: "ada" }, "u1", { evidence: "admin" });
    await directory.linkTenant({ ...key, external: "org_1" }, "t1");
    await attestPerson(directory, { identity: ada(), memberships: { items, complete: true } });
    expect((await directory.tenantsOf("u1")).map((one) => one.tenant.id)).toEqual(["t1"]);
  });
});

describe("a person with another subject in each organization", () => {
  const inAcme = ada({ subject: "member_1", subjectScope: "tenant" });
  const inBeta = ada({
    subject: "member_2",
    subjectScope: "tenant",
    tenant: { external: "org_2", slug: "beta", name: "Beta" },
  });
  const both = {
    items: [{ tenant: { external: "org_2", slug: "beta", name: "Beta" }, subject: "member_2" }],
    complete: false,
  };

  test("is one person once the vendor says that both are theirs", async () => {
    const { directory } = openDirectory();
    const first = await attestPerson(directory, { identity: inAcme, memberships: both });
    const second = await attestPerson(directory, { identity: inBeta });
    expect(second.user.id).toBe(first.user.id);
    expect(await directory.tenantsOf(first.user.id)).toHaveLength(2);
  });

  test("is two people without that, whatever their address is", async () => {
    const { directory } = openDirectory();
    const first = await attestPerson(directory, { identity: inAcme });
    const second = await attestPerson(directory, { identity: inBeta });
    expect(second.user.id).not.toBe(first.user.id);
  });

  test("stays two people who came one by one before the vendor said so", async () => {
    const { directory } = openDirectory();
    const second = await attestPerson(directory, { identity: inBeta });
    const first = await attestPerson(directory, { identity: inAcme, memberships: both });
    expect(first.user.id).not.toBe(second.user.id);
    expect(await directory.tenantsOf(first.user.id)).toHaveLength(1);
    const again = await attestPerson(directory, { identity: inBeta });
    expect(again.user.id).toBe(second.user.id);
  });
});
