import { createTable, type OnRowChange, type Table } from "./table.ts";
import type {
  WorldChange,
  WorldData,
  WorldMembership,
  WorldRole,
  WorldService,
  WorldTenant,
  WorldUser,
} from "./types.ts";

/** Memberships have two keys, so they read a little differently from the other tables. */
export interface MembershipTable {
  list(): readonly WorldMembership[];
  get(userId: string, tenantId: string): WorldMembership | undefined;
  ofUser(userId: string): readonly WorldMembership[];
  inTenant(tenantId: string): readonly WorldMembership[];
  /** Throws a `TypeError` when it exists, or the person, the tenant or a role does not. */
  add(membership: WorldMembership): WorldMembership;
  update(
    userId: string,
    tenantId: string,
    patch: Partial<Pick<WorldMembership, "roles" | "status">>,
  ): WorldMembership;
  remove(userId: string, tenantId: string): boolean;
}

/** A membership that gives access, with its tenant. */
export interface ActiveMembership {
  readonly tenant: WorldTenant;
  readonly roles: readonly string[];
}

/**
 * The truth that every emulator renders in its vendor's wire. Changes take effect at once in all
 * emulators of this world. Misuse throws `TypeError`.
 */
export interface World {
  readonly users: Table<WorldUser>;
  readonly tenants: Table<WorldTenant>;
  readonly memberships: MembershipTable;
  readonly services: Table<WorldService>;
  readonly roles: Table<WorldRole>;
  /** Ignores case. */
  userByEmail(email: string): WorldUser | undefined;
  /** Finds a tenant by slug or by vendor id. */
  tenantBySlugOrId(slugOrId: string): WorldTenant | undefined;
  /** The memberships that give access today. */
  activeMembershipsOf(userId: string): readonly ActiveMembership[];
  /** Calls back after each change, in order. Returns the function that stops it. */
  onChange(listener: (change: WorldChange) => void): () => void;
  /** The whole world as plain JSON, for another process. */
  snapshot(): WorldData;
}

/** Makes a world from plain data. Throws `TypeError` when the data contradict themselves. */
export function createWorld(data: Partial<WorldData> = {}): World {
  const listeners = new Set<(change: WorldChange) => void>();
  let sequence = 0;

  function announce<Row>(describe: (rows: Rows<Row>) => WorldChange): OnRowChange<Row> {
    return (before, after) => {
      sequence += 1;
      const change = describe({
        sequence,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      });
      for (const listener of listeners) listener(change);
    };
  }

  const roles = createTable<WorldRole>("role", (role) => role.slug, {
    onChange: announce((rows) => ({ entity: "role", ...rows })),
  });

  const users = createTable<WorldUser>("user", (user) => user.id, {
    onChange: announce((rows) => ({ entity: "user", ...rows })),
    check: (user, others) =>
      unique("e-mail", user.email, others, (other) => other.email.toLowerCase()),
    beforeRemove: (user) => {
      for (const row of memberships.ofUser(user.id)) memberships.remove(user.id, row.tenantId);
    },
  });

  const tenants = createTable<WorldTenant>("tenant", (tenant) => tenant.id, {
    onChange: announce((rows) => ({ entity: "tenant", ...rows })),
    check: (tenant, others) => {
      unique("slug", tenant.slug, others, (other) => other.slug);
      unique("slug", tenant.slug, others, (other) => other.id);
      unique("tenant id", tenant.id, others, (other) => other.slug);
    },
    beforeRemove: (tenant) => {
      for (const row of memberships.inTenant(tenant.id)) memberships.remove(row.userId, tenant.id);
      for (const service of services.list()) {
        if (service.tenantId === tenant.id) services.remove(service.clientId);
      }
    },
  });

  const services = createTable<WorldService>("service", (service) => service.clientId, {
    onChange: announce((rows) => ({ entity: "service", ...rows })),
    check: (service) => {
      if (service.tenantId !== null) known("tenant", service.tenantId, tenants);
      for (const role of service.roles) known("role", role, roles);
    },
  });

  const memberships = createMemberships({
    users,
    tenants,
    roles,
    onChange: announce((rows) => ({ entity: "membership", ...rows })),
  });

  const world: World = {
    users,
    tenants,
    memberships,
    services,
    roles,
    userByEmail: (email) =>
      users.list().find((user) => user.email.toLowerCase() === email.toLowerCase()),
    tenantBySlugOrId: (slugOrId) =>
      tenants.get(slugOrId) ?? tenants.list().find((tenant) => tenant.slug === slugOrId),
    activeMembershipsOf: (userId) =>
      memberships.ofUser(userId).flatMap((row) => {
        const tenant = tenants.get(row.tenantId);
        return row.status === "active" && tenant !== undefined
          ? [{ tenant, roles: row.roles }]
          : [];
      }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => ({
      roles: roles.list(),
      tenants: tenants.list(),
      users: users.list(),
      memberships: memberships.list(),
      services: services.list(),
    }),
  };

  for (const role of data.roles ?? []) roles.add(role);
  for (const tenant of data.tenants ?? []) tenants.add(tenant);
  for (const user of data.users ?? []) users.add(user);
  for (const membership of data.memberships ?? []) memberships.add(membership);
  for (const service of data.services ?? []) services.add(service);
  return world;
}

interface Rows<Row> {
  readonly sequence: number;
  readonly before?: Row;
  readonly after?: Row;
}

interface MembershipOptions {
  readonly users: Table<WorldUser>;
  readonly tenants: Table<WorldTenant>;
  readonly roles: Table<WorldRole>;
  readonly onChange: OnRowChange<WorldMembership>;
}

function createMemberships(options: MembershipOptions): MembershipTable {
  const { users, tenants, roles, onChange } = options;
  const key = (userId: string, tenantId: string) => JSON.stringify([userId, tenantId]);
  const rows = createTable<WorldMembership>("membership", (row) => key(row.userId, row.tenantId), {
    onChange,
    check: (row) => {
      known("user", row.userId, users);
      known("tenant", row.tenantId, tenants);
      for (const role of row.roles) known("role", role, roles);
    },
  });
  return {
    list: () => rows.list(),
    get: (userId, tenantId) => rows.get(key(userId, tenantId)),
    ofUser: (userId) => rows.list().filter((row) => row.userId === userId),
    inTenant: (tenantId) => rows.list().filter((row) => row.tenantId === tenantId),
    add: (membership) => rows.add(membership),
    update: (userId, tenantId, patch) => rows.update(key(userId, tenantId), patch),
    remove: (userId, tenantId) => rows.remove(key(userId, tenantId)),
  };
}

function unique<Row>(
  what: string,
  value: string,
  others: readonly Row[],
  of: (other: Row) => string,
): void {
  if (others.some((other) => of(other) === value.toLowerCase())) {
    throw new TypeError(`world: the ${what} ${value} is taken`);
  }
}

function known(what: string, key: string, table: Pick<Table<object>, "get">): void {
  if (table.get(key) === undefined) throw new TypeError(`world: there is no ${what} ${key}`);
}
