/** `pnpm demo`: the app, and an identity provider beside it unless the environment names one. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { memoryStores } from "@tenantry/core/stores";
import { spawnDemoProvider, type DemoProvider } from "@tenantry/emulators";
import { createApp } from "./app.ts";
import { createAppAuth } from "./auth.ts";
import { openDataFile } from "./data-file.ts";
import { demoPeople } from "./demo-people.ts";
import { fileStores } from "./file-stores.ts";
import { demoGreeting, greeting } from "./greeting.ts";
import { listen, readPort } from "./listen.ts";
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

  const provider = env["AUTH_PROVIDER"] || defaultProvider;
  const demo = hasSettings(env, provider) ? null : await startEmulator(baseUrl, provider);
  stopTogether(() => server.close(), demo);

  const data = env["DATA_FILE"] ? openDataFile(env["DATA_FILE"]) : null;
  const stores = data === null ? memoryStores() : await fileStores(data);
  if (demo !== null) await seedTenants(stores, demo.links);
  const auth = await createAppAuth(
    {
      ...env,
      AUTH_PROVIDER: provider,
      AUTH_SECRET: secretForNow(env["AUTH_SECRET"]),
      ...demo?.env,
    },
    { stores, baseUrl },
  );
  const notes = createNotes((value) => auth.isScope(value), data?.section("notes"));
  if (demo !== null) await seedNotes(auth, notes);
  handle = createApp({ auth, stores, notes, people: demo === null ? [] : demoPeople });

  console.log(
    demo === null ? greeting(baseUrl, provider) : demoGreeting(baseUrl, { provider, demo }),
  );
}

/** Whether the environment names a provider of one's own: `AUTH_PROVIDER=acme` reads `ACME_*`. */
function hasSettings(env: NodeJS.ProcessEnv, provider: string): boolean {
  const prefix = `${provider.toUpperCase()}_`;
  return Object.entries(env).some(([name, value]) => name.startsWith(prefix) && value !== "");
}

/** A provider on this machine, as a process that can be stopped to see what the app does then. */
async function startEmulator(appUrl: string, provider: string): Promise<DemoProvider> {
  const port = readPort("EMULATOR_PORT", process.env["EMULATOR_PORT"], 4400);
  try {
    return await spawnDemoProvider({ provider, appUrl, port });
  } catch (error) {
    if (error instanceof TypeError) throw error;
    const why = error instanceof Error ? error.message : "";
    throw new Error(
      `The emulator did not start on port ${port}: ${why}. Choose another: EMULATOR_PORT=${port + 1}`,
      { cause: error },
    );
  }
}

/** A secret that lasts as long as this process. A deployment sets its own. */
function secretForNow(given: string | undefined): string {
  if (given) return given;
  console.log("AUTH_SECRET is not set: using a random one, so a restart ends all sessions.");
  return randomBytes(32).toString("base64url");
}

function stopTogether(closeServer: () => void, demo: DemoProvider | null): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    closeServer();
    await demo?.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
  demo?.process.once("exit", () => {
    // Ctrl+C reaches both processes at once, and the other may be faster.
    setTimeout(() => stopping || console.log(EMULATOR_GONE), 200);
  });
}

const EMULATOR_GONE =
  "The emulator has stopped. Whoever is signed in goes on working; nobody new can sign in.";

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
