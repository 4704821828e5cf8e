import { html, trusted } from "./html.ts";
import { page } from "./layout.ts";

/** Where a page leads. */
export interface PageLink {
  readonly href: string;
  readonly label: string;
}

/** A page that only says something. */
export function noticePage(title: string, paragraphs: readonly string[], link?: PageLink): string {
  return page(
    title,
    html`<h1>${title}</h1>
      ${paragraphs.map((text) => html`<p>${text}</p>`)}
      ${link && html`<div class="row"><a href="${link.href}">${link.label}</a></div>`}`,
  );
}

/** Presses the sign-out button; the page's headers must name it. */
export const SUBMIT_SCRIPT = 'document.querySelector("button[name=logout]").click()';

interface SignOutPageInput {
  /** The library's form, with its anti-forgery value; our buttons belong to it by id. */
  readonly form: string;
  readonly formId: string;
  readonly applicationName: string | undefined;
  /** Submits itself: the application proved whose session it is, so there is nothing to ask. */
  readonly automatic: boolean;
}

/** The page between an application's sign-out and the emulator's. */
export function signOutPage(input: SignOutPageInput): string {
  const { form, formId, applicationName, automatic } = input;
  return page(
    "Sign out?",
    html`<h1>Sign out of the emulator?</h1>
      <p>
        ${applicationName === undefined ? "" : `You left ${applicationName}. `}This ends your
        session here and tells the other applications.
      </p>
      ${trusted(form)}
      <div class="row">
        <button
          class="main"
          form="${formId}"
          name="logout"
          value="yes"
          data-action="continue"
          autofocus
        >
          Sign out
        </button>
        <button class="plain" form="${formId}" data-action="cancel">Stay signed in</button>
      </div>
      ${automatic && trusted(`<script>${SUBMIT_SCRIPT}</script>`)}`,
  );
}
