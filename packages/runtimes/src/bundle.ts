import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Plan } from "./smoke/plan.ts";

const ENTRY = fileURLToPath(new URL("smoke/main.ts", import.meta.url));
/** What the suite's output line begins with. */
export const MARK = "TENANTRY-RUNTIME-REPORT ";

const SUITE = `import { createSuite } from "./smoke.js";
import { plan } from "./plan.js";
const suite = createSuite(plan);
const report = async () => console.log(${JSON.stringify(MARK)} + JSON.stringify(await suite.run()));
`;
const RUN = `${SUITE}await report();\n`;
const WORKER = `${SUITE}export default { test: report };\n`;

/** The date decides what a worker has: in 2026 also parts of Node, `process` among them. */
const workerd = (compatibilityDate: string) => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
        (name = "worker.js", esModule = embed "worker.js"),
        (name = "smoke.js", esModule = embed "smoke.js"),
        (name = "plan.js", esModule = embed "plan.js"),
      ],
      compatibilityDate = "${compatibilityDate}",
    )),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
);
`;

const mcpShims = fileURLToPath(
  new URL("./shimsWorkerd.mjs", import.meta.resolve("@modelcontextprotocol/server")),
);

/** Packages of vendors, which verification never loads. Each stands behind an `import()`. */
const VENDOR_PACKAGES = ["@clerk/backend", "@workos-inc/node", "stytch"];

/** Writes one folder with the suite, bundled once, and what each runtime needs to start it. */
export async function writeBundle(folder: string, plan: Plan): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [ENTRY],
    outfile: join(folder, "smoke.js"),
    bundle: true,
    format: "esm",
    // Neither Node nor a browser: an import of a Node builtin is an error here.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["@tenantry/source"],
    target: "es2023",
    external: VENDOR_PACKAGES,
    // The SDK of MCP asks for the runtime by a condition. What it has for workerd runs everywhere.
    alias: { "@modelcontextprotocol/server/_shims": mcpShims },
    logLevel: "error",
  });
  const files = {
    "package.json": '{ "type": "module" }',
    "plan.js": `export const plan = ${JSON.stringify(plan)};\n`,
    "run.js": RUN,
    "worker.js": WORKER,
    "workerd.capnp": workerd("2026-11-01"),
    "workerd-web.capnp": workerd("2024-09-01"),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}
