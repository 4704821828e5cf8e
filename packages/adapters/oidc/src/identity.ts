import {
  reject,
  scopesFromString,
  type Actor,
  type Authentication,
  type Claims,
  type Identity,
  type IdentityTenant,
  type Rejection,
  type SignInMethod,
} from "@tenantry/core/provider";
import {
  claimAt,
  isObject,
  isRejection,
  isText,
  organizationAt,
  textAt,
  textsAt,
} from "./claims.ts";
import { entraEmail, entraSubject, entraTokenKind } from "./entra/claims.ts";
import type { ReadAs, Registration, TenantRule } from "./registration.ts";
import { readRoles } from "./roles.ts";

/** The client that a token was issued to; the claim's name differs between providers. */
const CLIENT_CLAIMS = ["client_id", "azp", "cid", "appid"] as const;

/**
 * Turns claims that have been verified into neutral words. Pure. Refuses what has the wrong shape:
 * a claim that cannot be read must not look like one that is missing.
 */
export function readIdentity(
  claims: Claims,
  registration: Registration,
  as: ReadAs,
): Identity | Rejection {
  const { sid, iat, exp, name, scope, scp } = claims;
  const subject = readSubject(claims, registration);
  if (isRejection(subject)) return subject;
  if (typeof iat !== "number" || typeof exp !== "number") return reject("claim_missing");

  const tenant = readTenant(claims, registration.tenant);
  if (isRejection(tenant)) return tenant;
  const roles = readRoles(claims, registration, as);
  if (isRejection(roles)) return roles;
  const permissions = readPermissions(claims, registration);
  if (isRejection(permissions)) return permissions;
  const actors = readActors(claims, registration, as);
  if (isRejection(actors)) return actors;
  const clientId = clientOf(claims);
  const email = as === "m2m" ? undefined : readEmail(claims, registration);
  return {
    ...subject,
    subjectScope: "global",
    kind: as === "m2m" ? "service" : "user",
    tenant,
    ...(roles === undefined ? {} : { roles }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(as === "id" ? {} : { scopes: scopesFromString(scope ?? scp) }),
    ...(isText(sid) ? { sessionId: sid } : {}),
    ...(clientId === undefined ? {} : { clientId }),
    ...(isText(name) ? { name } : {}),
    ...(email === undefined ? {} : { email }),
    authentication: readAuthentication(claims, registration, as),
    actors,
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
  };
}

/** The client that a token was issued to, if it says so. */
export function clientOf(claims: Claims): string | undefined {
  return CLIENT_CLAIMS.map((name) => claims[name]).find(isText);
}

/** Whether a client acts on its own behalf: its subject is itself, or the configured mark is there. */
export function isMachine(claims: Claims, { rules, entra }: Registration): boolean {
  if (entra !== undefined && entraTokenKind(claims) === "m2m") return true;
  const { sub } = claims;
  // RFC 9068 §2.2: without a person, `sub` is the client; Auth0 writes "<client>@clients".
  const clients = CLIENT_CLAIMS.map((name) => claims[name]).filter(isText);
  if (clients.some((client) => sub === client || sub === `${client}@clients`)) return true;
  if (rules.machineClaim === undefined) return false;
  const mark = claimAt(claims, rules.machineClaim);
  return rules.machineValue === undefined
    ? mark !== undefined && mark !== false
    : mark === rules.machineValue;
}

function readSubject(
  claims: Claims,
  { entra }: Registration,
): Pick<Identity, "issuer" | "subject"> | Rejection {
  if (entra !== undefined) return entraSubject(claims, entra);
  const { iss, sub } = claims;
  return isText(iss) && isText(sub) ? { issuer: iss, subject: sub } : reject("claim_missing");
}

function readTenant(claims: Claims, rule: TenantRule): IdentityTenant | null | Rejection {
  if (rule.kind === "none") return null;
  if (rule.kind === "fixed") return rule.tenant;
  const id = organizationAt(claims, rule.id);
  if (isRejection(id)) return id;
  if (id === undefined) return null;
  const slug = rule.slug === undefined ? undefined : textAt(claims, rule.slug);
  const name = rule.name === undefined ? undefined : textAt(claims, rule.name);
  if (isRejection(slug)) return slug;
  if (isRejection(name)) return name;
  return placeOf(id, rule, { slug, name });
}

/** The tenant of an organization: from the map, or as the provider describes it if that is allowed. */
export function placeOf(
  external: string,
  rule: Extract<TenantRule, { kind: "claim" }>,
  described: { readonly slug: string | undefined; readonly name: string | undefined },
): Extract<IdentityTenant, { external: string }> | null {
  const mapped = rule.map.get(external);
  if (mapped === undefined && rule.unknown === "refuse") return null;
  const slug = mapped ?? described.slug;
  const name = described.name ?? mapped;
  return {
    external,
    ...(slug === undefined ? {} : { slug }),
    ...(name === undefined ? {} : { name }),
    ...(mapped === undefined ? {} : { configured: true as const }),
  };
}

function readPermissions(
  claims: Claims,
  { rules }: Registration,
): readonly string[] | undefined | Rejection {
  return rules.permissionsClaim === undefined ? undefined : textsAt(claims, rules.permissionsClaim);
}

function readEmail(claims: Claims, { entra }: Registration): Identity["email"] {
  if (entra !== undefined) return entraEmail(claims);
  const { email, email_verified: verified } = claims;
  // SECURITY: only the boolean. A missing or textual `email_verified` verifies nothing.
  return isText(email) ? { value: email, verified: verified === true } : undefined;
}

function readActors(
  claims: Claims,
  registration: Registration,
  as: ReadAs,
): readonly Actor[] | Rejection {
  const actors: Actor[] = [];
  if (claims["act"] !== undefined) {
    // RFC 8693 §4.1: the outermost actor is the current one; those inside it are history.
    const { act } = claims;
    if (!isObject(act) || !isText(act["sub"])) return reject("claim_invalid");
    actors.push({ kind: "impersonator", id: act["sub"] });
  }
  const client = clientOf(claims);
  if (as === "access" && client !== undefined && client !== registration.clientId) {
    actors.push({ kind: "client", id: client });
  }
  return actors;
}

function readAuthentication(
  claims: Claims,
  registration: Registration,
  as: ReadAs,
): Authentication {
  if (as === "m2m") return { method: "client_credentials" };
  const { auth_time: at, amr } = claims;
  const methods = Array.isArray(amr) ? amr : undefined;
  return {
    // A customer's own provider is single sign-on whatever it asks its people for.
    method: registration.connection === undefined ? methodOf(methods) : "sso",
    ...(typeof at === "number" && Number.isFinite(at) ? { atMs: at * 1000 } : {}),
    ...(methods === undefined ? {} : { mfa: methods.includes("mfa") }),
  };
}

/** The first factor, from the names of RFC 8176 §2. */
function methodOf(amr: readonly unknown[] | undefined): SignInMethod {
  if (amr === undefined) return "unknown";
  if (amr.includes("pwd")) return "password";
  return amr.includes("hwk") || amr.includes("swk") || amr.includes("pop") ? "passkey" : "unknown";
}
