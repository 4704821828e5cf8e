import { randomBytes } from "node:crypto";
import { spawnDemoProvider, type DemoProvider, type DemoRequest } from "@tenantry/emulators";
import { readPort } from "./listen.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** An identity provider to run with. */
export interface OpenProvider {
  /** Its name in the app's map of providers. */
  readonly name: string;
  /** The emulator that was started, null with a provider of one's own. */
  readonly demo: DemoProvider | null;
  /** What `createAuthFromEnv` is to read. */
  readonly env: Environment;
}

/** What an emulator starts with. */
export interface DemoOptions {
  /** The one that runs when nothing is said. */
  readonly defaultProvider: string;
  /** Where it listens. 0: any free port. */
  readonly emulatorPort: number;
  /** What it must know of the app's MCP server, if the app has one. */
  readonly mcp?: NonNullable<DemoRequest["mcp"]>;
}

/**
 * The provider that the environment names, or an emulator of one: for who has just cloned the
 * repository and has no credentials of any vendor. Rejects with a sentence for people.
 */
export async function openProvider(
  env: Environment,
  appUrl: string,
  options: DemoOptions,
): Promise<OpenProvider> {
  const name = env["AUTH_PROVIDER"] || options.defaultProvider;
  const demo = hasSettings(env, name) ? null : await startEmulator({ env, appUrl, name }, options);
  return {
    name,
    demo,
    env: {
      ...env,
      AUTH_PROVIDER: name,
      AUTH_SECRET: secretForNow(env["AUTH_SECRET"]),
      ...demo?.env,
    },
  };
}

/** Whether the environment names a provider of one's own: `AUTH_PROVIDER=acme` reads `ACME_*`. */
function hasSettings(env: Environment, provider: string): boolean {
  const prefix = `${provider.toUpperCase()}_`;
  return Object.entries(env).some(([name, value]) => name.startsWith(prefix) && value !== "");
}

/** A provider on this machine, as a process that can be stopped to see what the app does then. */
async function startEmulator(
  app: { readonly env: Environment; readonly appUrl: string; readonly name: string },
  { emulatorPort, mcp }: DemoOptions,
): Promise<DemoProvider> {
  const port = readPort("EMULATOR_PORT", app.env["EMULATOR_PORT"], emulatorPort);
  try {
    const request = { provider: app.name, appUrl: app.appUrl, port };
    return await spawnDemoProvider(mcp === undefined ? request : { ...request, mcp });
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
