import { decodeJwt } from "jose";
import { errors, Provider, type Configuration, type KoaContextWithOIDC } from "oidc-provider";
import type { ClientRegistry } from "../connect/client-registry.ts";
import type { World } from "../world/world.ts";
import { CLAIMS_BY_SCOPE, organizationClaims, serviceClaims, userClaims } from "./claims.ts";
import { placeOfGrant, type GrantRecords } from "./grants.ts";
import type { SigningKeys } from "./keys.ts";
import { renderErrorPage, renderSignedOutPage, renderSignOutPage } from "./logout-pages.ts";
import { apiScopes, audiencesOf, type OidcEmulatorOptions } from "./options.ts";
import { signInPolicy } from "./policy.ts";
import type { ProviderStorage } from "./storage.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** What a provider is built from; only the keys differ between one build and the next. */
export interface ProviderParts {
  readonly issuer: string;
  readonly options: OidcEmulatorOptions;
  readonly storage: ProviderStorage;
  readonly records: GrantRecords;
  readonly registry: ClientRegistry;
  readonly cookieKeys: readonly string[];
  /** The first signs; the others are only published. */
  readonly keys: readonly SigningKeys[];
}

/**
 * Builds the certified provider for one set of keys. A rotation builds another one over the same
 * storage, because the library fixes its keys when it is made.
 */
export function buildProvider(parts: ProviderParts): Provider {
  const provider = new Provider(parts.issuer, configuration(parts));
  // Every session needs a `sid`: applications match back-channel logout by it.
  provider.Client.prototype.includeSid = () => true;
  provider.on("end_session.success", (ctx) => forgetOnlineGrants(ctx, parts.records));
  provider.on("grant.success", ({ oidc: { client } }) =>
    parts.registry.use(client?.clientId ?? ""),
  );
  provider.on("grant.revoked", (_ctx, grantId) => parts.records.delete(grantId));
  provider.on("server_error", (_ctx, error) => {
    process.stderr.write(`oidc emulator: ${error.name}: ${error.message}\n`);
  });
  return provider;
}

function configuration(parts: ProviderParts): Configuration {
  const { options, records, storage } = parts;
  const { world } = options;
  const port = new URL(parts.issuer).port;
  const accessTokenTtl = options.accessTokenTtlSeconds ?? 300;
  const audiences = audiencesOf(options);

  return {
    adapter: storage.adapter,
    jwks: { keys: parts.keys.flatMap((keys) => [keys.RS256, keys.ES256]) },
    // Cookies ignore ports, so another emulator on localhost must not share these names.
    cookies: {
      keys: [...parts.cookieKeys],
      names: {
        session: `emulator_${port}_session`,
        interaction: `emulator_${port}_interaction`,
        resume: `emulator_${port}_resume`,
      },
    },
    clientAuthMethods: [
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "none",
    ],
    scopes: ["openid", "offline_access", "profile", "email", ...apiScopes(options)],
    claims: CLAIMS_BY_SCOPE,
    conformIdTokenClaims: false,
    clockTolerance: 0,
    responseTypes: ["code"],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    // Grants are bound to one organization; ours is made by the sign-in policy.
    loadExistingGrant: () => undefined,
    // The library knows one grant per session and client, here a session can have several.
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed("refresh_token") && source.scopes.has("offline_access"),
    findAccount: (_ctx, userId, token) => {
      const user = world.users.get(userId);
      if (user === undefined) return undefined;
      const standing =
        token === undefined
          ? ({ kind: "here", place: null } as const)
          : placeOfGrant(world, records, token.grantId);
      if (standing.kind === "gone") return undefined;
      return { accountId: user.id, claims: () => userClaims(world, user, standing.place) };
    },
    extraTokenClaims: (_ctx, token) => {
      if (token.kind === "ClientCredentials") {
        const service = world.services.get(token.clientId ?? "");
        return service === undefined ? undefined : serviceClaims(world, service);
      }
      const standing = placeOfGrant(world, records, token.grantId);
      return standing.kind === "gone" ? undefined : organizationClaims(standing.place);
    },
    extraParams: { organization: (ctx) => keepOfflineAccess(ctx) },
    interactions: {
      policy: signInPolicy({ world, records, registry: parts.registry }),
      url: (_ctx, interaction) => `/sign-in/${interaction.uid}`,
    },
    ttl: {
      AccessToken: accessTokenTtl,
      AuthorizationCode: 60,
      ClientCredentials: accessTokenTtl,
      Grant: 30 * DAY_SECONDS,
      IdToken: options.idTokenTtlSeconds ?? 3600,
      Interaction: 3600,
      RefreshToken: options.refreshTokenTtlSeconds ?? 14 * DAY_SECONDS,
      Session: 14 * DAY_SECONDS,
    },
    clientBasedCORS: () => false,
    ...(options.clientIdMetadataDocuments === true
      ? { discovery: { client_id_metadata_document_supported: true } }
      : {}),
    // The library blocks loopback targets; logout tokens of a local emulator go nowhere else.
    fetch: (url, init) => {
      const { dispatcher: _blocksLoopback, ...rest } = { dispatcher: undefined, ...init };
      return fetch(url, rest);
    },
    renderError: renderErrorPage,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      // The engine answers; this makes the metadata say where.
      registration: { enabled: options.dynamicClientRegistration === true },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          client.clientAuthMethod !== "none" && isStillGood(world, records, token),
      },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: renderSignOutPage,
        postLogoutSuccessSource: renderSignedOutPage,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => oneOf,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          const audience = audiences.find((candidate) => candidate.audience === resource);
          if (audience === undefined) throw new errors.InvalidTarget();
          return {
            scope: apiScopes(options).join(" "),
            audience: audience.audience,
            accessTokenFormat: "jwt",
            accessTokenTTL: accessTokenTtl,
            jwt: { sign: { alg: audience.algorithm ?? "RS256" } },
          };
        },
      },
    },
  };
}

/**
 * Puts `offline_access` back where the library dropped it. OpenID Connect Core §11 wants
 * `prompt=consent` for it unless other conditions permit offline access; here picking oneself on
 * the sign-in page is the consent, so nobody is asked twice.
 */
function keepOfflineAccess(ctx: KoaContextWithOIDC): void {
  const { params, client } = ctx.oidc;
  if (params === undefined || client?.grantTypeAllowed("refresh_token") !== true) return;
  const pushed = ctx.oidc.entities.PushedAuthorizationRequest?.request;
  const asked =
    pushed === undefined
      ? (ctx.oidc.body?.["scope"] ?? ctx.query["scope"])
      : decodeJwt(pushed)["scope"];
  if (typeof asked !== "string" || !asked.split(" ").includes("offline_access")) return;
  const kept = typeof params["scope"] === "string" ? params["scope"].split(" ") : [];
  params["scope"] = [...new Set([...kept, "offline_access"])].join(" ");
}

interface InspectedToken {
  readonly kind: string;
  readonly clientId?: string | undefined;
  readonly grantId?: string | undefined;
}

function isStillGood(world: World, records: GrantRecords, token: InspectedToken): boolean {
  if (token.kind === "ClientCredentials") {
    return world.services.get(token.clientId ?? "") !== undefined;
  }
  return placeOfGrant(world, records, token.grantId).kind === "here";
}

/** Signing out ends what the session was for, except access the person gave beyond it. */
function forgetOnlineGrants(ctx: KoaContextWithOIDC, records: GrantRecords): void {
  const uid = ctx.oidc.session?.uid;
  for (const [grantId, record] of records) {
    if (record.sessionUid === uid && !record.offline) records.delete(grantId);
  }
}
