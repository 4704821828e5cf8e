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
} from "../directory/records.ts";
import type { SessionRecord } from "../sessions/record.ts";

/** 2026-01-01, and a time that no test run will reach. */
export const START_MS = Date.UTC(2026, 0, 1);
export const FAR_MS = Date.UTC(2126, 0, 1);

/** A tenant whose slug is its id. */
export function tenant(id: string, changes: Partial<Tenant> = {}): Tenant {
  return {
    id,
    slug: id,
    name: `Tenant ${id}`,
    status: "active",
    domains: [],
    policy: {},
    placement: null,
    ...changes,
  };
}

/** A person. */
export function user(id: string, changes: Partial<User> = {}): User {
  return {
    id,
    name: `Person ${id}`,
    email: { value: `${id}@example.com`, verified: true },
    status: "active",
    ...changes,
  };
}

/** A link of a user. */
export function link(external: string, local: string, changes: Partial<Link> = {}): Link {
  return {
    instance: "main",
    issuer: "https://idp.example.com",
    kind: "user",
    external,
    local,
    evidence: "sign_in",
    createdAtMs: START_MS,
    ...changes,
  };
}

/** A client that an administrator has allowed. */
export function clientRule(subject: string, changes: Partial<ClientRule> = {}): ClientRule {
  return {
    tenantId: "t1",
    subject,
    decision: "allow",
    firstSeenAtMs: START_MS,
    decidedAtMs: START_MS,
    decidedBy: "u1",
    ...changes,
  };
}

/** A membership with the role `member`. */
export function membership(
  userId: string,
  tenantId: string,
  changes: Partial<Membership> = {},
): Membership {
  return {
    userId,
    tenantId,
    roles: ["member"],
    status: "active",
    versionMs: START_MS,
    ...changes,
  };
}

/** A connection of tenant `t1` with a client of its own. */
export function connection(id: string, changes: Partial<Connection> = {}): Connection {
  return {
    id,
    instance: "main",
    tenantId: "t1",
    issuer: "https://idp.customer.example",
    clientId: `client-${id}`,
    emailDomains: ["customer.example"],
    enabled: true,
    settings: { scopes: ["openid", "email"] },
    sealedSecrets: { clientSecret: "sealed" },
    ...changes,
  };
}

/** A machine of tenant `t1`. */
export function machine(external: string, changes: Partial<Machine> = {}): Machine {
  return {
    id: `svc-${external}`,
    instance: "main",
    issuer: "https://idp.example.com",
    external,
    tenantId: "t1",
    name: `Machine ${external}`,
    roles: ["reader"],
    status: "active",
    ...changes,
  };
}

/** A session of user `u1` at its first version. */
export function session(id: string, changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id,
    secretHash: `hash-of-${id}`,
    version: 1,
    userId: "u1",
    instance: "main",
    vendor: "oidc",
    issuer: "https://idp.example.com",
    subject: "subject-1",
    connectionId: null,
    vendorSessionId: "vendor-session-1",
    tenantId: "t1",
    tenantExternal: "org-1",
    roles: ["member"],
    permissions: [],
    authentication: { method: "password", atMs: START_MS },
    actors: [],
    createdAtMs: START_MS,
    lastSeenAtMs: START_MS,
    expiresAtMs: FAR_MS,
    entered: null,
    vendorSession: null,
    endedAtMs: null,
    ...changes,
  };
}

/** An API key of user `u1` in tenant `t1`. */
export function apiKey(id: string, changes: Partial<ApiKey> = {}): ApiKey {
  return {
    id,
    hash: `hash-of-${id}`,
    tenantId: "t1",
    ownerUserId: "u1",
    name: `Key ${id}`,
    permissions: ["notes:read"],
    createdAtMs: START_MS,
    expiresAtMs: FAR_MS,
    revokedAtMs: null,
    ...changes,
  };
}

/** An event of tenant `t1`. */
export function auditEvent(id: string, changes: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id,
    atMs: START_MS,
    type: "app.event",
    outcome: "ok",
    tenantId: "t1",
    principal: { kind: "user", id: "u1" },
    actors: [],
    details: { name: "note.created", subjectId: null },
    ...changes,
  };
}
