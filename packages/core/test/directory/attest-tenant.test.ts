import { describe, expect, test } from "vitest";
import { ada, attestPerson, ISSUER, openDirectory, tenantRow } from "./kit.ts";

const inTenant = (external: string, changes: { slug?: string; name?: string } = {}) =>
  ada({ subject: `someone of ${external}`, tenant: { external, ...changes } });

describe("an organization that nobody knows", () => {
  test("becomes a tenant with the vendor's slug and name", async () => {
    const { directory } = openDirectory();
    const { tenant } = await attestPerson(directory, { identity: ada() });
    expect(tenant).toEqual({
      id: expect.stringMatching(/^tnt_[a-z2-7]{32}$/),
      slug: "acme",
      name: "Acme",
      status: "active",
      domains: [],
      policy: {},
      placement: null,
    });
  });

  test("gets a suffix of its own when its slug is another's, always the same one", async () => {
    const slugOf = async () => {
      const { directory, stores } = openDirectory();
      await stores.tenants.put(tenantRow("t1", { slug: "acme" }));
      const { tenant } = await attestPerson(directory, { identity: ada() });
      return tenant?.slug;
    };
    const slug = await slugOf();
    expect(slug).toMatch(/^acme-[a-z2-7]{8}$/);
    expect(await slugOf()).toBe(slug);
  });

  test("is the existing tenant with its slug when the operator wrote that slug", async () => {
    const { directory, stores } = openDirectory();
    await stores.tenants.put(tenantRow("t1", { slug: "acme" }));
    const tenant = { external: "org_9", slug: "acme", configured: true } as const;
    const attested = await attestPerson(directory, { identity: ada({ tenant }) });
    expect(attested.tenant?.id).toBe("t1");
    expect(await stores.links.listByLocal("tenant", "t1")).toMatchObject([
      { external: "org_9", evidence: "configuration" },
    ]);
  });

  test("gets its id as slug when even that is taken", async () => {
    const { directory, stores } = openDirectory();
    const probe = await attestPerson(openDirectory().directory, { identity: ada() });
    const id = probe.tenant?.id ?? "";
    await stores.tenants.put(tenantRow("t1", { slug: "acme" }));
    await stores.tenants.put(tenantRow("t2", { slug: `acme-${id.slice(-8)}` }));
    const { tenant } = await attestPerson(directory, { identity: ada() });
    expect(tenant?.slug).toBe(id.replace("_", "-"));
  });

  test("is refused when no slug is left", async () => {
    const { directory, stores } = openDirectory();
    const broken = openDirectory({
      stores: { ...stores, tenants: { ...stores.tenants, add: async () => null } },
    });
    const attestation = { instance: "main", identity: ada(), via: "sign_in" } as const;
    const answer = await broken.directory.attest(attestation);
    expect(answer).toEqual({ ok: false, reason: "tenant_unknown" });
    expect((await directory.attest(attestation)).ok).toBe(true);
  });

  test("is named after its slug, or after its id, when it has no name", async () => {
    const { directory } = openDirectory();
    const one = await attestPerson(directory, { identity: inTenant("a", { slug: "acme" }) });
    expect(one.tenant?.name).toBe("acme");
    const other = await attestPerson(directory, { identity: inTenant("b") });
    expect(other.tenant).toMatchObject({ slug: other.tenant?.name });
    expect(other.tenant?.slug).toMatch(/^tnt-/);
  });

  test("becomes one tenant when several of its people come first at once", async () => {
    const { directory, stores } = openDirectory();
    const people = Array.from({ length: 20 }, (_, index) => ada({ subject: `person ${index}` }));
    const attested = await Promise.all(
      people.map((identity) => attestPerson(directory, { identity })),
    );
    expect(new Set(attested.map((one) => one.tenant?.id)).size).toBe(1);
    expect((await stores.tenants.list()).items).toHaveLength(1);
    expect(new Set(attested.map((one) => one.user.id)).size).toBe(20);
  });

  test("is refused for a known person where unknown ones are refused", async () => {
    const { directory } = openDirectory({ onUnknown: { token: "refuse" } });
    await attestPerson(directory, { identity: ada() });
    const identity = ada({ tenant: { external: "org_2" } });
    const answer = await directory.attest({ instance: "main", identity, via: "token" });
    expect(answer).toEqual({ ok: false, reason: "tenant_unknown" });
  });
});

describe("a known organization", () => {
  test("keeps its slug and name, whatever later tokens say", async () => {
    const { directory } = openDirectory();
    const first = await attestPerson(directory, { identity: ada() });
    const renamed = ada({ tenant: { external: "org_1", slug: "other", name: "Other" } });
    expect((await attestPerson(directory, { identity: renamed })).tenant).toEqual(first.tenant);
  });

  test("is another one at another issuer or instance", async () => {
    const { directory } = openDirectory();
    const one = await attestPerson(directory, { identity: ada() });
    const other = await attestPerson(directory, { identity: ada(), instance: "other" });
    const third = await attestPerson(directory, { identity: ada({ issuer: "https://b.example" }) });
    expect(new Set([one, other, third].map((each) => each.tenant?.id)).size).toBe(3);
  });

  test("is the tenant that an administrator linked it to", async () => {
    const { directory, stores } = openDirectory();
    await stores.tenants.put(tenantRow("t1"));
    await directory.linkTenant({ instance: "main", issuer: ISSUER, external: "org_1" }, "t1");
    expect((await attestPerson(directory, { identity: ada() })).tenant?.id).toBe("t1");
  });

  test("that was deleted stays deleted", async () => {
    const { directory } = openDirectory();
    const { tenant } = await attestPerson(directory, { identity: ada() });
    await directory.setTenantStatus(tenant?.id ?? "", "deleted");
    const answer = await directory.attest({ instance: "main", identity: ada(), via: "sign_in" });
    expect(answer).toEqual({ ok: false, reason: "tenant_unknown" });
  });

  test("that is suspended is returned: its policy decides", async () => {
    const { directory } = openDirectory();
    const { tenant } = await attestPerson(directory, { identity: ada() });
    await directory.setTenantStatus(tenant?.id ?? "", "suspended");
    expect((await attestPerson(directory, { identity: ada() })).tenant?.status).toBe("suspended");
  });
});

describe("a tenant that configuration fixed", () => {
  test("is found by id or by slug", async () => {
    const { directory, stores } = openDirectory();
    await stores.tenants.put(tenantRow("t1", { slug: "acme" }));
    for (const local of ["t1", "acme"]) {
      const { tenant } = await attestPerson(directory, { identity: ada({ tenant: { local } }) });
      expect(tenant?.id).toBe("t1");
    }
  });

  test("must exist: none is made", async () => {
    const { directory, stores } = openDirectory();
    const identity = ada({ tenant: { local: "acme" } });
    const answer = await directory.attest({ instance: "main", identity, via: "sign_in" });
    expect(answer).toEqual({ ok: false, reason: "tenant_unknown" });
    expect((await stores.tenants.list()).items).toEqual([]);
    expect(await stores.links.listByLocal("user", "acme")).toEqual([]);
  });

  test("must not be deleted", async () => {
    const { directory, stores } = openDirectory();
    await stores.tenants.put(tenantRow("t1", { status: "deleted" }));
    const identity = ada({ tenant: { local: "t1" } });
    const answer = await directory.attest({ instance: "main", identity, via: "sign_in" });
    expect(answer).toEqual({ ok: false, reason: "tenant_unknown" });
  });
});
