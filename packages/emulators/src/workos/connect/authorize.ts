import type { Answer, Call } from "../../http/api.ts";
import { beginAttempt } from "../authorize.ts";
import { goBack, noticeAnswer } from "../browser.ts";
import type { WorkosContext } from "../context.ts";
import { SCOPES } from "./metadata.ts";
import { audienceOf } from "./resources.ts";
import { sendToLogin } from "./standalone.ts";

/** `GET /oauth2/authorize`. PKCE is required of everybody. */
export async function serveConnectAuthorize(
  context: WorkosContext,
  { url }: Call,
): Promise<Answer> {
  const query = url.searchParams;
  const client = await context.clients.find(query.get("client_id") ?? "");
  if (client === undefined)
    return noticeAnswer(
      "Unknown client",
      "It is neither registered here nor the address of a client's metadata.",
    );
  if (!client.redirectUris.includes(query.get("redirect_uri") ?? "")) {
    return noticeAnswer("Unknown redirect URI", "It is not one of the registered addresses.");
  }
  const back = (error: string, description: string) => goBack(query, { error, description });
  if (query.get("response_type") !== "code") {
    return back("unsupported_response_type", "Only code is known.");
  }
  if (!query.has("code_challenge") || query.get("code_challenge_method") !== "S256") {
    return back("invalid_request", "PKCE with S256 is required.");
  }
  const scopes = (query.get("scope") ?? "openid").split(" ");
  if (!scopes.every((scope) => SCOPES.includes(scope))) {
    return back("invalid_scope", "A scope is not known.");
  }
  if (audienceOf(context, query.get("resource")) === null) {
    return back("invalid_target", "The resource is not registered.");
  }
  if (context.options.loginUri !== undefined) return sendToLogin(context, query);
  // The organization is chosen at consent, so nobody is passed on without being asked.
  return beginAttempt(context, { query, purpose: "connect", cookie: undefined });
}
