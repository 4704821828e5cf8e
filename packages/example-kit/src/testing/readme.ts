import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./example.ts";

/** One command of a README, with what it says comes out and what really did. */
export interface FollowedStep {
  readonly command: string;
  readonly expected: string | null;
  readonly printed: string;
}

/** What ends with it goes on running, until the next of its kind or the end of the README. */
const START = / (?:start(?::\w+)?|demo)$/;
const READY = "Stop everything with Ctrl+C.";

/** How a README is followed. */
export interface FollowOptions {
  readonly repository: string;
  /** Settings for what is started, where the README's own ports may be in use. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a reader does with what was started, given what it has printed. */
  readonly whileRunning?: (printed: string) => Promise<void>;
}

/**
 * Does what a README says, to the letter, in the folder of the repository: every block marked `sh`
 * is run as it stands; where each of its lines starts something, one after the other. A block marked
 * `text` right after one is what it prints.
 */
export async function followReadme(
  path: string,
  { repository, env = {}, whileRunning }: FollowOptions,
): Promise<readonly FollowedStep[]> {
  const followed: FollowedStep[] = [];
  let running: Running | null = null;
  try {
    for (const step of stepsOf(readFileSync(join(repository, path), "utf8"))) {
      if (START.test(step.command)) {
        await running?.end();
        running = start(step.command, { cwd: repository, env: { ...plainEnvironment(), ...env } });
        const printed = await running.ready();
        followed.push({ ...step, printed });
        await whileRunning?.(printed);
      } else {
        followed.push({ ...step, printed: await run(step.command, repository) });
      }
    }
  } finally {
    await running?.end();
  }
  return followed;
}

interface Running {
  /** Waits until it says that it is ready; gives what it has printed. */
  ready(): Promise<string>;
  end(): Promise<void>;
}

function start(
  command: string,
  about: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Running {
  // A group of its own, so that whatever the command starts can be ended with it.
  const child = spawn("sh", ["-c", command], {
    ...about,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += String(chunk)));
  child.stderr.on("data", (chunk) => (printed += String(chunk)));
  return {
    async ready() {
      await until(() => printed.includes(READY), { child, what: () => printed, seconds: 120 });
      return printed;
    },
    async end() {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        const gone = once(child, "exit");
        process.kill(-child.pid, "SIGTERM");
        await gone;
      }
      const addresses = [/runs at +(\S+)/, /Identity provider +(http\S+)/].flatMap(
        (pattern) => pattern.exec(printed)?.[1] ?? [],
      );
      for (const address of addresses) {
        await until(async () => !(await isServing(address)), { what: () => `${address} is alive` });
      }
    },
  };
}

/** What a newcomer's shell has, and how this machine reaches its package registry. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = /^(PATH|HOME|npm_config_.*|(https?|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)));
}

function isServing(address: string): Promise<boolean> {
  return fetch(address, { redirect: "manual" }).then(
    () => true,
    () => false,
  );
}

function run(command: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      "sh",
      ["-c", command],
      { cwd, env: plainEnvironment(), timeout: 120_000 },
      (error, stdout, stderr) => {
        if (error !== null) reject(new Error(`${command}\n${stdout}${stderr}`, { cause: error }));
        else resolve(stdout.trim());
      },
    );
  });
}

function stepsOf(text: string): readonly Omit<FollowedStep, "printed">[] {
  const fences = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
    ([, language = "", content = ""]) => ({ language, content: content.trim() }),
  );
  return fences.flatMap(({ language, content }, index) => {
    const next = fences[index + 1];
    const expected = next?.language === "text" ? next.content : null;
    return language === "sh" ? commandsOf(content).map((command) => ({ command, expected })) : [];
  });
}

/** One shell runs a block, but for one that lists ways to start: each goes on until the next. */
function commandsOf(block: string): readonly string[] {
  const lines = block.split("\n").map((line) => line.replace(/ +#.*$/, ""));
  return lines.every((line) => START.test(line)) ? lines : [block];
}
