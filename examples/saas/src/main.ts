/** `pnpm demo`: the app, and an identity provider beside it unless the environment names one. */
import { existsSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { memoryStores } from "@tenantry/core/stores";
import { listen, openProvider, readPort, stopTogether } from "@tenantry/example-kit";
import { createApp } from "./app.ts";
import { createAppAuth } from "./auth.ts";
import { openDataFile } from "./data-file.ts";
import { demoPeople } from "./demo-people.ts";
import { fileStores } from "./file-stores.ts";
import { demoGreeting, greeting } from "./greeting.ts";
import { createNotes } from "./notes.ts";
import { defaultProvider } from "./providers.ts";
import { seedNotes, seedTenants } from "./seed.ts";

async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { env } = process;
  let handle: RequestListener = (_req, res) => res.writeHead(503).end("Starting.");
  const server = createServer((req, res) => handle(req, res));
  const port = await listen(server, {
    host: env["HOST"] ?? "localhost",
    port: readPort("PORT", env["PORT"], 3000),
  });
  const baseUrl = env["BASE_URL"] ?? `http://localhost:${port}`;

  const provider = await openProvider(env, baseUrl, { defaultProvider, emulatorPort: 4400 });
  const { name, demo } = provider;
  stopTogether(() => server.close(), demo);

  const data = env["DATA_FILE"] ? openDataFile(env["DATA_FILE"]) : null;
  const stores = data === null ? memoryStores() : await fileStores(data);
  if (demo !== null) await seedTenants(stores, demo.links);
  const auth = await createAppAuth(provider.env, { stores, baseUrl });
  const notes = createNotes((value) => auth.isScope(value), data?.section("notes"));
  if (demo !== null) await seedNotes(auth, notes);
  handle = createApp({ auth, stores, notes, people: demo === null ? [] : demoPeople });

  console.log(
    demo === null ? greeting(baseUrl, name) : demoGreeting(baseUrl, { provider: name, demo }),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
