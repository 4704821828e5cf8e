import {
  reject,
  scopesFromString,
  type Actor,
  type Authentication,
  type Claims,
  type Identity,
  type IdentityTenant,
  type Rejection,
} from "@tenantry/core/provider";
import { isFields, isText, isTextList, own } from "./claims.ts";
import type { ClerkValues } from "./options.ts";
import { roleName, unpackPermissions, withoutSystem } from "./permissions.ts";

const MINUTE_MS = 60_000;

/**
 * Who a session token proves. `pending` sessions have something left to do, such as choosing an
 * organization, and prove nobody; so does a version whose claims are not known here, which the
 * vendor's own decoder takes for the first one.
 */
export function readSession(claims: Claims): Identity | Rejection {
  const { iss, sub, sid, iat, exp, sts, v } = claims;
  if (!isText(iss) || !isText(sub) || !isText(sid)) return reject("claim_missing");
  if (typeof iat !== "number" || typeof exp !== "number") return reject("claim_missing");
  // Tokens of before 2025-04-14 have no status; there were no pending sessions then.
  if (sts !== undefined && sts !== "active") return reject("session_pending");
  if (v !== undefined && v !== 2) return reject("session_version_unknown");
  const place = v === 2 ? readPlace(claims) : readOldPlace(claims);
  if ("ok" in place) return place;
  const actors = readActors(claims);
  if ("ok" in actors) return actors;
  return {
    issuer: iss,
    subject: sub,
    subjectScope: "global",
    kind: "user",
    ...place,
    sessionId: sid,
    authentication: readAuthentication(claims, iat, actors),
    actors,
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
  };
}

type Place = Pick<Identity, "tenant" | "roles" | "permissions">;

const NOWHERE: Place = { tenant: null, roles: [], permissions: [] };

/** The organization claim of version 2. Without one the person is on their own account. */
function readPlace(claims: Claims): Place | Rejection {
  const { o, fea } = claims;
  // The first version's claims beside the second's: what they say could differ.
  if (own(claims, "org_id") !== undefined) return reject("claim_invalid");
  if (o === undefined) return NOWHERE;
  if (!isFields(o)) return reject("claim_invalid");
  const { id, slg, rol, per, fpm } = o;
  if (!isText(id) || (slg !== undefined && !isText(slg))) return reject("claim_invalid");
  if (rol !== undefined && typeof rol !== "string") return reject("claim_invalid");
  const permissions = unpackPermissions({ fea, per, fpm });
  if (permissions === null) return reject("claim_invalid");
  return {
    tenant: tenantOf(id, slg),
    roles: isText(rol) ? [roleName(rol)] : [],
    permissions,
  };
}

function readOldPlace(claims: Claims): Place | Rejection {
  const { org_id: id, org_slug: slug, org_role: role, org_permissions: permissions } = claims;
  if (own(claims, "o") !== undefined) return reject("claim_invalid");
  if (id === undefined) return NOWHERE;
  if (!isText(id) || (slug !== undefined && !isText(slug))) return reject("claim_invalid");
  if (role !== undefined && typeof role !== "string") return reject("claim_invalid");
  if (permissions !== undefined && !isTextList(permissions)) return reject("claim_invalid");
  return {
    tenant: tenantOf(id, slug),
    roles: isText(role) ? [roleName(role)] : [],
    permissions: withoutSystem(permissions ?? []),
  };
}

function tenantOf(external: string, slug: string | undefined): IdentityTenant {
  return slug === undefined ? { external } : { external, slug };
}

/** `act`: a supporter, or an agent that acts for the person. */
function readActors(claims: Claims): readonly Actor[] | Rejection {
  const { act } = claims;
  if (act === undefined) return [];
  if (!isFields(act) || !isText(act["sub"])) return reject("claim_invalid");
  const kind = act["type"] === "agent" ? "client" : "impersonator";
  return [{ kind, id: act["sub"] }];
}

/** `fva`: how many minutes ago each factor was used; −1 for never. */
function readAuthentication(
  { fva }: Claims,
  iat: number,
  actors: readonly Actor[],
): Authentication {
  const method = methodOf(actors);
  if (!Array.isArray(fva)) return { method };
  const [first, second] = fva as readonly unknown[];
  return {
    method,
    ...(typeof first === "number" && first >= 0 ? { atMs: iat * 1000 - first * MINUTE_MS } : {}),
    ...(typeof second === "number" ? { mfa: second >= 0 } : {}),
  };
}

function methodOf(actors: readonly Actor[]): Authentication["method"] {
  return actors.some(({ kind }) => kind === "impersonator") ? "impersonation" : "unknown";
}

/** Who an ID token proves, without the roles, which it does not have. */
export function readIdToken(claims: Claims): Identity | Rejection {
  const { email, email_verified: verified, name } = claims;
  const identity = readOAuth(claims);
  if ("ok" in identity) return identity;
  return {
    ...identity,
    ...(isText(name) ? { name } : {}),
    // SECURITY: only the boolean. A missing or textual `email_verified` verifies nothing.
    ...(isText(email) ? { email: { value: email, verified: verified === true } } : {}),
  };
}

/** For whom an OAuth client acts. The client is an actor unless it is this app itself. */
export function readAccessToken(
  claims: Claims,
  { oauthClientId }: Pick<ClerkValues, "oauthClientId">,
): Identity | Rejection {
  const { client_id: clientId, scope, scp } = claims;
  const identity = readOAuth(claims);
  if ("ok" in identity) return identity;
  if (!isText(clientId)) return reject("claim_missing");
  const client: readonly Actor[] =
    clientId === oauthClientId ? [] : [{ kind: "client", id: clientId }];
  return {
    ...identity,
    scopes: scopesFromString(scp ?? scope),
    clientId,
    actors: [...identity.actors, ...client],
  };
}

function readOAuth(claims: Claims): Identity | Rejection {
  const { iss, sub, iat, exp, org_id: organization } = claims;
  if (!isText(iss) || !isText(sub) || !sub.startsWith("user_")) return reject("claim_missing");
  if (typeof iat !== "number" || typeof exp !== "number") return reject("claim_missing");
  if (organization !== undefined && !isText(organization)) return reject("claim_invalid");
  // No document names an actor here; should there be one, it must not be overlooked.
  const actors = readActors(claims);
  if ("ok" in actors) return actors;
  return {
    issuer: iss,
    subject: sub,
    subjectScope: "global",
    kind: "user",
    tenant: organization === undefined ? null : { external: organization },
    authentication: { method: methodOf(actors) },
    actors,
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
  };
}

/**
 * Whether a token was made for this machine: `scopes`, or else `aud`, lists those that it may talk to.
 * The vendor's SDK reads them and compares nothing (`@clerk/backend`, `M2MToken.fromJwtPayload`).
 */
function isForMachine({ scopes, aud }: Claims, machineId: string | undefined): boolean {
  if (machineId === undefined) return true;
  // With `scopes` missing the audience has named us: the profile's rule has seen to it.
  return scopes === undefined ? aud !== undefined : scopesFromString(scopes).includes(machineId);
}

/** Which machine a token proves. Its tenant is the registered one unless a claim is trusted to name it. */
export function readMachine(
  claims: Claims,
  values: Pick<ClerkValues, "machineId" | "machineOrgClaim" | "machineRolesClaim">,
): Identity | Rejection {
  const { iss, sub, iat, exp } = claims;
  if (!isText(iss) || !isText(sub)) return reject("claim_missing");
  if (typeof iat !== "number" || typeof exp !== "number") return reject("claim_missing");
  if (!isForMachine(claims, values.machineId)) return reject("audience_mismatch");
  const { machineOrgClaim, machineRolesClaim } = values;
  const organization = machineOrgClaim === undefined ? undefined : own(claims, machineOrgClaim);
  if (organization !== undefined && !isText(organization)) return reject("claim_invalid");
  const roles = machineRolesClaim === undefined ? undefined : own(claims, machineRolesClaim);
  if (roles !== undefined && !isTextList(roles)) return reject("claim_invalid");
  return {
    issuer: iss,
    subject: sub,
    subjectScope: "global",
    kind: "service",
    tenant: organization === undefined ? null : { external: organization },
    ...(roles === undefined ? {} : { roles: roles.map(roleName) }),
    clientId: sub,
    authentication: { method: "client_credentials" },
    actors: [],
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
  };
}
