import {
  matchesResource,
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
    ...withAudience(accessProfile(instance, members), instance),
    ...withAudience(mcpProfile(instance, members), instance),
    ...withAudience(machineProfile(instance), instance, instance.values.machineId),
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
function accessProfile(instance: Instance, members: Members): Unbound {
  return {
    ...baseOf(instance),
    id: "access",
    kind: "access",
    rules: { typ: ["at+jwt"], required: ["sub", "jti", "client_id"] },
    roles: "directory",
    scopes: "permissions",
    read: ({ claims }) => readAccessToken(claims, instance.values),
    enrich: (identity) => members.enrich(identity),
  };
}

/**
 * Access tokens of other clients, for MCP mounts. Where Clerk names no audience, the client or a
 * scope that only such tokens have says what they are for.
 */
function mcpProfile(instance: Instance, members: Members): Unbound {
  const { values } = instance;
  return {
    ...accessProfile(instance, members),
    id: "mcp",
    kind: "mcp",
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
  };
}

/** Signed tokens of machines. Opaque ones are asked about: see `machine-tokens.ts`. */
function machineProfile(instance: Instance): Unbound {
  const { values } = instance;
  return {
    ...baseOf(instance),
    id: "m2m",
    kind: "m2m",
    rules: { typ: ["jwt"], required: ["sub", "jti"] },
    roles: values.machineRolesClaim === undefined ? "directory" : "token",
    scopes: "none",
    read: ({ claims }) => readMachine(claims, values),
  };
}

/** A profile whose audience rule depends on whether the token names an audience. */
type Unbound = Omit<TokenProfile, "matches" | "rules"> & {
  readonly rules: Omit<TokenProfile["rules"], "audience">;
};

/**
 * Clerk's tokens name no audience unless somebody has seen to it. One that does must name the mount's;
 * one that does not is for what this instance's tokens are for, which are our own resources.
 */
function withAudience(
  profile: Unbound,
  instance: Instance,
  machineId?: string,
): readonly TokenProfile[] {
  const { issuer, values } = instance;
  const ours = values.audience ?? [];
  const is = (token: SignedToken, isBound: boolean) =>
    kindOf(token, instance) === profile.kind &&
    (own(token.claims, "aud") !== undefined) === isBound;
  return [
    {
      ...profile,
      matches: (token) => is(token, false),
      rules: {
        ...profile.rules,
        audience: {
          claim: "iss",
          // SECURITY: at a mount with an audience that is not ours the instance proves nothing.
          anyOf: (resource) =>
            resource === undefined || matchesResource(ours, resource) ? [issuer] : [],
          ifMissing: "reject",
        },
      },
    },
    {
      ...profile,
      id: `${profile.id}-bound`,
      matches: (token) => is(token, true),
      rules: {
        ...profile.rules,
        audience: {
          claim: "aud",
          anyOf: (resource) => {
            if (resource !== undefined && !ours.includes(resource)) return [resource];
            const names = resource === undefined ? ours : [resource];
            return machineId === undefined ? names : [...names, machineId];
          },
          ifMissing: "reject",
        },
      },
    },
  ];
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

function baseOf({ issuer, jwksUri }: Instance) {
  return {
    issuers: [issuer],
    keys: { jwksUri },
    algorithms: ["RS256"] as const,
    headers: ["cat"],
  };
}
