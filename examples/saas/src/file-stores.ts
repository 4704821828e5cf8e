import {
  memoryStores,
  type Link,
  type Membership,
  type Stores,
  type Tenant,
  type User,
} from "@tenantry/core/stores";
import type { DataFile } from "./data-file.ts";

/** The directory as the file holds it. */
interface DirectoryRows {
  readonly tenants: readonly Tenant[];
  readonly users: readonly User[];
  readonly links: readonly Link[];
  readonly memberships: readonly Membership[];
}

/**
 * Memory stores whose directory (tenants, people, links, memberships) outlives the process. That is
 * what keeps local ids when the provider changes. Everything else, sessions too, ends with the process.
 */
export async function fileStores(file: DataFile): Promise<Stores> {
  const memory = memoryStores();
  const section = file.section<DirectoryRows>("directory");
  await fill(memory, section.read());

  const tenants = table(section.read()?.tenants, ({ id }) => id);
  const users = table(section.read()?.users, ({ id }) => id);
  const links = table(section.read()?.links, linkKey);
  const memberships = table(section.read()?.memberships, ({ userId, tenantId }) =>
    JSON.stringify([userId, tenantId]),
  );
  const save = () =>
    section.write({
      tenants: tenants.rows(),
      users: users.rows(),
      links: links.rows(),
      memberships: memberships.rows(),
    });

  /** Keeps what a store says holds now, and hands it on. */
  function kept<T extends object, R extends T | null>(rows: Table<T>, held: R): R {
    if (held !== null && rows.keep(held)) save();
    return held;
  }

  return {
    ...memory,
    tenants: {
      ...memory.tenants,
      add: async (tenant) => kept(tenants, await memory.tenants.add(tenant)),
      update: async (id, changes) => kept(tenants, await memory.tenants.update(id, changes)),
      async put(tenant) {
        const isPut = await memory.tenants.put(tenant);
        if (isPut) kept(tenants, await memory.tenants.get(tenant.id));
        return isPut;
      },
    },
    users: {
      ...memory.users,
      add: async (user) => kept(users, await memory.users.add(user)),
      update: async (id, changes) => kept(users, await memory.users.update(id, changes)),
      async put(user) {
        await memory.users.put(user);
        kept(users, await memory.users.get(user.id));
      },
    },
    links: {
      ...memory.links,
      add: async (link) => kept(links, await memory.links.add(link)),
      async set(key, link) {
        await memory.links.set(key, link);
        const held = await memory.links.find(key);
        if (held !== null) kept(links, held);
        else if (links.drop(linkKey(key))) save();
      },
    },
    memberships: {
      ...memory.memberships,
      apply: async (membership) => kept(memberships, await memory.memberships.apply(membership)),
    },
  };
}

async function fill(memory: Stores, rows: DirectoryRows | undefined): Promise<void> {
  for (const tenant of rows?.tenants ?? []) await memory.tenants.put(tenant);
  for (const user of rows?.users ?? []) await memory.users.put(user);
  for (const link of rows?.links ?? []) await memory.links.set(link, link);
  for (const membership of rows?.memberships ?? []) await memory.memberships.apply(membership);
}

function linkKey(link: Pick<Link, "instance" | "issuer" | "kind" | "external">): string {
  return JSON.stringify([link.instance, link.issuer, link.kind, link.external]);
}

interface Table<T> {
  /** Whether this is something new. */
  keep(row: T): boolean;
  drop(key: string): boolean;
  rows(): readonly T[];
}

function table<T>(rows: readonly T[] = [], keyOf: (row: T) => string): Table<T> {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return {
    keep(row) {
      const key = keyOf(row);
      // Stores hand out the same object as long as nothing changes.
      if (byKey.get(key) === row) return false;
      byKey.set(key, row);
      return true;
    },
    drop: (key) => byKey.delete(key),
    rows: () => [...byKey.values()],
  };
}
