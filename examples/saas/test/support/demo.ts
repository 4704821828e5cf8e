import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../..", import.meta.url));

/** The demo as a process of its own, started as `pnpm demo` starts it. */
export interface RunningDemo {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** The emulator that the demo has started, as its greeting says. */
  readonly emulator: { readonly issuer: string; readonly pid: number } | null;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the demo on free ports. `env` is all it gets of settings. Rejects with what it printed if it ends. */
export async function startDemo(env: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
  const child = run({ PORT: "0", EMULATOR_PORT: "0", ...env });
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

/** Runs the demo until it ends by itself; gives what it printed and how it ended. */
export async function runDemoToItsEnd(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = run({ PORT: "0", EMULATOR_PORT: "0", ...env });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += String(chunk)));
  child.stderr?.on("data", (chunk) => (output += String(chunk)));
  await once(child, "close");
  return { output, code: child.exitCode };
}

function run(env: Readonly<Record<string, string>>): ChildProcess {
  const manifest: unknown = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const [program, ...words] = startScript(manifest).split(" ");
  if (program !== "node") throw new TypeError(`"start" runs ${program}, not node`);
  const args = words.map((word) => (word.endsWith(".ts") ? `${folder}/${word}` : word));
  const { PATH = "", HOME = "" } = process.env;
  // Settings of whoever runs the tests must not leak in, neither from their shell nor from a .env.
  const options = { cwd: tmpdir(), env: { PATH, HOME, ...env } };
  return spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
}

function startScript(manifest: unknown): string {
  return (manifest as { readonly scripts: { readonly start: string } }).scripts.start;
}

/** Waits until something holds. Rejects when the process ends first, or after 20 seconds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  about: { readonly child?: ChildProcess; readonly what: () => string },
): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (about.child !== undefined && about.child.exitCode !== null) {
      throw new Error(`the demo has ended: ${about.what()}`);
    }
    if (Date.now() > deadline) throw new Error(`waited in vain: ${about.what()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A port that was free a moment ago, for who has to know it before the demo starts. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
