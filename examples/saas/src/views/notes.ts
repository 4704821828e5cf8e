import type { Note } from "../notes.ts";
import type { Visitor } from "../visitor.ts";
import { html, type Html } from "./html.ts";
import { page } from "./layout.ts";
import { hueOf, when } from "./parts.ts";

/** The notes of the tenant that the request is about. */
export function notesPage(visitor: Visitor, notes: readonly Note[]): string {
  const { tenant, permissions } = visitor.context;
  const path = `/t/${tenant?.slug ?? ""}/notes`;
  const mayDelete = permissions.has("notes:delete");
  return page({
    title: `Notes of ${tenant?.name ?? ""}`,
    visitor,
    body: html`<h1>Notes of ${tenant?.name}</h1>
      ${abilities(visitor)}
      ${permissions.has("notes:write") ? writeForm(path, "Post") : refusedForm(path)}
      <h2 class="sr">All notes</h2>
      ${notes.length === 0 && html`<p class="empty">No notes yet.</p>`}
      <ul class="notes ${hueOf(tenant?.slug ?? "")}">
        ${notes.map((note) => noteItem(note, path, mayDelete))}
      </ul>
      <p class="soft">This page can be shared: <a href="${path}">${path}</a></p>`,
  });
}

function abilities({ context }: Visitor): Html {
  const all = [
    ["notes:read", "read"],
    ["notes:write", "write"],
    ["notes:delete", "delete"],
  ] as const;
  return html`<p class="abilities">
    As <strong>${context.roles.join(", ") || "someone without a role"}</strong> you may
    ${all.map(([permission, label]) =>
      context.permissions.has(permission)
        ? html`<span class="can">✓ ${label}</span>`
        : html`<span class="cannot">✗ <span class="sr">not </span>${label}</span>`,
    )}
  </p>`;
}

function writeForm(path: string, button: string): Html {
  return html`<form class="write" method="post" action="${path}">
    <label for="text">New note</label>
    <textarea id="text" name="text" rows="2" maxlength="1000" required></textarea>
    <button>${button}</button>
  </form>`;
}

/** The button is a courtesy. What protects the notes is the guard on the route, and this shows it. */
function refusedForm(path: string): Html {
  return html`<details class="refused">
    <summary>You may not write here. Try it anyway</summary>
    ${writeForm(path, "Post anyway")}
  </details>`;
}

function noteItem(note: Note, path: string, mayDelete: boolean): Html {
  return html`<li>
    <p>${note.text}</p>
    <div class="soft">
      <span>${note.author} · ${when(note.writtenAtMs)}</span> ${
        mayDelete &&
        html`<form method="post" action="${path}/${note.id}/delete">
          <button class="quiet" aria-label="Delete the note “${note.text.slice(0, 40)}”">
            Delete
          </button>
        </form>`
      }
    </div>
  </li>`;
}
