import type { MintOverrides } from "../oidc/mint.ts";
import type { SignRequest } from "../oidc/sign.ts";
import type { ConnectedAppGrant } from "./connect/grants.ts";
import type { StytchContext } from "./context.ts";
import { machineIdOf, newUuid } from "./ids.ts";
import { findTenant, findUser, isActiveMember, sessionRoles } from "./objects.ts";
import type { Factor, MemberSession } from "./state.ts";

/** The vendor's own claims. */
export const SESSION_CLAIM = "https://stytch.com/session";
export const ORGANIZATION_CLAIM = "https://stytch.com/organization";
const M2M_TTL_SECONDS = 3600;
const CONNECTED_APP_TTL_SECONDS = 3600;

/** A session's token, five minutes long. */
export function sessionClaims(context: StytchContext, session: MemberSession) {
  const { options, world } = context;
  const attributes = { ip_address: "", user_agent: "" };
  return {
    [SESSION_CLAIM]: {
      id: session.id,
      started_at: new Date(session.startedAtMs).toISOString(),
      last_accessed_at: new Date(session.lastAccessedAtMs).toISOString(),
      expires_at: new Date(session.expiresAtMs).toISOString(),
      attributes,
      authentication_factors: session.factors,
      roles: sessionRoles(context, session),
    },
    [ORGANIZATION_CLAIM]: organizationClaim(world.tenants.get(session.tenantId)),
    ...registered(context, session.memberId, options.sessionJwtTtlSeconds ?? 300),
  };
}

/** A machine's token. It names no organization. */
export function machineClaims(context: StytchContext, clientId: string, scope: string) {
  return { ...registered(context, machineIdOf(clientId), M2M_TTL_SECONDS), scope };
}

function registered({ options, issuer }: StytchContext, subject: string, ttlSeconds: number) {
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: subject,
    iss: issuer,
    aud: [options.projectId],
    iat: now,
    nbf: now,
    exp: now + ttlSeconds,
  };
}

function organizationClaim(tenant: { readonly id: string; readonly slug: string } | undefined) {
  return { organization_id: tenant?.id ?? "", slug: tenant?.slug ?? "" };
}

/** A token to mint as a session would have it. */
export interface MintStytchSession extends MintOverrides {
  /** E-mail or id. */
  readonly person: string;
  /** Slug or id. */
  readonly organization: string;
  readonly impersonator?: string;
  /** Default: an e-mail magic link, now. */
  readonly factors?: readonly Factor[];
}

/** A machine's token, as the token endpoint would give it. */
export interface MintStytchMachine extends MintOverrides {
  /** The world's client id. */
  readonly machine: string;
  /** Default: all that the machine has. Others are left out, as the token endpoint refuses them. */
  readonly scopes?: readonly string[];
}

/** A token that a member let a Connected App have. */
export interface MintConnectedApp extends MintOverrides {
  readonly person: string;
  readonly organization: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
}

/** The request that signs to a session token. Throws `TypeError` for somebody unknown. */
export function sessionRequest(context: StytchContext, mint: MintStytchSession): SignRequest {
  const now = Date.now();
  const place = placeOf(context, mint);
  const claims = sessionClaims(context, {
    ...place,
    id: `member-session-test-${newUuid()}`,
    token: "",
    startedAtMs: now,
    lastAccessedAtMs: now,
    expiresAtMs: now + 3_600_000,
    factors: mint.factors ?? [
      mint.impersonator === undefined
        ? magicLinkFactor(mint.person)
        : impersonatedFactor(mint.impersonator),
    ],
    isRevoked: false,
  });
  return finish(claims, mint);
}

/** The request that signs to a machine's token. Throws `TypeError` for an unknown machine. */
export function machineRequest(context: StytchContext, mint: MintStytchMachine): SignRequest {
  const service = context.world.services.get(mint.machine);
  if (service === undefined) throw new TypeError(`there is no machine ${mint.machine}`);
  const scopes = (mint.scopes ?? service.scopes).filter((one) => service.scopes.includes(one));
  return finish(machineClaims(context, service.clientId, scopes.join(" ")), mint);
}

/** The request that signs to a Connected App's token. Throws `TypeError` for somebody unknown. */
export function connectedAppRequest(context: StytchContext, mint: MintConnectedApp): SignRequest {
  const claims = connectedAppClaims(context, {
    ...placeOf(context, mint),
    clientId: mint.clientId ?? "connected-app-test-1",
    scope: (mint.scopes ?? ["openid"]).join(" "),
  });
  return finish(claims, mint);
}

/** The token of a Connected App, for the whole project whatever resource was asked for. */
export function connectedAppClaims(
  context: StytchContext,
  grant: Pick<ConnectedAppGrant, "memberId" | "tenantId" | "clientId" | "scope">,
) {
  return {
    ...registered(context, grant.memberId, CONNECTED_APP_TTL_SECONDS),
    // Minted on the project domain (https://stytch.com/docs/connected-apps/resources/custom-domains).
    iss: context.origin,
    jti: newUuid(),
    client_id: grant.clientId,
    scope: grant.scope,
    [ORGANIZATION_CLAIM]: organizationClaim(context.world.tenants.get(grant.tenantId)),
  };
}

function placeOf(
  context: StytchContext,
  { person, organization }: { readonly person: string; readonly organization: string },
) {
  const userId = findUser(context, person).id;
  const tenantId = findTenant(context, organization)?.id;
  if (tenantId === undefined) throw new TypeError(`there is no organization ${organization}`);
  const place = { userId, tenantId };
  if (!isActiveMember(context, place)) throw new TypeError("they are no member of it");
  return { ...place, memberId: context.ids.memberId(place) };
}

function finish(claims: Readonly<Record<string, unknown>>, overrides: MintOverrides): SignRequest {
  const { expiresInSeconds, key, algorithm, header } = overrides;
  const now = Math.floor(Date.now() / 1000);
  const iat = Math.min(now, now + (expiresInSeconds ?? 0));
  const times =
    expiresInSeconds === undefined ? {} : { iat, nbf: iat, exp: now + expiresInSeconds };
  return {
    ...(key === undefined ? {} : { key }),
    ...(algorithm === undefined ? {} : { algorithm }),
    header: { typ: "JWT", ...header },
    claims: { ...claims, ...times, ...overrides.claims },
  };
}

const stamp = () => new Date().toISOString();

export function magicLinkFactor(email: string): Factor {
  return {
    type: "magic_link",
    delivery_method: "email",
    last_authenticated_at: stamp(),
    email_factor: { email_id: `member-email-test-${newUuid()}`, email_address: email },
  };
}

export function oauthFactor(provider: string, email: string): Factor {
  return {
    type: "oauth",
    delivery_method: `oauth_${provider}`,
    last_authenticated_at: stamp(),
    [`${provider}_oauth_factor`]: { id: newUuid(), provider_subject: email },
  };
}

export function ssoFactor(connectionId: string): Factor {
  return {
    type: "sso",
    delivery_method: "sso_saml",
    last_authenticated_at: stamp(),
    saml_sso_factor: { id: newUuid(), provider_id: connectionId, external_id: "" },
  };
}

export function totpFactor(id: string): Factor {
  return {
    type: "totp",
    delivery_method: "authenticator_app",
    last_authenticated_at: stamp(),
    authenticator_app_factor: { totp_id: id },
  };
}

/** A code that was sent by SMS. */
export function smsFactor(phone: string): Factor {
  return {
    type: "otp",
    delivery_method: "sms",
    last_authenticated_at: stamp(),
    phone_number_factor: { phone_id: `member-phone-test-${newUuid()}`, phone_number: phone },
  };
}

/** A code that was sent by e-mail. */
export function emailCodeFactor(email: string): Factor {
  return {
    type: "email_otp",
    delivery_method: "email",
    last_authenticated_at: stamp(),
    email_factor: { email_id: `member-email-test-${newUuid()}`, email_address: email },
  };
}

/** A code from the list that came with the authenticator app. */
export function recoveryFactor(id: string): Factor {
  return {
    type: "recovery_codes",
    delivery_method: "recovery_code",
    last_authenticated_at: stamp(),
    recovery_code_factor: { totp_recovery_code_id: id },
  };
}

export function impersonatedFactor(by: string): Factor {
  return {
    type: "impersonated",
    delivery_method: "impersonation",
    last_authenticated_at: stamp(),
    impersonated_factor: {
      impersonator_id: `dashboard-user-${by}`,
      impersonator_email_address: by,
    },
  };
}
