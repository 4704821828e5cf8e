import { parseArgs } from "node:util";
import type { EmulatorClient, OidcEmulatorOptions } from "./oidc/options.ts";
import { demoWorld } from "./world/demo-world.ts";
import type { WorldData } from "./world/types.ts";
import { createWorld } from "./world/world.ts";

/** The settings of an emulator process, as JSON in `EMULATOR_OIDC`. Flags win over them. */
export interface ServerSettings extends Omit<OidcEmulatorOptions, "world" | "hooks"> {
  /** Default: the demo world. */
  readonly world?: Partial<WorldData>;
}

/**
 * Reads the options of the server program: `--port 4400`, `--audience https://api.example.test` and
 * `--client '{"clientId": …}'` (both repeatable), and the variable `EMULATOR_OIDC`. Throws `TypeError`
 * naming what is wrong.
 */
export function readServerOptions(
  args: readonly string[],
  variable: string | undefined,
): OidcEmulatorOptions {
  const { values: flags } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      audience: { type: "string", multiple: true },
      client: { type: "string", multiple: true },
    },
  });
  const { world, ...settings } = readSettings(variable);
  const clients = flags.client?.map((text) => readClient(parse("--client", text)));
  return {
    ...settings,
    ...(flags.port === undefined ? {} : { port: readPort("--port", Number(flags.port)) }),
    ...(flags.audience === undefined ? {} : { audiences: flags.audience }),
    ...(clients === undefined ? {} : { clients }),
    world: world === undefined ? demoWorld() : createWorld(world),
  };
}

function readSettings(variable: string | undefined): ServerSettings {
  if (variable === undefined || variable === "") return { clients: [] };
  const value = parse("EMULATOR_OIDC", variable);
  if (!isSettings(value)) throw new TypeError("EMULATOR_OIDC must be a JSON object with `clients`");
  if (value.port !== undefined) readPort("EMULATOR_OIDC.port", value.port);
  return { ...value, clients: value.clients.map(readClient) };
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and that holds client secrets.
    throw new TypeError(`${name} is not JSON`);
  }
}

function readPort(name: string, port: unknown): number {
  if (typeof port === "number" && Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new TypeError(`${name} must be a port number`);
}

function readClient(value: unknown): EmulatorClient {
  if (isClient(value)) return value;
  throw new TypeError("a client needs `clientId` and `redirectUris`");
}

function isSettings(value: unknown): value is ServerSettings {
  return isRecord(value) && Array.isArray(value["clients"]);
}

function isClient(value: unknown): value is EmulatorClient {
  return isRecord(value) && typeof value["clientId"] === "string" && isTexts(value["redirectUris"]);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
