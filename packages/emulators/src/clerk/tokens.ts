import type { SignRequest } from "../oidc/sign.ts";
import type { WorldUser } from "../world/types.ts";
import type { ClerkContext } from "./context.ts";
import { packPermissions, permissionsOf } from "./features.ts";
import { machineId, newId } from "./stamps.ts";
import type { ClerkActor, Grant } from "./state.ts";

/** `cat` in the header says what a token is (`@clerk/backend`, `tokens/jwtCategories.ts`). */
const CATEGORY = {
  session: "cl_B7d4PD111AAA",
  template: "cl_B7d4PD222AAA",
  m2m: "cl_B7d4PD333AAA",
} as const;

/** Life of a session token (https://clerk.com/docs/guides/sessions/session-tokens). */
const SESSION_SECONDS = 60;
/** Life of OAuth access tokens and ID tokens (https://clerk.com/docs/guides/configure/auth-strategies/oauth/how-clerk-implements-oauth). */
export const OAUTH_SECONDS = 86_400;

/** What a session token is about. */
export interface SessionTokenWish {
  readonly userId: string;
  readonly sessionId?: string;
  readonly organizationId?: string | null;
  /** Null: minted on a top-level navigation, which has no origin. */
  readonly azp?: string | null;
  readonly status?: "active" | "pending";
  readonly version?: 1 | 2;
  readonly actor?: ClerkActor | null;
}

/** The request that signs to a session token. */
export function sessionToken(context: ClerkContext, wish: SessionTokenWish): SignRequest {
  const { userId, azp = null, status = "active", actor = null } = wish;
  const version = wish.version ?? context.options.sessionTokenVersion ?? 2;
  const now = nowSeconds();
  return {
    header: { typ: "JWT", cat: CATEGORY.session },
    claims: {
      ...(azp === null ? {} : { azp }),
      exp: now + SESSION_SECONDS,
      fva: [0, -1],
      iat: now,
      iss: context.issuer,
      jti: newId("jti").slice(4),
      nbf: now - 10,
      sid: wish.sessionId ?? newId("sess"),
      sts: status,
      sub: userId,
      ...organizationClaims(context, wish, version),
      ...(actor === null ? {} : { act: { ...actor, iss: "https://dashboard.clerk.com" } }),
    },
  };
}

/** Organization claims, in both forms. Without an organization the person is on their own account. */
function organizationClaims(
  context: ClerkContext,
  { userId, organizationId = null }: SessionTokenWish,
  version: 1 | 2,
): Readonly<Record<string, unknown>> {
  const { world } = context;
  const tenant = world.tenants.get(organizationId ?? "");
  const row = world.memberships.get(userId, organizationId ?? "");
  const role = row?.status === "active" ? row.roles[0] : undefined;
  const { fea, per, fpm } = packPermissions(world, role);
  if (version === 1) {
    if (tenant === undefined) return {};
    return {
      org_id: tenant.id,
      org_slug: tenant.slug,
      org_role: `org:${role ?? ""}`,
      org_permissions: permissionsOf(world, role).filter((key) => !key.startsWith("org:sys_")),
    };
  }
  if (tenant === undefined) return { v: 2, pla: "u:free_user", fea: "u:beta" };
  return {
    v: 2,
    pla: "o:free_org",
    fea,
    o: { id: tenant.id, slg: tenant.slug, rol: role ?? "", per, fpm },
  };
}

/** A token of a JWT template: same keys and issuer, for other services, and no session token. */
export function templateToken(
  context: ClerkContext,
  wish: Pick<SessionTokenWish, "userId"> & { readonly claims: Readonly<Record<string, unknown>> },
): SignRequest {
  const now = nowSeconds();
  const { issuer: iss } = context;
  const base = { exp: now + 60, iat: now, iss, jti: newId("jti").slice(4), nbf: now - 10 };
  return {
    header: { typ: "JWT", cat: CATEGORY.template },
    claims: { ...base, sub: wish.userId, ...wish.claims },
  };
}

/** A machine's token. Its custom claims are whatever the holder of its secret wrote. */
export function machineToken(
  context: ClerkContext,
  wish: {
    readonly machine: string;
    readonly claims?: Readonly<Record<string, unknown>> | null;
    readonly expiresInSeconds?: number;
  },
): SignRequest {
  const now = nowSeconds();
  return {
    header: { typ: "JWT", cat: CATEGORY.m2m },
    claims: {
      ...wish.claims,
      iss: context.issuer,
      sub: machineId(wish.machine),
      exp: now + (wish.expiresInSeconds ?? 300),
      nbf: now - 10,
      iat: now,
      jti: newId("mt"),
    },
  };
}

/**
 * An ID token. The claims that the vendor documents and no others: neither `auth_time` nor `sid`
 * (https://clerk.com/docs/guides/configure/auth-strategies/oauth/single-sign-on).
 */
export function idToken(context: ClerkContext, grant: Omit<Grant, "family">): SignRequest {
  const now = nowSeconds();
  const { scope, clientId, nonce, organizationId } = grant;
  return {
    header: { typ: "JWT" },
    claims: {
      iss: context.issuer,
      sub: grant.userId,
      aud: clientId,
      exp: now + OAUTH_SECONDS,
      iat: now,
      jti: crypto.randomUUID(),
      ...(nonce === null ? {} : { nonce }),
      ...profileClaims(context.world.users.get(grant.userId), scope.split(" ")),
      ...organizationClaim(scope, organizationId),
    },
  };
}

/** An OAuth access token in its default form. It names no audience (RFC 9068 asks for one). */
export function accessToken(
  context: ClerkContext,
  grant: Omit<Grant, "family" | "nonce">,
  id: string,
): SignRequest {
  const now = nowSeconds();
  return {
    header: { typ: "at+jwt" },
    claims: {
      iss: context.issuer,
      sub: grant.userId,
      client_id: grant.clientId,
      jti: id,
      iat: now,
      nbf: now - 10,
      exp: now + OAUTH_SECONDS,
      scope: grant.scope,
      ...organizationClaim(grant.scope, grant.organizationId),
    },
  };
}

/** `org_id`, only where the scope for it was granted. */
export function organizationClaim(
  scope: string,
  organizationId: string | null,
): { readonly org_id?: string } {
  return organizationId !== null && scope.split(" ").includes("user:org:read")
    ? { org_id: organizationId }
    : {};
}

/** What the scopes `profile` and `email` reveal. */
export function profileClaims(
  user: WorldUser | undefined,
  scopes: readonly string[],
): Readonly<Record<string, unknown>> {
  if (user === undefined) return {};
  const [given = "", ...family] = user.name.split(" ");
  return {
    ...(scopes.includes("profile")
      ? { name: user.name, given_name: given, family_name: family.join(" ") }
      : {}),
    ...(scopes.includes("email") ? { email: user.email, email_verified: user.emailVerified } : {}),
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
