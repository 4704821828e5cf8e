import { NO_CAPABILITIES } from "@tenantry/core/provider";
import { createMcp } from "@tenantry/mcp";
import { createApp } from "./app.ts";
import type { AlgorithmCase, Plan } from "./plan.ts";
import { expectSame, type Check } from "./report.ts";
import { AUDIENCE, ISSUER, tokenProvider } from "./token-provider.ts";

const RESOURCE = "https://api.example/mcp";

/** An MCP server, asked through its fetch handler as the runtime would. */
export function mcpChecks(plan: Plan): readonly Check[] {
  const [first] = plan.algorithms;
  if (first === undefined) return [];
  const mcp = createMcp({
    auth: createApp(plan, agentProvider(first)),
    resource: RESOURCE,
    serverInfo: { name: "smoke", version: "1.0.0" },
    baselineScopes: ["notes:read"],
    log: () => undefined,
  });
  mcp.tool("whose", { permission: "notes:read" }, (_args, { auth }) => ({
    content: [{ type: "text", text: `notes of ${auth.tenant?.slug}` }],
  }));
  mcp.tool("write", { permission: "notes:write" }, () => ({ content: [] }));

  const call = (name: string, token?: string) =>
    mcp.fetch(
      new Request(RESOURCE, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": "tools/call",
          "mcp-name": name,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: {
            name,
            arguments: {},
            _meta: {
              "io.modelcontextprotocol/protocolVersion": "2026-07-28",
              "io.modelcontextprotocol/clientInfo": { name: "smoke", version: "1" },
              "io.modelcontextprotocol/clientCapabilities": {},
            },
          },
        }),
      }),
    );

  return [
    {
      name: "mcp: says where its authorization server is",
      async run() {
        const place = `${AUDIENCE}/.well-known/oauth-protected-resource/mcp`;
        const body: unknown = await (await mcp.fetch(new Request(place))).json();
        expectSame(JSON.stringify(body).includes(ISSUER), true);
        const response = await call("whose");
        expectSame(response.status, 401);
        expectSame(response.headers.get("www-authenticate")?.includes(place), true);
      },
    },
    {
      name: "mcp: a tool runs in the tenant of its token",
      async run() {
        const text = await (await call("whose", first.good)).text();
        expectSame([text.includes("notes of acme"), text], [true, text]);
      },
    },
    {
      name: "mcp: a tool that the role may not use is not there, and a forged token opens none",
      async run() {
        const text = await (await call("write", first.good)).text();
        expectSame([text.includes("-32602"), text], [true, text]);
        expectSame((await call("whose", first.forged)).status, 401);
      },
    },
  ];
}

/** The plan's tokens are for the API as a whole; audiences are the pipeline tests' business. */
function agentProvider(one: AlgorithmCase) {
  return tokenProvider(one, "mcp", {
    capabilities: { ...NO_CAPABILITIES, mcp: "yes", resourceBinding: "yes" },
    mcp: {
      authorizationServers: [ISSUER],
      resourceBinding: true,
      clientIdMetadataDocuments: false,
      dynamicClientRegistration: false,
      tenantScopes: [],
      permissionScopes: true,
    },
  });
}
