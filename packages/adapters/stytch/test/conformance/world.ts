import type { WorldControls } from "@tenantry/conformance";
import { targetWorld, type StytchControls, type World } from "@tenantry/emulators";

/** The emulator's world under the suite's names, with ids of the vendor's form. */
export function worldControls(world: World, controls: StytchControls): WorldControls {
  return {
    ...targetWorld(world, { tenant: "organization-test-", person: "person-" }),
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
