import type { TenantLink } from "../directory.ts";
import type { Visitor } from "../visitor.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";

/** Where a supporter chooses a customer's tenant, says why, and for how long. */
export function supportPage(visitor: Visitor, customers: readonly TenantLink[]): string {
  return page({
    title: "Support a customer",
    visitor,
    body: html`<h1>Support a customer</h1>
      <p>
        You enter as a viewer. The reason and everything you do there go on record, and the access
        ends by itself.
      </p>
      <form class="card" method="post" action="/auth/enter">
        <label for="tenant">Customer</label>
        <select id="tenant" name="tenant" required>
          ${customers.map(({ slug, name }) => html`<option value="${slug}">${name}</option>`)}
        </select>
        <label for="reason">Reason</label>
        <input
          id="reason"
          name="reason"
          required
          maxlength="200"
          autocomplete="off"
          placeholder="Ticket 4711: notes look empty"
        />
        <label for="minutes">Minutes</label>
        <input id="minutes" name="minutes" type="number" min="1" max="60" value="15" required />
        <input type="hidden" name="returnTo" value="/notes" />
        <button>Enter</button>
      </form>`,
  });
}
