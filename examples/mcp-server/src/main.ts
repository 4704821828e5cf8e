/** The notes server, and an identity provider beside it unless the environment names one. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { memoryStores } from "@tenantry/core/stores";
import { spawnDemoProvider, type DemoProvider } from "@tenantry/emulators";
import { listen, startApp } from "./app.ts";
import { demoMcp, seedMembersAndNotes, seedTenants } from "./demo.ts";
import { defaultProvider } from "./providers.ts";
import { resourcesAt } from "./tools.ts";

async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { env } = process;
  const { server, port } = await listen(Number(env["PORT"] ?? 3001));
  const baseUrl = env["BASE_URL"] ?? `http://localhost:${port}`;

  const provider = env["AUTH_PROVIDER"] || defaultProvider;
  const demo = hasSettings(env, provider) ? null : await startEmulator(baseUrl, provider);
  const stores = memoryStores();
  if (demo !== null) await seedTenants(stores, demo.links);
  const app = await startApp({
    env: {
      ...env,
      AUTH_PROVIDER: provider,
      AUTH_SECRET: env["AUTH_SECRET"] || randomBytes(32).toString("base64url"),
      ...demo?.env,
    },
    server,
    baseUrl,
    stores,
    // Nobody else is at the emulator. A deployment decides this for itself.
    allowUnboundTokens: demo !== null || env["MCP_ALLOW_UNBOUND_TOKENS"] === "true",
  });
  if (demo !== null) await seedMembersAndNotes(app);
  stopTogether(() => app.close(), demo);

  const { resource, tenantResource } = resourcesAt(baseUrl);
  console.log(`MCP server with AUTH_PROVIDER=${provider}: ${resource}`);
  console.log(`One address for each tenant:           ${tenantResource}`);
  if (demo !== null) console.log(`Emulator:                              ${demo.address}`);
}

/** Whether the environment names a provider of one's own: `AUTH_PROVIDER=acme` reads `ACME_*`. */
function hasSettings(env: NodeJS.ProcessEnv, provider: string): boolean {
  const prefix = `${provider.toUpperCase()}_`;
  return Object.entries(env).some(([name, value]) => name.startsWith(prefix) && value !== "");
}

function startEmulator(appUrl: string, provider: string): Promise<DemoProvider> {
  const port = Number(process.env["EMULATOR_PORT"] ?? 0);
  return spawnDemoProvider({ provider, appUrl, port, mcp: demoMcp(appUrl) });
}

function stopTogether(closeApp: () => Promise<void>, demo: DemoProvider | null): void {
  const stop = async (): Promise<void> => {
    await closeApp();
    await demo?.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
