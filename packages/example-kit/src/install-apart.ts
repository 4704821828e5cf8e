import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Installs a folder that is no part of the workspace, exactly as its own lockfile says, if it is not
 * installed yet: for binaries that are too large to come with every clone. Throws with what pnpm
 * printed if that fails.
 */
export function installApart(folder: string, what: string): void {
  const lockfile = readFileSync(join(folder, "pnpm-lock.yaml"), "utf8");
  // Written after an installation: a lockfile that has changed since is installed anew.
  const stamp = join(folder, "node_modules", ".installed-lockfile");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockfile) return;

  console.log(`Installing ${what} into ${relative(repository, folder)}, this once.`);
  const { packageManager: pnpm }: { packageManager: string } = JSON.parse(
    readFileSync(join(repository, "package.json"), "utf8"),
  );
  const { status, stdout, stderr, error } = spawnSync(
    "npx",
    ["-y", pnpm, "install", "--ignore-workspace", "--frozen-lockfile", "--dir", folder],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      // Where there is nobody to ask, pnpm must not ask.
      env: { ...process.env, CI: "true" },
    },
  );
  if (status !== 0) {
    const why = error?.message ?? `${stdout}\n${stderr}`.trim();
    throw new Error(`${what} could not be installed:\n${why}`);
  }
  writeFileSync(stamp, lockfile);
}
