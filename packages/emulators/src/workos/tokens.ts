import { signToken, type SignRequest } from "../oidc/sign.ts";
import type { WorkosContext } from "./context.ts";
import { newId } from "./stamps.ts";
import type { ConnectGrant, VendorSession } from "./state.ts";

const DEFAULT_TTL_SECONDS = 300;

/** The issuer of session tokens, in the variant that the options choose. */
export function sessionIssuer({
  options,
  apiOrigin,
}: Pick<WorkosContext, "options" | "apiOrigin">): string {
  switch (options.issuer) {
    case undefined:
    case "client":
      return `${apiOrigin}/user_management/${options.clientId}`;
    case "origin":
      return apiOrigin;
    case "origin-slash":
      return `${apiOrigin}/`;
    default:
      return options.issuer;
  }
}

/**
 * The claims of a session's access token (https://workos.com/docs/reference/authkit/session-tokens).
 * There is no `aud` unless a JWT template adds one. `role`, `roles` and `permissions` are there only
 * with an organization.
 */
export function sessionClaims(
  context: WorkosContext,
  session: Pick<
    VendorSession,
    "id" | "userId" | "organizationId" | "authTimeSeconds" | "impersonator"
  >,
): Record<string, unknown> {
  const { options } = context;
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: sessionIssuer(context),
    sub: session.userId,
    sid: session.id,
    jti: newId("jti"),
    client_id: options.clientId,
    auth_time: session.authTimeSeconds,
    ...(session.organizationId === null
      ? {}
      : placeClaims(context, session.userId, session.organizationId)),
    ...(session.impersonator === null ? {} : { act: { sub: session.impersonator.email } }),
    // A template may replace everything but what says who issued the token to whom and until when.
    ...options.template,
    iat: now,
    exp: now + (options.accessTokenTtlSeconds ?? DEFAULT_TTL_SECONDS),
  };
}

/** Where a token stands for: the organization, with roles and the union of their permissions. */
function placeClaims({ world }: WorkosContext, userId: string, organizationId: string) {
  const slugs = world.memberships.get(userId, organizationId)?.roles ?? [];
  const roles = slugs.length === 0 ? ["member"] : slugs;
  const permissions = roles.flatMap((slug) => world.roles.get(slug)?.permissions ?? []);
  return {
    org_id: organizationId,
    role: roles[0],
    roles,
    permissions: [...new Set(permissions)],
  };
}

/**
 * The claims of a machine's token: bound to one organization, for the environment's client id
 * (https://workos.com/docs/authkit/connect/token-claims). No `sid`, no roles.
 */
export function machineClaims(
  context: WorkosContext,
  machine: { readonly clientId: string; readonly organizationId: string | null },
  scopes: readonly string[],
): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: context.authkitOrigin,
    aud: context.options.clientId,
    sub: machine.clientId,
    client_id: machine.clientId,
    ...(machine.organizationId === null ? {} : { org_id: machine.organizationId }),
    scope: scopes.join(" "),
    jti: newId("jti"),
    iat: now,
    exp: now + (context.options.accessTokenTtlSeconds ?? DEFAULT_TTL_SECONDS),
  };
}

/**
 * The claims of a token that a person let an OAuth client have, an MCP client for example: no roles,
 * no permissions, no address; the session is the consent.
 */
export function connectClaims(
  context: WorkosContext,
  grant: Pick<
    ConnectGrant,
    "userId" | "organizationId" | "clientId" | "consentId" | "scope" | "audience" | "claims"
  >,
): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    ...grant.claims,
    iss: context.authkitOrigin,
    aud: grant.audience,
    sub: grant.userId,
    sid: grant.consentId,
    client_id: grant.clientId,
    ...(grant.organizationId === null ? {} : { org_id: grant.organizationId }),
    scope: grant.scope,
    jti: newId("jti"),
    iat: now,
    exp: now + (context.options.accessTokenTtlSeconds ?? DEFAULT_TTL_SECONDS),
  };
}

/** Signs a token that goes out in an answer, forged if a test asked for that. */
export async function signOutgoing(
  context: WorkosContext,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { forgery } = context.behaviour;
  const request: SignRequest = { claims, header: { typ: "JWT" } };
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  switch (forgery) {
    case "rogue-key":
      return signToken(context.keyRing(), { ...request, key: "rogue" });
    case "other-audience":
      return signToken(context.keyRing(), {
        ...request,
        claims: { ...claims, aud: "client_of_another_environment" },
      });
    case "expired":
      return signToken(context.keyRing(), {
        ...request,
        claims: { ...claims, iat: hourAgo - 300, exp: hourAgo },
      });
    case null:
      break;
  }
  return signToken(context.keyRing(), request);
}
