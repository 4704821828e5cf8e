import type { Admin, Result } from "@tenantry/core/provider";
import type { Started } from "../target/target.ts";
import type { AdapterMutant } from "./mutant.ts";
import { withProvider } from "./wrap.ts";

/** Adapters that mishandle management calls. */
export const adminMutants: readonly AdapterMutant[] = [
  {
    id: "admin-invites-elsewhere",
    defect: "It invites everybody to another tenant.",
    fails: ["admin.invitation"],
    mayFail: ["admin.absent", "admin.invitation.revoked"],
    spoil: (started) =>
      managed(started, (admin) => {
        const invite = admin.invite?.bind(admin);
        return invite && { invite: async (wish) => invite(await elsewhere(started, wish)) };
      }),
  },
  {
    id: "admin-sets-role-everywhere",
    defect: "It gives a role in all tenants that somebody belongs to.",
    fails: ["admin.member.set"],
    spoil(started) {
      const others = everyOther(started);
      const spoiled = managed(started, (admin) => {
        const work = admin.setMember?.bind(admin);
        return work && { setMember: (wish) => others.also(wish, work) };
      });
      return spoiled && { ...spoiled, tookHold: others.tookHold };
    },
  },
  {
    id: "admin-removes-everywhere",
    defect: "It removes somebody from all their tenants.",
    fails: ["admin.member.removed"],
    spoil(started) {
      const others = everyOther(started);
      const spoiled = managed(started, (admin) => {
        const work = admin.removeMember?.bind(admin);
        return work && { removeMember: (place) => others.also(place, work) };
      });
      return spoiled && { ...spoiled, tookHold: others.tookHold };
    },
  },
  {
    id: "admin-revokes-in-any-name",
    defect: "It takes back an invitation wherever it is for.",
    fails: ["admin.invitation.revoked"],
    spoil: (started) =>
      managed(started, (admin) => {
        const invite = admin.invite?.bind(admin);
        const revoke = admin.revokeInvitation?.bind(admin);
        if (invite === undefined || revoke === undefined) return undefined;
        const homes = new Map<string, string>();
        return {
          invite: (wish) => remembering(homes, wish, invite),
          revokeInvitation: (thing) => revoke(atHome(homes, thing)),
        };
      }),
  },
  {
    id: "admin-adds-domains-elsewhere",
    defect: "It gives a domain to another tenant than was asked for.",
    fails: ["admin.domain.added"],
    mayFail: ["admin.absent", "admin.domain.removed"],
    spoil: (started) =>
      managed(started, (admin) => {
        const add = admin.addDomain?.bind(admin);
        return add && { addDomain: async (wish) => add(await elsewhere(started, wish)) };
      }),
  },
  {
    id: "admin-removes-domains-in-any-name",
    defect: "It removes a domain whoever has it.",
    fails: ["admin.domain.removed"],
    spoil: (started) =>
      managed(started, (admin) => {
        const add = admin.addDomain?.bind(admin);
        const remove = admin.removeDomain?.bind(admin);
        if (add === undefined || remove === undefined) return undefined;
        const homes = new Map<string, string>();
        return {
          addDomain: (wish) => remembering(homes, wish, add),
          removeDomain: (thing) => remove(atHome(homes, thing)),
        };
      }),
  },
  {
    id: "admin-invents-success",
    defect: "It reports success for tenants that do not exist.",
    fails: ["admin.absent"],
    spoil: (started) =>
      managed(started, (admin) => {
        const invite = admin.invite?.bind(admin);
        const portalLink = admin.portalLink?.bind(admin);
        if (invite === undefined && portalLink === undefined) return undefined;
        const link = { url: "https://vendor.example", expiresAtSeconds: 1 };
        return {
          ...(invite && { invite: inventing(invite, { external: "invented" }) }),
          ...(portalLink && { portalLink: inventing(portalLink, link) }),
        };
      }),
  },
];

/** The same vendor with other management calls. Null if there is nothing to change. */
function managed(started: Started, change: (honest: Admin) => Partial<Admin> | undefined) {
  const { admin } = started.provider;
  const changes = admin === undefined ? undefined : change(admin);
  return changes === undefined ? null : withProvider(started, { admin: { ...admin, ...changes } });
}

type InTenant = { readonly tenantExternal: string };

/** The same wish about another tenant. */
async function elsewhere<Wish extends InTenant>(started: Started, wish: Wish): Promise<Wish> {
  const tenants = (await started.directory?.tenants()) ?? [];
  const other = tenants.find(({ external }) => external !== wish.tenantExternal);
  return other === undefined ? wish : { ...wish, tenantExternal: other.external };
}

/**
 * Does something in the tenant that was named and in all others. It took hold if another one let it:
 * a vendor whose members belong to one tenant each refuses the others.
 */
function everyOther(started: Started) {
  let isReached = false;
  return {
    tookHold: () => isReached,
    async also<Wish extends InTenant>(
      wish: Wish,
      work: (wish: Wish) => Promise<Result<null>>,
    ): Promise<Result<null>> {
      for (const { external } of (await started.directory?.tenants()) ?? []) {
        if (external === wish.tenantExternal) continue;
        const answer = await work({ ...wish, tenantExternal: external });
        if (answer.ok) isReached = true;
      }
      return work(wish);
    },
  };
}

type Made = Result<{ readonly external: string }>;

/** Remembers in which tenant something was made. */
async function remembering<Wish extends InTenant>(
  homes: Map<string, string>,
  wish: Wish,
  make: (wish: Wish) => Promise<Made>,
): Promise<Made> {
  const made = await make(wish);
  if (made.ok) homes.set(made.value.external, wish.tenantExternal);
  return made;
}

/** The same thing, in the tenant where it was made. */
function atHome<Thing extends InTenant & { readonly external: string }>(
  homes: ReadonlyMap<string, string>,
  thing: Thing,
): Thing {
  return { ...thing, tenantExternal: homes.get(thing.external) ?? thing.tenantExternal };
}

/** Success where there was none, but for outages. */
function inventing<Wish, Value>(
  work: (wish: Wish) => Promise<Result<Value>>,
  value: Value,
): (wish: Wish) => Promise<Result<Value>> {
  return async (wish) => {
    const made = await work(wish);
    return made.ok || made.reason.endsWith("_unavailable") ? made : { ok: true, value };
  };
}
