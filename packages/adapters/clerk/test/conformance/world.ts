import type { WorldControls } from "@tenantry/conformance";
import { targetWorld, type ClerkControls, type World } from "@tenantry/emulators";

/** The emulator's world under the suite's names, with ids of the vendor's form. */
export function worldControls(world: World, controls: ClerkControls): WorldControls {
  return {
    ...targetWorld(world, { tenant: "org_", person: "user_" }),
    async createMachine({ tenant, role }) {
      const clientId = `mch_${world.services.list().length + 1}`;
      const clientSecret = `ak_${clientId}`;
      world.services.add({ clientId, clientSecret, tenantId: tenant, roles: [role], scopes: [] });
      return { external: clientId };
    },
    async endSessions(email) {
      controls.endSessions(email);
    },
  };
}
