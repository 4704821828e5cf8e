import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { root } from "../../../test/sources/repository-files.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```(sh|text)\n(.*?)\n```/gs)].map(([, kind, text]) => ({
  kind,
  text: text ?? "",
}));
const [start, client, output] = blocks;
const [, , , other, audit] = blocks;

/** A command of the README, in the root of the repository, with a port of its own. */
function run(command: string, port: number) {
  // The test runner's own variables, of which the server would take one for its address.
  const { BASE_URL: _base, NODE_OPTIONS: _options, NODE_ENV: _mode, ...env } = process.env;
  const child = spawn("sh", ["-c", command], {
    cwd: root,
    env: { ...env, PORT: String(port) },
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  }
  const ended = once(child, "close").then(([code]) => Number(code));
  return {
    output: () => text,
    ended,
    async until(part: string) {
      for (let tries = 0; tries < 600 && !text.includes(part); tries += 1) {
        if (child.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(text).toContain(part);
    },
    async [Symbol.asyncDispose]() {
      // The shell, the package manager and the server: all that this test has started.
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("who follows the README", () => {
  test("sees what it says", { timeout: 120_000 }, async () => {
    const port = await freePort();
    await using server = run(start?.text ?? "", port);
    await server.until(`http://localhost:${port}/mcp`);
    const shown = run(client?.text ?? "", port);
    expect({ code: await shown.ended, output: shown.output() }).toMatchObject({ code: 0 });
    expect(shown.output()).toContain(output?.text ?? "nothing");
  });

  test.each([
    ["workos", "document"],
    ["clerk", "registration"],
    ["stytch", "document"],
  ])("can take another provider: %s", { timeout: 120_000 }, async (provider, known) => {
    const port = await freePort();
    await using server = run((other?.text ?? "").replace("workos", provider), port);
    await server.until(`AUTH_PROVIDER=${provider}`);
    const shown = run(client?.text ?? "", port);
    expect({ code: await shown.ended, output: shown.output() }).toMatchObject({ code: 0 });
    expect(shown.output()).toContain(`1. Known by ${known}, signed in, connected.`);
    expect(shown.output()).toContain("With Acme chosen it stays closed.");
  });

  test("is told by the isolation kit that nothing leaks", { timeout: 120_000 }, async () => {
    const report = run(audit?.text ?? "", 0);
    expect({ code: await report.ended, output: report.output() }).toMatchObject({ code: 0 });
    expect(report.output()).toContain(" 0 failed");
  });
});
