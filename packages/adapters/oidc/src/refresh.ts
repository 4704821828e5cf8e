import {
  isUnavailable,
  type ProviderTools,
  type RefreshAnswer,
  type RefreshRequest,
} from "@tenantry/core/provider";
import { isRejection } from "./claims.ts";
import { failureOf, type Failure } from "./errors.ts";
import { redeem, verifyIdToken } from "./id-tokens.ts";
import { vendorTokens, type LoginDeps } from "./login.ts";
import { inOrganization, readMemberships } from "./memberships.ts";

/** Answers that mean: this grant is over, the person must sign in again. */
const ENDS = ["invalid_grant", "interaction_required", "login_required", "consent_required"];

/**
 * Renews the issuer's tokens, once: a refresh token may be good for one use only, so nothing is
 * tried again here. Core compares subject and organization with the session's.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokens OpenID Connect Core 1.0 §12}
 */
export async function refreshLogin(
  request: RefreshRequest,
  tools: ProviderTools,
  deps: LoginDeps,
): Promise<RefreshAnswer> {
  const { registrations, clients } = deps;
  try {
    const registration = await registrations.byConnection(request.connectionId, tools);
    if (registration === null) return { kind: "ended", reason: "connection_gone" };
    const client = await clients.clientOf(registration, tools);
    const response = await redeem(client, registration, () =>
      client.library.refreshTokenGrant(client.configuration, request.refreshToken),
    );
    const tokens = {
      // An issuer that does not rotate sends none: the one we have stays good.
      refreshToken: request.refreshToken,
      ...vendorTokens({ refresh_token: request.refreshToken, ...response }, tools.nowMs()),
    };
    const { id_token: idToken } = response;
    // Many issuers renew without saying anything about the person: nothing new is known then.
    if (idToken === undefined) return { kind: "refreshed", identity: null, tokens };
    const verified = await verifyIdToken(idToken, registration, { client, tools, deps });
    if (!verified.ok) return refusal(verified.reason);
    const { claims } = verified.value.token;
    const memberships = readMemberships(claims, registration);
    if (isRejection(memberships)) return refusal(memberships.reason);
    const from = { registration, memberships, wanted: request.tenant?.external };
    const identity = inOrganization(verified.value.identity, claims, from);
    return { kind: "refreshed", identity, tokens };
  } catch (error) {
    return answerOf(failureOf(error));
  }
}

function refusal(reason: string): RefreshAnswer {
  return { kind: isUnavailable(reason) ? "unavailable" : "ended", reason };
}

/** Only a clear "no" about this grant ends a session; anything else may pass. */
function answerOf(failure: Failure): RefreshAnswer {
  if (failure.kind === "refused" && ENDS.includes(failure.reason)) {
    return { kind: "ended", reason: failure.reason };
  }
  return { ...failure, kind: "unavailable" };
}
