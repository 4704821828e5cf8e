import type { LoginPages, PageView } from "@tenantry/core";
import { html, type Html } from "./html.ts";
import { page } from "./layout.ts";

/** The pages that core needs now and then, in this app's clothes. What they do stays with core. */
export const authPages: LoginPages = {
  styleSources: ["'self'"],
  assetSources: ["'self'"],
  render: (view) =>
    page({
      title: view.title,
      visitor: undefined,
      body: html`<section class="message">
        <h1>${view.title}</h1>
        ${content(view)}
      </section>`,
    }),
};

type Form = Extract<PageView, { kind: "confirm" }>["form"];

function content(view: PageView): Html {
  switch (view.kind) {
    case "error":
      return html`<p>${view.message}</p>
        <p class="row">
          ${view.action && html`<a class="button" href="${view.action.href}">${view.action.label}</a>`}
          <a href="/">Back to the start</a>
        </p>`;
    case "confirm":
      return html`<p>${view.message}</p>
        ${form(
          view.form,
          html`<button>${view.form.submit}</button>
            <a href="${view.cancel.href}">${view.cancel.label}</a>`,
        )}`;
    case "chooseTenant":
      return form(
        view.form,
        html`<div class="choices">
          ${view.choices.map(
            (choice) =>
              html`<button name="choice" value="${choice.external}">
                ${choice.name}${choice.needsStepUp === true && " (asks you to sign in again)"}
              </button>`,
          )}
        </div>`,
      );
    case "email":
      return form(
        view.form,
        html`${view.notice && html`<p role="alert">${view.notice}</p>`}
          <label for="email">E-mail address</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="username"
            required
            value="${view.email}"
          />
          <button>${view.form.submit}</button>`,
      );
    case "prompt":
      return html`${view.text?.map((line) => html`<p>${line}</p>`)}
      ${form(
        view.form,
        html`${view.fields.map(
            ({ name, label, type, autocomplete }) =>
              html`<label for="${name}">${label}</label>
                <input
                  id="${name}"
                  name="${name}"
                  type="${type === "otp" ? "text" : type}"
                  autocomplete="${autocomplete ?? "off"}"
                  required
                />`,
          )} <button>${view.form.submit}</button>`,
      )}`;
    case "consent":
      return consent(view);
    case "checkMail":
      break;
  }
  return html`<p>
    We sent a message to <strong>${view.email}</strong>. Open the link in it on this device.
  </p>`;
}

/** Whether an agent may act for somebody. Its name is its own word, so its id and address stand beside it. */
function consent(view: Extract<PageView, { kind: "consent" }>): Html {
  const { client, person, tenant } = view;
  return html`<p>
      <strong>${client?.name ?? "An application"}</strong> wants to act for
      <strong>${person}</strong> in <strong>${tenant}</strong>.
    </p>
    ${
      client &&
      html`<p>Its id: <code>${client.id}</code></p>
        <p>You will be sent to: <code>${client.host}</code></p>
        <p>It asks for:</p>
        <ul>
          ${view.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
        </ul>`
    }
    ${view.warning && html`<p role="alert">${view.warning}</p>`}
    ${form(
      view.form,
      html`<button name="decision" value="allow">${view.form.submit}</button>
        <button name="decision" value="deny">${view.decline}</button>`,
    )}
    ${view.others.map(({ href, label }) => html`<p><a href="${href}">${label}</a></p>`)}`;
}

function form({ action, hidden }: Form, inside: Html): Html {
  return html`<form method="post" action="${action}">
    ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    ${inside}
  </form>`;
}
