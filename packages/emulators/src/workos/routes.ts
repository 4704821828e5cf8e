import type { Answer, Call, Route } from "../http/api.ts";
import { textOf } from "../http/api.ts";
import { createApiKey, deleteApiKey, listApiKeys, validateApiKey } from "./api-keys.ts";
import { serveAuthenticate } from "./authenticate.ts";
import { serveAuthorize } from "./authorize.ts";
import type { WorkosContext } from "./context.ts";
import { listApplications, serveApplication } from "./connect/applications.ts";
import { serveConnectAuthorize } from "./connect/authorize.ts";
import { serveMetadata } from "./connect/metadata.ts";
import { createResource, deleteResource, listResources } from "./connect/resources.ts";
import { completeExternal, continueExternal } from "./connect/standalone.ts";
import { serveIntrospection, serveToken } from "./connect/token.ts";
import type { WorkosEndpoint } from "./endpoints.ts";
import { notFound, unprocessable } from "./errors.ts";
import { listEvents, type WorkosEvent } from "./events.ts";
import { createInvitation, listInvitations, serveInvitation } from "./invitations.ts";
import { roleObject } from "./objects.ts";
import {
  createDomain,
  createOrganization,
  deleteOrganization,
  generateLink,
  getOrganization,
  getOrganizationByExternalId,
  listOrganizations,
  serveDomain,
  updateOrganization,
} from "./organizations.ts";
import {
  createMembership,
  createUser,
  deleteUser,
  getUser,
  getUserByExternalId,
  listMemberships,
  listSessions,
  listUsers,
  serveMembership,
  updateUser,
} from "./people.ts";
import { serveLogout, serveRevoke } from "./sessions.ts";
import { serveSignIn } from "./sign-in.ts";
import { newId } from "./stamps.ts";
import { sendCode } from "./steps.ts";

type Handler = (context: WorkosContext, call: Call) => Answer | Promise<Answer>;
type Line = readonly [Route<WorkosEndpoint>["method"], string, WorkosEndpoint, Handler];

const UM = "/user_management";
const MEMBERSHIPS = `${UM}/organization_memberships`;
const INVITATIONS = `${UM}/invitations`;
const RESOURCES = `${UM}/authkit_oauth_resources`;

/** Endpoints that browsers visit or that prove the caller themselves; no management key is asked for. */
const OPEN: readonly Line[] = [
  ["GET", `${UM}/authorize`, "authorize", serveAuthorize],
  ["POST", `${UM}/authenticate`, "authenticate", serveAuthenticate],
  ["GET", `${UM}/sessions/logout`, "logout", serveLogout],
  ["GET", "/sign-in/:attempt", "sign-in", serveSignIn],
  ["POST", "/sign-in/:attempt", "sign-in", serveSignIn],
];

const MANAGEMENT: readonly Line[] = [
  ["POST", "/authkit/oauth2/complete", "connect-complete", completeExternal],
  ["GET", "/connect/applications", "connect-applications", listApplications],
  [
    "GET",
    "/connect/applications/:id",
    "connect-applications",
    (c, call) => serveApplication(c, call, "get"),
  ],
  [
    "DELETE",
    "/connect/applications/:id",
    "connect-applications",
    (c, call) => serveApplication(c, call, "delete"),
  ],
  ["GET", RESOURCES, "connect-resources", listResources],
  ["POST", RESOURCES, "connect-resources", createResource],
  ["DELETE", `${RESOURCES}/:id`, "connect-resources", deleteResource],
  ["POST", `${UM}/sessions/revoke`, "sessions", serveRevoke],
  ["POST", `${UM}/users`, "users", createUser],
  ["GET", `${UM}/users`, "users", listUsers],
  ["GET", `${UM}/users/:id`, "users", getUser],
  ["GET", `${UM}/users/external_id/:id`, "users", getUserByExternalId],
  ["PUT", `${UM}/users/:id`, "users", updateUser],
  ["DELETE", `${UM}/users/:id`, "users", deleteUser],
  ["GET", `${UM}/users/:id/sessions`, "sessions", listSessions],
  ["POST", `${UM}/users/:id/api_keys`, "api-keys", (c, call) => createApiKey(c, call, "user")],
  ["GET", `${UM}/users/:id/api_keys`, "api-keys", (c, call) => listApiKeys(c, call, "user")],
  ["POST", MEMBERSHIPS, "memberships", createMembership],
  ["GET", MEMBERSHIPS, "memberships", listMemberships],
  ["GET", `${MEMBERSHIPS}/:id`, "memberships", (c, call) => serveMembership(c, call, "get")],
  ["PUT", `${MEMBERSHIPS}/:id`, "memberships", (c, call) => serveMembership(c, call, "update")],
  ["DELETE", `${MEMBERSHIPS}/:id`, "memberships", (c, call) => serveMembership(c, call, "delete")],
  [
    "PUT",
    `${MEMBERSHIPS}/:id/deactivate`,
    "memberships",
    (c, call) => serveMembership(c, call, "deactivate"),
  ],
  [
    "PUT",
    `${MEMBERSHIPS}/:id/reactivate`,
    "memberships",
    (c, call) => serveMembership(c, call, "reactivate"),
  ],
  ["POST", INVITATIONS, "invitations", createInvitation],
  ["GET", INVITATIONS, "invitations", listInvitations],
  [
    "GET",
    `${INVITATIONS}/by_token/:token`,
    "invitations",
    (c, call) => serveInvitation(c, call, "get"),
  ],
  ["GET", `${INVITATIONS}/:id`, "invitations", (c, call) => serveInvitation(c, call, "get")],
  [
    "POST",
    `${INVITATIONS}/:id/accept`,
    "invitations",
    (c, call) => serveInvitation(c, call, "accept"),
  ],
  [
    "POST",
    `${INVITATIONS}/:id/revoke`,
    "invitations",
    (c, call) => serveInvitation(c, call, "revoke"),
  ],
  [
    "POST",
    `${INVITATIONS}/:id/resend`,
    "invitations",
    (c, call) => serveInvitation(c, call, "resend"),
  ],
  ["POST", `${UM}/magic_auth`, "magic-auth", serveMagicAuth],
  ["POST", "/auth/factors/:id/challenge", "factors", serveChallenge],
  ["POST", "/organizations", "organizations", createOrganization],
  ["GET", "/organizations", "organizations", listOrganizations],
  ["GET", "/organizations/external_id/:id", "organizations", getOrganizationByExternalId],
  ["GET", "/organizations/:id", "organizations", getOrganization],
  ["PUT", "/organizations/:id", "organizations", updateOrganization],
  ["DELETE", "/organizations/:id", "organizations", deleteOrganization],
  [
    "POST",
    "/organizations/:id/api_keys",
    "api-keys",
    (c, call) => createApiKey(c, call, "organization"),
  ],
  [
    "GET",
    "/organizations/:id/api_keys",
    "api-keys",
    (c, call) => listApiKeys(c, call, "organization"),
  ],
  ["DELETE", "/api_keys/:id", "api-keys", deleteApiKey],
  ["POST", "/api_keys/validations", "validations", validateApiKey],
  ["POST", "/organization_domains", "domains", createDomain],
  ["GET", "/organization_domains/:id", "domains", (c, call) => serveDomain(c, call, "get")],
  ["DELETE", "/organization_domains/:id", "domains", (c, call) => serveDomain(c, call, "delete")],
  [
    "POST",
    "/organization_domains/:id/verify",
    "domains",
    (c, call) => serveDomain(c, call, "verify"),
  ],
  ["GET", "/authorization/roles", "roles", listRoles],
  ["GET", "/authorization/organizations/:id/roles", "roles", listRoles],
  ["POST", "/portal/generate_link", "portal", generateLink],
];

/** What the routes of the API need besides the context. */
export interface ApiParts {
  readonly events: readonly WorkosEvent[];
  readonly jwks: () => unknown;
  /** Refuses a call without the management key; null if it may go on. */
  readonly refuse: (call: Call) => Answer | null;
}

/** The API's routes. */
export function apiRoutes(
  context: WorkosContext,
  parts: ApiParts,
): readonly Route<WorkosEndpoint>[] {
  const managed: readonly Line[] = [
    ...MANAGEMENT,
    ["GET", "/events", "events", (c, call) => listEvents(c, call, parts.events)],
  ];
  return [
    {
      method: "GET",
      path: "/sso/jwks/:id",
      endpoint: "jwks",
      handle: ({ params }) =>
        textOf(params, "id") === context.options.clientId
          ? { status: 200, body: parts.jwks() }
          : notFound("environment"),
    },
    ...OPEN.map(([method, path, endpoint, handle]) => ({
      method,
      path,
      endpoint,
      handle: (call: Call) => handle(context, call),
    })),
    ...managed.map(([method, path, endpoint, handle]) => ({
      method,
      path,
      endpoint,
      handle: (call: Call) => parts.refuse(call) ?? handle(context, call),
    })),
  ];
}

/** The routes of the AuthKit domain. */
export function authkitRoutes(
  context: WorkosContext,
  jwks: () => unknown,
): readonly Route<WorkosEndpoint>[] {
  const route = (
    method: Route<WorkosEndpoint>["method"],
    path: string,
    endpoint: WorkosEndpoint,
    handle: Handler,
  ): Route<WorkosEndpoint> => ({
    method,
    path,
    endpoint,
    handle: (call) => handle(context, call),
  });
  return [
    route("GET", "/oauth2/jwks", "jwks", () => ({ status: 200, body: jwks() })),
    route("GET", "/.well-known/oauth-authorization-server", "discovery", (c) =>
      serveMetadata(c, "oauth"),
    ),
    route("GET", "/.well-known/openid-configuration", "discovery", (c) =>
      serveMetadata(c, "openid"),
    ),
    route("GET", "/oauth2/authorize", "connect", serveConnectAuthorize),
    route("GET", "/oauth2/authorize/complete", "connect", continueExternal),
    route("POST", "/oauth2/token", "connect", serveToken),
    route("POST", "/oauth2/introspection", "connect", serveIntrospection),
    route("POST", "/oauth2/register", "connect", (c, { body }) => c.clients.register(body)),
    route("GET", "/sign-in/:attempt", "sign-in", serveSignIn),
    route("POST", "/sign-in/:attempt", "sign-in", serveSignIn),
  ];
}

function listRoles(context: WorkosContext): Answer {
  const data = context.world.roles.list().map((role) => roleObject(context, role));
  return { status: 200, body: { object: "list", data } };
}

/** `POST /user_management/magic_auth`. The vendor makes unknown people; the emulator does not. */
function serveMagicAuth(context: WorkosContext, { body }: Call): Answer {
  const user = context.world.userByEmail(textOf(body, "email") ?? "");
  if (user === undefined) return unprocessable("email");
  const id = newId("magic_auth");
  context.stamps.touch(id);
  return {
    status: 201,
    body: {
      object: "magic_auth",
      id,
      user_id: user.id,
      email: user.email,
      code: sendCode(context, user.email),
      expires_at: new Date(Date.now() + 10 * 60_000).toISOString(),
      created_at: context.stamps.createdAt(id),
      updated_at: context.stamps.updatedAt(id),
    },
  };
}

/** `POST /auth/factors/:id/challenge`. */
function serveChallenge({ world, state, stamps }: WorkosContext, { params }: Call): Answer {
  const factor = textOf(params, "id") ?? "";
  const user = world.users.get(factor.replace(/^auth_factor_/, ""));
  if (user === undefined) return notFound("authentication factor");
  const id = newId("auth_challenge");
  stamps.touch(id);
  state.challenges.set(id, user.id);
  return {
    status: 201,
    body: {
      object: "authentication_challenge",
      id,
      authentication_factor_id: factor,
      expires_at: new Date(Date.now() + 10 * 60_000).toISOString(),
      created_at: stamps.createdAt(id),
      updated_at: stamps.updatedAt(id),
    },
  };
}
