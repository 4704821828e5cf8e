import { describe, expect, test } from "vitest";
import { ada, attestPerson, ISSUER, NOW_MS, openDirectory, tenantRow, valueOf } from "./kit.ts";

const key = { instance: "main", issuer: ISSUER, external: "second" };

describe("ensuring a tenant", () => {
  test("makes it once, and leaves an existing one as it is", async () => {
    const { directory, stores } = openDirectory();
    const domains = [{ name: "acme.example", verified: true }];
    const wanted = {
      id: "t1",
      slug: "acme",
      name: "Acme",
      domains,
      policy: { mfa: "required" },
    } as const;
    const made = valueOf(await directory.ensureTenant(wanted));
    expect(made).toEqual({ ...wanted, status: "active", placement: null });
    await stores.tenants.update("t1", { status: "suspended" });
    const again = valueOf(await directory.ensureTenant({ ...wanted, name: "Other" }));
    expect(again).toMatchObject({ name: "Acme", status: "suspended" });
  });

  test("refuses a slug that is another's", async () => {
    const { directory } = openDirectory();
    await directory.ensureTenant({ id: "t1", slug: "acme", name: "Acme" });
    const answer = await directory.ensureTenant({ id: "t2", slug: "acme", name: "Acme" });
    expect(answer).toEqual({ ok: false, reason: "slug_taken" });
  });

  test.each(["", "Acme", "-acme", "a_b", "a".repeat(64), "a b"])(
    "throws for the slug %j",
    async (slug) => {
      const { directory } = openDirectory();
      await expect(directory.ensureTenant({ id: "t1", slug, name: "Acme" })).rejects.toThrow(
        TypeError,
      );
    },
  );

  test.each(["ACME.example", "acme", "@acme.example", "ａcme.example"])(
    "row 31: throws for the domain %j, which no address could match",
    async (name) => {
      const { directory } = openDirectory();
      const domains = [{ name, verified: true }];
      const wanted = { id: "t1", slug: "acme", name: "Acme", domains };
      await expect(directory.ensureTenant(wanted)).rejects.toThrow(TypeError);
    },
  );
});

describe("linking an organization", () => {
  test("is refused for a tenant that is not there", async () => {
    const { directory, stores } = openDirectory();
    const unknown = { ok: false, reason: "tenant_unknown" };
    expect(await directory.linkTenant(key, "t1")).toEqual(unknown);
    await stores.tenants.put(tenantRow("t1", { status: "deleted" }));
    expect(await directory.linkTenant(key, "t1")).toEqual(unknown);
    expect(await stores.links.find({ ...key, kind: "tenant" })).toBeNull();
  });
});

describe("linking a second identity", () => {
  async function twoPeople() {
    const opened = openDirectory();
    const one = await attestPerson(opened.directory, { identity: ada() });
    const other = await attestPerson(opened.directory, { identity: ada({ subject: "eve" }) });
    return { ...opened, adaId: one.user.id, eveId: other.user.id };
  }

  test("by a second sign-in makes it the same person", async () => {
    const { directory, adaId } = await twoPeople();
    const link = valueOf(await directory.linkIdentity(key, adaId, { evidence: "second_sign_in" }));
    expect(link).toEqual({
      ...key,
      kind: "user",
      local: adaId,
      evidence: "second_sign_in",
      createdAtMs: NOW_MS,
    });
    const identity = ada({ subject: "second" });
    expect((await attestPerson(directory, { identity })).user.id).toBe(adaId);
  });

  test("row 33: by a second sign-in never takes an identity from someone else", async () => {
    const { directory, adaId, eveId } = await twoPeople();
    const evesKey = { ...key, external: "eve" };
    const answer = await directory.linkIdentity(evesKey, adaId, { evidence: "second_sign_in" });
    expect(answer).toEqual({ ok: false, reason: "link_taken" });
    const identity = ada({ subject: "eve" });
    expect((await attestPerson(directory, { identity })).user.id).toBe(eveId);
  });

  test("that is theirs already changes nothing", async () => {
    const { directory, adaId } = await twoPeople();
    const adasKey = { ...key, external: "ada" };
    const link = valueOf(
      await directory.linkIdentity(adasKey, adaId, { evidence: "second_sign_in" }),
    );
    expect(link.evidence).toBe("sign_in");
  });

  test("by an administrator moves it, and revokes what its former person holds", async () => {
    const { directory, stores, adaId, eveId } = await twoPeople();
    const evesKey = { ...key, external: "eve" };
    const link = valueOf(await directory.linkIdentity(evesKey, adaId, { evidence: "admin" }));
    expect(link).toMatchObject({ local: adaId, evidence: "admin" });
    const identity = ada({ subject: "eve" });
    expect((await attestPerson(directory, { identity })).user.id).toBe(adaId);
    expect(await stores.revocations.read([`user:${eveId}`, `user:${adaId}`])).toEqual([NOW_MS, 0]);
  });

  test("needs a person who is there and active", async () => {
    const { directory, adaId } = await twoPeople();
    const unknown = await directory.linkIdentity(key, "absent", { evidence: "admin" });
    expect(unknown).toEqual({ ok: false, reason: "account_unknown" });
    await directory.setUserStatus(adaId, "suspended");
    const inactive = await directory.linkIdentity(key, adaId, { evidence: "admin" });
    expect(inactive).toEqual({ ok: false, reason: "account_inactive" });
  });
});

describe("registering a machine", () => {
  test("gives it an id of its own and keeps only what belongs to it", async () => {
    const { directory, stores } = openDirectory();
    await stores.tenants.put(tenantRow("t1"));
    const wanted = { ...key, tenantId: "t1", name: "Reporter", roles: ["viewer"], isRoot: true };
    const machine = valueOf(await directory.registerMachine(wanted));
    expect(machine).toEqual({
      ...key,
      id: expect.stringMatching(/^svc_[a-z2-7]{32}$/),
      tenantId: "t1",
      name: "Reporter",
      roles: ["viewer"],
      status: "active",
    });
    expect(await stores.machines.find(key)).toEqual(machine);
  });

  test("is refused for a tenant that is not there", async () => {
    const { directory } = openDirectory();
    const answer = await directory.registerMachine({
      ...key,
      tenantId: "t1",
      name: "R",
      roles: [],
    });
    expect(answer).toEqual({ ok: false, reason: "tenant_unknown" });
  });

  test("throws for a role that the catalogue does not know", async () => {
    const { directory } = openDirectory();
    const wanted = { ...key, tenantId: "t1", name: "R", roles: ["owner"] };
    await expect(directory.registerMachine(wanted)).rejects.toThrow(
      'Machine role "owner" is unknown.',
    );
  });
});
