import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";

type Environment = Readonly<Record<string, string>>;

/** An example as a process of its own, started as its script "start" starts it. */
export interface RunningExample {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** The emulator that it has started, as its greeting says. */
  readonly emulator: { readonly issuer: string; readonly pid: number } | null;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts the example of a folder, on free ports. `env` is all it gets of settings. Rejects with what
 * it printed if it ends.
 */
export async function startExample(
  folder: string,
  env: Environment = {},
  { script = "start" }: { readonly script?: string } = {},
): Promise<RunningExample> {
  const child = run(folder, { PORT: "0", EMULATOR_PORT: "0", ...env }, { script });
  let printed = "";
  child.stdout?.on("data", (chunk) => (printed += String(chunk)));
  child.stderr?.on("data", (chunk) => (printed += String(chunk)));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  try {
    await until(() => printed.includes("Stop "), { child, what: () => printed });
  } catch (error) {
    await stop();
    throw error;
  }
  const emulator = /Identity provider +(\S+) \(emulator of \w+, process (\d+)\)/.exec(printed);
  return {
    url: /runs at +(\S+)/.exec(printed)?.[1] ?? "",
    process: child,
    output: () => printed,
    emulator:
      emulator === null ? null : { issuer: emulator[1] ?? "", pid: Number(emulator[2] ?? "0") },
    [Symbol.asyncDispose]: stop,
  };
}

/** Runs an example until it ends by itself; gives what it printed and how it ended. */
export async function runToItsEnd(
  folder: string,
  env: Environment,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = run(folder, { PORT: "0", EMULATOR_PORT: "0", ...env }, { script: "start" });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += String(chunk)));
  child.stderr?.on("data", (chunk) => (output += String(chunk)));
  await once(child, "close");
  return { output, code: child.exitCode };
}

function run(
  folder: string,
  env: Environment,
  { script }: { readonly script: string },
): ChildProcess {
  const [program, ...words] = commandOf(folder, script).split(" ");
  if (program !== "node") throw new TypeError(`"${script}" runs ${program}, not node`);
  const args = words.map((word) => (word.endsWith(".ts") ? `${folder}/${word}` : word));
  const { PATH = "", HOME = "" } = process.env;
  // Settings of whoever runs the tests must not leak in, neither from their shell nor from a .env.
  const options = { cwd: tmpdir(), env: { PATH, HOME, ...env } };
  return spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
}

function commandOf(folder: string, script: string): string {
  const manifest: { readonly scripts?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(`${folder}/package.json`, "utf8"),
  );
  return manifest.scripts?.[script] ?? "";
}

/** Waits until something holds. Rejects when the process ends first, or after some seconds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  about: {
    readonly child?: ChildProcess;
    readonly what: () => string;
    /** Default: 20. */
    readonly seconds?: number;
  },
): Promise<void> {
  const deadline = Date.now() + (about.seconds ?? 20) * 1000;
  while (!(await holds())) {
    if (about.child !== undefined && about.child.exitCode !== null) {
      throw new Error(`the example has ended: ${about.what()}`);
    }
    if (Date.now() > deadline) throw new Error(`waited in vain: ${about.what()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A port that was free a moment ago, for who has to know it before the start. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port to listen on");
  return address.port;
}
