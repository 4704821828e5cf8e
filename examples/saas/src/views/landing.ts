import type { DemoPerson } from "../demo-people.ts";
import type { Visitor } from "../visitor.ts";
import { html, type Html } from "./html.ts";
import { page } from "./layout.ts";
import { roleBadge } from "./parts.ts";

/** The front page. `people` are whom one can be at the demo's own identity provider. */
export function landingPage(visitor: Visitor | null, people: readonly DemoPerson[]): string {
  return page({
    title: "Notes that stay in their tenant",
    visitor,
    wide: true,
    body: html`<section class="hero">
        <h1>Notes that stay in their tenant</h1>
        <p class="lead">
          A small app with several customers in it. Whoever signs in acts for one of them, and no
          link, form or token gets anybody into another.
        </p>
        ${visitor === null ? invitation() : welcome(visitor)}
      </section>
      ${people.length > 0 && tour(people)}`,
  });
}

function invitation(): Html {
  return html`<p><a class="button big" href="/auth/login?returnTo=/notes">Sign in</a></p>`;
}

function welcome(visitor: Visitor): Html {
  const { tenant } = visitor.context;
  if (tenant === null) {
    return html`<p>You are signed in as <strong>${visitor.name}</strong>, without a tenant.</p>
      <p><a class="button big" href="/notes">What now?</a></p>`;
  }
  return html`<p>
      You are <strong>${visitor.name}</strong> in
      <strong>${tenant.name}</strong> ${roleBadge(visitor)}
    </p>
    <p class="row">
      <a class="button big" href="/t/${tenant.slug}/notes">Open the notes of ${tenant.name}</a>
      ${visitor.context.permissions.has("tenants:enter") && html`<a class="button big plain" href="/support">Support a customer</a>`}
    </p>`;
}

function tour(people: readonly DemoPerson[]): Html {
  return html`<section>
      <h2>Whom you can be</h2>
      <p>The sign-in page lets you pick. To become someone else, sign out here first.</p>
      <ul class="people">
        ${people.map(
          (person) =>
            html`<li>
              <b>${person.name}</b>
              <span class="soft">${person.places}</span>
              <span>Try to ${person.tryThis}</span>
            </li>`,
        )}
      </ul>
    </section>
    <section>
      <h2>What to try</h2>
      <ol class="steps">
        <li><b>Read, and be refused.</b> As Ben, open the notes of Acme and post one anyway.</li>
        <li>
          <b>Follow a link of somebody else.</b> As Ben, open
          <a href="/t/birch/notes">/t/birch/notes</a>, which exists, and
          <a href="/t/nowhere/notes">/t/nowhere/notes</a>, which does not. Can you tell?
        </li>
        <li>
          <b>Switch.</b> As Cleo, the same link to Birch asks you to switch, and then shows the
          notes.
        </li>
        <li>
          <b>Support a customer.</b> As Sam, enter Birch with a reason, look around, and leave.
        </li>
        <li><b>Call the API.</b> The terminal has two lines to paste.</li>
      </ol>
    </section>`;
}
