import type { Identification } from "./authenticate.ts";
import type { AcceptedKind, Actor, Principal } from "./context.ts";
import { capByMembership } from "./directory/attest-membership.ts";
import type { ApiKey, Membership, Tenant, User } from "./directory/records.ts";
import { userPrincipal } from "./directory/user-principal.ts";
import type { Identified } from "./identified.ts";
import { ok, reject, type Rejection, type Result } from "./internal/result.ts";
import type { Catalogue } from "./permissions/catalogue.ts";
import type { FrontEndPage } from "./provider/credentials.ts";
import type { Provider } from "./provider/define-provider.ts";
import type { Recover, Recovery } from "./recover.ts";
import type { Presented } from "./request/credential.ts";
import type { SessionRecord } from "./sessions/record.ts";
import type { SessionRead } from "./sessions/sessions.ts";
import type { Identity } from "./tokens/profile.ts";

/** A verified token or opaque credential, with the facts about it that are not in the identity. */
export interface VerifiedBearer {
  readonly identity: Identity;
  readonly accepted: AcceptedKind;
  readonly provider: { readonly vendor: string; readonly instance: string };
  readonly scopes: "permissions" | "none";
  /** What the directory makes of the identity. */
  readonly local: LocalIdentity;
  /** Whether the verdict came from memory. */
  readonly cacheHit?: boolean;
}

/** An identity in local words. */
export interface LocalIdentity {
  readonly principal: Principal;
  readonly tenant: Tenant | null;
  /** App roles, capped by the directory. */
  readonly roles: readonly string[];
  /** Vendor permissions, likewise. */
  readonly vendorPermissions: readonly string[];
}

/** What step 2 may ask. Every answer may throw: the caller turns that into 503. */
export interface IdentifyDeps {
  readonly catalogue: Catalogue;
  readSession(value: string): Promise<SessionRead>;
  verifyBearer(
    token: string,
    options: { readonly accept: readonly AcceptedKind[]; readonly resource: string | undefined },
  ): Promise<Result<VerifiedBearer>>;
  readonly apiKeys: {
    recognises(token: string): boolean;
    verify(token: string): Promise<Result<ApiKey>>;
  };
  /** The providers whose front end may know somebody without showing a token. */
  readonly frontEnds: readonly Provider[];
  readonly recover: Recover;
  userById(id: string): Promise<User | null>;
  tenantById(id: string): Promise<Tenant | null>;
  membership(userId: string, tenantId: string): Promise<Membership | null>;
}

const NO_COOKIES: readonly string[] = [];
const SESSION: readonly AcceptedKind[] = ["session"];

/** Step 2: is the credential genuine, and whom does it prove? Asks only for kinds that the mount accepts. */
export function createIdentify(deps: IdentifyDeps) {
  return async function identify(
    presented: Exclude<Presented, { kind: "none" | "refused" }>,
    mount: { readonly accept: readonly AcceptedKind[]; readonly resource?: string },
  ): Promise<Identification> {
    if (presented.kind === "session_cookie") return identifySession(presented.value);
    if (presented.kind === "vendor_cookie") return fromCookie(presented, mount.resource);
    if (presented.kind === "front_end") return fromFrontEnds(presented.page, mount.resource);
    if (deps.apiKeys.recognises(presented.token)) {
      if (!mount.accept.includes("api_key")) return refused(reject("kind_not_accepted"));
      return identifyApiKey(presented.token);
    }
    return fromBearer(presented.token, mount.accept, mount.resource);
  };

  /** A cookie of a vendor's front end. One that has expired may be renewed, if this is a page. */
  async function fromCookie(
    { provider, token: shown, open, page }: Extract<Presented, { kind: "vendor_cookie" }>,
    resource: string | undefined,
  ): Promise<Identification> {
    const token = open === undefined ? shown : await open(shown);
    if (token === null) return refused(reject("cookie_unsealable"));
    const found = await fromFrontEnd(token, provider, resource);
    // SECURITY: only a token that was good until it expired. A forged one is refused, not renewed.
    const isOver = found.ok === false && found.rejection.reason === "expired_only";
    if (!isOver || page === null) return found;
    const recovery = await deps.recover(provider, page);
    if (recovery.kind === "none") return { ...found, setCookies: recovery.setCookies };
    return fromRecovery(recovery, provider, resource);
  }

  async function fromFrontEnds(
    page: Omit<FrontEndPage, "url">,
    resource: string | undefined,
  ): Promise<Identification> {
    const setCookies: string[] = [];
    for (const provider of deps.frontEnds) {
      const recovery = await deps.recover(provider, page);
      if (recovery.kind !== "none") return fromRecovery(recovery, provider, resource);
      setCookies.push(...recovery.setCookies);
    }
    return { ok: "nobody", setCookies };
  }

  async function fromRecovery(
    recovery: Exclude<Recovery, { kind: "none" }>,
    provider: Provider,
    resource: string | undefined,
  ): Promise<Identification> {
    switch (recovery.kind) {
      case "redirect":
        return { ok: "redirect", location: recovery.location, setCookies: recovery.setCookies };
      case "refused":
        return refused(recovery.rejection);
      case "token":
        break;
    }
    const found = await fromFrontEnd(recovery.token, provider, resource);
    // SECURITY: no cookie is set for a token that is not good.
    return found.ok === true ? { ...found, setCookies: recovery.setCookies } : found;
  }

  /** A token that one provider's front end presents must be that provider's. */
  async function fromFrontEnd(
    token: string,
    { instance, vendor }: Provider,
    resource: string | undefined,
  ): Promise<Identification> {
    const found = await fromBearer(token, SESSION, resource);
    // SECURITY: whoever may set one vendor's cookie, a sibling host or that vendor itself, must not
    // sign somebody in with another vendor's token.
    return found.ok === true && found.who.provider.instance !== (instance ?? vendor)
      ? refused(reject("provider_mismatch"))
      : found;
  }

  async function fromBearer(
    token: string,
    accept: readonly AcceptedKind[],
    resource: string | undefined,
  ): Promise<Identification> {
    const verified = await deps.verifyBearer(token, { accept, resource });
    if (!verified.ok) return refused(verified);
    const { identity, local, accepted, provider, scopes, cacheHit } = verified.value;
    const bound = scopes === "permissions" ? (identity.scopes ?? []) : undefined;
    return identified({
      principal: local.principal,
      provider: { ...provider, issuer: identity.issuer },
      credential: {
        kind: accepted === "api_key" ? "api_key" : "bearer",
        accepted,
        ...(identity.clientId === undefined ? {} : { clientId: identity.clientId }),
        ...(bound === undefined ? {} : { scopes: bound }),
        expiresAtMs: identity.expiresAtSeconds * 1000,
      },
      authentication: identity.authentication,
      actors: actorsOf(identity, accepted),
      tenant: local.tenant,
      roles: local.roles,
      vendorPermissions: local.vendorPermissions,
      ...(bound === undefined ? {} : { bound }),
      ...(cacheHit === undefined ? {} : { cacheHit }),
    });
  }

  async function identifySession(value: string): Promise<Identification> {
    const read = await deps.readSession(value);
    if (read.kind !== "session") return refused(reject(read.reason));
    const { session, setCookies } = read;
    const user = await deps.userById(session.userId);
    if (user === null || user.status !== "active")
      return refused(reject("account_inactive"), setCookies);
    const place = await sessionPlace(session);
    if (!place.ok) return refused(place, setCookies);
    return identified(
      {
        principal: userPrincipal(user),
        provider: { vendor: session.vendor, instance: session.instance, issuer: session.issuer },
        credential: {
          kind: "session",
          accepted: "session",
          id: session.id,
          expiresAtMs: session.expiresAtMs,
        },
        authentication: session.authentication,
        actors: session.actors,
        ...place.value,
        session,
      },
      setCookies,
    );
  }

  /** The session's tenant, if its person is still a member: a session outlives many memberships. */
  async function sessionPlace(
    session: SessionRecord,
  ): Promise<Result<Pick<Identified, "tenant" | "roles" | "vendorPermissions">>> {
    if (session.tenantId === null) return ok({ tenant: null, roles: [], vendorPermissions: [] });
    const tenant = await deps.tenantById(session.tenantId);
    const membership = await deps.membership(session.userId, session.tenantId);
    if (tenant === null || membership?.status !== "active") return reject("membership_inactive");
    return ok({ tenant, ...capByMembership(deps.catalogue, session, membership) });
  }

  async function identifyApiKey(token: string): Promise<Identification> {
    const verified = await deps.apiKeys.verify(token);
    if (!verified.ok) return refused(verified);
    const key = verified.value;
    const owner = await deps.userById(key.ownerUserId);
    const tenant = await deps.tenantById(key.tenantId);
    const membership = await deps.membership(key.ownerUserId, key.tenantId);
    if (owner?.status !== "active" || tenant === null || membership?.status !== "active") {
      return refused(reject("owner_inactive"));
    }
    return identified({
      principal: { kind: "service", id: key.id, name: key.name },
      provider: { vendor: "local", instance: "local", issuer: "local" },
      credential: {
        kind: "api_key",
        accepted: "api_key",
        id: key.id,
        expiresAtMs: key.expiresAtMs,
      },
      authentication: { method: "unknown" },
      actors: [],
      tenant,
      // SECURITY: the owner's roles of today, so that a demotion reaches the key at once.
      roles: membership.roles,
      vendorPermissions: [],
      bound: key.permissions,
    });
  }
}

function identified(who: Identified, setCookies: readonly string[] = NO_COOKIES): Identification {
  return { ok: true, who, setCookies };
}

function refused(rejection: Rejection, setCookies: readonly string[] = NO_COOKIES): Identification {
  return { ok: false, rejection, setCookies };
}

/**
 * SECURITY: whoever holds an MCP token is a client that acts for the person, whether or not the vendor
 * says so. What only people themselves may do rests on it: API keys, rules about clients.
 */
function actorsOf(
  { actors, clientId = "unknown" }: Identity,
  accepted: AcceptedKind,
): readonly Actor[] {
  const isNamed = actors.some(({ kind, id }) => kind === "client" && id === clientId);
  return accepted !== "mcp" || isNamed ? actors : [...actors, { kind: "client", id: clientId }];
}
