import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { refuseProduction } from "./refuse-production.ts";
import type { ServerSettings } from "./server-options.ts";

/** What `spawnOidcEmulator` takes: plain data, because it crosses a process boundary. */
export interface SpawnOidcEmulatorOptions extends ServerSettings {
  /** How long to wait for the process to be ready. Default: 20 000. */
  readonly readyTimeoutMs?: number;
}

/** An emulator in a process of its own, so that it can be killed like a real provider dies. */
export interface SpawnedEmulator {
  readonly issuer: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Ends the process and waits until it is gone. */
  close(): Promise<void>;
}

/**
 * Starts the OIDC emulator in a child process, which ends with this one. Throws under
 * `NODE_ENV=production`; rejects when the process ends or stays silent before it is ready.
 */
export async function spawnOidcEmulator(
  options: SpawnOidcEmulatorOptions,
): Promise<SpawnedEmulator> {
  refuseProduction("OIDC");
  const { readyTimeoutMs = 20_000, ...settings } = options;
  // The same file as source or as built JavaScript, whichever this module is.
  const program = import.meta.url.endsWith(".ts") ? "./server.ts" : "./server.js";
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, EMULATOR_OIDC: JSON.stringify(settings) },
  });
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    await gone;
  };
  try {
    const ready = await firstLine(child.stdout, { gone, timeoutMs: readyTimeoutMs });
    return { issuer: ready.issuer, pid: ready.pid, process: child, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Ready {
  readonly issuer: string;
  readonly pid: number;
}

async function firstLine(
  output: Readable,
  limits: { readonly gone: Promise<void>; readonly timeoutMs: number },
): Promise<Ready> {
  const lines = createInterface({ input: output });
  let timer: NodeJS.Timeout | undefined;
  try {
    const line = await Promise.race([
      new Promise<string>((resolve) => lines.once("line", resolve)),
      limits.gone.then(() => Promise.reject(new Error("the emulator ended before it was ready"))),
      new Promise<never>((_resolve, reject) => {
        const late = new Error(`the emulator was not ready within ${limits.timeoutMs} ms`);
        timer = setTimeout(() => reject(late), limits.timeoutMs);
      }),
    ]);
    const ready: unknown = JSON.parse(line);
    if (!isReady(ready)) throw new Error("the emulator printed something else than its address");
    return ready;
  } finally {
    clearTimeout(timer);
    lines.close();
    output.resume();
  }
}

function isReady(value: unknown): value is Ready {
  return (
    typeof value === "object" &&
    value !== null &&
    "issuer" in value &&
    typeof value.issuer === "string" &&
    "pid" in value &&
    typeof value.pid === "number"
  );
}
