import {
  reject,
  scopesFromString,
  type Actor,
  type Claims,
  type Identity,
  type Rejection,
} from "@tenantry/core/provider";
import { isFields, isRejection, isText, isTextList, optionalText } from "./claims.ts";
import type { Environment } from "./environment.ts";
import { TENANT_CLAIM } from "./standalone.ts";

/**
 * A session token in neutral words (https://workos.com/docs/reference/authkit/session-tokens). Roles
 * and permissions are those of the organization it stands for. How the person signed in is not in it.
 */
export function readSession(claims: Claims, environment: Environment): Identity | Rejection {
  const { sid, client_id: clientId, auth_time: signedInAt } = claims;
  // SECURITY: the keys are the environment's, so that another application's token verifies too.
  if (clientId !== undefined && clientId !== environment.clientId) {
    return reject("audience_mismatch");
  }
  const base = readBase(claims, environment);
  const actors = readActors(claims, "impersonator");
  if (isRejection(base)) return base;
  if (isRejection(actors)) return actors;
  if (!isText(sid)) return reject("claim_missing");
  const roles = base.tenant === null ? [] : readRoles(claims);
  const permissions = base.tenant === null ? [] : (claims["permissions"] ?? []);
  if (isRejection(roles)) return roles;
  if (!isTextList(permissions)) return reject("claim_invalid");
  return {
    ...base,
    kind: "user",
    roles,
    permissions,
    sessionId: sid,
    authentication: {
      method: actors.length === 0 ? "unknown" : "impersonation",
      // Only an active sign-in moves it, a refresh does not (workos.com/docs/authkit/reauthentication).
      ...(isTime(signedInAt) ? { atMs: signedInAt * 1000 } : {}),
    },
    actors,
  };
}

/**
 * A machine's token in neutral words (https://workos.com/docs/authkit/connect/token-claims). Its
 * scopes are what an administrator gave it: both what it may do and the bound of that.
 */
export function readMachine(claims: Claims, environment: Environment): Identity | Rejection {
  const base = readBase(claims, environment);
  if (isRejection(base)) return base;
  const scopes = scopesFromString(claims["scope"]);
  return {
    ...base,
    kind: "service",
    permissions: scopes,
    scopes,
    clientId: base.subject,
    authentication: { method: "client_credentials" },
    actors: [],
  };
}

/**
 * A token that a person let an OAuth client have, in neutral words. It names the organization that
 * was chosen at consent, and neither role nor permission: those come from the directory.
 */
export function readConnect(claims: Claims, environment: Environment): Identity | Rejection {
  const { sid, client_id: clientId, scope } = claims;
  const base = readBase(claims, environment);
  const others = readActors(claims, "client");
  if (isRejection(base)) return base;
  if (isRejection(others)) return others;
  if (!isText(sid) || !isText(clientId)) return reject("claim_missing");
  const tenant = environment.standaloneConnect ? readChosen(claims) : base.tenant;
  if (isRejection(tenant)) return tenant;
  return {
    ...base,
    tenant,
    kind: "user",
    scopes: scopesFromString(scope),
    sessionId: sid,
    clientId,
    authentication: { method: "unknown" },
    actors: [{ kind: "client", id: clientId }, ...others],
  };
}

/** The organization that a person chose on the app's own page, see `standaloneConnect`. */
function readChosen(claims: Claims): Identity["tenant"] | Rejection {
  const chosen = claims[TENANT_CLAIM];
  const { org_id: organization = chosen } = claims;
  if (!isText(chosen)) return reject("claim_missing");
  // SECURITY: two that differ were chosen on two pages, and nobody has seen both.
  return chosen === organization ? { external: chosen } : reject("claim_invalid");
}

type Base = Pick<
  Identity,
  "issuer" | "subject" | "subjectScope" | "tenant" | "issuedAtSeconds" | "expiresAtSeconds"
>;

function readBase(claims: Claims, environment: Environment): Base | Rejection {
  const { sub, org_id: organization, iat, exp } = claims;
  const external = optionalText(organization);
  if (!isText(sub) || !isTime(iat) || !isTime(exp)) return reject("claim_missing");
  if (isRejection(external)) return external;
  return {
    issuer: environment.issuer,
    subject: sub,
    subjectScope: "global",
    tenant: external === undefined ? null : { external },
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
  };
}

function readRoles({ role, roles }: Claims): readonly string[] | Rejection {
  if (roles !== undefined) return isTextList(roles) ? roles : reject("claim_invalid");
  const one = optionalText(role);
  if (isRejection(one)) return one;
  return one === undefined ? [] : [one];
}

/** `act` of RFC 8693 §4.1: of a session token the impersonator's e-mail address. */
function readActors({ act }: Claims, kind: Actor["kind"]): readonly Actor[] | Rejection {
  if (act === undefined) return [];
  // SECURITY: an actor that cannot be read must not look like none.
  return isFields(act) && isText(act["sub"]) ? [{ kind, id: act["sub"] }] : reject("claim_invalid");
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
