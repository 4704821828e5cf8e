import type { TenantLink } from "../directory.ts";
import type { Visitor } from "../visitor.ts";
import { html, type Html } from "./html.ts";

const HUES = 6;

/** A colour that always belongs to this tenant, so that one sees at a glance where one is. */
export function hueOf(slug: string): string {
  let sum = 0;
  for (const character of slug) sum = (sum * 31 + character.charCodeAt(0)) % 997;
  return `hue-${sum % HUES}`;
}

/** The coloured initial of a tenant. Decoration: its name stands beside it. */
export function tenantMark({ slug, name }: TenantLink): Html {
  return html`<span class="mark ${hueOf(slug)}" aria-hidden="true">${name.slice(0, 1)}</span>`;
}

/** The tenant's name, and the other tenants of this person to switch to. */
export function tenantMenu({ context, tenants }: Visitor): Html {
  const current = context.tenant;
  const others = tenants.filter(({ slug }) => slug !== current?.slug);
  // Who supports another tenant leaves it first: there is a button for that in the banner.
  if (others.length === 0 || context.crossTenant) return html`<strong>${current?.name}</strong>`;
  return html`<details class="menu">
    <summary>${current?.name}<span class="hint"> switch tenant</span></summary>
    <div>${others.map((other) => switchForm(other))}</div>
  </details>`;
}

function switchForm(tenant: TenantLink): Html {
  return html`<form method="post" action="/auth/switch">
    <input type="hidden" name="tenant" value="${tenant.slug}" />
    <input type="hidden" name="returnTo" value="/t/${tenant.slug}/notes" />
    <button class="quiet">${tenantMark(tenant)} Switch to ${tenant.name}</button>
  </form>`;
}

/** The roles of this person here. */
export function roleBadge({ context }: Visitor): Html {
  const roles = context.roles.length === 0 ? "no role" : context.roles.join(", ");
  return html`<span class="badge">${roles}</span>`;
}

/** Nobody can forget that they are in somebody else's tenant. */
export function supportBanner({ context, nowMs }: Visitor): Html | null {
  const { crossTenant, tenant } = context;
  if (!crossTenant || !tenant) return null;
  const minutes = Math.max(1, Math.ceil((crossTenant.untilMs - nowMs) / 60_000));
  return html`<aside class="support" aria-label="Support access">
    <p>
      <strong>You are in ${tenant.name} as support.</strong> Reason: “${crossTenant.reason}”.
      ${minutes} ${minutes === 1 ? "minute" : "minutes"} left. Everything you do here is recorded.
    </p>
    <form method="post" action="/auth/leave">
      <input type="hidden" name="returnTo" value="/support" />
      <button>Leave ${tenant.name}</button>
    </form>
  </aside>`;
}

/** A time that a person and a program can read. */
export function when(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}
