import type { WorldControls } from "@tenantry/conformance";
import type { ClerkControls, World, WorldUser } from "@tenantry/emulators";

/** The emulator's world under the suite's names, with ids of the vendor's form. */
export function worldControls(world: World, controls: ClerkControls): WorldControls {
  let ids = 0;
  const id = (prefix: string) => {
    ids += 1;
    return `${prefix}_${String(ids).padStart(6, "0")}`;
  };
  const user = (email: string): WorldUser => {
    const found = world.userByEmail(email);
    if (found === undefined) throw new TypeError(`there is no person ${email}`);
    return found;
  };
  return {
    async createTenant({ slug, name, domain }) {
      const domains = domain === undefined ? [] : [{ domain, verified: true }];
      const tenant = world.tenants.add({ id: id("org"), slug, name, domains });
      return { external: tenant.id, slug, name };
    },
    async createPerson({ email, name, emailVerified = true }) {
      world.users.add({ id: id("user"), email, name, emailVerified });
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
    async createMachine({ tenant, role }) {
      const clientId = id("mch");
      const clientSecret = `ak_${clientId}`;
      world.services.add({ clientId, clientSecret, tenantId: tenant, roles: [role], scopes: [] });
      return { external: clientId };
    },
    async endSessions(email) {
      controls.endSessions(email);
    },
  };
}
