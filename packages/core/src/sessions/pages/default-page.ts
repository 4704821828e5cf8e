import type { PromptField } from "../../provider/login-flow.ts";
import type { PageForm, PageLink, PageView } from "./pages.ts";

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;display:grid;min-height:100vh;place-items:center;background:Canvas;color:CanvasText}
main{box-sizing:border-box;width:min(26rem,100%);padding:2rem}
h1{font-size:1.5rem;line-height:1.2;margin:0 0 1rem}
label{display:block;margin:1rem 0 .25rem}
input{box-sizing:border-box;width:100%;font:inherit;padding:.6rem;border:1px solid GrayText;border-radius:.4rem}
button{width:100%;margin-top:1rem;font:inherit;font-weight:600;padding:.7rem;border:0;border-radius:.4rem;background:#1f4fd8;color:#fff;cursor:pointer}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #e0a100;outline-offset:2px}
.notice{border-left:4px solid #c2410c;padding-left:.75rem}`;

/** The content security policy source that allows exactly the style above. A test recomputes it. */
export const DEFAULT_STYLE_SOURCE = "'sha256-EFkEw8J6CMYzvMZtrIFdDXurGaDbAgdcIY98XlzvhhA='";

/** Renders one page as a whole document. */
export function renderDefaultPage(view: PageView): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(view.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text(view.title)}</h1>
${content(view)}
</main>
</body>
</html>
`;
}

function content(view: PageView): string {
  switch (view.kind) {
    case "email":
      return form(
        view.form,
        `${view.notice === undefined ? "" : `<p class="notice" role="alert">${text(view.notice)}</p>\n`}${field(
          { name: "email", label: "E-mail address", type: "email", autocomplete: "username" },
          { value: view.email, first: true },
        )}`,
      );
    case "prompt":
      return `${(view.text ?? []).map((line) => `<p>${text(line)}</p>\n`).join("")}${form(
        view.form,
        view.fields.map((one, index) => field(one, { first: index === 0 })).join("\n"),
      )}`;
    case "chooseTenant":
      return `<form method="post" action="${text(view.form.action)}">
${hidden(view.form)}
${view.choices
  .map(
    (choice) =>
      `<button name="choice" value="${text(choice.external)}">${text(choice.name)}${
        choice.needsStepUp === true ? " (asks you to sign in again)" : ""
      }</button>`,
  )
  .join("\n")}
</form>`;
    case "checkMail":
      return `<p>We sent a message to <strong>${text(view.email)}</strong>. Open the link in it on this device.</p>`;
    case "confirm":
      return `<p>${text(view.message)}</p>
${form(view.form, "")}
<p>${link(view.cancel)}</p>`;
    case "consent":
      return consent(view);
    case "error":
      break;
  }
  return `<p>${text(view.message)}</p>${view.action === null ? "" : `\n<p>${link(view.action)}</p>`}`;
}

function consent(view: Extract<PageView, { kind: "consent" }>): string {
  const { client, form: target } = view;
  const name = client === null ? "An application" : `<strong>${text(client.name)}</strong>`;
  return `<p>${name} wants to act for <strong>${text(view.person)}</strong> in <strong>${text(view.tenant)}</strong>.</p>
${client === null ? "" : clientFacts(client, view.scopes)}${view.warning === null ? "" : `<p class="notice" role="alert">${text(view.warning)}</p>\n`}<form method="post" action="${text(target.action)}">
${hidden(target)}
<button name="decision" value="allow">${text(target.submit)}</button>
<button name="decision" value="deny">${text(view.decline)}</button>
</form>
${view.others.map((one) => `<p>${link(one)}</p>`).join("\n")}`;
}

function clientFacts(
  { id, host }: { readonly id: string; readonly host: string },
  scopes: readonly string[],
): string {
  return `<p>Its id: <code>${text(id)}</code></p>
<p>You will be sent to: <code>${text(host)}</code></p>
<p>It asks for:</p>
<ul>${scopes.map((scope) => `<li><code>${text(scope)}</code></li>`).join("")}</ul>
`;
}

function form(target: PageForm, fields: string): string {
  return `<form method="post" action="${text(target.action)}">
${hidden(target)}
${fields}
<button>${text(target.submit)}</button>
</form>`;
}

function hidden(target: PageForm): string {
  return Object.entries(target.hidden)
    .map(([name, value]) => `<input type="hidden" name="${text(name)}" value="${text(value)}">`)
    .join("\n");
}

function field(
  { name, label, type, autocomplete }: PromptField,
  { value, first }: { readonly value?: string | undefined; readonly first: boolean },
): string {
  const id = `field-${name}`;
  const kind =
    type === "otp"
      ? 'type="text" inputmode="numeric" autocomplete="one-time-code"'
      : `type="${type}"`;
  return `<label for="${text(id)}">${text(label)}</label>
<input id="${text(id)}" name="${text(name)}" ${kind}${
    autocomplete === undefined ? "" : ` autocomplete="${text(autocomplete)}"`
  }${value === undefined ? "" : ` value="${text(value)}"`} required${first ? " autofocus" : ""}>`;
}

function link({ label, href }: PageLink): string {
  return `<a href="${text(href)}">${text(label)}</a>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// SECURITY: names, addresses and hidden fields come from strangers and vendors. Every text of a
// view goes through here, in content and in (always quoted) attributes.
function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
