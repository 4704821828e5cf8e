import type { Answer, Call } from "../http/api.ts";
import { html } from "../pages/html.ts";
import { page, pageHeaders } from "../pages/layout.ts";
import type { StytchContext } from "./context.ts";

/** `GET /inbox`: the mails that were sent, the newest first, with their links. */
export function serveInbox({ state }: StytchContext, { url }: Call): Answer {
  const to = url.searchParams.get("to")?.toLowerCase();
  const mails = state.mails.filter((mail) => to === undefined || mail.to.toLowerCase() === to);
  const items = mails.toReversed().map(
    (mail) =>
      html`<li>
        <a class="choice" href="${mail.link}" data-mail="${mail.to}">
          <span><b>${mail.subject}</b><small>to ${mail.to}</small></span>
        </a>
      </li>`,
  );
  const codes = state.sentCodes
    .filter((sent) => to === undefined || sent.to.toLowerCase() === to)
    .toReversed()
    .map((sent) => html`<li data-code-for="${sent.to}"><b>${sent.code}</b> to ${sent.to}</li>`);
  const body = html`<h1>Inbox</h1>
    <p>Everything that was sent to anybody. Follow a link in the browser that asked for it.</p>
    ${
      items.length === 0
        ? html`<p>Nothing yet.</p>`
        : html`<ul>
            ${items}
          </ul>`
    }
    ${
      codes.length === 0
        ? ""
        : html`<h2>Codes</h2>
            <ul>
              ${codes}
            </ul>`
    }`;
  return { status: 200, headers: pageHeaders(), page: page("Inbox", body) };
}
