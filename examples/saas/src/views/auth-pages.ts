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
              html`<button name="choice" value="${choice.external}">${choice.name}</button>`,
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
      return form(
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
      );
    case "checkMail":
      break;
  }
  return html`<p>
    We sent a message to <strong>${view.email}</strong>. Open the link in it on this device.
  </p>`;
}

function form({ action, hidden }: Form, inside: Html): Html {
  return html`<form method="post" action="${action}">
    ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    ${inside}
  </form>`;
}
