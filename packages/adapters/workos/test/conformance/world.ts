import { NotPossible, type WorldControls } from "@tenantry/conformance";
import { targetWorld, type World, type WorkosControls } from "@tenantry/emulators";

/** The emulator's world under the suite's names, with ids of the vendor's form. */
export function worldControls(world: World, controls: WorkosControls): WorldControls {
  return {
    ...targetWorld(world, { tenant: "org_", person: "user_" }),
    async createMachine({ tenant, role }) {
      if (tenant === null) {
        throw new NotPossible(
          "an M2M application is made for one organization: https://workos.com/docs/authkit/connect/m2m",
        );
      }
      const clientId = `client_${world.services.list().length + 1}`;
      // A machine has no role at WorkOS: an administrator gives it scopes.
      const scopes = world.roles.get(role)?.permissions ?? [];
      const clientSecret = `${clientId}-secret`;
      world.services.add({ clientId, clientSecret, tenantId: tenant, roles: [], scopes });
      return { external: clientId };
    },
    async endSessions(email) {
      controls.endSessions(email);
    },
  };
}
