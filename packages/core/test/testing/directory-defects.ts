import type { Link, Membership, Tenant, User } from "../../src/stores.ts";
import { byOffset, defectsOf, parsing, pause } from "./defect.ts";

const keyOf = (link: Pick<Link, "instance" | "issuer" | "kind" | "external">) =>
  [link.instance, link.issuer, link.kind, link.external].join(":");

export const tenantDefects = defectsOf("tenants", {
  "loses a field": (real) => ({
    async get(id) {
      const found = await real.get(id);
      return found && { ...found, placement: null };
    },
  }),
  "keeps the caller's object": (real) => {
    const kept = new Map<string, Tenant>();
    return {
      put: (tenant) => real.put(kept.set(tenant.id, tenant).get(tenant.id) ?? tenant),
      get: async (id) => kept.get(id) ?? real.get(id),
    };
  },
  "gives a taken slug away in another spelling": (real) => ({
    put: async (tenant) =>
      (await real.put(tenant)) || real.put({ ...tenant, slug: `${tenant.slug}-2` }),
  }),
  "takes a claim for a proof": (real) => ({
    async getByVerifiedDomain(domain) {
      const { items } = await real.list();
      return items.find((one) => one.domains.some(({ name }) => name === domain)) ?? null;
    },
  }),
  "compares the ends of domains": (real) => ({
    async getByVerifiedDomain(domain) {
      const { items } = await real.list();
      const hits = (one: Tenant) => one.domains.some((d) => d.verified && domain.endsWith(d.name));
      return items.find(hits) ?? null;
    },
  }),
  "lets two tenants verify one domain": (real) => ({
    put: async (tenant) => (await real.put(tenant)) || real.put({ ...tenant, domains: [] }),
    add: async (tenant) => (await real.add(tenant)) ?? real.add({ ...tenant, domains: [] }),
  }),
  "lets a claim keep others out": (real) => ({
    async put(tenant) {
      const { items } = await real.list({ limit: 1000 });
      const names = items.filter((one) => one.id !== tenant.id).flatMap((one) => one.domains);
      const isTaken = tenant.domains.some(({ name }) => names.some((other) => other.name === name));
      return isTaken ? false : real.put(tenant);
    },
  }),
  "finds a tenant by every slug it ever had": (real) => {
    const ever = new Map<string, string>();
    return {
      put: (tenant) => real.put({ ...tenant, id: ever.set(tenant.slug, tenant.id) && tenant.id }),
      getBySlug: async (slug) => real.get(ever.get(slug) ?? ""),
    };
  },
  "finds deleted tenants": (real) => ({
    async getBySlug(slug) {
      const { items } = await real.list();
      return items.find((one) => one.slug === slug) ?? null;
    },
  }),
  "replaces when it should add": (real) => ({
    add: async (tenant) => ((await real.put(tenant)) ? tenant : null),
  }),
  "says that it added what it did not": (real) => ({
    add: async (tenant) => (await real.add(tenant)) ?? tenant,
  }),
  "forgets what an update does not name": (real) => ({
    async update(id, changes) {
      const found = await real.get(id);
      if (found === null) return null;
      await real.put({ ...found, name: "", ...changes });
      return real.get(id);
    },
  }),
  "lets an older word of the vendor win": (real) => ({
    async update(id, changes) {
      const found = await real.get(id);
      if (found === null) return null;
      await real.put({ ...found, ...changes });
      return real.get(id);
    },
  }),
  "compares versions before it waits and writes": (real) => ({
    async update(id, changes) {
      const found = await real.get(id);
      const { versionMs } = changes;
      if (found === null) return null;
      if (versionMs !== undefined && (found.versionMs ?? 0) > versionMs) return found;
      if (versionMs !== undefined && versionMs % 2 === 0) await pause();
      await real.put({ ...found, ...changes });
      return real.get(id);
    },
  }),
  "updates the rest when the slug is taken": (real) => ({
    async update(id, { slug, domains, ...rest }) {
      const all = { ...rest, ...(slug ? { slug } : {}), ...(domains ? { domains } : {}) };
      return (await real.update(id, all)) ?? real.update(id, rest);
    },
  }),
  "reads, waits and then writes": (real) => ({
    async update(id, changes) {
      const found = await real.get(id);
      await pause();
      return found && (await real.put({ ...found, ...changes })) ? real.get(id) : null;
    },
  }),
  "pages by offset": (real) => ({
    list: (options) => byOffset((all) => real.list(all), options),
  }),
  "has no limit": (real) => ({
    async list() {
      const first = await real.list({ limit: 1000 });
      const rest = first.next === undefined ? [] : (await real.list({ cursor: first.next })).items;
      return { items: [...first.items, ...rest] };
    },
  }),
  "trusts cursors": (real) => ({ list: parsing((options) => real.list(options)) }),
});

export const userDefects = defectsOf("users", {
  "loses a field": (real) => ({
    async get(id) {
      const found = await real.get(id);
      return found && { ...found, name: found.name ?? "" };
    },
  }),
  "hands out the stored object": () => {
    const rows = new Map<string, User>();
    return {
      put: async (user) => void rows.set(user.id, structuredClone(user)),
      get: async (id) => rows.get(id) ?? null,
    };
  },
  "takes an e-mail address for a person": () => {
    const rows = new Map<string, User>();
    return {
      put: async (user) => void rows.set(user.email?.value ?? "", user),
      get: async (id) => {
        const email = { value: "sam@example.com" };
        return rows.get(email.value) ?? [...rows.values()].find((one) => one.id === id) ?? null;
      },
    };
  },
  "replaces when it should add": (real) => ({
    async add(user) {
      await real.put(user);
      return user;
    },
  }),
  "reads, waits and then adds": (real) => ({
    async add(user) {
      const found = await real.get(user.id);
      await pause();
      if (found !== null) return found;
      await real.put(user);
      return user;
    },
  }),
  "lets an older word of the vendor win": (real) => ({
    async update(id, changes) {
      const found = await real.get(id);
      if (found === null) return null;
      await real.put({ ...found, ...changes });
      return real.get(id);
    },
  }),
  "compares versions before it waits and writes": (real) => ({
    async update(id, changes) {
      const found = await real.get(id);
      const { versionMs } = changes;
      if (found === null) return null;
      if (versionMs !== undefined && (found.versionMs ?? 0) > versionMs) return found;
      if (versionMs !== undefined && versionMs % 2 === 0) await pause();
      await real.put({ ...found, ...changes });
      return real.get(id);
    },
  }),
  "makes what it should update": (real) => ({
    async update(id, changes) {
      const nobody: User = { id, name: null, email: null, status: "active" };
      const next = { ...((await real.get(id)) ?? nobody), ...changes };
      await real.put(next);
      return next;
    },
  }),
  "reads, waits and then updates": (real) => ({
    async update(id, changes) {
      const found = await real.get(id);
      await pause();
      if (found === null) return null;
      await real.put({ ...found, ...changes });
      return real.get(id);
    },
  }),
});

export const linkDefects = defectsOf("links", {
  "forgets how it came to be": (real) => ({
    async find(key) {
      const found = await real.find(key);
      return found && { ...found, createdAtMs: 0 };
    },
  }),
  "ignores the issuer": (real) => {
    const same = { issuer: "one" };
    const issuers = new Map<string, Link>();
    return {
      add: async (link) => real.add(issuers.set(link.external, link) && { ...link, ...same }),
      find: (key) => real.find({ ...key, ...same }),
    };
  },
  "takes a local id for an external one": (real) => ({
    find: async (key) =>
      (await real.find(key)) ?? (await real.listByLocal(key.kind, key.external))[0] ?? null,
  }),
  "joins the parts of a key": () => {
    const rows = new Map<string, Link>();
    return {
      add: async (link) => rows.set(keyOf(link), rows.get(keyOf(link)) ?? link) && link,
      find: async (key) => rows.get(keyOf(key)) ?? null,
    };
  },
  "keeps the caller's object": () => {
    const rows = new Map<string, Link>();
    return {
      add: async (link) => rows.set(keyOf(link), link) && link,
      find: async (key) => rows.get(keyOf(key)) ?? null,
    };
  },
  "lets the last link win": (real) => ({
    async add(link) {
      await real.set(link, link);
      return link;
    },
  }),
  "reads, waits and then adds": (real) => ({
    async add(link) {
      const found = await real.find(link);
      await pause();
      if (found === null) await real.set(link, link);
      return found ?? link;
    },
  }),
  "does not move what is there": (real) => ({
    set: async (key, link) => (link === null ? real.set(key, null) : void (await real.add(link))),
  }),
  "never forgets": (real) => ({
    set: async (key, link) => (link === null ? undefined : real.set(key, link)),
  }),
  "lists local ids of every kind": (real) => ({
    listByLocal: async (_kind, local) => {
      const kinds = ["tenant", "user", "service"] as const;
      return (await Promise.all(kinds.map((kind) => real.listByLocal(kind, local)))).flat();
    },
  }),
  "lists the links of every issuer": (real) => {
    const issuers = new Set<string>();
    return {
      add: (link) => issuers.add(link.issuer) && real.add(link),
      listBySource: async (source) => {
        const pages = [...issuers].map((issuer) => real.listBySource({ ...source, issuer }));
        return { items: (await Promise.all(pages)).flatMap(({ items }) => items) };
      },
    };
  },
  "pages through links by offset": (real) => ({
    listBySource: (source, options) => byOffset((all) => real.listBySource(source, all), options),
  }),
  "parses the cursors of links": (real) => ({
    listBySource: (source, options) => parsing((all) => real.listBySource(source, all))(options),
  }),
});

export const membershipDefects = defectsOf("memberships", {
  "loses all roles but one": (real) => ({
    async get(userId, tenantId) {
      const found = await real.get(userId, tenantId);
      return found && { ...found, roles: found.roles.slice(0, 1) };
    },
  }),
  "hands out the stored object": () => {
    const rows = new Map<string, Membership>();
    return {
      async apply(membership) {
        rows.set(membership.userId + membership.tenantId, structuredClone(membership));
        return membership;
      },
      get: async (userId, tenantId) => rows.get(userId + tenantId) ?? null,
    };
  },
  "lets the last writer win": (real) => {
    let versionMs = Number.MAX_SAFE_INTEGER / 2;
    const versions = new Map<string, number>();
    const reveal = (held: Membership | null) =>
      held && { ...held, versionMs: versions.get(held.userId + held.tenantId) ?? 0 };
    return {
      async apply(membership) {
        versionMs += 1;
        versions.set(membership.userId + membership.tenantId, membership.versionMs);
        return reveal(await real.apply({ ...membership, versionMs })) ?? membership;
      },
      get: async (userId, tenantId) => reveal(await real.get(userId, tenantId)),
    };
  },
  "keeps the first of two with one version": (real) => ({
    async apply(membership) {
      const held = await real.get(membership.userId, membership.tenantId);
      return held?.versionMs === membership.versionMs ? held : real.apply(membership);
    },
  }),
  "forgets removals": (real) => {
    const removed = new Set<string>();
    const keyOfOne = (userId: string, tenantId: string) => `${userId} ${tenantId}`;
    return {
      async apply(membership) {
        const key = keyOfOne(membership.userId, membership.tenantId);
        if (membership.status === "removed") removed.add(key);
        if (membership.status !== "removed" && removed.delete(key)) return membership;
        return real.apply(membership);
      },
      listByUser: async (userId) =>
        (await real.listByUser(userId)).filter((one) => one.status !== "removed"),
    };
  },
  "mixes tenants in lists": (real) => ({
    async listByTenant(tenantId, options) {
      const own = await real.listByTenant(tenantId, options);
      const other = await real.listByTenant("t2", options);
      return { ...own, items: [...own.items, ...other.items] };
    },
    listByUser: async (userId) => [
      ...(await real.listByUser(userId)),
      ...(await real.listByUser("u2")),
    ],
  }),
  "pages by offset": (real) => ({
    listByTenant: (id, options) => byOffset((all) => real.listByTenant(id, all), options),
  }),
  "trusts cursors": (real) => ({
    listByTenant: (id, options) => parsing((all) => real.listByTenant(id, all))(options),
  }),
});
