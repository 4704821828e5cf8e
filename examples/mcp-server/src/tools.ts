import { createMcp, type Mcp } from "@tenantry/mcp";
import type { Auth } from "@tenantry/core";
import { z } from "zod";
import type { Note, Notes } from "./notes.ts";
import type { Permission, Role } from "./permissions.ts";

/** What the server is made of. */
export interface ServerParts {
  readonly auth: Auth<Permission, Role>;
  readonly notes: Notes;
  /** Its public address, without a slash at the end. */
  readonly baseUrl: string;
  /** See the README: for vendors that do not bind tokens to one server. */
  readonly allowUnboundTokens: boolean;
  /** How often an open stream asks whether its member is still there. Default: the binding's. */
  readonly recheckSeconds?: number;
}

/** The addresses of the server: one for everybody, and one for each tenant. */
export function resourcesAt(baseUrl: string) {
  return { resource: `${baseUrl}/mcp`, tenantResource: `${baseUrl}/t/{tenant}/mcp` };
}

/** The MCP server. Each handler gets the scope of one tenant, and there is no other way to the notes. */
export function createNotesServer(parts: ServerParts): Mcp<Permission> {
  const { auth, notes, baseUrl, allowUnboundTokens, recheckSeconds } = parts;
  const mcp = createMcp({
    auth,
    serverInfo: { name: "notes", version: "1.0.0", title: "Notes" },
    ...resourcesAt(baseUrl),
    baselineScopes: ["notes:read"],
    allowUnboundTokens,
    ...(recheckSeconds === undefined ? {} : { recheckSeconds }),
  });

  mcp.tool(
    "list_notes",
    { permission: "notes:read", description: "All notes of your organization." },
    (_args, { tenant }) => said(notes.list(tenant)),
  );

  mcp.tool(
    "read_note",
    {
      permission: "notes:read",
      description: "One note.",
      input: z.object({ id: z.string() }),
      auditResource: ({ id }) => `note:${id}`,
    },
    ({ id }, { tenant }) => {
      const note = notes.find(tenant, id);
      return note === null ? { ...said("There is no such note."), isError: true } : said(note);
    },
  );

  mcp.tool(
    "add_note",
    {
      permission: "notes:write",
      description: "Adds a note for everybody in your organization.",
      input: z.object({ text: z.string().min(1).max(1000) }),
    },
    ({ text }, { tenant }) => {
      const note = notes.add(tenant, text);
      void mcp.notify(tenant.tenantId).resourceUpdated(LATEST);
      return said(note);
    },
  );

  mcp.resource(
    "latest",
    { permission: "notes:read", uri: LATEST, mimeType: "text/plain", title: "The latest note" },
    (uri, { tenant }) => {
      const text = notes.list(tenant).at(-1)?.text ?? "";
      return { contents: [{ uri: uri.href, mimeType: "text/plain", text }] };
    },
  );

  return mcp;
}

const LATEST = "notes://latest";

function said(value: string | Note | readonly Note[]) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { content: [{ type: "text" as const, text }] };
}
