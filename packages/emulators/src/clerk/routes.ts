import type { Answer, Call, Route } from "../http/api.ts";
import { listApplications, serveApplication } from "./applications.ts";
import { serveAuthorize, servePortal, serveSignIn } from "./authorize.ts";
import type { ClerkContext } from "./context.ts";
import type { ClerkEndpoint } from "./endpoints.ts";
import { apiError, json } from "./errors.ts";
import { serveHandshake, serveHandshakePayload } from "./handshake.ts";
import {
  createApiKey,
  createMachineToken,
  listApiKeys,
  listMachines,
  revokeMachineToken,
  serveApiKey,
  serveMachine,
  verifyAccessToken,
  verifyApiKey,
  verifyMachineToken,
} from "./machines.ts";
import { serveMetadata } from "./metadata.ts";
import { serveRevoke, serveToken, serveTokenInfo, serveUserinfo } from "./oauth.ts";
import {
  createDomain,
  createInvitation,
  createMembership,
  createOrganization,
  deleteDomain,
  listAllMemberships,
  listDomains,
  listInvitations,
  listMemberships,
  listOrganizations,
  listRoles,
  revokeInvitation,
  serveMembership,
  serveOrganization,
} from "./organizations.ts";
import {
  countUsers,
  createActorToken,
  createToken,
  createUser,
  listMembershipsOfUser,
  listSessions,
  listUsers,
  makeSession,
  refreshSession,
  serveSession,
  serveUser,
} from "./people.ts";

type Handler = (context: ClerkContext, call: Call) => Answer | Promise<Answer>;
type Line = readonly [Route<ClerkEndpoint>["method"], string, ClerkEndpoint, Handler];

const MEMBERS = "/organizations/:id/memberships";
const INVITATIONS = "/organizations/:id/invitations";
const DOMAINS = "/organizations/:id/domains";

/** The Backend API, for who has the secret key. */
const BACKEND: readonly Line[] = [
  ["GET", "/organizations", "organizations", listOrganizations],
  ["POST", "/organizations", "organizations", createOrganization],
  ["GET", "/organizations/:id", "organizations", (c, call) => serveOrganization(c, call, "get")],
  [
    "PATCH",
    "/organizations/:id",
    "organizations",
    (c, call) => serveOrganization(c, call, "update"),
  ],
  [
    "DELETE",
    "/organizations/:id",
    "organizations",
    (c, call) => serveOrganization(c, call, "delete"),
  ],
  ["GET", "/organization_memberships", "memberships", listAllMemberships],
  ["GET", MEMBERS, "memberships", listMemberships],
  ["POST", MEMBERS, "memberships", createMembership],
  ["PATCH", `${MEMBERS}/:user`, "memberships", (c, call) => serveMembership(c, call, "update")],
  ["DELETE", `${MEMBERS}/:user`, "memberships", (c, call) => serveMembership(c, call, "delete")],
  ["GET", INVITATIONS, "invitations", listInvitations],
  ["POST", INVITATIONS, "invitations", createInvitation],
  ["POST", `${INVITATIONS}/:invitation/revoke`, "invitations", revokeInvitation],
  ["GET", DOMAINS, "domains", listDomains],
  ["POST", DOMAINS, "domains", createDomain],
  ["DELETE", `${DOMAINS}/:domain`, "domains", deleteDomain],
  ["GET", "/organization_roles", "roles", listRoles],
  ["GET", "/users", "users", listUsers],
  ["POST", "/users", "users", createUser],
  ["GET", "/users/count", "users", countUsers],
  ["GET", "/users/:id", "users", (c, call) => serveUser(c, call, "get")],
  ["PATCH", "/users/:id", "users", (c, call) => serveUser(c, call, "update")],
  ["DELETE", "/users/:id", "users", (c, call) => serveUser(c, call, "delete")],
  ["GET", "/users/:id/organization_memberships", "memberships", listMembershipsOfUser],
  ["GET", "/sessions", "sessions", listSessions],
  ["POST", "/sessions", "sessions", makeSession],
  ["GET", "/sessions/:id", "sessions", (c, call) => serveSession(c, call, "get")],
  ["POST", "/sessions/:id/revoke", "sessions", (c, call) => serveSession(c, call, "revoke")],
  ["POST", "/sessions/:id/tokens", "sessions", createToken],
  ["POST", "/sessions/:id/tokens/:template", "sessions", createToken],
  ["POST", "/sessions/:id/refresh", "sessions", refreshSession],
  ["GET", "/clients/handshake_payload", "handshake-payload", serveHandshakePayload],
  ["POST", "/actor_tokens", "actor-tokens", createActorToken],
  ["GET", "/machines", "machines", listMachines],
  ["GET", "/machines/:id", "machines", (c, call) => serveMachine(c, call, "get")],
  ["GET", "/machines/:id/secret_key", "machines", (c, call) => serveMachine(c, call, "secret")],
  ["POST", "/m2m_tokens/:id/revoke", "m2m", revokeMachineToken],
  ["GET", "/api_keys", "api-keys", listApiKeys],
  ["POST", "/api_keys", "api-keys", createApiKey],
  ["POST", "/api_keys/verify", "api-keys", verifyApiKey],
  ["GET", "/api_keys/:id", "api-keys", (c, call) => serveApiKey(c, call, "get")],
  ["DELETE", "/api_keys/:id", "api-keys", (c, call) => serveApiKey(c, call, "delete")],
  ["GET", "/api_keys/:id/secret", "api-keys", (c, call) => serveApiKey(c, call, "secret")],
  ["POST", "/api_keys/:id/revoke", "api-keys", (c, call) => serveApiKey(c, call, "revoke")],
  ["POST", "/oauth_applications/access_tokens/verify", "oauth-tokens", verifyAccessToken],
  ["GET", "/oauth_applications", "oauth-applications", listApplications],
  [
    "GET",
    "/oauth_applications/:id",
    "oauth-applications",
    (c, call) => serveApplication(c, call, "get"),
  ],
  [
    "DELETE",
    "/oauth_applications/:id",
    "oauth-applications",
    (c, call) => serveApplication(c, call, "delete"),
  ],
];

/** What a machine may ask for with its own secret. */
const OF_MACHINES: readonly Line[] = [
  ["POST", "/m2m_tokens", "m2m", createMachineToken],
  ["POST", "/m2m_tokens/verify", "m2m", verifyMachineToken],
];

/** The Backend API's routes, with and without the version in the path: the SDK does both. */
export function backendRoutes(
  context: ClerkContext,
  jwks: () => unknown,
): readonly Route<ClerkEndpoint>[] {
  const guarded = ([method, path, endpoint, handle]: Line): Line => [
    method,
    path,
    endpoint,
    (c, call) => refuse(c, call) ?? handle(c, call),
  ];
  const all: readonly Line[] = [
    guarded(["GET", "/jwks", "jwks", () => json(jwks())]),
    ...OF_MACHINES,
    ...BACKEND.map(guarded),
  ];
  return ["/v1", ""].flatMap((prefix) =>
    all.map(([method, path, endpoint, handle]) => ({
      method,
      path: `${prefix}${path}`,
      endpoint,
      handle: (call: Call) => handle(context, call),
    })),
  );
}

/** The Frontend API's routes: browsers, OAuth clients, and everybody who needs the keys. */
export function frontendRoutes(
  context: ClerkContext,
  jwks: () => unknown,
): readonly Route<ClerkEndpoint>[] {
  const lines: Line[] = [
    ["GET", "/.well-known/jwks.json", "jwks", () => json(jwks())],
    ["GET", "/.well-known/openid-configuration", "discovery", (c) => serveMetadata(c, "openid")],
    [
      "GET",
      "/.well-known/oauth-authorization-server",
      "discovery",
      (c) => serveMetadata(c, "oauth"),
    ],
    ["GET", "/oauth/authorize", "authorize", serveAuthorize],
    ["POST", "/oauth/token", "token", serveToken],
    ["GET", "/oauth/userinfo", "userinfo", serveUserinfo],
    ["POST", "/oauth/userinfo", "userinfo", serveUserinfo],
    ["POST", "/oauth/token_info", "token-info", serveTokenInfo],
    ["POST", "/oauth/token/revoke", "revoke", serveRevoke],
    ["GET", "/v1/client/handshake", "handshake", serveHandshake],
    ["GET", "/portal/sign-in", "sign-in", servePortal],
    ["GET", "/sign-in/:attempt", "sign-in", serveSignIn],
    ["POST", "/sign-in/:attempt", "sign-in", serveSignIn],
  ];
  if (context.options.dynamicClientRegistration === true) {
    lines.push(["POST", "/oauth/register", "register", (c, { body }) => c.clients.register(body)]);
  }
  return lines.map(([method, path, endpoint, handle]) => ({
    method,
    path,
    endpoint,
    handle: (call) => handle(context, call),
  }));
}

function refuse({ secretKey }: ClerkContext, { headers }: Call): Answer | null {
  if (headers.authorization === `Bearer ${secretKey}`) return null;
  return apiError(401, "secret_key_invalid", "The provided Clerk Secret Key is invalid.");
}
