import type { Answer } from "../../http/api.ts";
import { agentConsentPage } from "../../pages/agent-consent-page.ts";
import { pageHeaders } from "../../pages/layout.ts";
import { noticeAnswer } from "../browser.ts";
import type { WorkosContext } from "../context.ts";
import type { Attempt } from "../state.ts";

/** The page that asks a person whether a client may act for them, in the organization they chose. */
export function consentAnswer(context: WorkosContext, attempt: Attempt): Answer {
  const { world, clients } = context;
  const { query, consent } = attempt;
  const user = world.users.get(attempt.userId ?? "");
  const clientId = query.get("client_id") ?? "";
  if (user === undefined) return noticeAnswer("This sign-in is over", "Start again.");
  const page = agentConsentPage({
    clientName: clients.get(clientId)?.name ?? clientId,
    clientId,
    redirectUri: query.get("redirect_uri") ?? "",
    user,
    organization: world.tenants.get(consent?.organizationId ?? ""),
    scopes: (query.get("scope") ?? "openid").split(" "),
    resource: query.get("resource"),
  });
  return { status: 200, headers: pageHeaders(), page };
}
