import {
  isUnavailable,
  type ProviderTools,
  type RefreshAnswer,
  type RefreshRequest,
  type Rejection,
} from "@tenantry/core/provider";
import { failureOf } from "./errors.ts";
import { vendorTokens, type LoginDeps } from "./login.ts";
import { oauthClient } from "./oauth.ts";
import { idTokenProfile } from "./tokens.ts";

/** Answers that mean: this grant is over, the person must sign in again. */
const ENDS = ["invalid_grant", "invalid_scope", "login_required", "consent_required"];

/**
 * Renews Clerk's tokens, once: nothing is tried again here. The organization of a grant never
 * changes; core compares it, and the roles are asked for anew.
 */
export async function refreshLogin(
  request: RefreshRequest,
  tools: ProviderTools,
  { instance, application, api, members }: LoginDeps,
): Promise<RefreshAnswer> {
  try {
    const { library, configuration } = await oauthClient(instance, application, api);
    const response = await library.refreshTokenGrant(configuration, request.refreshToken);
    // Without rotation there is no new one, and the old one stays good.
    const tokens = { refreshToken: request.refreshToken, ...vendorTokens(response) };
    const { id_token: idToken } = response;
    if (idToken === undefined) return { kind: "refreshed", identity: null, tokens };
    const verified = await tools.verify(idToken, idTokenProfile(instance, application));
    if (!verified.ok) return answerOf(verified);
    const completed = await members.complete(verified.value.identity);
    if (completed.ok) return { kind: "refreshed", identity: completed.value.identity, tokens };
    // The new refresh token must not be lost because the Backend API did not answer meanwhile.
    return isUnavailable(completed.reason)
      ? { kind: "refreshed", identity: null, tokens }
      : answerOf(completed);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused" && ENDS.includes(failure.reason)) {
      return { kind: "ended", reason: failure.reason };
    }
    return { ...failure, kind: "unavailable" };
  }
}

function answerOf({ reason }: Rejection): RefreshAnswer {
  return { kind: isUnavailable(reason) ? "unavailable" : "ended", reason };
}
