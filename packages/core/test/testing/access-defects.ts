import type { ApiKey, ClientRule, Connection, Machine, SessionRecord } from "../../src/stores.ts";
import { byOffset, defectsOf, parsing, pause } from "./defect.ts";

export const connectionDefects = defectsOf("connections", {
  "loses a field": (real) => ({
    async get(id) {
      const found = await real.get(id);
      return found && { ...found, sealedSecrets: {} };
    },
  }),
  "keeps the caller's object": () => {
    const rows = new Map<string, Connection>();
    return {
      put: async (row) => rows.set(row.id, row) !== null,
      get: async (id) => rows.get(id) ?? null,
    };
  },
  "lets two connections share a client": (real) => ({
    put: async (row) => (await real.put(row)) || real.put({ ...row, issuer: `${row.issuer}#2` }),
  }),
  "compares client ids alone": (real) => {
    const ids = new Map<string, string>();
    return {
      async put(row) {
        if ((ids.get(row.clientId) ?? row.id) !== row.id) return false;
        ids.set(row.clientId, row.id);
        return real.put(row);
      },
    };
  },
  "reads, waits and then writes": (real) => ({
    async put(row) {
      const rows = await real.listByIssuer(row.instance, row.issuer);
      await pause();
      if (rows.some((one) => one.clientId === row.clientId && one.id !== row.id)) return false;
      await real.put(row);
      return true;
    },
  }),
  "compares the beginnings of issuers": (real) => ({
    listByIssuer: async (instance, issuer) =>
      (await real.listByTenant("t1")).filter(
        (row) => row.instance === instance && row.issuer.startsWith(issuer),
      ),
  }),
  "mixes tenants": (real) => ({
    listByTenant: (_tenantId) => real.listByIssuer("main", "https://idp.customer.example"),
  }),
  "compares the ends of domains": (real) => ({
    listByEmailDomain: async (domain) =>
      (await real.listByTenant("t1")).filter(
        (row) => row.enabled && row.emailDomains.some((name) => name.endsWith(domain)),
      ),
  }),
});

export const machineDefects = defectsOf("machines", {
  "ignores the instance": (real) => ({
    find: (key) => real.find({ ...key, instance: "main" }),
  }),
  "takes a local id for an external one": (real) => ({
    find: async (key) =>
      (await real.find(key)) ??
      (await real.listByTenant("t1")).find((one) => one.id === key.external) ??
      null,
  }),
  "keeps the caller's object": () => {
    const rows = new Map<string, Machine>();
    return {
      put: async (machine) => void rows.set(machine.external, machine),
      find: async (key) => rows.get(key.external) ?? null,
    };
  },
  "keeps the first registration": (real) => ({
    put: async (machine) => ((await real.find(machine)) ? undefined : real.put(machine)),
  }),
  "mixes tenants": (real) => ({
    listByTenant: async (id) => [
      ...(await real.listByTenant(id)),
      ...(await real.listByTenant("t2")),
    ],
  }),
});

export const sessionDefects = defectsOf("sessions", {
  "loses a field": (real) => ({
    async get(id) {
      const found = await real.get(id);
      return found && { ...found, entered: null };
    },
  }),
  "keeps the caller's object": () => {
    const rows = new Map<string, SessionRecord>();
    return {
      insert: async (session) => void rows.set(session.id, session),
      get: async (id) => rows.get(id) ?? null,
    };
  },
  "inserts over what is there": (real) => ({
    async insert(session) {
      await real.insert(session).catch(() => real.replace({ ...session, version: 2 }));
    },
  }),
  "takes a missing secret for a secret": (real) => ({
    insert: (session) => real.insert({ ...session, secretHash: session.secretHash ?? "" }),
  }),
  "ignores versions": (real) => ({
    async replace(session) {
      const found = await real.get(session.id);
      if (found === null) await real.insert(session);
      return real.replace({ ...session, version: (found?.version ?? 1) + 1 });
    },
  }),
  "compares, waits and then swaps": (real) => ({
    async replace(session) {
      const found = await real.get(session.id);
      await pause();
      if (found === null || found.endedAtMs !== null || found.version !== session.version - 1) {
        return false;
      }
      const now = (await real.get(session.id))?.version ?? 0;
      await real.replace({ ...session, version: now + 1 });
      return true;
    },
  }),
  "finds a session by its old secret": (real) => {
    const ever = new Map<string, string>();
    return {
      insert: (session) => real.insert(ever.set(session.secretHash ?? "", session.id) && session),
      getBySecretHash: async (hash) => real.get(ever.get(hash) ?? ""),
    };
  },
  "brings ended sessions back": () => {
    const rows = new Map<string, SessionRecord>();
    return {
      insert: async (session) => void rows.set(session.id, session),
      get: async (id) => rows.get(id) ?? null,
      async replace(session) {
        rows.set(session.id, session);
        return true;
      },
      async end(id, endedAtMs) {
        const found = rows.get(id);
        if (found) rows.set(id, { ...found, endedAtMs });
      },
    };
  },
  "keeps the last time of an end": () => {
    const rows = new Map<string, SessionRecord>();
    return {
      insert: async (session) => void rows.set(session.id, session),
      get: async (id) => rows.get(id) ?? null,
      replace: async (session) => rows.set(session.id, session) !== null,
      async end(id, endedAtMs) {
        const found = rows.get(id);
        if (found) rows.set(id, { ...found, endedAtMs });
      },
    };
  },
  "lists everybody's sessions": (real) => ({
    listByUser: async (userId) => [
      ...(await real.listByUser(userId)),
      ...(await real.listByUser("u2")),
    ],
  }),
  "ignores the issuer": (real) => ({
    async listByVendorSession({ vendorSessionId, subject }) {
      const rows = [...(await real.listByUser("u1"))];
      return rows.filter(
        (row) =>
          (vendorSessionId === undefined || row.vendorSessionId === vendorSessionId) &&
          (subject === undefined || row.subject === subject),
      );
    },
  }),
  "sweeps nothing": () => ({ sweep: async () => undefined }),
});

export const revocationDefects = defectsOf("revocations", {
  "answers the present for what was never revoked": (real) => ({
    read: async (keys) => (await real.read(keys)).map((atMs) => atMs || Date.now()),
  }),
  "answers in an order of its own": (real) => ({
    read: async (keys) => (await real.read(keys)).toSorted((one, other) => other - one),
  }),
  "raises the first key only": (real) => ({
    raise: (keys, atMs) => real.raise(keys.slice(0, 1), atMs),
  }),
  "keeps the last time": () => {
    const times = new Map<string, number>();
    return {
      read: async (keys) => keys.map((key) => times.get(key) ?? 0),
      raise: async (keys, atMs) => keys.forEach((key) => times.set(key, atMs)),
    };
  },
  "folds case": (real) => ({
    read: (keys) => real.read(keys.map((key) => key.toLowerCase())),
  }),
});

export const replayDefects = defectsOf("replay", {
  "never refuses": () => ({ claim: async () => true }),
  "reads, waits and then claims": (real) => {
    const used = new Set<string>();
    return {
      async claim(value, expiresAtMs) {
        const isUsed = used.has(value);
        await pause();
        used.add(value);
        return !isUsed && ((await real.claim(value, expiresAtMs)) || true);
      },
    };
  },
  "folds case and space": (real) => ({
    claim: (value, expiresAtMs) => real.claim(value.trim().toLowerCase(), expiresAtMs),
  }),
  "takes expired values": (real) => ({
    claim: (value) => real.claim(value, Number.MAX_SAFE_INTEGER),
  }),
});

export const apiKeyDefects = defectsOf("apiKeys", {
  "folds case": (real) => ({ getByHash: (hash) => real.getByHash(hash.toLowerCase()) }),
  "keeps the caller's object": () => {
    const rows = new Map<string, ApiKey>();
    return {
      insert: async (key) => void rows.set(key.id, key),
      get: async (id) => rows.get(id) ?? null,
    };
  },
  "inserts over what is there": () => {
    const rows = new Map<string, ApiKey>();
    return {
      insert: async (key) => void rows.set(key.id, structuredClone(key)),
      get: async (id) => rows.get(id) ?? null,
    };
  },
  "revokes for a while": (real) => ({
    revoke: async (id, atMs) => (atMs % 2 === 0 ? real.revoke(id, atMs) : undefined),
  }),
  "mixes tenants": (real) => ({
    async listByTenant(tenantId, options) {
      const own = await real.listByTenant(tenantId, options);
      const other = await real.listByTenant("t2", options);
      return { ...own, items: [...own.items, ...other.items] };
    },
  }),
  "pages by offset": (real) => ({
    listByTenant: (id, options) => byOffset((all) => real.listByTenant(id, all), options),
  }),
  "trusts cursors": (real) => ({
    listByTenant: (id, options) => parsing((all) => real.listByTenant(id, all))(options),
  }),
});

export const auditDefects = defectsOf("audit", {
  "lists the oldest first": (real) => ({
    async listByTenant(tenantId, options) {
      const listing = await real.listByTenant(tenantId, options);
      return { ...listing, items: listing.items.toReversed() };
    },
  }),
  "hands out copies of what the caller changed": (real) => {
    const kept: Parameters<typeof real.append>[0][] = [];
    return {
      append: async (event) => void kept.push(event),
      listByTenant: async (id) => ({ items: kept.filter((event) => event.tenantId === id) }),
    };
  },
  "keeps both of two events with one id": (real) => {
    let count = 0;
    return { append: (event) => real.append({ ...event, id: `${event.id}${(count += 1)}` }) };
  },
  "mixes tenants": (real) => ({
    async listByTenant(tenantId, options) {
      const own = await real.listByTenant(tenantId, options);
      const other = await real.listByTenant("t2", options);
      return { ...own, items: [...own.items, ...other.items] };
    },
  }),
  "pages by offset": (real) => ({
    listByTenant: (id, options) => byOffset((all) => real.listByTenant(id, all), options),
  }),
  "trusts cursors": (real) => ({
    listByTenant: (id, options) => parsing((all) => real.listByTenant(id, all))(options),
  }),
});

export const clientDefects = defectsOf("clients", {
  "mixes tenants": (real) => ({
    get: async (tenantId, subject) =>
      (await real.get(tenantId, subject)) ?? (await real.get("t1", subject)),
  }),
  "ignores the case of a subject": (real) => ({
    get: async (tenantId, subject) => real.get(tenantId, subject.toLowerCase()),
  }),
  "joins the parts of a key": (real) => {
    const rows = new Map<string, ClientRule>();
    return {
      async put(rule) {
        rows.set(`${rule.tenantId}:${rule.subject}`, structuredClone(rule));
        await real.put(rule);
      },
      get: async (tenantId, subject) => rows.get(`${tenantId}:${subject}`) ?? null,
    };
  },
  "adds over a decision": (real) => ({
    async add(rule) {
      await real.put(rule);
      return rule;
    },
  }),
  "looks and then adds": (real) => ({
    async add(rule) {
      const known = await real.get(rule.tenantId, rule.subject);
      await pause();
      if (known !== null) return known;
      await real.put(rule);
      return rule;
    },
  }),
  "removes from all tenants": (real) => ({
    async remove(_tenantId, subject) {
      await real.remove("t1", subject);
      await real.remove("t2", subject);
    },
  }),
  "lists all tenants": (real) => ({
    listByTenant: async (tenantId, options) => {
      const own = await real.listByTenant(tenantId, options);
      const other = await real.listByTenant("t2");
      return { ...own, items: [...own.items, ...other.items] };
    },
  }),
  "keeps the caller's object": () => {
    const rows = new Map<string, ClientRule>();
    return {
      put: async (rule) => void rows.set(rule.subject, rule),
      get: async (_tenantId, subject) => rows.get(subject) ?? null,
    };
  },
});
