import type { Answer, Call } from "../http/api.ts";
import { goBack, noticeAnswer } from "./browser.ts";
import type { WorkosContext } from "./context.ts";
import { BROWSER_COOKIE } from "./sessions.ts";
import { advance } from "./sign-in.ts";
import { newId } from "./stamps.ts";
import { connectionOf } from "./steps.ts";
import type { Attempt } from "./state.ts";

/**
 * `GET /user_management/authorize` (https://workos.com/docs/reference/authkit/authentication). What is
 * wrong with the application itself is shown here; everything else goes back to it.
 */
export function serveAuthorize(context: WorkosContext, { url, cookies }: Call): Answer {
  const { options, world } = context;
  const query = url.searchParams;
  if (query.get("client_id") !== options.clientId) {
    return noticeAnswer("Unknown application", "This client ID belongs to no environment here.");
  }
  // SECURITY: the exact address; a prefix would send codes to strangers.
  if (!options.redirectUris.includes(query.get("redirect_uri") ?? "")) {
    return noticeAnswer("Unknown redirect URI", "It is not one of the configured addresses.");
  }
  const back = (error: string, description: string) => goBack(query, { error, description });
  const provider = query.get("provider");
  const organizationId = query.get("organization_id");
  const connectionId = query.get("connection_id");
  if (query.get("response_type") !== "code") return back("invalid_request", "Only code is known.");
  if (provider === null && organizationId === null && connectionId === null) {
    return back("invalid_connection_selector", "Name a provider, an organization or a connection.");
  }
  if (provider !== null && connectionId !== null) {
    return back("ambiguous_connection_selector", "Name one of provider and connection.");
  }
  if (provider !== null && provider !== "authkit") {
    return back("connection_invalid", "The emulator knows no other provider than authkit.");
  }
  if (organizationId !== null && world.tenants.get(organizationId) === undefined) {
    return back("organization_invalid", "There is no such organization.");
  }
  const owner = world.tenants.list().find(({ id }) => connectionOf(id) === connectionId);
  if (connectionId !== null && owner === undefined) {
    return back("connection_invalid", "There is no such connection.");
  }
  if (query.has("code_challenge") && query.get("code_challenge_method") !== "S256") {
    return back("invalid_request", "The code challenge method must be S256.");
  }
  return beginAttempt(context, { query, purpose: "authkit", cookie: cookies.get(BROWSER_COOKIE) });
}

/** Lets a browser sign in, or go on if the vendor knows it and nothing asks for more. */
export function beginAttempt(
  context: WorkosContext,
  from: {
    readonly query: URLSearchParams;
    readonly purpose: Attempt["purpose"];
    readonly cookie: string | undefined;
  },
): Answer {
  const { state } = context;
  const known = state.browsers.get(from.cookie ?? "");
  const maxAge = from.query.get("max_age");
  const now = Math.floor(Date.now() / 1000);
  const isFresh =
    known !== undefined &&
    from.query.get("prompt") !== "login" &&
    (maxAge === null || (maxAge !== "0" && known.authTimeSeconds >= now - Number(maxAge)));
  const id = newId("attempt");
  state.attempts.set(id, {
    query: from.query,
    purpose: from.purpose,
    userId: isFresh ? known.userId : null,
    authTimeSeconds: isFresh ? known.authTimeSeconds : now,
    consent: null,
  });
  return advance(context, id);
}
