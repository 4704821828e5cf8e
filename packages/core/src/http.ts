/** What a binding imports, and the binding for plain `fetch` handlers: `@tenantry/core/http`. */
export {
  answerRefusal,
  errorBody,
  PRIVATE_HEADERS,
  wantsPage,
  type HttpAnswer,
} from "./http/answer.ts";
export { rulesCaches } from "./http/caching.ts";
export { createDoor, type Door, type Entered } from "./http/door.ts";
export {
  fetchAuth,
  type FetchAuth,
  type FetchHandler,
  type FetchMiddleware,
  type Peer,
} from "./http/fetch-auth.ts";
export type { Guards } from "./http/guards.ts";
export { routeMount, type RouteMount } from "./http/route-mount.ts";
export { mergeVary } from "./http/vary.ts";
export type { Requirement } from "./guard.ts";
export type { Auth } from "./auth.ts";
export type { AuthContext, TenantAuthContext, TenantContext } from "./context.ts";
export { AuthError } from "./errors.ts";
export type { MountOptions } from "./options.ts";
export type { Outcome } from "./outcome.ts";
export { fromWebRequest, type AuthRequest } from "./request/request.ts";
