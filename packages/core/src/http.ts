/** What a binding imports: `@tenantry/core/http`. */
export {
  answerRefusal,
  errorBody,
  PRIVATE_HEADERS,
  wantsPage,
  type HttpAnswer,
} from "./http/answer.ts";
export type { Requirement } from "./guard.ts";
export type { Auth } from "./auth.ts";
export type { AuthContext, TenantContext } from "./context.ts";
export type { MountOptions } from "./options.ts";
export type { Outcome } from "./outcome.ts";
export { fromWebRequest, type AuthRequest } from "./request/request.ts";
