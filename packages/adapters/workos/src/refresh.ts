import {
  isUnavailable,
  type LoginFlow,
  type ProviderTools,
  type RefreshAnswer,
  type RefreshRequest,
} from "@tenantry/core/provider";
import { failureOf, type Failure } from "./errors.ts";
import { vendorTokens, verifyResponse } from "./finish.ts";
import type { LoginDeps } from "./login.ts";

/**
 * Renews a session, once: a refresh token is good for one use. The organization is always named,
 * because without it WorkOS takes whichever was used last, in whatever tab. Core compares the answer
 * with what was asked.
 *
 * @see {@link https://workos.com/docs/reference/authkit/authentication/refresh-token WorkOS: refresh token}
 */
export async function refreshLogin(
  request: RefreshRequest,
  tools: ProviderTools,
  deps: LoginDeps,
): Promise<RefreshAnswer> {
  const { refreshToken, tenant } = request;
  try {
    const { userManagement } = await deps.api.sdk();
    const response = await userManagement.authenticateWithRefreshToken({
      refreshToken,
      ...(tenant === undefined ? {} : { organizationId: tenant.external }),
    });
    const verified = await verifyResponse(response, tools, deps);
    if (verified.ok) {
      const { identity } = verified.value;
      return { kind: "refreshed", identity, tokens: vendorTokens(response, identity) };
    }
    const kind = isUnavailable(verified.reason) ? "unavailable" : "ended";
    return { kind, reason: verified.reason };
  } catch (error) {
    return answerOf(failureOf(error));
  }
}

/**
 * What the vendor's "no" means for the session. It is about this grant when it names a reason, or
 * when the request itself is refused ("Must use SSO for selected organization" has no code).
 */
function answerOf(failure: Failure): RefreshAnswer {
  switch (failure.kind) {
    case "unavailable":
      return failure;
    case "step":
      return { kind: "ended", reason: failure.step };
    case "refused":
      break;
  }
  // 422: the request has the wrong shape, which says nothing about the person.
  if (failure.status === 422) return { kind: "unavailable", reason: "provider_unavailable" };
  return { kind: "ended", reason: failure.reason };
}

type EndSession = NonNullable<LoginFlow["endSessionUrl"]>;

/** Where the browser ends the vendor's session; null if nobody knows which one it is. */
export async function endSessionUrl(
  { sessionId, returnUrl }: Parameters<EndSession>[0],
  { api }: Pick<LoginDeps, "api">,
): Promise<string | null> {
  if (sessionId === undefined) return null;
  const { userManagement } = await api.sdk();
  return userManagement.getLogoutUrl({ sessionId, returnTo: returnUrl });
}
