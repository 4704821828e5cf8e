import { textOf, type Answer, type Fields } from "../../http/api.ts";
import { agentConsentPage } from "../../pages/agent-consent-page.ts";
import { pageHeaders } from "../../pages/layout.ts";
import { noticeAnswer } from "../browser.ts";
import type { WorkosContext } from "../context.ts";
import type { Attempt, ConsentOption } from "../state.ts";

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
    options: consent?.options ?? [],
  });
  return { status: 200, headers: pageHeaders(), page };
}

/** What the person chose of each option, by its claim. Null: something that was not offered. */
export function chosenClaims(
  options: readonly ConsentOption[],
  body: Fields,
): Readonly<Record<string, string>> | null {
  const chosen = options.map(({ claim, choices }) => {
    const value = textOf(body, `option:${claim}`);
    return choices.some((choice) => choice.value === value) ? [claim, value ?? ""] : null;
  });
  return chosen.includes(null) ? null : Object.fromEntries(chosen.filter((one) => one !== null));
}
