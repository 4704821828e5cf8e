import type { WorldUser } from "../world/types.ts";
import type { World } from "../world/world.ts";

/** How the vendor's ids begin. */
export interface TargetIds {
  readonly tenant: string;
  readonly person: string;
}

/** What a conformance suite changes in a world: people, tenants, memberships. */
export interface TargetWorld {
  createTenant(tenant: {
    readonly slug: string;
    readonly name: string;
    readonly domain?: string;
  }): Promise<{ readonly external: string; readonly slug: string; readonly name: string }>;
  createPerson(person: {
    readonly email: string;
    readonly name: string;
    readonly emailVerified?: boolean;
  }): Promise<void>;
  removePerson(email: string): Promise<void>;
  setMember(membership: {
    readonly email: string;
    readonly tenant: string;
    readonly role: string;
    readonly status?: "active" | "pending" | "inactive";
  }): Promise<void>;
  removeMember(membership: { readonly email: string; readonly tenant: string }): Promise<void>;
}

/**
 * An emulator's world as the `world` of a `@tenantry/conformance` target, but for machines and the
 * end of sessions, which differ between vendors. Throws `TypeError` for a person whom nobody created.
 */
export function targetWorld(world: World, ids: TargetIds): TargetWorld {
  let made = 0;
  const id = (prefix: string) => {
    made += 1;
    return `${prefix}${String(made).padStart(6, "0")}`;
  };
  const user = (email: string): WorldUser => {
    const found = world.userByEmail(email);
    if (found === undefined) throw new TypeError(`there is no person ${email}`);
    return found;
  };
  return {
    async createTenant({ slug, name, domain }) {
      const domains = domain === undefined ? [] : [{ domain, verified: true }];
      const tenant = world.tenants.add({ id: id(ids.tenant), slug, name, domains });
      return { external: tenant.id, slug, name };
    },
    async createPerson({ email, name, emailVerified = true }) {
      world.users.add({ id: id(ids.person), email, name, emailVerified });
    },
    async removePerson(email) {
      world.users.remove(user(email).id);
    },
    async setMember({ email, tenant, role, status = "active" }) {
      const userId = user(email).id;
      const roles = [role];
      if (world.memberships.get(userId, tenant) === undefined) {
        world.memberships.add({ userId, tenantId: tenant, roles, status });
      } else world.memberships.update(userId, tenant, { roles, status });
    },
    async removeMember({ email, tenant }) {
      world.memberships.remove(user(email).id, tenant);
    },
  };
}
