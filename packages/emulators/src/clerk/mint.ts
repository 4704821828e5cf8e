import type { SignRequest } from "../oidc/sign.ts";
import type { WorldUser } from "../world/types.ts";
import type { ClerkContext } from "./context.ts";
import { newId } from "./stamps.ts";
import { accessToken, idToken, machineToken, sessionToken } from "./tokens.ts";

/** What may be bent in a minted token; everything else is as the emulator would issue it. */
export interface ClerkMintOverrides extends Omit<SignRequest, "claims"> {
  /** Laid over the honest claims; a member of value `undefined` is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Negative for a token that has expired. */
  readonly expiresInSeconds?: number;
}

/** A session token. */
export interface MintClerkSessionToken extends ClerkMintOverrides {
  /** E-mail or id. */
  readonly person: string;
  /** Slug or id. Default: none, the person's own account. */
  readonly organization?: string;
  readonly azp?: string;
  readonly status?: "active" | "pending";
  readonly version?: 1 | 2;
  readonly actor?: string;
}

/** An ID token as `/oauth/token` would give it. */
export interface MintClerkIdToken extends ClerkMintOverrides {
  readonly person: string;
  readonly organization?: string;
  readonly clientId?: string;
  readonly nonce?: string;
}

/** An OAuth access token. */
export interface MintClerkAccessToken extends ClerkMintOverrides {
  readonly person: string;
  readonly organization?: string;
  readonly clientId?: string;
  /** Default: `openid profile email user:org:read` and all of the instance's own. */
  readonly scopes?: readonly string[];
}

/** A machine's token. */
export interface MintClerkMachineToken extends ClerkMintOverrides {
  /** Id of a machine or client id of the world's service. */
  readonly machine: string;
  /** What the holder of the machine's secret wrote into it. */
  readonly custom?: Readonly<Record<string, unknown>>;
}

const SCOPES = ["openid", "profile", "email", "user:org:read"];

/** The request that signs to a session token. */
export function sessionTokenRequest(
  context: ClerkContext,
  mint: MintClerkSessionToken,
): SignRequest {
  const { azp = null, status = "active", version, actor } = mint;
  const honest = sessionToken(context, {
    userId: findUser(context, mint.person).id,
    organizationId: organizationOf(context, mint.organization),
    azp,
    status,
    ...(version === undefined ? {} : { version }),
    ...(actor === undefined ? {} : { actor: { sub: actor } }),
  });
  return bend(honest, mint);
}

/** The request that signs to an ID token. */
export function idTokenRequest(context: ClerkContext, mint: MintClerkIdToken): SignRequest {
  const honest = idToken(context, {
    userId: findUser(context, mint.person).id,
    organizationId: organizationOf(context, mint.organization),
    clientId: mint.clientId ?? firstClient(context),
    scope: SCOPES.join(" "),
    nonce: mint.nonce ?? null,
  });
  return bend(honest, mint);
}

/** The request that signs to an OAuth access token. */
export function accessTokenRequest(context: ClerkContext, mint: MintClerkAccessToken): SignRequest {
  const own = context.world.services.list().flatMap(({ scopes }) => scopes);
  const scopes = mint.scopes ?? [
    ...new Set([...SCOPES, ...own, ...(context.options.scopes ?? [])]),
  ];
  const honest = accessToken(
    context,
    {
      userId: findUser(context, mint.person).id,
      organizationId: organizationOf(context, mint.organization),
      clientId: mint.clientId ?? firstClient(context),
      scope: scopes.join(" "),
    },
    newId("oat"),
  );
  return bend(honest, mint);
}

/** The request that signs to a machine's token. */
export function machineTokenRequest(
  context: ClerkContext,
  mint: MintClerkMachineToken,
): SignRequest {
  const { machine, custom = null } = mint;
  return bend(machineToken(context, { machine, claims: custom }), mint);
}

/** Throws `TypeError` for a person who does not exist. */
export function findUser({ world }: ClerkContext, idOrEmail: string): WorldUser {
  const user = world.users.get(idOrEmail) ?? world.userByEmail(idOrEmail);
  if (user === undefined) throw new TypeError(`there is no person ${idOrEmail}`);
  return user;
}

/** The id of an organization, null for none. Throws `TypeError` for one that does not exist. */
export function organizationOf(
  { world }: ClerkContext,
  slugOrId: string | undefined,
): string | null {
  if (slugOrId === undefined) return null;
  const tenant = world.tenantBySlugOrId(slugOrId);
  if (tenant === undefined) throw new TypeError(`there is no organization ${slugOrId}`);
  return tenant.id;
}

function firstClient({ options }: ClerkContext): string {
  return options.oauthApplications?.[0]?.clientId ?? "no-client";
}

function bend(honest: SignRequest, how: ClerkMintOverrides): SignRequest {
  const { key, algorithm, header, claims, expiresInSeconds } = how;
  const exp = Math.floor(Date.now() / 1000) + (expiresInSeconds ?? 0);
  const iat = Math.min(Number(honest.claims["iat"]), exp);
  return {
    ...honest,
    ...(key === undefined ? {} : { key }),
    ...(algorithm === undefined ? {} : { algorithm }),
    header: { ...honest.header, ...header },
    claims: {
      ...honest.claims,
      ...(expiresInSeconds === undefined ? {} : { exp, iat }),
      ...claims,
    },
  };
}
