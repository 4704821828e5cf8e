import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The server program, running as a child of this process. */
export interface ChildProgram {
  /** The line of JSON that it printed when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Ends the process and waits until it is gone. */
  close(): Promise<void>;
}

/** How long to wait for a program to be ready. */
export const READY_TIMEOUT_MS = 20_000;

/**
 * Starts the server program with these variables; it ends with this process. Rejects when it ends or
 * stays silent before it is ready.
 */
export async function startProgram(
  variables: Readonly<Record<string, string>>,
  readyTimeoutMs: number,
): Promise<ChildProgram> {
  // The same file as source or as built JavaScript, whichever this module is.
  const program = import.meta.url.endsWith(".ts") ? "./server.ts" : "./server.js";
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...variables },
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
    return { ready, pid: child.pid ?? 0, process: child, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function firstLine(
  output: Readable,
  limits: { readonly gone: Promise<void>; readonly timeoutMs: number },
): Promise<Readonly<Record<string, unknown>>> {
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
    if (!isRecord(ready)) throw new Error("the emulator printed something else than its address");
    return ready;
  } finally {
    clearTimeout(timer);
    lines.close();
    output.resume();
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
