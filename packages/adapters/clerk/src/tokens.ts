import {
  reject,
  scopesFromString,
  type SignedToken,
  type TokenProfile,
} from "@tenantry/core/provider";
import { isText, own } from "./claims.ts";
import { readAccessToken, readIdToken, readMachine, readSession } from "./identity.ts";
import type { Instance, OAuthApplication } from "./instance.ts";
import type { Members } from "./members.ts";

/**
 * What `cat` in the header says (`@clerk/backend`, `tokens/jwtCategories.ts`, read 2026-11-21).
 * Tokens of JWT templates have another one and are for other services.
 */
const SESSION = "cl_B7d4PD111AAA";
const MACHINE = "cl_B7d4PD333AAA";

/** The profiles of all tokens that can open something. */
export function tokenProfiles(instance: Instance, members: Members): readonly TokenProfile[] {
  const { authorizedParties } = instance.values;
  return [
    ...(authorizedParties === undefined ? [] : [sessionProfile(instance, authorizedParties)]),
    accessProfile(instance, members),
    mcpProfile(instance, members),
    machineProfile(instance),
    ...(instance.application === null ? [] : [idTokenProfile(instance, instance.application)]),
  ];
}

function sessionProfile(instance: Instance, parties: readonly string[]): TokenProfile {
  return {
    ...baseOf(instance),
    id: "session",
    kind: "session",
    matches: (token) => kindOf(token, instance) === "session",
    rules: {
      typ: ["jwt"],
      // SECURITY: tokens of all apps of an instance have one issuer; the origin that obtained a token
      // is all that tells them apart.
      audience: { claim: "azp", anyOf: parties, ifMissing: instance.values.missingParty },
      required: ["sub", "sid"],
      forbidden: ["aud"],
    },
    roles: "token",
    scopes: "none",
    read: ({ claims }) => readSession(claims),
  };
}

/** Access tokens of the OAuth applications that are clients of this API. */
function accessProfile(instance: Instance, members: Members): TokenProfile {
  const { values } = instance;
  return {
    ...baseOf(instance),
    id: "access",
    kind: "access",
    matches: (token) => kindOf(token, instance) === "access",
    rules: {
      typ: ["at+jwt"],
      audience: { claim: "client_id", anyOf: accessClients(instance), ifMissing: "reject" },
      required: ["sub", "jti"],
    },
    roles: "directory",
    scopes: "permissions",
    read: ({ claims }) =>
      isForOther(claims["aud"], values.audience ?? [])
        ? reject("audience_mismatch")
        : readAccessToken(claims, values),
    enrich: (identity) => members.enrich(identity),
  };
}

/**
 * Access tokens of other clients, for MCP mounts: meant for the mount by `aud`, or, where Clerk names
 * no audience, by the client or by a scope that only such tokens have.
 */
function mcpProfile(instance: Instance, members: Members): TokenProfile {
  const { values } = instance;
  return {
    ...baseOf(instance),
    id: "mcp",
    kind: "mcp",
    matches: (token) => kindOf(token, instance) === "mcp",
    rules: {
      typ: ["at+jwt"],
      audience: {
        claim: "aud",
        anyOf: (resource) => (resource === undefined ? [] : [resource]),
        // The vendor's default; `read` then asks for the client or the scope.
        ifMissing: "accept",
      },
      required: ["sub", "jti", "client_id"],
    },
    roles: "directory",
    scopes: "permissions",
    read({ claims }) {
      const { aud, client_id: clientId, scope, scp } = claims;
      const { mcpClients = [], mcpScope } = values;
      const isMeant =
        aud !== undefined ||
        (isText(clientId) && mcpClients.includes(clientId)) ||
        (mcpScope !== undefined && scopesFromString(scp ?? scope).includes(mcpScope));
      // SECURITY: without this every OAuth token of the instance would open every mount.
      return isMeant ? readAccessToken(claims, values) : reject("audience_mismatch");
    },
    enrich: (identity) => members.enrich(identity),
  };
}

/** Signed tokens of machines. Opaque ones are not taken: create them with the format `jwt`. */
function machineProfile(instance: Instance): TokenProfile {
  const { values } = instance;
  return {
    ...baseOf(instance),
    id: "m2m",
    kind: "m2m",
    matches: (token) => kindOf(token, instance) === "m2m",
    rules: {
      typ: ["jwt"],
      audience: {
        claim: "aud",
        anyOf: (resource) => (resource === undefined ? (values.audience ?? []) : [resource]),
        // The vendor names none; the holder of the machine's secret may.
        ifMissing: "accept",
      },
      required: ["sub", "jti"],
    },
    roles: values.machineRolesClaim === undefined ? "directory" : "token",
    scopes: "none",
    read: ({ claims }) => readMachine(claims, values),
  };
}

/**
 * The ID token of our own OAuth application, straight from the token endpoint. Whoever uses it
 * compares the nonce.
 */
export function idTokenProfile(
  instance: Instance,
  { clientId }: Pick<OAuthApplication, "clientId">,
): TokenProfile {
  return {
    ...baseOf(instance),
    id: "id",
    kind: "id",
    matches: (token) => kindOf(token, instance) === "id",
    rules: {
      typ: ["jwt"],
      audience: { claim: "aud", anyOf: [clientId], ifMissing: "reject" },
      required: ["sub", "jti"],
    },
    roles: "directory",
    scopes: "none",
    read: ({ claims }) => {
      const { azp } = claims;
      if (azp !== undefined && azp !== clientId) return reject("authorized_party_mismatch");
      return readIdToken(claims);
    },
  };
}

type Kind = "session" | "access" | "mcp" | "m2m" | "id" | "other";

/**
 * What a token with a good signature is; one key signs them all. One answer for each token keeps the
 * profiles disjoint, and `other` opens nothing: templates, handshakes, tickets.
 */
function kindOf({ header, claims }: SignedToken, instance: Instance): Kind {
  const { cat, typ } = header;
  const { sub, sid, client_id: clientId } = claims;
  if (!isText(sub)) return "other";
  const type = typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : "";
  if (type === "at+jwt") {
    if (cat !== undefined || !isText(clientId)) return "other";
    return accessClients(instance).includes(clientId) ? "access" : "mcp";
  }
  if (sub.startsWith("mch_")) return cat === MACHINE ? "m2m" : "other";
  if (!sub.startsWith("user_")) return "other";
  if (cat === SESSION) return "session";
  if (cat !== undefined) return "other";
  // Older session tokens have no category, and ID tokens have none either.
  if (isText(sid)) return "session";
  return own(claims, "aud") === undefined ? "other" : "id";
}

function accessClients({ values, application }: Instance): readonly string[] {
  return values.accessClients ?? (application === null ? [] : [application.clientId]);
}

/** Whether a token names an audience, and none of ours. */
function isForOther(aud: unknown, ours: readonly string[]): boolean {
  if (aud === undefined) return false;
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return !named.some((one) => isText(one) && ours.includes(one));
}

function baseOf({ issuer, jwksUri }: Instance) {
  return {
    issuers: [issuer],
    keys: { jwksUri },
    algorithms: ["RS256"] as const,
    headers: ["cat"],
  };
}
