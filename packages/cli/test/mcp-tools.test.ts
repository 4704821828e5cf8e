import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../src/run-command.ts";

/** What a server says of itself, as a module that needs no other. */
const SERVER = `
export const mcp = { inspect: () => ({
  resource: "https://api.example.test/mcp",
  tenantResource: null,
  authorizationServers: [],
  accepts: ["mcp"],
  entries: [
    { kind: "tool", name: "add_note", permissions: ["notes:write"], scopes: ["write"], roles: ["editor"], refusedTo: ["viewer"], notes: [] },
    { kind: "tool", name: "about", permissions: null, scopes: [], roles: [], refusedTo: [], notes: ["tenantless: It is public."] },
  ],
  findings: [{ level: "warning", about: "tool purge", message: "no role has notes:purge" }],
}) };
`;

const AUTH = `
export const auth = { clients: { tidy: async (options) => [{ ok: true, value: {
  instance: "main", total: 58, dynamic: 50, unknownUse: 1,
  stale: [{ clientId: "c1", name: "Agent", why: "idle", outcome: options.remove ? "removed" : "kept" }],
} }] } };
`;

describe("commands about MCP servers", () => {
  let folder = "";
  const printed: string[] = [];
  const complaints: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantry-"));
    printed.length = 0;
    complaints.length = 0;
    writeFileSync(join(folder, "mcp.mjs"), SERVER);
    writeFileSync(join(folder, "auth.mjs"), AUTH);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) =>
    runCommand(["mcp", ...args], {
      print: (text) => printed.push(text),
      complain: (text) => complaints.push(text),
      folder,
    });

  test("list every tool with its permission, and whom it would be refused to", async () => {
    expect(await run("tools", "--server", "mcp.mjs")).toBe(0);
    const text = printed.join("\n");
    expect(text).toMatch(/tool +add_note +notes:write +editor +viewer +scope write/);
    expect(text).toMatch(/tool +about +- +all +tenantless: It is public\./);
    expect(text).toContain("warning: tool purge: no role has notes:purge");
  });

  test("end with 1 for a warning if asked to", async () => {
    expect(await run("tools", "--server", "mcp.mjs", "--strict")).toBe(1);
  });

  test("print JSON", async () => {
    expect(await run("tools", "--server", "mcp.mjs", "--json")).toBe(0);
    expect(JSON.parse(printed.join("\n"))).toHaveProperty("entries");
  });

  test("end with 2 for a file that holds no server, and say so", async () => {
    expect(await run("tools", "--server", "auth.mjs")).toBe(2);
    expect(await run("tools")).toBe(2);
    expect(complaints.join("\n")).toContain("exports no server");
  });

  test("count clients, and remove none unless told to", async () => {
    expect(await run("clients", "--auth", "auth.mjs")).toBe(0);
    expect(printed.join("\n")).toContain("58 clients, 50 registered themselves");
    expect(printed.join("\n")).toContain("kept  c1  idle");
    await run("clients", "--auth", "auth.mjs", "--remove");
    expect(printed.join("\n")).toContain("removed  c1  idle");
  });
});
