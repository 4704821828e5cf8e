import type { Visitor } from "../visitor.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";

/** For somebody who is genuine and belongs nowhere. */
export function noTenantPage(visitor: Visitor): string {
  return page({
    title: "No tenant",
    visitor,
    body: html`<section class="message">
      <h1>You belong to no tenant</h1>
      <p>
        You are signed in as <strong>${visitor.name}</strong>, but your identity provider names no
        organization of yours, so there is nothing to show.
      </p>
      <p>Ask an administrator to add you to one, then sign out and sign in again.</p>
    </section>`,
  });
}

/** For an address of no page. */
export function notFoundPage(visitor: Visitor | null): string {
  return page({
    title: "Not found",
    visitor,
    body: html`<section class="message">
      <h1>Not found</h1>
      <p>There is no such page. <a href="/">Back to the start</a></p>
    </section>`,
  });
}

/** For what a form sent and the app cannot use, and for mistakes of the app. */
export function problemPage(visitor: Visitor | undefined, message: string): string {
  return page({
    title: "That did not work",
    visitor,
    body: html`<section class="message">
      <h1>That did not work</h1>
      <p>${message} <a href="/">Back to the start</a></p>
    </section>`,
  });
}
