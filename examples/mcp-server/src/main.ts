/** The notes server, and an identity provider beside it unless the environment names one. */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { memoryStores } from "@tenantry/core/stores";
import { listen, openProvider, readPort, stopTogether } from "@tenantry/example-kit";
import { startApp } from "./app.ts";
import { demoMcp, seedMembersAndNotes, seedTenants } from "./demo.ts";
import { defaultProvider } from "./providers.ts";
import { resourcesAt } from "./tools.ts";

async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { env } = process;
  const server = createServer();
  const port = await listen(server, {
    host: env["HOST"] ?? "localhost",
    port: readPort("PORT", env["PORT"], 3003),
  });
  const baseUrl = env["BASE_URL"] ?? `http://localhost:${port}`;

  const mcp = { ...demoMcp(baseUrl), hostPage: env["HOST_PAGE"] === "true" };
  const provider = await openProvider(env, baseUrl, { defaultProvider, emulatorPort: 0, mcp });
  const { demo } = provider;
  const stores = memoryStores();
  if (demo !== null) await seedTenants(stores, demo.links);
  const app = await startApp({
    env: provider.env,
    server,
    baseUrl,
    stores,
    // Nobody else is at the emulator. A deployment decides this for itself.
    allowUnboundTokens: demo !== null || env["MCP_ALLOW_UNBOUND_TOKENS"] === "true",
  });
  if (demo !== null) await seedMembersAndNotes(app);
  stopTogether(() => app.close(), demo);

  const { resource, tenantResource } = resourcesAt(baseUrl);
  console.log(`
  MCP server with AUTH_PROVIDER=${provider.name}: ${resource}
  One address for each tenant: ${tenantResource}
  Identity provider: ${demo === null ? "yours" : `${demo.address} (emulator, process ${demo.pid})`}

  Stop everything with Ctrl+C.
`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
