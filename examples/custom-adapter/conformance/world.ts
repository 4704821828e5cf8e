import type { WorldControls } from "@tenantry/conformance";
import { randomUUID } from "node:crypto";
import type { AcmeVendor } from "../vendor/acme-vendor.ts";

// #region world
/** Changes Acme's truth, past the adapter. Acme's own ids come back as `external`. */
export function worldControls({ people, machines }: AcmeVendor): WorldControls {
  return {
    async createTenant({ slug, name }) {
      return { external: `wsp_${randomUUID()}`, slug, name };
    },
    async createPerson({ email, emailVerified = true }) {
      const id = `per_${randomUUID()}`;
      people.set(email, { id, email, verified: emailVerified, places: new Map() });
    },
    async removePerson(email) {
      people.delete(email);
    },
    async setMember({ email, tenant, role, status = "active" }) {
      const active = status === "active";
      people.get(email)?.places.set(tenant, { workspace: tenant, role, active });
    },
    async removeMember({ email, tenant }) {
      people.get(email)?.places.delete(tenant);
    },
    async createMachine({ name, tenant, role }) {
      machines.set(name, tenant === null ? null : { workspace: tenant, role, active: true });
      return { external: name };
    },
    // Acme keeps no sessions: a sign-in ends with its pass.
    endSessions: () => Promise.resolve(),
  };
}
// #endregion world
