import type { Answer } from "../../http/api.ts";
import { goBack } from "../browser.ts";
import type { WorkosContext } from "../context.ts";
import { newId } from "../stamps.ts";
import type { Attempt, SignedIn } from "../state.ts";

/** Ends the browser's part of an OAuth client's authorization. They have said yes on the page before. */
export function finishConnect(
  { state }: WorkosContext,
  { query, claims = {} }: Pick<Attempt, "query" | "claims">,
  signedIn: SignedIn,
): Answer {
  const code = newId("code");
  state.connectCodes.set(code, {
    ...signedIn,
    claims,
    clientId: query.get("client_id") ?? "",
    redirectUri: query.get("redirect_uri") ?? "",
    challenge: query.get("code_challenge") ?? "",
    scope: query.get("scope") ?? "openid",
    resource: query.get("resource"),
    expiresAtMs: Date.now() + 10 * 60_000,
  });
  return goBack(query, { code });
}
