import type { CrossTenant } from "../context.ts";
import { hasVerifiedDomain } from "../directory/email.ts";
import type { Tenant, User } from "../directory/records.ts";
import type { Identified } from "../identified.ts";
import type { CrossTenantOptions } from "../options.ts";
import type { SessionRecord } from "../sessions/record.ts";

/** A stay of a supporter in another tenant. */
export interface Entered {
  readonly tenant: Tenant;
  readonly role: string;
  readonly crossTenant: CrossTenant;
}

/** Decides who may enter other tenants, and whether a stay still holds. */
export interface CrossTenantGate {
  readonly maxSeconds: number;
  /** Whether this session's person may enter other tenants now. */
  canEnter(session: SessionRecord): Promise<boolean>;
  /** The stay that this credential is in, undefined if there is none or it no longer holds. */
  current(who: Identified): Promise<Entered | undefined>;
}

/** What the gate may look up. */
export interface CrossTenantLookup {
  readonly nowMs: () => number;
  tenantById(id: string): Promise<Tenant | null>;
  tenantBySlug(slug: string): Promise<Tenant | null>;
  userById(id: string): Promise<User | null>;
  /** App roles of an active membership, null if there is none. */
  activeRoles(userId: string, tenantId: string): Promise<readonly string[] | null>;
}

const DEFAULT_MAX_SECONDS = 3600;

/** Makes the gate. Every question is asked of the directory anew: a supporter who leaves loses the stay at once. */
export function createCrossTenantGate(
  options: CrossTenantOptions,
  lookup: CrossTenantLookup,
): CrossTenantGate {
  /** The internal tenant, if this session was signed in to it by a member with the role. */
  async function home(session: SessionRecord): Promise<Tenant | null> {
    const internal = await lookup.tenantBySlug(options.internalTenant);
    if (internal === null || internal.status !== "active") return null;
    // SECURITY: the session itself must stand for the internal tenant, so that a supporter who is
    // also a customer's employee does not act as support from there.
    if (session.tenantId !== internal.id) return null;
    const roles = await lookup.activeRoles(session.userId, internal.id);
    if (roles === null || !roles.includes(options.role) || !session.roles.includes(options.role))
      return null;
    const user = await lookup.userById(session.userId);
    return user !== null && user.status === "active" && hasVerifiedDomain(user, internal)
      ? internal
      : null;
  }

  return {
    maxSeconds: options.maxSeconds ?? DEFAULT_MAX_SECONDS,
    async canEnter(session) {
      return (await home(session)) !== null;
    },
    async current(who) {
      const { session } = who;
      const entered = session?.entered;
      if (session === undefined || entered === undefined || entered === null) return undefined;
      // SECURITY: written so that NaN ends the stay.
      if (!(lookup.nowMs() < entered.untilMs)) return undefined;
      const internal = await home(session);
      if (internal === null) return undefined;
      const tenant = await lookup.tenantById(entered.tenantId);
      if (tenant === null) return undefined;
      return {
        tenant,
        role: options.grants,
        crossTenant: {
          reason: entered.reason,
          enteredAtMs: entered.enteredAtMs,
          untilMs: entered.untilMs,
          home: { id: internal.id, slug: internal.slug },
        },
      };
    },
  };
}
