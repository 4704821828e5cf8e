import type { World } from "../world/world.ts";
import type { WorldUser } from "../world/types.ts";
import { organizationClaims, serviceClaims, userClaims } from "./claims.ts";
import type { TokenPlace } from "./grants.ts";
import type { SignRequest } from "./sign.ts";

/** What may be bent in a minted token; everything else is as the emulator would issue it. */
export interface MintOverrides extends Omit<SignRequest, "claims"> {
  /** Laid over the honest claims; a member of value `undefined` is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Default: 300. Negative for a token that has expired. */
  readonly expiresInSeconds?: number;
}

/** An access token as `/token` would give it. */
export interface MintAccessToken extends MintOverrides {
  /** E-mail or id of a person, or client id of a service. */
  readonly subject: string;
  /** Slug or id. Default: the only active membership, as at sign-in. */
  readonly organization?: string;
  /** Default: the first configured audience. */
  readonly audience?: string;
  readonly scopes?: readonly string[];
  /** Default: the first configured client. */
  readonly clientId?: string;
}

/** An ID token as `/token` would give it. */
export interface MintIdToken extends MintOverrides {
  readonly person: string;
  readonly organization?: string;
  readonly clientId?: string;
  readonly nonce?: string;
  readonly sessionId?: string;
}

/** A logout token as the emulator would post it (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export interface MintLogoutToken extends MintOverrides {
  readonly clientId?: string;
  readonly person?: string;
  readonly sessionId?: string;
}

/** What minting needs to know of its emulator. */
export interface MintContext {
  readonly world: World;
  readonly issuer: string;
  readonly defaultClientId: string;
  readonly defaultAudience: string;
}

/** The request that signs to an access token. Throws `TypeError` for an unknown subject. */
export function accessTokenRequest(context: MintContext, mint: MintAccessToken): SignRequest {
  const { world } = context;
  const service = world.services.get(mint.subject);
  const user = service === undefined ? findUser(world, mint.subject) : undefined;
  const clientId = service?.clientId ?? mint.clientId ?? context.defaultClientId;
  return finish(context, mint, {
    header: { typ: "at+jwt" },
    claims: {
      jti: crypto.randomUUID(),
      sub: user?.id ?? clientId,
      client_id: clientId,
      aud: mint.audience ?? context.defaultAudience,
      scope: mint.scopes?.join(" "),
      ...(service === undefined
        ? user && organizationClaims(placeOf(world, user, mint.organization))
        : serviceClaims(world, service)),
    },
  });
}

/** The request that signs to an ID token. Throws `TypeError` for an unknown person. */
export function idTokenRequest(context: MintContext, mint: MintIdToken): SignRequest {
  const user = findUser(context.world, mint.person);
  return finish(context, mint, {
    header: {},
    claims: {
      ...userClaims(context.world, user, placeOf(context.world, user, mint.organization)),
      aud: mint.clientId ?? context.defaultClientId,
      nonce: mint.nonce,
      sid: mint.sessionId ?? crypto.randomUUID(),
      auth_time: nowSeconds(),
    },
  });
}

/** The request that signs to a logout token. */
export function logoutTokenRequest(context: MintContext, mint: MintLogoutToken): SignRequest {
  return finish(
    context,
    { expiresInSeconds: 120, ...mint },
    {
      header: { typ: "logout+jwt" },
      claims: {
        jti: crypto.randomUUID(),
        aud: mint.clientId ?? context.defaultClientId,
        sub: mint.person === undefined ? undefined : findUser(context.world, mint.person).id,
        sid: mint.sessionId,
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      },
    },
  );
}

interface Draft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

function finish(context: MintContext, overrides: MintOverrides, draft: Draft): SignRequest {
  const now = nowSeconds();
  const exp = now + (overrides.expiresInSeconds ?? 300);
  return {
    ...(overrides.key === undefined ? {} : { key: overrides.key }),
    ...(overrides.algorithm === undefined ? {} : { algorithm: overrides.algorithm }),
    header: { ...draft.header, ...overrides.header },
    claims: {
      iss: context.issuer,
      iat: Math.min(now, exp),
      exp,
      ...draft.claims,
      ...overrides.claims,
    },
  };
}

function findUser(world: World, idOrEmail: string): WorldUser {
  const user = world.users.get(idOrEmail) ?? world.userByEmail(idOrEmail);
  if (user === undefined) throw new TypeError(`there is no person or service ${idOrEmail}`);
  return user;
}

/** Minting may place a person anywhere; without a wish, where signing in would place them. */
function placeOf(
  world: World,
  user: WorldUser,
  organization: string | undefined,
): TokenPlace | null {
  const active = world.activeMembershipsOf(user.id);
  if (organization === undefined) return active.length === 1 ? (active[0] ?? null) : null;
  const tenant = world.tenantBySlugOrId(organization);
  if (tenant === undefined) throw new TypeError(`there is no organization ${organization}`);
  return active.find((each) => each.tenant.id === tenant.id) ?? { tenant, roles: [] };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
