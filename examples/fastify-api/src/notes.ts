import type { TenantScope } from "@tenantry/core";

/** A note. It does not know its tenant: the store keeps each tenant's notes apart. */
export interface Note {
  readonly text: string;
  readonly author: string;
}

/** The app's data. No function takes a tenant as a string, so none can be called with one from a request. */
export interface Notes {
  list(scope: TenantScope): readonly Note[];
  add(scope: TenantScope, note: Note): void;
}

/** Notes in memory. An app with a database would keep `tenant_id` in every row and every query. */
export function createNotes(isScope: (value: unknown) => boolean): Notes {
  const byTenant = new Map<string, readonly Note[]>();

  function notesOf(scope: TenantScope): readonly Note[] {
    // A value of the right shape that did not come from `auth` is a mistake in this app.
    if (!isScope(scope)) throw new TypeError("A tenant scope comes from a context, nowhere else.");
    return byTenant.get(scope.tenantId) ?? [];
  }

  return {
    list: notesOf,
    add: (scope, note) => void byTenant.set(scope.tenantId, [...notesOf(scope), note].slice(-500)),
  };
}

/** The text of a note in a JSON body, or null if there is none. */
export function readText(body: unknown): string | null {
  const value = typeof body === "object" && body !== null && "text" in body ? body.text : null;
  const text = typeof value === "string" ? value.trim() : "";
  return text !== "" && text.length <= 1000 ? text : null;
}
