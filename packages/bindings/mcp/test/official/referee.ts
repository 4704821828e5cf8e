import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createWorld, ada } from "../support/world.ts";
import { registerFixture } from "./fixture.ts";
import { startProxy } from "./proxy.ts";
import type { Revision } from "./scenarios.ts";

/** What the official suite says about one scenario. */
export interface Verdict {
  readonly passed: boolean;
  /** Everything it printed. */
  readonly output: string;
}

const SUITE = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/conformance/dist/index.js",
);

/** Starts a server made with this binding, and the official suite's way to it. */
export async function startReferee() {
  const proxy = await startProxy();
  const origins = ["127.0.0.1", "localhost"].map((host) => `http://${host}:${proxy.port}`);
  const world = await createWorld({
    register: registerFixture,
    // Sessions: what the older revision says about subscriptions needs them.
    mcp: { legacy: "sessions", allowedHosts: ["localhost"], allowedOrigins: origins },
  });
  const { port } = new URL(world.origin);
  proxy.forward({ port: Number(port), token: await world.token(ada) });
  return {
    /** Asks the suite about one scenario in one revision of the protocol. */
    async ask(scenario: string, revision: Revision): Promise<Verdict> {
      const url = `http://127.0.0.1:${proxy.port}/mcp`;
      const args = ["server", "--url", url, "--scenario", scenario, "--spec-version", revision];
      const child = spawn(process.execPath, [SUITE, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, NO_COLOR: "1" },
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      const code = await new Promise((resolve) => child.on("close", resolve));
      // A scenario that checked nothing has proved nothing.
      const checks = Number(/Passed: (\d+)\//.exec(output)?.[1] ?? 0);
      return { passed: code === 0 && checks > 0, output };
    },
    async close() {
      await world[Symbol.asyncDispose]();
      await proxy.close();
    },
  };
}
