import type { SessionRecord } from "../sessions/record.ts";
import type {
  ApiKey,
  AuditEvent,
  Connection,
  Link,
  Machine,
  Membership,
  Tenant,
  User,
} from "./records.ts";

/** A page of a listing. `next` is opaque; missing at the end. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** Where to go on, and how many at most (default 100, at most 1000). */
export interface ListOptions {
  readonly cursor?: string;
  readonly limit?: number;
}

/** Customers. Slugs and verified domains are unique among tenants that are not deleted. */
export interface TenantStore {
  get(id: string): Promise<Tenant | null>;
  getBySlug(slug: string): Promise<Tenant | null>;
  /** The tenant that has verified this domain. */
  getByVerifiedDomain(domain: string): Promise<Tenant | null>;
  /** Inserts or replaces. Returns false, changing nothing, if the slug or a verified domain is taken by another. */
  put(tenant: Tenant): Promise<boolean>;
  list(options?: ListOptions): Promise<Listing<Tenant>>;
}

/** People. */
export interface UserStore {
  get(id: string): Promise<User | null>;
  put(user: User): Promise<void>;
}

/** Vendor ids to local ids. A link is made once and then only an admin changes it. */
export interface LinkStore {
  find(key: Pick<Link, "instance" | "issuer" | "kind" | "external">): Promise<Link | null>;
  /** Adds the link unless its key is there already; returns the one that holds afterwards. */
  add(link: Link): Promise<Link>;
  /** Replaces or removes (null) the local id of a key: an admin's decision. */
  set(key: Pick<Link, "instance" | "issuer" | "kind" | "external">, link: Link | null): Promise<void>;
  listByLocal(kind: Link["kind"], local: string): Promise<readonly Link[]>;
}

/** People in tenants. */
export interface MembershipStore {
  get(userId: string, tenantId: string): Promise<Membership | null>;
  /** Writes only if there is none or the stored `versionMs` is not newer. Returns what holds afterwards. */
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
  put(machine: Machine): Promise<void>;
  listByTenant(tenantId: string): Promise<readonly Machine[]>;
}

/** Signed-in browsers. */
export interface SessionStore {
  get(id: string): Promise<SessionRecord | null>;
  getBySecretHash(secretHash: string): Promise<SessionRecord | null>;
  insert(session: SessionRecord): Promise<void>;
  /**
   * Compare-and-swap: writes `session` only if the stored version is `session.version - 1` and the
   * stored one has not ended. Returns whether it was written.
   */
  replace(session: SessionRecord): Promise<boolean>;
  /** Marks as ended, whatever the version. Idempotent; keeps the first time. */
  end(id: string, endedAtMs: number): Promise<void>;
  listByUser(userId: string): Promise<readonly SessionRecord[]>;
  /** Sessions of one provider session or subject, for back-channel logout; never across issuers. */
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
 * Epochs: a number per key that only grows. Whatever was cached under an older one is void. Keys
 * are `tenant:<id>`, `user:<id>`, `session:<id>`, `api_key:<id>`, `subject:<instance>:<subject hash>`.
 */
export interface RevocationStore {
  /** The epoch of each key, 0 if it was never raised. */
  read(keys: readonly string[]): Promise<readonly number[]>;
  /** Raises each key's epoch by one. */
  raise(keys: readonly string[]): Promise<void>;
}

/** One-time values: authorization states, logout token ids. */
export interface ReplayStore {
  /** True for exactly one caller per value until it expires; the value is remembered until then. */
  claim(value: string, expiresAtMs: number): Promise<boolean>;
}

/** Local API keys. */
export interface ApiKeyStore {
  get(id: string): Promise<ApiKey | null>;
  getByHash(hash: string): Promise<ApiKey | null>;
  insert(key: ApiKey): Promise<void>;
  revoke(id: string, revokedAtMs: number): Promise<void>;
  listByTenant(tenantId: string, options?: ListOptions): Promise<Listing<ApiKey>>;
}

/** The audit trail. Append only. */
export interface AuditStore {
  append(event: AuditEvent): Promise<void>;
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
  readonly audit: AuditStore;
}
