import type { WorldControls } from "@tenantry/conformance";
import type { StytchControls, World, WorldUser } from "@tenantry/emulators";

/** The emulator's world under the suite's names, with ids of the vendor's form. */
export function worldControls(world: World, controls: StytchControls): WorldControls {
  let ids = 0;
  const id = (prefix: string) => {
    ids += 1;
    return `${prefix}-${String(ids).padStart(6, "0")}`;
  };
  const user = (email: string): WorldUser => {
    const found = world.userByEmail(email);
    if (found === undefined) throw new TypeError(`there is no person ${email}`);
    return found;
  };
  return {
    async createTenant({ slug, name, domain }) {
      const domains = domain === undefined ? [] : [{ domain, verified: true }];
      const tenant = world.tenants.add({ id: id("organization-test"), slug, name, domains });
      return { external: tenant.id, slug, name };
    },
    async createPerson({ email, name, emailVerified = true }) {
      world.users.add({ id: id("person"), email, name, emailVerified });
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
    async createMachine({ name, tenant, role }) {
      // A machine has no role at Stytch: an administrator gives it scopes.
      const scopes = world.roles.get(role)?.permissions ?? [];
      const clientSecret = `${name}-secret`;
      world.services.add({ clientId: name, clientSecret, tenantId: tenant, roles: [], scopes });
      return { external: controls.machineId(name) };
    },
    async endSessions(email) {
      controls.endSessions(email);
    },
  };
}
