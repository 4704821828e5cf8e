import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Packages of vendors, for sign-in and administration. They load at the first such call. */
const VENDOR_PACKAGES = ["@clerk/backend", "@workos-inc/node", "stytch"];

/** What an entry point brings with it. */
export interface Bundle {
  /** Node's builtins that something in it imports, each as `file imports name`. */
  readonly builtins: readonly string[];
  /** The npm packages in it, without ours. */
  readonly packages: readonly string[];
  readonly minifiedBytes: number;
  readonly gzippedBytes: number;
}

/** How to bundle. */
export interface BundleOptions {
  /** `follow`: everything that can be reached. `leave`: only what is loaded at the start. */
  readonly lazy: "follow" | "leave";
  /** A source file as it would be with another text, to see what a mistake does. */
  readonly changed?: { readonly file: string; readonly text: string };
}

/** Bundles an entry point as for a runtime that is neither Node nor a browser. */
export async function bundle(source: string, { lazy, changed }: BundleOptions): Promise<Bundle> {
  const builtins: string[] = [];
  const imports: Plugin = {
    name: "imports",
    setup(plugin) {
      plugin.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (isBuiltin(path)) {
          builtins.push(`${relative(root, importer)} imports ${path}`);
          return { path, external: true };
        }
        const isLazy = kind === "dynamic-import";
        const isLeft = isLazy && (lazy === "leave" || VENDOR_PACKAGES.includes(path));
        return isLeft ? { path, external: true } : undefined;
      });
      plugin.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        changed?.file === relative(root, path)
          ? { contents: changed.text, loader: "ts" }
          : undefined,
      );
    },
  };
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["@tenantry/source"],
    target: "es2023",
    logLevel: "silent",
    plugins: [imports],
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return {
    builtins,
    packages: packagesIn(Object.keys(metafile.inputs)),
    minifiedBytes: code.byteLength,
    gzippedBytes: gzipSync(code, { level: 9 }).byteLength,
  };
}

function packagesIn(paths: readonly string[]): readonly string[] {
  const names = paths.flatMap((path) => {
    const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].toSorted();
}

/** A source file's text with a line added. */
export function withLine(file: string, line: string): { file: string; text: string } {
  return { file, text: `${line}\n${readFileSync(join(root, file), "utf8")}` };
}
