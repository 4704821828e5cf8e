import { randomUUID } from "node:crypto";
import type { TenantScope } from "@tenantry/core";

/** A note. It does not know its tenant: the store keeps each tenant's notes apart. */
export interface Note {
  readonly id: string;
  readonly text: string;
}

/** The data. No function takes a tenant as a string, so no argument of a tool can become one. */
export interface Notes {
  /** The oldest first. */
  list(scope: TenantScope): readonly Note[];
  /** Null if this tenant has no such note, whoever else may have one. */
  find(scope: TenantScope, id: string): Note | null;
  add(scope: TenantScope, text: string): Note;
}

/** A server with a database would keep `tenant_id` in every row and every query. */
export function createNotes(): Notes {
  const byTenant = new Map<string, Note[]>();
  const notesOf = ({ tenantId }: TenantScope): readonly Note[] => byTenant.get(tenantId) ?? [];
  return {
    list: notesOf,
    find: (scope, id) => notesOf(scope).find((note) => note.id === id) ?? null,
    add(scope, text) {
      const note = { id: randomUUID(), text };
      byTenant.set(scope.tenantId, [...notesOf(scope), note]);
      return note;
    },
  };
}
