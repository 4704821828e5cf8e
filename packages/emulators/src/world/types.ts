/** A person. Their id is what an emulated vendor hands out as the subject. */
export interface WorldUser {
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
  /** How the person signs in, in the words of RFC 8176 (`amr`). `["pwd"]` when absent. */
  readonly signsInWith?: readonly string[];
}

/** A customer of the host app. Vendors call it organization or workspace. */
export interface WorldTenant {
  /** The vendor's own id, such as `org_acme`; never the host app's id. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly domains: readonly WorldDomain[];
}

/** An e-mail domain that a tenant claims, and whether it proved that claim. */
export interface WorldDomain {
  readonly domain: string;
  readonly verified: boolean;
}

/** Only `active` gives access; the other two exist at every vendor and must not. */
export type MembershipStatus = "active" | "pending" | "inactive";

/** One person's place in one tenant. */
export interface WorldMembership {
  readonly userId: string;
  readonly tenantId: string;
  readonly roles: readonly string[];
  readonly status: MembershipStatus;
}

/** A machine client. One without a tenant belongs to nobody and must be refused by tenant routes. */
export interface WorldService {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tenantId: string | null;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/** A role as the vendor's dashboard knows it. What it may do is the host app's business. */
export interface WorldRole {
  readonly slug: string;
  readonly name: string;
  /** For vendors that put permissions into tokens. */
  readonly permissions: readonly string[];
}

/** Everything in a world, as plain JSON. */
export interface WorldData {
  readonly users: readonly WorldUser[];
  readonly tenants: readonly WorldTenant[];
  readonly memberships: readonly WorldMembership[];
  readonly services: readonly WorldService[];
  readonly roles: readonly WorldRole[];
}

interface Change<Entity extends string, Row> {
  /** Counts up by one with each change, so a listener can tell order and loss. */
  readonly sequence: number;
  readonly entity: Entity;
  /** Absent when the row was created. */
  readonly before?: Row;
  /** Absent when the row was deleted. */
  readonly after?: Row;
}

/** What a change listener hears; emulators turn it into their vendor's webhooks. */
export type WorldChange =
  | Change<"user", WorldUser>
  | Change<"tenant", WorldTenant>
  | Change<"membership", WorldMembership>
  | Change<"service", WorldService>
  | Change<"role", WorldRole>;
