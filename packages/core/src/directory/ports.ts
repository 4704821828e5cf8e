import type { SessionRecord } from "../sessions/record.ts";
import type {
  ApiKey,
  AuditEvent,
  ClientRule,
  Connection,
  Link,
  Machine,
  Membership,
  Tenant,
  User,
} from "./records.ts";

/**
 * A page of a listing. `next` is opaque; missing at the end. Whatever is there from the first page
 * to the last is listed exactly once, however much is added in between.
 */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/**
 * Where to go on, and how many at most (default 100, at most 1000). A cursor may have passed through
 * a browser: one that no listing gave out must neither throw nor show anything of another tenant.
 */
export interface ListOptions {
  readonly cursor?: string;
  readonly limit?: number;
}

/** What of a record may change on its own, so that two writers of different fields cannot undo each other. */
export type Changes<T extends { readonly id: string }> = Partial<Omit<T, "id">>;

/** Customers. Slugs and verified domains are unique among tenants that are not deleted. */
export interface TenantStore {
  /** By id, whatever the status. */
  get(id: string): Promise<Tenant | null>;
  /** The tenant with this slug, unless it is deleted. */
  getBySlug(slug: string): Promise<Tenant | null>;
  /** The tenant that has verified this domain, unless it is deleted. */
  getByVerifiedDomain(domain: string): Promise<Tenant | null>;
  /**
   * Adds the tenant unless its id is there already; returns the one that holds afterwards. Null,
   * changing nothing, if the slug or a verified domain is taken by another.
   */
  add(tenant: Tenant): Promise<Tenant | null>;
  /**
   * Changes only the named fields, atomically; returns the result. Null, changing nothing, if there
   * is no such tenant or if the slug or a verified domain is taken by another. Changes with a
   * `versionMs` count only if the stored one is not newer; otherwise the stored tenant is returned.
   */
  update(id: string, changes: Changes<Tenant>): Promise<Tenant | null>;
  /** Inserts or replaces. Returns false, changing nothing, if the slug or a verified domain is taken by another. */
  put(tenant: Tenant): Promise<boolean>;
  list(options?: ListOptions): Promise<Listing<Tenant>>;
}

/** People. */
export interface UserStore {
  get(id: string): Promise<User | null>;
  /** Adds the user unless the id is there already; returns the one that holds afterwards. */
  add(user: User): Promise<User>;
  /**
   * Changes only the named fields, atomically; returns the result, null if there is no such user.
   * Changes with a `versionMs` count only if the stored one is not newer; otherwise the stored user
   * is returned.
   */
  update(id: string, changes: Changes<User>): Promise<User | null>;
  /** Inserts or replaces. */
  put(user: User): Promise<void>;
}

/** Vendor ids to local ids. A link is made once and then only an admin changes it. */
export interface LinkStore {
  find(key: Pick<Link, "instance" | "issuer" | "kind" | "external">): Promise<Link | null>;
  /** Adds the link unless its key is there already; returns the one that holds afterwards. */
  add(link: Link): Promise<Link>;
  /** Replaces or removes (null) the local id of a key: an admin's decision. */
  set(
    key: Pick<Link, "instance" | "issuer" | "kind" | "external">,
    link: Link | null,
  ): Promise<void>;
  listByLocal(kind: Link["kind"], local: string): Promise<readonly Link[]>;
  /** What one issuer of one provider instance has given ids to, of one kind. */
  listBySource(
    source: Pick<Link, "instance" | "issuer" | "kind">,
    options?: ListOptions,
  ): Promise<Listing<Link>>;
}

/** People in tenants. */
export interface MembershipStore {
  get(userId: string, tenantId: string): Promise<Membership | null>;
  /**
   * Writes only if there is none or the stored `versionMs` is not newer. Of two with the same
   * version, a removal beats a suspension, and that beats the rest. Returns what holds afterwards.
   */
  apply(membership: Membership): Promise<Membership>;
  listByUser(userId: string): Promise<readonly Membership[]>;
  listByTenant(tenantId: string, options?: ListOptions): Promise<Listing<Membership>>;
}

/** Customers' own identity providers. (instance, issuer, clientId) is unique. */
export interface ConnectionStore {
  get(id: string): Promise<Connection | null>;
  listByIssuer(instance: string, issuer: string): Promise<readonly Connection[]>;
  listByTenant(tenantId: string): Promise<readonly Connection[]>;
  /** The enabled connections that list this e-mail domain. */
  listByEmailDomain(domain: string): Promise<readonly Connection[]>;
  /** Inserts or replaces. Returns false, changing nothing, if (instance, issuer, clientId) is taken. */
  put(connection: Connection): Promise<boolean>;
  remove(id: string): Promise<void>;
}

/** Machine clients and their tenants. */
export interface MachineStore {
  find(key: Pick<Machine, "instance" | "issuer" | "external">): Promise<Machine | null>;
  /** Inserts, or replaces the one with the same instance, issuer and external id. */
  put(machine: Machine): Promise<void>;
  listByTenant(tenantId: string): Promise<readonly Machine[]>;
}

/** Signed-in browsers. */
export interface SessionStore {
  get(id: string): Promise<SessionRecord | null>;
  getBySecretHash(secretHash: string): Promise<SessionRecord | null>;
  /** Throws, changing nothing, if the id or the secret's hash is there already. */
  insert(session: SessionRecord): Promise<void>;
  /**
   * Compare-and-swap: writes `session` only if the stored version is `session.version - 1` and the
   * stored one has not ended. Returns whether it was written.
   */
  replace(session: SessionRecord): Promise<boolean>;
  /** Marks as ended, whatever the version. Idempotent; keeps the first time. */
  end(id: string, endedAtMs: number): Promise<void>;
  /** The ones that have not ended. */
  listByUser(userId: string): Promise<readonly SessionRecord[]>;
  /**
   * Sessions, not ended, of one provider session or subject, for back-channel logout; never across
   * issuers. If both are given, both must match; if neither is, there are none.
   */
  listByVendorSession(key: {
    readonly instance: string;
    readonly issuer: string;
    readonly vendorSessionId?: string;
    readonly subject?: string;
  }): Promise<readonly SessionRecord[]>;
  /** Forgets sessions that expired or ended before. */
  sweep(beforeMs: number): Promise<void>;
}

/**
 * Epochs: per key, the time of its latest revocation, which only grows. Whatever was issued or
 * cached before that is void. Keys are `tenant:<id>`, `user:<id>`, `membership:<user>:<tenant>`,
 * `session:<id>`, `api_key:<id>`, `subject:<instance>:<subject hash>`. Under `listed:<instance>:<hash>`
 * is the time when a vendor's list last showed something; nothing is void by that, and forgetting it
 * costs the vendor one question.
 */
export interface RevocationStore {
  /** The latest time of each key in milliseconds, in the order asked, 0 if it was never raised. */
  read(keys: readonly string[]): Promise<readonly number[]>;
  /** Raises each key to this time; one that is later already stays. */
  raise(keys: readonly string[], atMs: number): Promise<void>;
}

/** One-time values: authorization states, logout token ids. */
export interface ReplayStore {
  /**
   * True for exactly one caller per value until it expires; the value is remembered until then.
   * False for a value that has expired already: nobody could tell whether it was used before.
   */
  claim(value: string, expiresAtMs: number): Promise<boolean>;
}

/** Local API keys. */
export interface ApiKeyStore {
  get(id: string): Promise<ApiKey | null>;
  getByHash(hash: string): Promise<ApiKey | null>;
  /** Throws, changing nothing, if the id or the hash is there already. */
  insert(key: ApiKey): Promise<void>;
  /** Marks as revoked. Idempotent; keeps the first time. */
  revoke(id: string, revokedAtMs: number): Promise<void>;
  listByTenant(tenantId: string, options?: ListOptions): Promise<Listing<ApiKey>>;
}

/** Decisions about OAuth clients. (tenant, subject) is unique. */
export interface ClientStore {
  /** The rule of exactly this subject. */
  get(tenantId: string, subject: string): Promise<ClientRule | null>;
  /** Adds the rule unless its subject has one already; returns the one that holds afterwards. */
  add(rule: ClientRule): Promise<ClientRule>;
  /** Inserts or replaces. */
  put(rule: ClientRule): Promise<void>;
  remove(tenantId: string, subject: string): Promise<void>;
  listByTenant(tenantId: string, options?: ListOptions): Promise<Listing<ClientRule>>;
}

/** The audit trail. Append only. */
export interface AuditStore {
  /** Keeps the event. One whose id is there already changes nothing, so that a retry is safe. */
  append(event: AuditEvent): Promise<void>;
  /** The newest first. */
  listByTenant(tenantId: string, options?: ListOptions): Promise<Listing<AuditEvent>>;
}

/** Everything core remembers. A store that cannot answer throws; core turns that into 503. */
export interface Stores {
  readonly tenants: TenantStore;
  readonly users: UserStore;
  readonly links: LinkStore;
  readonly memberships: MembershipStore;
  readonly connections: ConnectionStore;
  readonly machines: MachineStore;
  readonly sessions: SessionStore;
  readonly revocations: RevocationStore;
  readonly replay: ReplayStore;
  readonly apiKeys: ApiKeyStore;
  readonly clients: ClientStore;
  readonly audit: AuditStore;
}
