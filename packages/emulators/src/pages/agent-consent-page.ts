import type { WorldTenant, WorldUser } from "../world/types.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";

/** What somebody is asked before a client acts for them. */
export interface AgentConsent {
  /** What the client calls itself, which is anybody's text. */
  readonly clientName: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly user: WorldUser;
  /** Where it will act; undefined: in no organization. */
  readonly organization: WorldTenant | undefined;
  readonly scopes: readonly string[];
  readonly resource: string | null;
  /** Further choices that the application offers. */
  readonly options?: readonly {
    readonly claim: string;
    readonly label: string;
    readonly choices: readonly { readonly value: string; readonly label: string }[];
  }[];
}

/**
 * The page that lets a client act for a person. It is shown every time: whoever registers with
 * somebody else's name must not get a code from a browser that has said yes before.
 */
export function agentConsentPage(consent: AgentConsent): string {
  const { user, organization, resource, options = [] } = consent;
  const redirect = new URL(consent.redirectUri);
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(redirect.hostname);
  const known = URL.parse(consent.clientId);
  return page(
    "Let a client act for you?",
    html`<h1>Let ${consent.clientName} act for you?</h1>
      <p>
        ${user.name},
        ${user.email}${
          options.length === 0 &&
          html`,
          ${organization === undefined ? "in no organization" : html`in ${organization.name} only`}`
        }.
      </p>
      <ul>
        <li>
          ${
            known === null
              ? "The name is its own; nobody has checked it."
              : html`It is known by <code>${known.host}</code>.`
          }
        </li>
        <li>
          It gets its answer at <code>${redirect.host || redirect.protocol}</code>${
            isHere && ", a program on this computer. Go on only if you have just started it"
          }.
        </li>
        ${resource !== null && html`<li>It wants to use <code>${resource}</code>.</li>`}
        ${consent.scopes.map((scope) => html`<li>It asks for <code>${scope}</code>.</li>`)}
      </ul>
      <form method="post">
        ${options.map(
          ({ claim, label, choices }) =>
            html`<fieldset>
              <legend>${label}</legend>
              ${choices.map(
                (choice, index) =>
                  html`<label
                    ><input
                      type="radio"
                      name="option:${claim}"
                      value="${choice.value}"
                      ${index === 0 && "checked"}
                    />${choice.label}</label
                  >`,
              )}
            </fieldset>`,
        )}
        <div class="row">
          <button class="main" name="action" value="continue" data-action="continue" autofocus>
            Allow
          </button>
          <button class="plain" name="action" value="cancel" data-action="cancel">Cancel</button>
        </div>
      </form>`,
  );
}
