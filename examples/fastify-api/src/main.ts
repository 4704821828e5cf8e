/** The app, and an identity provider beside it unless the environment names one. */
import { existsSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { listen, openProvider, readPort, stopTogether } from "@tenantry/example-kit";
import { createApp } from "./app.ts";
import { createAppAuth } from "./auth.ts";
import { greeting } from "./greeting.ts";
import { defaultProvider } from "./providers.ts";

async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { env } = process;
  let handle: RequestListener = (_req, res) => res.writeHead(503).end("Starting.");
  const server = createServer((req, res) => handle(req, res));
  const port = await listen(server, {
    host: env["HOST"] ?? "localhost",
    port: readPort("PORT", env["PORT"], 3002),
  });
  const baseUrl = env["BASE_URL"] ?? `http://localhost:${port}`;
  const provider = await openProvider(env, baseUrl, { defaultProvider, emulatorPort: 4402 });
  stopTogether(() => server.close(), provider.demo);

  const app = createApp(await createAppAuth(provider.env, baseUrl));
  await app.ready();
  handle = (req, res) => app.routing(req, res);
  console.log(greeting(baseUrl, provider));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
