import { randomUUID } from "node:crypto";
import type { TenantScope } from "@tenantry/core";
import type { Section } from "./data-file.ts";

/** A note. It does not know its tenant: the store keeps each tenant's notes apart. */
export interface Note {
  readonly id: string;
  readonly text: string;
  readonly author: string;
  readonly writtenAtMs: number;
}

/** The app's data. No function takes a tenant as a string, so none can be called with one from a request. */
export interface Notes {
  /** The newest first. */
  list(scope: TenantScope): readonly Note[];
  add(scope: TenantScope, note: Pick<Note, "text" | "author">): Note;
  /** False if this tenant has no such note, whoever else may have one. */
  remove(scope: TenantScope, id: string): boolean;
}

const MAX_NOTES = 500;

/** Each tenant's notes by its local id, which no vendor decides. */
export type NotesByTenant = readonly (readonly [tenantId: string, notes: readonly Note[]])[];

/** An app with a database would keep `tenant_id` in every row and every query. */
export function createNotes(
  isScope: (value: unknown) => boolean,
  section?: Section<NotesByTenant>,
): Notes {
  const byTenant = new Map((section?.read() ?? []).map(([tenant, notes]) => [tenant, [...notes]]));
  const save = () => section?.write([...byTenant]);

  function notesOf(scope: TenantScope): Note[] {
    // A value of the right shape that did not come from `auth` is a mistake in this app.
    if (!isScope(scope)) throw new TypeError("A tenant scope comes from a context, nowhere else.");
    const known = byTenant.get(scope.tenantId);
    if (known !== undefined) return known;
    const none: Note[] = [];
    byTenant.set(scope.tenantId, none);
    return none;
  }

  return {
    list: (scope) => notesOf(scope).toReversed(),
    add(scope, { text, author }) {
      const notes = notesOf(scope);
      const note = { id: randomUUID(), text, author, writtenAtMs: Date.now() };
      notes.push(note);
      if (notes.length > MAX_NOTES) notes.shift();
      save();
      return note;
    },
    remove(scope, id) {
      const notes = notesOf(scope);
      const index = notes.findIndex((note) => note.id === id);
      if (index === -1) return false;
      notes.splice(index, 1);
      save();
      return true;
    },
  };
}

const MAX_LENGTH = 1000;

/** The text of a note as somebody sent it, or null if it is not one. */
export function readText(value: unknown): string | null {
  const text = typeof value === "string" ? value.trim() : "";
  return text !== "" && text.length <= MAX_LENGTH ? text : null;
}
