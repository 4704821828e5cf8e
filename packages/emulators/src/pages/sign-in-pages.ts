import type { WorldTenant, WorldUser } from "../world/types.ts";
import { html, type Html } from "./html.ts";
import { page } from "./layout.ts";

/** A person as the sign-in page shows them. */
export interface PersonChoice {
  readonly user: WorldUser;
  /** Such as `Acme: admin`. */
  readonly places: readonly string[];
  /** Listed first, when the application named an organization. */
  readonly member: boolean;
}

interface PeoplePageInput {
  readonly applicationName: string;
  readonly people: readonly PersonChoice[];
  /** The organization that the application named, if it exists. */
  readonly organization: WorldTenant | undefined;
  /** The e-mail that the application expects; that button has the focus. */
  readonly loginHint: string | undefined;
}

/** The page that asks who is signing in. */
export function peoplePage(input: PeoplePageInput): string {
  const { people, organization } = input;
  const members = people.filter((person) => person.member);
  const others = people.filter((person) => !person.member);
  const hinted = people.find(
    (person) => person.user.email.toLowerCase() === input.loginHint?.toLowerCase(),
  );
  const focused = hinted ?? members[0] ?? others[0];
  const list = (group: readonly PersonChoice[]) =>
    html`<ul>
      ${group.map((person) => personButton(person, person === focused))}
    </ul>`;

  return page(
    "Sign in: who are you?",
    html`<h1>Who is signing in?</h1>
      <p>to ${input.applicationName}${organization && html` for ${organization.name}`}</p>
      <form method="post">
        ${
          organization === undefined
            ? list(people)
            : html`${
                members.length > 0 &&
                html`<h2>Members of ${organization.name}</h2>
                  ${list(members)}`
              }
              ${
                others.length > 0 &&
                html`<h2>Not members of ${organization.name}</h2>
                  ${list(others)}`
              }`
        }
        ${people.length === 0 && html`<p>There is nobody in this world yet.</p>`} ${cancelRow()}
      </form>`,
  );
}

function personButton(person: PersonChoice, focused: boolean): Html {
  const { user, places } = person;
  const initials = user.name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join("");
  return html`<li>
    <button
      class="choice"
      name="person"
      value="${user.id}"
      data-person="${user.email}"
      aria-label="${user.name}, ${user.email}"
      ${focused && html`autofocus`}
    >
      <span class="mark" aria-hidden="true">${initials}</span>
      <span>
        <b>${user.name}</b>
        <small>${user.email}</small>
        <small>${places.length === 0 ? "No organization" : places.join(" · ")}</small>
      </span>
    </button>
  </li>`;
}

interface OrganizationPageInput {
  readonly applicationName: string;
  readonly user: WorldUser;
  readonly organizations: readonly {
    readonly tenant: WorldTenant;
    readonly roles: readonly string[];
  }[];
}

/** The page that asks a person of several organizations which one they want. */
export function organizationPage(input: OrganizationPageInput): string {
  const buttons = input.organizations.map(
    ({ tenant, roles }, index) =>
      html`<li>
        <button
          class="choice"
          name="organization"
          value="${tenant.id}"
          data-organization="${tenant.slug}"
          aria-label="${tenant.name}"
          ${index === 0 && html`autofocus`}
        >
          <span class="mark" aria-hidden="true">${tenant.name.charAt(0)}</span>
          <span><b>${tenant.name}</b><small>${roles.join(", ") || "no role"}</small></span>
        </button>
      </li>`,
  );
  return page(
    "Sign in: which organization?",
    html`<h1>Which organization, ${input.user.name}?</h1>
      <p>You are signing in to ${input.applicationName}.</p>
      <form method="post">
        <ul>
          ${buttons}
        </ul>
        ${cancelRow()}
      </form>`,
  );
}

/** The page for an application that insists on asking somebody who is signed in already. */
export function consentPage(input: {
  readonly applicationName: string;
  readonly user: WorldUser;
  readonly scopes: readonly string[];
}): string {
  return page(
    "Continue?",
    html`<h1>Continue to ${input.applicationName}?</h1>
      <p>You are signed in as ${input.user.name}, ${input.user.email}. It asks for:</p>
      <ul>
        ${input.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
      </ul>
      <form method="post">
        <div class="row">
          <button class="main" name="action" value="continue" data-action="continue" autofocus>
            Continue
          </button>
          <button class="plain" name="action" value="cancel" data-action="cancel">Cancel</button>
        </div>
      </form>`,
  );
}

function cancelRow(): Html {
  return html`<div class="row">
    <button class="plain" name="action" value="cancel" data-action="cancel">Cancel</button>
  </div>`;
}
