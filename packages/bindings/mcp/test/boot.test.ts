import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createAuth, definePermissions } from "@tenantry/core";
import { createMcp, type McpOptions } from "@tenantry/mcp";
import type { McpFacts } from "@tenantry/core/provider";
import { createTestProvider } from "./support/provider.ts";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:purge"],
  roles: { editor: ["notes:read", "notes:write"] },
  claims: { permissions: { "read-notes": "notes:read" } },
});
type P = (typeof permissions)["permissions"][number];

async function boot(options: Partial<McpOptions<P>> = {}, ...facts: readonly Partial<McpFacts>[]) {
  const providers = await Promise.all(
    (facts.length === 0 ? [{}] : facts).map(async (one, index) => {
      const made = await createTestProvider({ instance: `test-${index}`, facts: one });
      return made.provider;
    }),
  );
  const auth = createAuth({
    baseUrl: "http://localhost:3000",
    providers,
    permissions,
    secrets: ["a secret that only the tests know, 32+"],
  });
  return createMcp<P>({
    auth,
    resource: "https://api.example.test/mcp",
    serverInfo: { name: "notes", version: "1" },
    baselineScopes: ["notes:read"],
    ...options,
  });
}

const said = () => ({ content: [{ type: "text" as const, text: "" }] });

describe("a server does not start", () => {
  test.each([
    ["a resource without a path", { resource: "https://api.example.test" }, "resource"],
    ["a resource that is not https", { resource: "http://api.example.test/mcp" }, "https"],
    ["a resource with a query", { resource: "https://api.example.test/mcp?a=b" }, "query"],
    ["a resource with a slash at the end", { resource: "https://api.example.test/mcp/" }, "slash"],
    ["a resource in capitals", { resource: "https://API.example.test/mcp" }, "lower-case"],
    [
      "tenant endpoints without a tenant",
      { tenantResource: "https://api.example.test/t/mcp" },
      "{tenant}",
    ],
    [
      "a tenant that is a part of a segment",
      { tenantResource: "https://api.example.test/t-{tenant}/mcp" },
      "{tenant}",
    ],
    [
      "tenant endpoints on another host",
      { tenantResource: "https://other.example.test/t/{tenant}/mcp" },
      "same host",
    ],
    [
      "CVE-2025-6514: an authorization server that is no https address",
      { authorizationServers: ["javascript:alert(1)"] },
      "authorizationServers",
    ],
    [
      "an authorization server without encryption",
      { authorizationServers: ["http://idp.example.test"] },
      "authorizationServers",
    ],
    ["offline access for everybody", { baselineScopes: ["offline_access"] }, "baselineScopes"],
    [
      "a scope that does not bring its permission",
      { permissions: { "notes:write": { scope: "read-notes" } } },
      "read-notes",
    ],
    ["a page origin with a path", { allowedOrigins: ["https://a.example/x"] }, "allowedOrigins"],
  ] as const)("with %s", async (_name, options, says) => {
    await expect(boot(options)).rejects.toThrow(says);
  });

  test("when no token of any provider would be bound to it", async () => {
    await expect(boot({}, { resourceBinding: false })).rejects.toThrow("allowUnboundTokens");
    await boot({ allowUnboundTokens: true }, { resourceBinding: false });
    await boot({}, { resourceBinding: false }, { resourceBinding: true });
  });

  test("when nobody could sign in for it", async () => {
    await expect(boot({}, { authorizationServers: [] })).rejects.toThrow("authorizationServers");
  });
});

describe("a registration is refused", () => {
  test("with an unknown permission, or none", async () => {
    const mcp = await boot();
    const loose = mcp as unknown as {
      tool(name: string, definition: object, handler: () => unknown): void;
    };
    for (const permission of ["notes:reed", [], undefined]) {
      expect(() => loose.tool("x", { permission }, said)).toThrow(TypeError);
    }
  });

  test("under a name that is taken", async () => {
    const mcp = await boot();
    mcp.tool("x", { permission: "notes:read" }, said);
    expect(() => mcp.tool("x", { permission: "notes:read" }, said)).toThrow("already");
  });

  test.each([
    ["tenant", z.object({ tenant: z.string() })],
    ["organizationId", z.object({ organizationId: z.string() })],
    ["workspace_slug", z.object({ workspace_slug: z.string() })],
    ["a nested one", z.object({ filter: z.object({ org_id: z.string() }) })],
    ["one in a list", z.object({ filters: z.array(z.object({ account: z.string() })) })],
    ["one of a union", z.union([z.object({ a: z.string() }), z.object({ orgId: z.string() })])],
  ])("with an argument that is named like a tenant: %s", async (_name, input) => {
    const mcp = await boot();
    expect(() => mcp.tool("x", { permission: "notes:read", input }, said)).toThrow("tenant");
    expect(() => mcp.tenantlessTool("x", { reason: "why not", input }, said)).toThrow("tenant");
    expect(() =>
      mcp.tool("x", { permission: "notes:read", input, tenantArg: "must-equal" }, said),
    ).not.toThrow();
  });

  test("with an argument whose name only begins alike, it is not", async () => {
    const mcp = await boot();
    const input = z.object({ accountant: z.string(), organizer: z.string() });
    expect(() => mcp.tool("x", { permission: "notes:read", input }, said)).not.toThrow();
  });

  test("for a template that does not name its tenant, unless it says so", async () => {
    const mcp = await boot();
    const read = () => null;
    const definition = { permission: "notes:read", uriTemplate: "notes://{id}" } as const;
    expect(() => mcp.resourceTemplate("x", definition, read)).toThrow("{tenant}");
    mcp.resourceTemplate("x", { ...definition, tenantInUri: false }, read);
  });

  test("without a reason for being tenantless", async () => {
    const mcp = await boot();
    expect(() => mcp.tenantlessTool("x", { reason: " " }, said)).toThrow("reason");
  });

  test("after the first request", async () => {
    const mcp = await boot();
    await mcp.fetch(new Request("https://api.example.test/mcp", { method: "POST" }));
    expect(() => mcp.tool("x", { permission: "notes:read" }, said)).toThrow("too late");
  });
});

describe("the inspection", () => {
  test("lists what is registered, for whom, and what is weaker than it could be", async () => {
    const mcp = await boot({ allowUnboundTokens: true }, { resourceBinding: false });
    mcp.tool("read", { permission: "notes:read" }, said);
    mcp.tool("purge", { permission: "notes:purge" }, said);
    mcp.tenantlessTool("about", { reason: "It is public." }, said);
    const { entries, findings, resource } = mcp.inspect();
    expect(resource).toBe("https://api.example.test/mcp");
    expect(entries).toMatchObject([
      { kind: "tool", name: "read", permissions: ["notes:read"], roles: ["editor"] },
      { kind: "tool", name: "purge", roles: [] },
      { kind: "tool", name: "about", permissions: null, notes: ["tenantless: It is public."] },
    ]);
    expect(findings).toMatchObject([
      { level: "warning", about: "tool purge" },
      { level: "info", about: "tool about" },
      { level: "warning", about: "test-0" },
    ]);
  });
});

test("what an operator should know is in the log when the server starts", async () => {
  const logged: string[] = [];
  const mcp = await boot({
    log: ({ event, fields }) => logged.push(`${event} ${fields?.["about"]}`),
  });
  mcp.tool("purge", { permission: "notes:purge" }, said);
  for (let times = 0; times < 2; times += 1) {
    await mcp.fetch(new Request("https://api.example.test/mcp", { method: "POST" }));
  }
  expect(logged).toEqual(["mcp.finding tool purge"]);
});

describe("the metadata", () => {
  const scopesOf = async (mcp: Awaited<ReturnType<typeof boot>>) => {
    const url = "https://api.example.test/.well-known/oauth-protected-resource/mcp";
    const body: unknown = await mcp.metadata(new Request(url))?.json();
    return body;
  };

  test("is at the root too where the host has one resource", async () => {
    const mcp = await boot();
    const root = new Request("https://api.example.test/.well-known/oauth-protected-resource");
    expect(mcp.metadata(root)?.status).toBe(200);
    expect(mcp.metadata(new Request("https://api.example.test/mcp"))).toBeNull();
  });

  test("asks for the scopes that bring a tenant", async () => {
    const mcp = await boot({}, { tenantScopes: ["user:org:read"] });
    expect(await scopesOf(mcp)).toMatchObject({
      scopes_supported: ["user:org:read", "notes:read"],
    });
  });

  test("asks for no permissions where the vendor has a fixed list of scopes", async () => {
    const mcp = await boot({}, { permissionScopes: false });
    expect(await scopesOf(mcp)).not.toHaveProperty("scopes_supported");
  });
});
