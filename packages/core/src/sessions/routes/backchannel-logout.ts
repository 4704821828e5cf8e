import { sha256 } from "../../internal/encoding.ts";
import { isUnavailable, reject, type Result } from "../../internal/result.ts";
import type { LogoutNotice } from "../../provider/login-flow.ts";
import type { Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { providerOf } from "./login.ts";
import { refuse, type Reply } from "./reply.ts";

/** Logout tokens are remembered a little longer than they are valid: clocks differ. */
const MARGIN_MS = 120_000;
const MAX_LIFETIME_MS = 3_600_000;

/**
 * `POST backchannel-logout/:instance/:connection?`: a provider says that a session or a person has
 * signed out. The caller is a server, so it has neither cookie nor origin; the token is its proof.
 *
 * @see {@link https://openid.net/specs/openid-connect-backchannel-1_0.html#BCActions OpenID Connect Back-Channel Logout 1.0 §2.5-2.8}
 */
export async function backchannelLogout(
  call: Call,
  deps: AuthRoutesDeps,
  place: { readonly instance: string; readonly connectionId: string | null },
): Promise<Reply> {
  const provider = providerOf(place, deps);
  const verify = provider?.login?.backchannelLogout?.bind(provider.login);
  if (provider === undefined || verify === undefined) {
    return refuse("route_not_found", "backchannel_logout_off");
  }
  const logoutToken = call.params.get("logout_token");
  if (logoutToken === undefined || logoutToken === "") return invalid(deps, "token_missing");
  const { connectionId } = place;

  let notice: Result<LogoutNotice>;
  try {
    notice = await verify(
      { logoutToken, ...(connectionId === null ? {} : { connectionId }) },
      deps.toolsFor(provider),
    );
  } catch {
    notice = reject("provider_unavailable");
  }
  if (!notice.ok) {
    return isUnavailable(notice.reason)
      ? unavailable(deps, notice.reason)
      : invalid(deps, notice.reason);
  }
  const { issuer, subject, sessionId } = notice.value;
  if (subject === undefined && sessionId === undefined) return invalid(deps, "claim_missing");

  try {
    const turn = await takeTurn(notice.value, place.instance, deps);
    if (turn === null) return invalid(deps, "replayed");
    const count = await deps.sessions.endByVendor({
      instance: place.instance,
      issuer,
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(subject === undefined ? {} : { subject }),
    });
    await turn.done();
    deps.runtime.log({
      level: "info",
      event: "session.ended",
      reason: "backchannel_logout",
      provider: place.instance,
      fields: { count },
    });
    return { kind: "empty", status: 200 };
  } catch {
    return unavailable(deps, "store_unavailable");
  }
}

/**
 * A logout token counts once, or its copy would sign people out again and again. One that arrived
 * but could not be carried out may come once more: a lost sign-out is worse than a repeated one.
 */
async function takeTurn(
  { issuer, tokenId, expiresAtSeconds }: LogoutNotice,
  instance: string,
  deps: AuthRoutesDeps,
): Promise<{ done(): Promise<unknown> } | null> {
  const nowMs = deps.runtime.nowMs();
  const untilMs = Math.min(expiresAtSeconds * 1000, nowMs + MAX_LIFETIME_MS) + MARGIN_MS;
  const value = `logout:${await sha256(JSON.stringify([instance, issuer, tokenId]))}`;
  const claim = (step: string) => deps.stores.replay.claim(`${value}:${step}`, untilMs);
  if (await claim("begun")) return { done: () => claim("done") };
  return (await claim("done")) ? { done: () => Promise.resolve() } : null;
}

function invalid(deps: AuthRoutesDeps, reason: string): Reply {
  deps.runtime.log({ level: "warn", event: "backchannel_logout.refused", reason });
  return { kind: "empty", status: 400 };
}

function unavailable(deps: AuthRoutesDeps, reason: string): Reply {
  deps.runtime.log({ level: "error", event: "backchannel_logout.failed", reason });
  return { kind: "empty", status: 503 };
}
