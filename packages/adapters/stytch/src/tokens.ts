import {
  matchesResource,
  reject,
  scopesFromString,
  type AudienceRule,
  type Claims,
  type Identity,
  type Rejection,
  type SignedToken,
  type TokenProfile,
} from "@tenantry/core/provider";
import { isFields, isText, isTextList } from "./claims.ts";
import type { Enrichments } from "./enrich.ts";
import { readFactors } from "./factors.ts";
import type { Project } from "./project.ts";

const SESSION = "https://stytch.com/session";
const ORGANIZATION = "https://stytch.com/organization";
const MEMBER = "member-";
const MACHINE = "m2m-client-";

/** The server that Connected Apps' tokens are for, and what those tokens name as their audience. */
export interface McpServer {
  /** Its addresses, some for all tenants at once. */
  readonly resources: readonly string[];
  readonly audience: readonly string[];
}

/**
 * The profiles of a project's tokens. They share key, issuer, audience and type, so that the SDK's own
 * helpers take one kind for another; here each is told by its verified claims, once.
 */
export function tokenProfiles(
  project: Project,
  enrichments: Enrichments,
  mcp: McpServer | null,
): readonly TokenProfile[] {
  const profiles = [sessionProfile(project, enrichments), machineProfile(project, enrichments)];
  return mcp === null ? profiles : [...profiles, connectedAppProfile(project, enrichments, mcp)];
}

/**
 * A session JWT: a member in one organization, for five minutes.
 *
 * @see {@link https://stytch.com/docs/b2b/guides/sessions/resources/using-jwts Stytch: session JWTs}
 */
export function sessionProfile(project: Project, { session }: Enrichments): TokenProfile {
  return {
    ...baseOf(project, [project.id]),
    id: "session",
    kind: "session",
    matches: (token) => kindOf(token) === "session",
    roles: "token",
    scopes: "none",
    read({ claims }) {
      const { [SESSION]: about, sub } = claims;
      if (!isFields(about) || !isText(about["id"]) || !isTextList(about["roles"])) {
        return reject("claim_invalid");
      }
      const proof = readFactors(about["authentication_factors"]);
      if (proof === null || !isMember(sub)) return reject("claim_invalid");
      return memberIdentity(project, claims, {
        ...proof,
        roles: about["roles"],
        sessionId: about["id"],
      });
    },
    ...(session === undefined ? {} : { enrich: session }),
  };
}

/** A machine's token. It is the project's and names no organization, whatever a template adds. */
function machineProfile(project: Project, { machine }: Enrichments): TokenProfile {
  return {
    ...baseOf(project, [project.id]),
    id: "m2m",
    kind: "m2m",
    matches: (token) => kindOf(token) === "m2m",
    roles: "token",
    scopes: "permissions",
    read({ claims }) {
      const { sub, scope } = claims;
      if (!isText(sub) || typeof scope !== "string") return reject("claim_invalid");
      const scopes = scopesFromString(scope);
      return {
        issuer: project.issuer,
        subject: sub,
        subjectScope: "global",
        kind: "service",
        // SECURITY: a claim template can echo what the caller sent with the token request.
        tenant: null,
        // An administrator has given the client these.
        permissions: scopes,
        scopes,
        clientId: sub,
        authentication: { method: "client_credentials" },
        actors: [],
        ...timesOf(claims),
      };
    },
    enrich: machine,
  };
}

/** A token that a member let a Connected App have, for MCP. */
function connectedAppProfile(
  project: Project,
  { connectedApp }: Enrichments,
  mcp: McpServer,
): TokenProfile {
  return {
    // SECURITY: the audience is the project's, so it is the configuration that says which server is meant.
    ...baseOf(project, (resource) =>
      resource !== undefined && matchesResource(mcp.resources, resource) ? mcp.audience : [],
    ),
    id: "mcp",
    kind: "mcp",
    matches: (token) => kindOf(token) === "mcp",
    // The token has none. Core adds those of the record, or takes what the last session attested.
    roles: "directory",
    scopes: "permissions",
    read({ claims }) {
      const { scope, client_id: clientId } = claims;
      if (typeof scope !== "string" || !isText(clientId)) return reject("claim_invalid");
      return memberIdentity(project, claims, {
        authentication: { method: "unknown" },
        actors: [{ kind: "client", id: clientId }],
        scopes: scopesFromString(scope),
        clientId,
      });
    },
    enrich: connectedApp,
  };
}

/** What a token is. One answer for each keeps the profiles disjoint. */
function kindOf({ claims }: SignedToken): "session" | "m2m" | "mcp" | "other" {
  const { sub } = claims;
  if (Object.hasOwn(claims, SESSION)) return "session";
  if (isText(sub) && sub.startsWith(MACHINE)) return "m2m";
  const isApp = typeof claims["scope"] === "string" && Object.hasOwn(claims, ORGANIZATION);
  return isMember(sub) && isApp ? "mcp" : "other";
}

function isMember(sub: unknown): sub is string {
  return isText(sub) && sub.startsWith(MEMBER);
}

/** A member is one person's record in one organization, so the two always go together. */
function memberIdentity(
  { issuer }: Project,
  claims: Claims,
  rest: Pick<Identity, "authentication" | "actors"> & Partial<Identity>,
): Identity | Rejection {
  const { sub, [ORGANIZATION]: organization } = claims;
  if (!isText(sub) || !isFields(organization)) return reject("claim_invalid");
  const { organization_id: external, slug } = organization;
  if (!isText(external)) return reject("claim_missing");
  return {
    ...rest,
    issuer,
    subject: sub,
    subjectScope: "tenant",
    kind: "user",
    tenant: { external, ...(isText(slug) ? { slug } : {}) },
    ...timesOf(claims),
  };
}

function timesOf({ iat, exp }: Claims) {
  // The engine has checked both.
  return { issuedAtSeconds: Number(iat), expiresAtSeconds: Number(exp) };
}

function baseOf({ issuers, jwksUri }: Project, audience: AudienceRule["anyOf"]) {
  return {
    issuers,
    keys: { jwksUri },
    algorithms: ["RS256"] as const,
    rules: {
      typ: ["jwt"],
      typIfMissing: "reject" as const,
      audience: { claim: "aud", anyOf: audience, ifMissing: "reject" as const },
      required: ["sub"],
    },
  };
}
