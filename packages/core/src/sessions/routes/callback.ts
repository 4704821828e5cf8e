import type { Call } from "./call.ts";
import { callbackUrl, tryAgain } from "./addresses.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { providerOf } from "./login.ts";
import { refuse, type Reply } from "./reply.ts";
import { advance, guarded } from "./steps.ts";

const MAX_QUERY_LENGTH = 8192;

/**
 * `GET callback/:instance/:connection?`: a sign-in comes back. Only the browser that began it has
 * its cookie, only at the address of the instance and connection it went out from, and only once.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-2.1 RFC 9700 §2.1}
 */
export async function callback(
  call: Call,
  deps: AuthRoutesDeps,
  place: { readonly instance: string; readonly connectionId: string | null },
): Promise<Reply> {
  const provider = providerOf(place, deps);
  if (provider?.login === undefined) return refuse("route_not_found", "provider_unknown");
  const failed = (reason: string) =>
    refuse("sign_in_failed", reason, {
      action: { label: "Sign in", href: `${deps.authPath}/login` },
    });
  if (call.url.search.length > MAX_QUERY_LENGTH) return failed("query_too_long");

  const flowId = provider.login.flowId?.(call.url) ?? stateOf(call.url);
  if (flowId === null) return failed("state_missing");
  const flow = await deps.flows.load(call.jar, flowId);
  if (flow === null || flow.awaits !== "callback") return failed("flow_unknown");
  // SECURITY: an answer is worth something only from the party that was asked.
  if (flow.instance !== place.instance || flow.connectionId !== place.connectionId) {
    return failed("callback_mixed_up");
  }
  if (!(await deps.flows.claim(flow))) {
    return refuse("sign_in_failed", "flow_replayed", { action: tryAgain(flow, deps) });
  }

  const step = await guarded(deps, provider, async (login) =>
    login.resume(
      {
        flowId,
        redirectUri: callbackUrl(deps, flow.instance, flow.connectionId),
        ...(flow.connectionId === null ? {} : { connectionId: flow.connectionId }),
        url: call.url,
        state: flow.state,
      },
      deps.toolsFor(provider),
    ),
  );
  return advance(call, deps, { flow, step, provider });
}

/** The one `state` of an address; null if there is none or more than one. */
function stateOf(url: URL): string | null {
  const [state, second] = url.searchParams.getAll("state");
  return state === undefined || state === "" || second !== undefined ? null : state;
}
