import { describe, expect, test } from "vitest";
import { localId } from "../../src/directory/local-id.ts";
import {
  ada,
  attestPerson,
  customerIdp,
  ISSUER,
  NOW_MS,
  openDirectory,
  tenantRow,
  without,
} from "./kit.ts";

describe("a person's first sign-in", () => {
  test("makes the person, the tenant, the membership and the links", async () => {
    const { directory, stores } = openDirectory();
    const attested = await attestPerson(directory, { identity: ada() });
    const userId = await localId("user", { instance: "main", issuer: ISSUER, external: "ada" });
    expect(attested.user).toEqual({
      id: userId,
      name: "Ada",
      email: { value: "ada@acme.example", verified: true },
      status: "active",
    });
    expect(attested.principal).toEqual({
      kind: "user",
      id: userId,
      name: "Ada",
      email: { value: "ada@acme.example", verified: true },
    });
    expect(attested.tenant?.slug).toBe("acme");
    expect(attested.membership).toMatchObject({ userId, roles: ["member"], versionMs: NOW_MS });
    expect(attested.roles).toEqual(["member"]);
    expect(await stores.links.listByLocal("user", userId)).toEqual([
      {
        instance: "main",
        issuer: ISSUER,
        kind: "user",
        external: "ada",
        local: userId,
        evidence: "sign_in",
        createdAtMs: NOW_MS,
      },
    ]);
  });

  test("makes one person when it happens many times at once", async () => {
    const { directory, stores } = openDirectory();
    const many = Array.from({ length: 20 }, () => attestPerson(directory, { identity: ada() }));
    const ids = (await Promise.all(many)).map((attested) => attested.user.id);
    expect(new Set(ids).size).toBe(1);
    const [id = ""] = ids;
    expect(await stores.links.listByLocal("user", id)).toHaveLength(1);
    expect((await stores.tenants.list()).items).toHaveLength(1);
  });

  test("finds the same person again", async () => {
    const { directory } = openDirectory();
    const first = await attestPerson(directory, { identity: ada() });
    const second = await attestPerson(directory, { identity: ada(), via: "token" });
    expect(second.user.id).toBe(first.user.id);
  });

  test("gives the same ids in a directory that has forgotten everything", async () => {
    const first = await attestPerson(openDirectory().directory, { identity: ada() });
    const second = await attestPerson(openDirectory().directory, { identity: ada() });
    expect(second.user.id).toBe(first.user.id);
    expect(second.tenant?.id).toBe(first.tenant?.id);
  });

  test("without an organization gives no tenant and no roles", async () => {
    const { directory } = openDirectory();
    const attested = await attestPerson(directory, {
      identity: ada({ tenant: null, permissions: ["*"] }),
    });
    expect(attested).toMatchObject({
      tenant: null,
      membership: null,
      roles: [],
      vendorPermissions: [],
    });
  });

  test("heals a link whose person was lost half-way", async () => {
    const { directory, stores } = openDirectory();
    const { user } = await attestPerson(directory, { identity: ada() });
    const lost = openDirectory({ stores: { links: stores.links } });
    expect((await attestPerson(lost.directory, { identity: ada() })).user.id).toBe(user.id);
  });
});

describe("row 33: an e-mail address", () => {
  test("never links: the same address at another issuer is someone else", async () => {
    const { directory } = openDirectory();
    const one = await attestPerson(directory, { identity: ada() });
    const other = await attestPerson(directory, {
      identity: ada({ issuer: "https://evil.example", subject: "mallory" }),
    });
    expect(other.user.email).toEqual(one.user.email);
    expect(other.user.id).not.toBe(one.user.id);
  });

  test("never links: the same subject at another issuer or instance is someone else", async () => {
    const { directory } = openDirectory();
    const one = await attestPerson(directory, { identity: ada() });
    const elsewhere = await attestPerson(directory, {
      identity: ada({ issuer: "https://evil.example" }),
    });
    const instance = await attestPerson(directory, { identity: ada(), instance: "other" });
    expect(new Set([one.user.id, elsewhere.user.id, instance.user.id]).size).toBe(3);
  });

  test("keeps a person whose address changes", async () => {
    const { directory } = openDirectory();
    const one = await attestPerson(directory, { identity: ada() });
    const email = { value: "lovelace@acme.example", verified: true };
    const later = await attestPerson(directory, { identity: ada({ email }) });
    expect(later.user).toEqual({ ...one.user, email, versionMs: NOW_MS });
  });

  test("is not verified unless the provider says so", async () => {
    const { directory } = openDirectory();
    for (const verified of [false, undefined, null, 0, "false", "true", 1]) {
      const email = { value: "ada@acme.example", verified } as unknown as {
        value: string;
        verified: boolean;
      };
      const { user } = await attestPerson(directory, { identity: ada({ email }) });
      expect(user.email).toEqual({ value: "ada@acme.example", verified: false });
    }
  });

  test("that was verified is no longer, once the provider says so", async () => {
    const { directory } = openDirectory();
    await attestPerson(directory, { identity: ada() });
    const email = { value: "ada@acme.example", verified: false };
    expect((await attestPerson(directory, { identity: ada({ email }) })).user.email).toEqual(email);
  });

  test("row 32: is normalised, and dropped when it is not one", async () => {
    const { directory } = openDirectory();
    const email = { value: "Ada@ACME.example", verified: true };
    const { user } = await attestPerson(directory, { identity: ada({ email }) });
    expect(user.email?.value).toBe("Ada@acme.example");
    const odd = { value: "ada@evil.example@acme.example", verified: true };
    const eve = await attestPerson(directory, { identity: ada({ subject: "eve", email: odd }) });
    expect(eve.user.email).toBeNull();
    expect(eve.principal).not.toHaveProperty("email");
  });
});

describe("a subject that is an organization's own", () => {
  test("row 33: is another person in another organization", async () => {
    const { directory } = openDirectory();
    const subjectScope = "tenant";
    const one = await attestPerson(directory, { identity: ada({ subjectScope }) });
    const tenant = { external: "org_2" };
    const other = await attestPerson(directory, { identity: ada({ subjectScope, tenant }) });
    expect(other.user.id).not.toBe(one.user.id);
  });

  test("is refused without an organization", async () => {
    const { directory } = openDirectory();
    const identity = ada({ subjectScope: "tenant", tenant: null });
    const answer = await directory.attest({ instance: "main", identity, via: "sign_in" });
    expect(answer).toEqual({ ok: false, reason: "claim_missing" });
  });
});

describe("row 34: an external id", () => {
  test("that reads like a local one is someone new", async () => {
    const { directory, stores } = openDirectory();
    const first = await attestPerson(directory, { identity: ada() });
    await stores.users.put({ id: "1", name: "Root", email: null, status: "active" });
    for (const subject of ["1", first.user.id]) {
      const { user } = await attestPerson(directory, { identity: ada({ subject }) });
      expect(user.id).toMatch(/^usr_[a-z2-7]{32}$/);
      expect([first.user.id, "1"]).not.toContain(user.id);
    }
  });

  test("of an organization that reads like a local tenant is a new tenant", async () => {
    const { directory, stores } = openDirectory();
    await stores.tenants.put(tenantRow("t1"));
    const { tenant } = await attestPerson(directory, {
      identity: ada({ tenant: { external: "t1" } }),
    });
    expect(tenant?.id).not.toBe("t1");
  });
});

describe("a profile", () => {
  test("follows sign-ins, and silence changes nothing", async () => {
    const { directory } = openDirectory();
    const first = await attestPerson(directory, { identity: ada() });
    const silent = await attestPerson(directory, { identity: without(ada(), "name", "email") });
    expect(silent.user).toEqual(first.user);
    const renamed = await attestPerson(directory, { identity: ada({ name: "Ada L." }) });
    expect(renamed.user).toEqual({ ...first.user, name: "Ada L.", versionMs: NOW_MS });
  });

  test("is not set back by a token", async () => {
    const { directory } = openDirectory();
    const first = await attestPerson(directory, { identity: ada() });
    const identity = ada({
      name: "Old name",
      email: { value: "old@acme.example", verified: true },
    });
    expect((await attestPerson(directory, { identity, via: "token" })).user).toEqual(first.user);
  });

  test("of someone without name and address is empty, not invented", async () => {
    const { directory } = openDirectory();
    const { user, principal } = await attestPerson(directory, {
      identity: without(ada(), "name", "email"),
    });
    expect(user).toMatchObject({ name: null, email: null });
    expect(principal).toEqual({ kind: "user", id: user.id });
  });
});

describe("a suspended or deleted person", () => {
  test.each(["suspended", "deleted"] as const)(
    "%s: is refused, and nothing is written",
    async (status) => {
      const { directory, stores } = openDirectory();
      const { user } = await attestPerson(directory, { identity: ada() });
      await directory.setUserStatus(user.id, status);
      const tenant = { external: "org_new" };
      for (const via of ["sign_in", "token"] as const) {
        const identity = ada({ name: "New name", tenant });
        const answer = await directory.attest({ instance: "main", identity, via });
        expect(answer).toEqual({ ok: false, reason: "account_inactive" });
      }
      expect((await stores.users.get(user.id))?.name).toBe("Ada");
      expect((await stores.tenants.list()).items).toHaveLength(1);
    },
  );

  test("stays so when the suspension arrives in the middle of a sign-in", async () => {
    const real = openDirectory();
    const { user } = await attestPerson(real.directory, { identity: ada() });
    const users = {
      ...real.stores.users,
      // The administrator's write lands between the sign-in's read and its write.
      async get(id: string) {
        const found = await real.stores.users.get(id);
        await real.stores.users.update(id, { status: "suspended" });
        return found;
      },
    };
    const { directory } = openDirectory({ stores: { ...real.stores, users } });
    const identity = ada({ name: "New name" });
    const answer = await directory.attest({ instance: "main", identity, via: "sign_in" });
    expect(answer).toEqual({ ok: false, reason: "account_inactive" });
    expect((await real.stores.users.get(user.id))?.status).toBe("suspended");
  });
});

describe("an unknown person", () => {
  const refused = { ok: false, reason: "account_unknown" };

  test.each([
    ["sign_in", { signIn: "refuse" }, refused],
    ["sign_in", { token: "refuse" }, expect.objectContaining({ ok: true })],
    ["token", { token: "refuse" }, refused],
    ["token", { signIn: "refuse" }, expect.objectContaining({ ok: true })],
    ["token", {}, expect.objectContaining({ ok: true })],
  ] as const)("by %s under %j", async (via, onUnknown, expected) => {
    const { directory, stores } = openDirectory({ onUnknown });
    expect(await directory.attest({ instance: "main", identity: ada(), via })).toEqual(expected);
    const made = (await stores.tenants.list()).items.length;
    expect(made).toBe(expected === refused ? 0 : 1);
  });

  test("who was linked by an administrator is known", async () => {
    const { directory, stores } = openDirectory({ onUnknown: { signIn: "refuse" } });
    await stores.users.put({ id: "u1", name: null, email: null, status: "active" });
    await stores.tenants.put(tenantRow("t1"));
    await directory.linkIdentity({ instance: "main", issuer: ISSUER, external: "ada" }, "u1", {
      evidence: "admin",
    });
    await directory.linkTenant({ instance: "main", issuer: ISSUER, external: "org_1" }, "t1");
    const attested = await attestPerson(directory, { identity: ada() });
    expect([attested.user.id, attested.tenant?.id]).toEqual(["u1", "t1"]);
  });

  test("whom the app's own ids cover is known, and linked for good", async () => {
    const { directory, stores } = openDirectory({
      onUnknown: { signIn: "refuse" },
      idOf: (kind, { external }) => `${kind}-${external}`,
    });
    await stores.users.put({ id: "user-ada", name: null, email: null, status: "active" });
    await stores.tenants.put(tenantRow("tenant-org_1"));
    const attested = await attestPerson(directory, { identity: ada() });
    expect([attested.user.id, attested.tenant?.id]).toEqual(["user-ada", "tenant-org_1"]);
    const [link] = await stores.links.listByLocal("user", "user-ada");
    expect(link?.evidence).toBe("configuration");
  });
});

describe("a customer's own provider", () => {
  const start = async (changes: Parameters<typeof customerIdp>[0] = {}) => {
    const opened = openDirectory();
    await opened.stores.tenants.put(tenantRow("t1"));
    return { ...opened, connection: customerIdp(changes) };
  };

  test("gives its people the tenant of its row and no other", async () => {
    const { directory, connection } = await start();
    const identity = ada({ tenant: null });
    const attested = await attestPerson(directory, { identity, connection });
    expect(attested.tenant?.id).toBe("t1");
    expect(attested.roles).toEqual(["member"]);
    const same = await attestPerson(directory, {
      identity: ada({ tenant: { local: "t1" } }),
      connection,
    });
    expect(same.tenant?.id).toBe("t1");
  });

  test.each([
    ["another tenant by its local id", { identity: ada({ tenant: { local: "t2" } }) }],
    [
      "a tenant by an organization of its own",
      { identity: ada({ tenant: { external: "org_1" } }) },
    ],
    ["another issuer", { identity: ada({ tenant: null, issuer: "https://evil.example" }) }],
    ["another instance", { identity: ada({ tenant: null }), instance: "other" }],
  ])("is refused when it names %s", async (_, attestation) => {
    const { directory, stores, connection } = await start();
    await stores.tenants.put(tenantRow("t2"));
    const answer = await directory.attest({
      instance: "main",
      via: "sign_in",
      connection,
      ...attestation,
    });
    expect(answer).toEqual({ ok: false, reason: "connection_mismatch" });
  });

  test("is refused while it is disabled", async () => {
    const { directory, connection } = await start({ enabled: false });
    const identity = ada({ tenant: null });
    const answer = await directory.attest({
      instance: "main",
      via: "sign_in",
      connection,
      identity,
    });
    expect(answer).toEqual({ ok: false, reason: "connection_mismatch" });
  });

  test.each([
    "ceo@other.example",
    "ada@evil-acme.example",
    "ada@sub.acme.example",
    "ada@acme.example.evil",
  ])("row 33: cannot assert %s, which is not of its domains", async (value) => {
    const { directory, connection } = await start();
    const identity = ada({ tenant: null, email: { value, verified: true } });
    const { user } = await attestPerson(directory, { identity, connection });
    expect(user.email).toBeNull();
  });

  test("keeps an address that it may not touch", async () => {
    const { directory, connection } = await start();
    const identity = ada({ tenant: null });
    await attestPerson(directory, { identity, connection });
    const email = { value: "ceo@other.example", verified: true };
    const later = await attestPerson(directory, {
      identity: ada({ tenant: null, email }),
      connection,
    });
    expect(later.user.email?.value).toBe("ada@acme.example");
  });

  test("says nothing about other tenants", async () => {
    const { directory, stores, connection } = await start();
    const identity = ada({ tenant: null });
    const items = [{ tenant: { external: "org_9" }, roles: ["admin"] }];
    await attestPerson(directory, { identity, connection, memberships: { items, complete: true } });
    expect((await stores.tenants.list()).items.map((one) => one.id)).toEqual(["t1"]);
  });

  test("with subjects of its organization keeps two customers' people apart", async () => {
    const { directory, stores, connection } = await start();
    await stores.tenants.put(tenantRow("t2"));
    const identity = ada({ tenant: null, subjectScope: "tenant" });
    const one = await attestPerson(directory, { identity, connection });
    const second = customerIdp({ id: "c2", tenantId: "t2", clientId: "other" });
    const other = await attestPerson(directory, { identity, connection: second });
    expect(other.user.id).not.toBe(one.user.id);
  });
});
