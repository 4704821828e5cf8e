import { ok, reject, type Result } from "../internal/result.ts";
import type { DirectoryOptions } from "./facts.ts";
import { normalizeDomain } from "./email.ts";
import { knownId } from "./links.ts";
import { localId, type ExternalKey } from "./local-id.ts";
import { toSlug } from "./slug.ts";
import type { Link, Machine, Tenant } from "./records.ts";
import { userKey } from "./revocation-keys.ts";

/** A tenant that configuration or an administrator makes. */
export type NewTenant = Pick<Tenant, "id" | "slug" | "name"> &
  Partial<Pick<Tenant, "domains" | "policy" | "placement">>;

/** A machine to register. Its id is derived. */
export type NewMachine = ExternalKey & Pick<Machine, "tenantId" | "name" | "roles">;

/** Decisions that make records or say what a vendor's id stands for. */
export interface Enrolment {
  /**
   * The tenant with this id, made if there is none. Rejects with `slug_taken` if its slug or one of
   * its verified domains is another's. Throws `TypeError` for a slug or domain in another form.
   */
  ensureTenant(tenant: NewTenant): Promise<Result<Tenant>>;
  /** Says which tenant a vendor's organization is: an administrator's decision. Rejects with `tenant_unknown`. */
  linkTenant(key: ExternalKey, tenantId: string): Promise<Result<Link>>;
  /**
   * Says that a vendor's subject is this person. By an administrator it may move the subject from
   * someone else; by a second sign-in while signed in it may not. Rejects with `account_unknown`,
   * `account_inactive`, `link_taken`.
   */
  linkIdentity(
    key: ExternalKey,
    userId: string,
    how: { readonly evidence: "admin" | "second_sign_in" },
  ): Promise<Result<Link>>;
  /** Registers a machine or replaces its registration. Rejects with `tenant_unknown`. Throws `TypeError` for an unknown role. */
  registerMachine(machine: NewMachine): Promise<Result<Machine>>;
}

/** Makes the {@link Enrolment} of a directory. Its functions reject when a store cannot answer. */
export function createEnrolment(directory: DirectoryOptions): Enrolment {
  const { stores, nowMs, catalogue } = directory;

  async function tenantExists(id: string): Promise<boolean> {
    const tenant = await stores.tenants.get(id);
    return tenant !== null && tenant.status !== "deleted";
  }

  return {
    async ensureTenant({ domains = [], policy = {}, placement = null, ...tenant }) {
      if (toSlug(tenant.slug) !== tenant.slug || tenant.slug === "") {
        throw new TypeError(`Tenant slug "${tenant.slug}" must match ^[a-z0-9][a-z0-9-]{0,62}$.`);
      }
      const odd = domains.find(({ name }) => normalizeDomain(name) !== name);
      if (odd !== undefined) {
        throw new TypeError(`Tenant domain "${odd.name}" must be a host name in lower case.`);
      }
      const added = await stores.tenants.add({
        ...tenant,
        status: "active",
        domains,
        policy,
        placement,
      });
      return added === null ? reject("slug_taken") : ok(added);
    },

    async linkTenant(key, tenantId) {
      if (!(await tenantExists(tenantId))) return reject("tenant_unknown");
      const link: Link = {
        ...pickKey(key),
        kind: "tenant",
        local: tenantId,
        evidence: "admin",
        createdAtMs: nowMs(),
      };
      await stores.links.set(link, link);
      return ok(link);
    },

    async linkIdentity(key, userId, { evidence }) {
      const user = await stores.users.get(userId);
      if (user === null) return reject("account_unknown");
      if (user.status !== "active") return reject("account_inactive");
      const wanted: Link = {
        ...pickKey(key),
        kind: "user",
        local: userId,
        evidence,
        createdAtMs: nowMs(),
      };
      // SECURITY: an id that configuration gives to somebody else is theirs before they first come.
      if (evidence !== "admin") await knownId(directory, "user", pickKey(key));
      const held = await stores.links.add(wanted);
      if (held.local === userId) return ok(held);
      // SECURITY: whoever holds a browser must not be able to take over another person's identity.
      if (evidence !== "admin") return reject("link_taken");
      await stores.links.set(wanted, wanted);
      await stores.revocations.raise([userKey(held.local)], nowMs());
      return ok(wanted);
    },

    async registerMachine({ tenantId, name, roles, ...key }) {
      const unknown = roles.find((role) => !catalogue.roles.includes(role));
      if (unknown !== undefined) throw new TypeError(`Machine role "${unknown}" is unknown.`);
      if (!(await tenantExists(tenantId))) return reject("tenant_unknown");
      const id = await localId("service", pickKey(key));
      const machine: Machine = { id, ...pickKey(key), tenantId, name, roles, status: "active" };
      await stores.machines.put(machine);
      return ok(machine);
    },
  };
}

/** Only the key: a caller's object may carry more. */
function pickKey({ instance, issuer, external }: ExternalKey): ExternalKey {
  return { instance, issuer, external };
}
