import { createWorld, type World } from "./world/world.ts";
import { demoWorld } from "./world/demo-world.ts";
import type { WorldData } from "./world/types.ts";
import type { ClerkEmulatorOptions } from "./clerk/options.ts";
import { startClerkEmulator } from "./clerk/start.ts";
import type { StytchEmulatorOptions } from "./stytch/options.ts";
import { startStytchEmulator } from "./stytch/start.ts";
import type { WorkosEmulatorOptions } from "./workos/options.ts";
import { startWorkosEmulator } from "./workos/start.ts";

/** What runs in an emulator's process, as far as its parent must know. */
export interface RunningEmulator {
  /** Where it is, by name; `address` is the vendor's API. */
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The plain data that starts each vendor's emulator; a new one adds a line here and one below. */
export interface VendorSettings {
  readonly clerk: Omit<ClerkEmulatorOptions, "world">;
  readonly stytch: Omit<StytchEmulatorOptions, "world">;
  readonly workos: Omit<WorkosEmulatorOptions, "world">;
}

/** The vendors whose emulators can run as processes of their own. OIDC has a mechanism of its own. */
export type Vendor = keyof VendorSettings;

/** One vendor with its settings, as JSON for a process. */
export type VendorProcess = {
  readonly [V in Vendor]: VendorSettings[V] & {
    readonly vendor: V;
    /** Default: the demo world. */
    readonly world?: Partial<WorldData>;
  };
}[Vendor];

type Start<V extends Vendor> = (
  settings: VendorSettings[V] & { readonly world: World },
) => Promise<RunningEmulator>;

const STARTS: { readonly [V in Vendor]: Start<V> } = {
  clerk: startClerkEmulator,
  stytch: startStytchEmulator,
  workos: startWorkosEmulator,
};

/** Starts an emulator from JSON. Throws `TypeError` for an unknown vendor; each checks its own settings. */
export async function startVendor(text: string): Promise<RunningEmulator> {
  const settings = parse(text);
  const { vendor, world, ...rest } = settings;
  if (!Object.hasOwn(STARTS, vendor)) throw new TypeError("EMULATOR names no vendor that is known");
  // The settings come from `spawnEmulator`, which has their types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const start = STARTS[vendor] as unknown as (options: object) => Promise<RunningEmulator>;
  return start({ ...rest, world: world === undefined ? demoWorld() : createWorld(world) });
}

function parse(text: string): VendorProcess {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and that holds secrets.
    throw new TypeError("EMULATOR is not JSON");
  }
  if (typeof value !== "object" || value === null || !("vendor" in value)) {
    throw new TypeError("EMULATOR must be a JSON object with `vendor`");
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as VendorProcess;
}
