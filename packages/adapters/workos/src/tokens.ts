import type { Claims, TokenProfile } from "@tenantry/core/provider";
import { isText } from "./claims.ts";
import type { Environment } from "./environment.ts";
import { readConnect, readMachine, readSession } from "./identity.ts";

/** All kinds of tokens of an environment. */
export function tokenProfiles(environment: Environment): readonly TokenProfile[] {
  const { connect } = environment;
  const session = sessionProfile(environment);
  if (connect === null) return [session];
  return [session, machineProfile(environment, connect), connectProfile(environment, connect)];
}

/**
 * Session tokens of AuthKit. They have no audience unless a JWT template adds one, so what keeps
 * other tokens of the environment out is the issuer list and that only sessions have such a `sid`.
 */
export function sessionProfile(environment: Environment): TokenProfile {
  const { issuers, jwksUri, audience } = environment;
  return {
    id: "session",
    kind: "session",
    issuers,
    keys: { jwksUri },
    algorithms: ["RS256"],
    matches: ({ claims }) => kindOf(claims) === "session",
    rules: {
      // A template that adds an audience adds it to every token; without one none has any.
      audience: {
        claim: "aud",
        anyOf: audience,
        ifMissing: audience.length === 0 ? "accept" : "reject",
      },
      required: ["sub", "sid"],
    },
    roles: "token",
    scopes: "none",
    read: ({ claims }) => readSession(claims, environment),
  };
}

type Connect = NonNullable<Environment["connect"]>;

/** Tokens of machines. Their audience is the environment: which doors accept machines, mounts say. */
function machineProfile(environment: Environment, connect: Connect): TokenProfile {
  return {
    id: "m2m",
    kind: "m2m",
    issuers: [connect.issuer],
    keys: { jwksUri: connect.jwksUri },
    algorithms: ["RS256"],
    matches: ({ claims }) => kindOf(claims) === "m2m",
    rules: {
      audience: { claim: "aud", anyOf: [environment.clientId], ifMissing: "reject" },
      required: ["sub", "client_id"],
    },
    roles: "directory",
    scopes: "permissions",
    read: ({ claims }) => readMachine(claims, environment),
  };
}

/** Tokens that people let OAuth clients have, MCP clients above all. */
function connectProfile(environment: Environment, connect: Connect): TokenProfile {
  return {
    id: "mcp",
    kind: "mcp",
    issuers: [connect.issuer],
    keys: { jwksUri: connect.jwksUri },
    algorithms: ["RS256"],
    matches: ({ claims }) => kindOf(claims) === "mcp",
    rules: {
      audience: {
        claim: "aud",
        // SECURITY: a mount without a resource of its own is no place for such a token. The client
        // ID stands for every server of the environment, hence the switch.
        anyOf: (resource) => [
          ...(resource === undefined ? [] : [resource]),
          ...(environment.clientIdAudience ? [environment.clientId] : []),
        ],
        ifMissing: "reject",
      },
      required: ["sub", "sid", "client_id"],
    },
    roles: "directory",
    // openid, profile, email, offline_access: none is about what the app allows.
    scopes: "none",
    read: ({ claims }) => readConnect(claims, environment),
  };
}

/**
 * What a token with a good signature is. One answer for each keeps the profiles disjoint. ID tokens
 * have no `client_id`; agents' tokens have no `sid` of these forms.
 */
function kindOf(claims: Claims): "session" | "m2m" | "mcp" | "other" {
  const { sub, sid, client_id: clientId, scope } = claims;
  if (!isText(sub)) return "other";
  if (sub.startsWith("user_")) {
    if (!isText(sid)) return "other";
    if (sid.startsWith("session_")) return "session";
    return sid.startsWith("app_consent_") && isText(clientId) && typeof scope === "string"
      ? "mcp"
      : "other";
  }
  return sid === undefined && sub === clientId ? "m2m" : "other";
}
