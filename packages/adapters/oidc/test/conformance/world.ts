import type { WorldControls } from "@tenantry/conformance";
import { targetWorld, type OidcControls, type World } from "@tenantry/emulators";

/** The emulator's world under the suite's names. */
export function worldControls(world: World, controls: OidcControls): WorldControls {
  return {
    ...targetWorld(world, { tenant: "org_", person: "user_" }),
    async createMachine({ name, tenant, role }) {
      const scopes = ["notes:read", "notes:write", "notes:delete"];
      const secret = `${name}-secret`;
      world.services.add({
        clientId: name,
        clientSecret: secret,
        tenantId: tenant,
        roles: [role],
        scopes,
      });
      return { external: name };
    },
    async endSessions(email) {
      await controls.signOut(email);
    },
  };
}
