import { identityKey } from "../../directory/identity-key.ts";
import { isUnavailable, ok, reject, type Rejection, type Result } from "../../internal/result.ts";
import { codeFor } from "../../reasons.ts";
import type { Flow } from "../flow.ts";
import { tryAgain } from "./addresses.ts";
import { requireSession, type Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import type { Finished } from "./finished.ts";
import { recordRefusal } from "./record-refusal.ts";
import { refuse, type Reply } from "./reply.ts";

/**
 * Links the identity of a finished second sign-in to the person who asked for it. Rejects with
 * `link_session_ended` unless this browser still is theirs, with `link_by_actor` where somebody acts
 * for another, and with what `linkIdentity` says. Throws when a store cannot answer.
 */
export async function linkToSession(
  call: Call,
  deps: AuthRoutesDeps,
  { flow, done, provider }: Finished,
): Promise<Result<null>> {
  const { identity } = done;
  // SECURITY: read anew. Whoever signed out, or whose session was ended, links nothing any more; and
  // whoever signed in here in between does not get somebody else's second sign-in.
  const signed = await requireSession(call, deps, "peek");
  if (!signed.ok) {
    return reject(signed.reply.error.status === 503 ? "store_unavailable" : "link_session_ended");
  }
  const { session } = signed;
  if (session.userId !== flow.expectedUserId) return reject("link_session_ended");
  // SECURITY: who acts for somebody must not leave with a way in that lasts.
  if (session.actors.length + identity.actors.length > 0) return reject("link_by_actor");
  const key = identityKey(provider.instance, identity);
  if (!key.ok) return key;
  // SECURITY: by what was proved at both providers, never by an e-mail address that both know.
  const evidence = "second_sign_in";
  const linked = await deps.directory.linkIdentity(key.value, session.userId, { evidence });
  if (!linked.ok) return linked;
  const recorded = await deps.audit.record(
    {
      type: "identity.linked",
      outcome: "ok",
      tenantId: session.tenantId,
      principal: { kind: "user", id: session.userId },
      actors: session.actors,
      details: { userId: session.userId, evidence },
    },
    { strict: true },
  );
  return recorded.ok ? ok(null) : recorded;
}

/** The answer to a link that was not made. Whoever is signed in stays so. */
export async function notLinked(
  deps: AuthRoutesDeps,
  flow: Flow,
  how: { readonly rejection: Rejection; readonly setCookies: readonly string[] },
): Promise<Reply> {
  const { setCookies } = how;
  const { reason } = how.rejection;
  if (isUnavailable(reason)) {
    return refuse(codeFor(reason), reason, { action: tryAgain(flow, deps), setCookies });
  }
  await recordRefusal(deps, flow);
  const isTaken = reason === "link_taken";
  return refuse("sign_in_failed", reason, {
    action: isTaken ? { label: "Go back", href: flow.returnTo } : tryAgain(flow, deps),
    ...(isTaken ? { message: TAKEN } : {}),
    setCookies,
  });
}

const TAKEN =
  "This sign-in belongs to another account already. Nothing has changed. An administrator can move it.";
