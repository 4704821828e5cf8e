import {
  ok,
  reject,
  type LoginFlow,
  type LogoutNotice,
  type ProviderTools,
  type Result,
} from "@tenantry/core/provider";
import { isText } from "./claims.ts";
import type { LoginDeps } from "./login.ts";
import { logoutTokenProfile } from "./tokens.ts";

type EndSession = NonNullable<LoginFlow["endSessionUrl"]>;

/**
 * Where the browser ends the issuer's own session; null if the issuer has no such place or cannot be
 * asked now, because signing out here must not wait for it.
 *
 * @see {@link https://openid.net/specs/openid-connect-rpinitiated-1_0.html OpenID Connect RP-Initiated Logout 1.0 §2}
 */
export async function endSessionUrl(
  request: Parameters<EndSession>[0],
  tools: ProviderTools,
  { registrations, clients }: LoginDeps,
): Promise<string | null> {
  try {
    const registration = await registrations.byConnection(request.connectionId, tools);
    if (registration === null) return null;
    const { library, configuration, metadata } = await clients.reachableClientOf(
      registration,
      tools,
    );
    if (metadata.end_session_endpoint === undefined) return null;
    return library.buildEndSessionUrl(configuration, {
      post_logout_redirect_uri: request.returnUrl,
      ...(request.idToken === undefined ? {} : { id_token_hint: request.idToken }),
    }).href;
  } catch {
    return null;
  }
}

/**
 * Verifies a logout token that the issuer sent behind the browser's back. Core checks that its `jti`
 * is new and ends the sessions.
 *
 * @see {@link https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation OpenID Connect Back-Channel Logout 1.0 §2.6}
 */
export async function verifyLogoutToken(
  request: { readonly logoutToken: string; readonly connectionId?: string },
  tools: ProviderTools,
  { registrations, clients }: LoginDeps,
): Promise<Result<LogoutNotice>> {
  try {
    const registration = await registrations.byConnection(request.connectionId, tools);
    if (registration === null) return reject("issuer_unknown");
    const metadata = await clients.metadataOf(registration, tools);
    const verified = await tools.verify(
      request.logoutToken,
      logoutTokenProfile(registration, metadata),
    );
    if (!verified.ok) return verified;
    const { identity, token } = verified.value;
    const { sub, sid, jti } = token.claims;
    if (!isText(jti)) return reject("claim_missing");
    return ok({
      issuer: identity.issuer,
      ...(isText(sub) ? { subject: sub } : {}),
      ...(isText(sid) ? { sessionId: sid } : {}),
      tokenId: jti,
      expiresAtSeconds: identity.expiresAtSeconds,
    });
  } catch {
    return reject("provider_unavailable");
  }
}
