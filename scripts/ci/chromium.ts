import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

const DEBIAN_PATH = "/usr/bin/chromium";

/** Where a browser is, or why there is none. */
export type Chromium =
  | { readonly found: true; readonly path: string }
  | { readonly found: false; readonly why: string };

/**
 * Finds the browser for the browser tests: `CHROMIUM_PATH`, else Debian's place for it, else it
 * installs Debian's package, which needs root.
 */
export function findChromium(env: Readonly<Record<string, string | undefined>>): Chromium {
  const given = env["CHROMIUM_PATH"];
  if (given) {
    return isExecutable(given)
      ? { found: true, path: given }
      : { found: false, why: `CHROMIUM_PATH is ${given}, which cannot be executed` };
  }
  if (isExecutable(DEBIAN_PATH)) return { found: true, path: DEBIAN_PATH };
  if (process.getuid?.() !== 0 || !run("apt-get", ["--version"])) {
    const advice = "install Chromium and set CHROMIUM_PATH to it, or run as root on Debian";
    return { found: false, why: `there is no Chromium: ${advice}` };
  }
  const installed =
    run("apt-get", ["update"]) &&
    run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]);
  return installed && isExecutable(DEBIAN_PATH)
    ? { found: true, path: DEBIAN_PATH }
    : { found: false, why: "installing Debian's chromium package failed" };
}

function run(command: string, args: readonly string[]): boolean {
  const { status } = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
