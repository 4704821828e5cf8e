import {
  matchesResource,
  reject,
  type AsymmetricAlgorithm,
  type Claims,
  type SignedToken,
  type TokenProfile,
} from "@tenantry/core/provider";
import { isObject, isText } from "./claims.ts";
import { entraTokenKind } from "./entra/claims.ts";
import { isMachine, readIdentity } from "./identity.ts";
import { purposeOf } from "./mcp.ts";
import type { ProviderMetadata } from "./metadata.ts";
import { issuersOf, type Registration } from "./registration.ts";

/** Metadata does not say what access tokens are signed with: whatever is asymmetric. */
const ALGORITHMS: readonly AsymmetricAlgorithm[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** Claims that only ID tokens have (OpenID Connect Core 1.0 §2 and §3.3.2.11, FAPI 1.0 Part 2 §5.1). */
const ID_TOKEN_CLAIMS = ["nonce", "at_hash", "c_hash", "s_hash"];
/** Without one of these nothing says that a token grants anything to a client. */
const ACCESS_TOKEN_CLAIMS = ["scope", "scp", "client_id", "cid", "appid", "azp"];
/** The `events` member of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4). */
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

const MAX_LOGOUT_AGE_SECONDS = 300;

type BearerKind = "access" | "m2m" | "mcp";

/** The profiles of bearer tokens: of a person, of a machine, and of an MCP client. */
export function bearerProfiles(
  registration: Registration,
  metadata: ProviderMetadata,
  enrich?: TokenProfile["enrich"],
): readonly TokenProfile[] {
  const of = { registration, metadata, enrich };
  return [
    bearerProfile("access", of),
    bearerProfile("m2m", of),
    ...(registration.mcpResources.length === 0 ? [] : [bearerProfile("mcp", of)]),
  ];
}

/**
 * The profile of an ID token that came straight from the token endpoint. Whoever uses it compares
 * the nonce.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation OpenID Connect Core 1.0 §3.1.3.7}
 */
export function idTokenProfile(
  registration: Registration,
  metadata: ProviderMetadata,
  enrich?: TokenProfile["enrich"],
): TokenProfile {
  const { clientId } = registration;
  const supported = metadata.id_token_signing_alg_values_supported ?? ["RS256"];
  return {
    ...baseOf(registration, metadata),
    id: profileId("id", registration),
    kind: "id",
    algorithms: ALGORITHMS.filter((name) => supported.includes(name)),
    matches: (token) => kindOf(token, registration) !== "logout" && mediaType(token) !== "at+jwt",
    rules: {
      audience: { claim: "aud", anyOf: [clientId], ifMissing: "reject" },
      required: ["sub"],
    },
    roles: "token",
    scopes: "none",
    read(token) {
      const { aud, azp } = token.claims;
      const isShared = Array.isArray(aud) && aud.length > 1;
      // SECURITY: a token for several audiences was made for one client, and that must be this one.
      if (azp === undefined ? isShared : azp !== clientId)
        return reject("authorized_party_mismatch");
      return readIdentity(token.claims, registration, "id");
    },
    ...(enrich === undefined ? {} : { enrich }),
  };
}

/** The profile of a back-channel logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). */
export function logoutTokenProfile(
  registration: Registration,
  metadata: ProviderMetadata,
): TokenProfile {
  return {
    ...baseOf(registration, metadata),
    id: profileId("logout", registration),
    kind: "logout",
    matches: (token) => kindOf(token, registration) === "logout",
    rules: {
      // Older providers send "JWT" or nothing; the event tells what the token is.
      typ: ["logout+jwt", "jwt"],
      typIfMissing: "accept",
      audience: { claim: "aud", anyOf: [registration.clientId], ifMissing: "reject" },
      maxAgeSeconds: MAX_LOGOUT_AGE_SECONDS,
      required: ["jti", "events"],
      // SECURITY: a nonce means an ID token, which anybody who signed in has.
      forbidden: ["nonce"],
    },
    roles: "directory",
    scopes: "none",
    read({ claims }) {
      const { iss, sub, sid, iat, exp, jti, events } = claims;
      const isLogout = isObject(events) && isObject(events[LOGOUT_EVENT]);
      const subject = isText(sub) ? sub : sid;
      if (!isLogout || !isText(jti) || !isText(iss)) return reject("claim_invalid");
      if (!isText(subject) || (sid !== undefined && !isText(sid))) return reject("claim_missing");
      if (typeof iat !== "number" || typeof exp !== "number") return reject("claim_missing");
      return {
        issuer: iss,
        subject,
        subjectScope: "global",
        kind: "user",
        tenant: null,
        ...(isText(sid) ? { sessionId: sid } : {}),
        authentication: { method: "unknown" },
        actors: [],
        issuedAtSeconds: iat,
        expiresAtSeconds: exp,
      };
    },
  };
}

function bearerProfile(
  kind: BearerKind,
  {
    registration,
    metadata,
    enrich,
  }: {
    readonly registration: Registration;
    readonly metadata: ProviderMetadata;
    readonly enrich: TokenProfile["enrich"] | undefined;
  },
): TokenProfile {
  const { clientId, rules, mcpResources } = registration;
  const isStrict = rules.accessTokenTyp === "at+jwt";
  const audiences = rules.audience ?? [];
  const isEntraApp = kind === "m2m" && registration.entra !== undefined;
  const hasRoles = rules.rolesClaim !== undefined || rules.groupsClaim !== undefined;
  const isFromToken = hasRoles && (kind === "m2m" || rules.accessTokenRoles === "token");
  return {
    ...baseOf(registration, metadata),
    id: profileId(kind, registration),
    kind,
    matches: (token) => kindOf(token, registration) === kind,
    rules: {
      // RFC 9068 §4 asks for the type; lenient providers write "JWT" or nothing.
      typ: isStrict ? ["at+jwt"] : ["at+jwt", "jwt"],
      typIfMissing: isStrict ? "reject" : "accept",
      audience: {
        claim: rules.audienceClaim,
        anyOf: (resource) => {
          // A client's id names no resource, even if it is an address.
          if (resource !== undefined && rules.audienceClaim === "client_id") return [];
          if (kind === "mcp") {
            return resource !== undefined && matchesResource(mcpResources, resource)
              ? [resource]
              : [];
          }
          // SECURITY: never the client id, which every ID token names.
          return resource === undefined ? audiences : resource === clientId ? [] : [resource];
        },
        ifMissing: "reject",
      },
      required: isStrict ? ["sub", "client_id", "jti"] : ["sub"],
    },
    roles: isFromToken ? "token" : "directory",
    // The app roles of an Entra ID app are its bound; it has no scopes.
    scopes: isEntraApp ? "none" : rules.scopesBound,
    read: (token) => readIdentity(token.claims, registration, kind === "m2m" ? "m2m" : "access"),
    ...(isFromToken && enrich !== undefined ? { enrich } : {}),
  };
}

/** What a token with a good signature is. One answer for each token keeps the profiles disjoint. */
function kindOf(
  token: SignedToken,
  registration: Registration,
): BearerKind | "id" | "logout" | "other" {
  const { claims } = token;
  const type = mediaType(token);
  if (type === "logout+jwt" || Object.hasOwn(claims, "events")) return "logout";
  if (type === "at+jwt") return bearerKind(claims, registration);
  if (registration.rules.accessTokenTyp === "at+jwt") return "id";
  if (isIdToken(claims, registration.clientId)) return "id";
  return isAccessToken(claims) ? bearerKind(claims, registration) : "other";
}

function bearerKind(claims: Claims, registration: Registration): BearerKind | "other" {
  if (registration.entra !== undefined && entraTokenKind(claims) === null) return "other";
  return isMachine(claims, registration) ? "m2m" : purposeOf(claims, registration);
}

function isIdToken(claims: Claims, clientId: string): boolean {
  const { aud, token_use: use, typ } = claims;
  const onlyForUs =
    aud === clientId || (Array.isArray(aud) && aud.length > 0 && aud.every((a) => a === clientId));
  return (
    onlyForUs ||
    ID_TOKEN_CLAIMS.some((name) => Object.hasOwn(claims, name)) ||
    use === "id" || // Cognito
    typ === "ID" // Keycloak
  );
}

function isAccessToken(claims: Claims): boolean {
  const { token_use: use, typ } = claims;
  // SECURITY: refresh tokens of some providers are JWTs of the same issuer and key.
  if (use !== undefined && use !== "access") return false;
  if (typ !== undefined && typ !== "Bearer") return false;
  return ACCESS_TOKEN_CLAIMS.some((name) => Object.hasOwn(claims, name));
}

function mediaType({ header }: SignedToken): string | null {
  const { typ } = header;
  return typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : null;
}

function baseOf(registration: Registration, metadata: ProviderMetadata) {
  const { connection, entra } = registration;
  return {
    // An Entra ID tenant signs both versions of tokens with the same keys; what tenants share is
    // nobody's issuer.
    issuers: entra === undefined || entra.isShared ? [metadata.issuer] : issuersOf(registration),
    keys: { jwksUri: metadata.jwks_uri },
    algorithms: ALGORITHMS,
    ...(connection === undefined ? {} : { connection }),
  };
}

function profileId(kind: string, { connection }: Registration): string {
  return connection === undefined ? kind : `${kind}:${connection.id}`;
}
