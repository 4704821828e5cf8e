import { timingSafeEqual } from "node:crypto";
import { textOf, type Answer, type Call, type Route } from "../http/api.ts";
import { searchApps, serveApp } from "./connect/apps.ts";
import { startAuthorization, submitAuthorization } from "./connect/authorize.ts";
import { serveMetadata } from "./connect/metadata.ts";
import { beginPage, servePage } from "./connect/page.ts";
import { serveToken } from "./connect/token.ts";
import { introspect, revokeToken } from "./connected-apps.ts";
import type { StytchContext } from "./context.ts";
import {
  authenticateDiscovery,
  createDiscovered,
  exchangeIntermediate,
  listDiscovered,
} from "./discovery.ts";
import type { StytchEndpoint } from "./endpoints.ts";
import { good, stytchError, unauthorized } from "./errors.ts";
import { serveInbox } from "./inbox.ts";
import { followMailLink, sendDiscovery, sendInvitation, sendMagicLink } from "./magic-links.ts";
import {
  createMachine,
  deleteMachine,
  getMachine,
  rotateSecret,
  searchMachines,
  updateMachine,
} from "./m2m-clients.ts";
import {
  createMember,
  getAnyMember,
  getMember,
  reactivateMember,
  searchMembers,
  serveMember,
} from "./members.ts";
import {
  authenticateSms,
  authenticateTotp,
  createTotp,
  getRecoveryCodes,
  recover,
  rotateRecoveryCodes,
  sendSmsCode,
} from "./mfa.ts";
import {
  authenticateDiscoveryCode,
  authenticateEmailCode,
  sendDiscoveryCode,
  sendEmailCode,
} from "./email-codes.ts";
import { authenticateToken } from "./one-time.ts";
import { createOrganization, searchOrganizations, serveOrganization } from "./organizations.ts";
import { getPolicy, serveOrganizationPolicy } from "./rbac.ts";
import { authenticateSession, exchangeSession, listSessions, revokeSession } from "./sessions.ts";
import { listConnections, serveSignIn, startOAuth, startSso } from "./sign-in.ts";

type Handler = (context: StytchContext, call: Call) => Answer | Promise<Answer>;
type Line = readonly [Route<StytchEndpoint>["method"], string, StytchEndpoint, Handler];

const B2B = "/v1/b2b";
const ORGANIZATIONS = `${B2B}/organizations`;
const MACHINES = "/v1/m2m/clients";
const ROTATE = `${MACHINES}/:client/secrets/rotate`;
const APPS = "/v1/connected_apps/clients";
const OAUTH = `${B2B}/public/oauth/:provider`;

/** Endpoints that browsers visit, or whose callers prove themselves in another way. */
const OPEN: readonly Line[] = [
  ["GET", `${B2B}/magic_links/redirect`, "magic-links", followMailLink],
  ["GET", `${OAUTH}/start`, "oauth", (c, call) => startOAuth(c, call, "oauth")],
  ["GET", `${OAUTH}/discovery/start`, "oauth", (c, call) => startOAuth(c, call, "discovery_oauth")],
  ["GET", "/v1/public/sso/start", "sso", startSso],
  ["GET", "/sign-in/:attempt", "sign-in", serveSignIn],
  ["POST", "/sign-in/:attempt", "sign-in", serveSignIn],
  ["GET", "/inbox", "inbox", serveInbox],
  ["POST", "/v1/public/:project/oauth2/token", "token", serveToken],
  ["POST", "/v1/oauth2/token", "token", serveToken],
  ["POST", "/v1/oauth2/register", "connected-apps", (c, { body }) => c.clients.register(body)],
  ["POST", "/v1/oauth2/introspect", "connected-apps", introspect],
  ["POST", "/v1/oauth2/revoke", "connected-apps", revokeToken],
  ["GET", "/oauth/authorize", "connected-apps", beginPage],
  ["GET", "/oauth/authorize/:attempt", "connected-apps", servePage],
  ["POST", "/oauth/authorize/:attempt", "connected-apps", servePage],
  ["POST", "/v1/public/:project/oauth2/introspect", "connected-apps", introspect],
  ["POST", "/v1/public/:project/oauth2/revoke", "connected-apps", revokeToken],
  ["GET", "/.well-known/oauth-authorization-server", "connected-apps", serveMetadata],
];

/** Endpoints that ask for project id and secret. */
const MANAGEMENT: readonly Line[] = [
  ["POST", `${B2B}/idp/oauth/authorize/start`, "connected-apps", startAuthorization],
  ["POST", `${B2B}/idp/oauth/authorize`, "connected-apps", submitAuthorization],
  ["POST", `${APPS}/search`, "connected-apps", searchApps],
  ["GET", `${APPS}/:client`, "connected-apps", (c, call) => serveApp(c, call, "get")],
  ["DELETE", `${APPS}/:client`, "connected-apps", (c, call) => serveApp(c, call, "delete")],
  ["POST", `${B2B}/sessions/authenticate`, "sessions", authenticateSession],
  ["POST", `${B2B}/sessions/exchange`, "exchange", exchangeSession],
  ["POST", `${B2B}/sessions/revoke`, "revoke", revokeSession],
  ["GET", `${B2B}/sessions`, "sessions", listSessions],
  ["POST", `${B2B}/magic_links/email/login_or_signup`, "magic-links", sendMagicLink],
  ["POST", `${B2B}/magic_links/email/discovery/send`, "magic-links", sendDiscovery],
  ["POST", `${B2B}/magic_links/email/invite`, "magic-links", sendInvitation],
  [
    "POST",
    `${B2B}/magic_links/authenticate`,
    "magic-links",
    (c, call) => authenticateToken(c, call, "magic_link"),
  ],
  [
    "POST",
    `${B2B}/magic_links/discovery/authenticate`,
    "discovery",
    (c, call) => authenticateDiscovery(c, call, "discovery_magic_link"),
  ],
  ["POST", `${B2B}/oauth/authenticate`, "oauth", (c, call) => authenticateToken(c, call, "oauth")],
  [
    "POST",
    `${B2B}/oauth/discovery/authenticate`,
    "discovery",
    (c, call) => authenticateDiscovery(c, call, "discovery_oauth"),
  ],
  ["POST", `${B2B}/sso/authenticate`, "sso", (c, call) => authenticateToken(c, call, "sso")],
  [
    "POST",
    `${B2B}/impersonation/authenticate`,
    "impersonation",
    (c, call) => authenticateToken(c, call, "impersonation"),
  ],
  ["POST", `${B2B}/totp`, "mfa", createTotp],
  ["POST", `${B2B}/totp/authenticate`, "mfa", authenticateTotp],
  ["POST", `${B2B}/otps/sms/send`, "mfa", sendSmsCode],
  ["POST", `${B2B}/otps/sms/authenticate`, "mfa", authenticateSms],
  ["POST", `${B2B}/recovery_codes/recover`, "mfa", recover],
  ["POST", `${B2B}/recovery_codes/rotate`, "mfa", rotateRecoveryCodes],
  ["GET", `${B2B}/recovery_codes/:organization/:member`, "mfa", getRecoveryCodes],
  ["POST", `${B2B}/otps/email/login_or_signup`, "email-codes", sendEmailCode],
  ["POST", `${B2B}/otps/email/authenticate`, "email-codes", authenticateEmailCode],
  ["POST", `${B2B}/otps/email/discovery/send`, "email-codes", sendDiscoveryCode],
  ["POST", `${B2B}/otps/email/discovery/authenticate`, "email-codes", authenticateDiscoveryCode],
  ["POST", `${B2B}/discovery/organizations`, "discovery", listDiscovered],
  ["POST", `${B2B}/discovery/organizations/create`, "discovery", createDiscovered],
  ["POST", `${B2B}/discovery/intermediate_sessions/exchange`, "discovery", exchangeIntermediate],
  ["POST", ORGANIZATIONS, "organizations", createOrganization],
  ["POST", `${ORGANIZATIONS}/search`, "organizations", searchOrganizations],
  ["POST", `${ORGANIZATIONS}/members/search`, "members", searchMembers],
  ["GET", `${ORGANIZATIONS}/members/dangerously_get/:member`, "members", getAnyMember],
  ["GET", `${ORGANIZATIONS}/:id`, "organizations", serveOrganization],
  ["PUT", `${ORGANIZATIONS}/:id`, "organizations", serveOrganization],
  ["DELETE", `${ORGANIZATIONS}/:id`, "organizations", serveOrganization],
  ["GET", `${ORGANIZATIONS}/:id/member`, "members", getMember],
  ["POST", `${ORGANIZATIONS}/:id/members`, "members", createMember],
  ["PUT", `${ORGANIZATIONS}/:id/members/:member`, "members", serveMember],
  ["DELETE", `${ORGANIZATIONS}/:id/members/:member`, "members", serveMember],
  ["PUT", `${ORGANIZATIONS}/:id/members/:member/reactivate`, "members", reactivateMember],
  ["GET", `${B2B}/sso/:organization`, "sso", listConnections],
  ["GET", `${B2B}/rbac/policy`, "rbac", getPolicy],
  ["GET", `${B2B}/rbac/organizations/:id`, "rbac", serveOrganizationPolicy],
  ["PUT", `${B2B}/rbac/organizations/:id`, "rbac", serveOrganizationPolicy],
  ["POST", MACHINES, "m2m", createMachine],
  ["POST", `${MACHINES}/search`, "m2m", searchMachines],
  ["GET", `${MACHINES}/:client`, "m2m", getMachine],
  ["PUT", `${MACHINES}/:client`, "m2m", updateMachine],
  ["DELETE", `${MACHINES}/:client`, "m2m", deleteMachine],
  ["POST", `${ROTATE}/start`, "m2m", (c, call) => rotateSecret(c, call, "start")],
  ["POST", `${ROTATE}/cancel`, "m2m", (c, call) => rotateSecret(c, call, "cancel")],
  ["POST", ROTATE, "m2m", (c, call) => rotateSecret(c, call, "finish")],
];

/** All routes. */
export function stytchRoutes(
  context: StytchContext,
  keys: () => readonly object[],
): readonly Route<StytchEndpoint>[] {
  const jwks: Handler = ({ options }, { params }) =>
    textOf(params, "project") === options.projectId
      ? good({ keys: keys() })
      : stytchError(404, "project_not_found", "Project could not be found.");
  const open: readonly Line[] = [
    ...OPEN,
    ["GET", `${B2B}/sessions/jwks/:project`, "jwks", jwks],
    ["GET", "/.well-known/jwks.json", "jwks", () => good({ keys: keys() })],
  ];
  const refuse = requireSecret(context);
  const route = ([method, path, endpoint, handle]: Line, isOpen: boolean) => ({
    method,
    path,
    endpoint,
    handle: (call: Call) => (isOpen ? null : refuse(call)) ?? handle(context, call),
  });
  return [
    ...open.map((line) => route(line, true)),
    ...MANAGEMENT.map((line) => route(line, false)),
  ];
}

/** Refuses calls without project id and secret (https://stytch.com/docs/b2b/api/authentication). */
function requireSecret({ options }: StytchContext): (call: Call) => Answer | null {
  const expected = Buffer.from(`Basic ${btoa(`${options.projectId}:${options.secret}`)}`);
  return ({ headers }) => {
    const given = Buffer.from(headers.authorization ?? "");
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    return isRight ? null : unauthorized();
  };
}
