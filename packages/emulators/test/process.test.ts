import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  demoWorld,
  signInHeadless,
  spawnOidcEmulator,
  startOidcEmulator,
  type SpawnedEmulator,
} from "../src/index.ts";

const PROGRAM = fileURLToPath(new URL("../src/server.ts", import.meta.url));
const CLIENT = {
  clientId: "app",
  clientSecret: "s",
  redirectUris: ["http://localhost:9/callback"],
};

afterEach(() => vi.unstubAllEnvs());

interface Run {
  readonly child: ChildProcess;
  readonly firstLine: Promise<string>;
  readonly errors: () => string;
}

function run(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const firstLine = once(child.stdout, "data").then(([chunk]) => String(chunk));
  return { child, firstLine, errors: () => errors };
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null) return child.exitCode;
  const [code, signal] = await once(child, "exit");
  return code ?? signal;
}

describe("in production", () => {
  test("the emulator refuses to start and says why", async () => {
    vi.stubEnv("NODE_ENV", "production");
    const start = startOidcEmulator({ world: demoWorld(), clients: [] });
    await expect(start).rejects.toThrow(/refuses to start under NODE_ENV=production/);
  });

  test("no child process is spawned", async () => {
    vi.stubEnv("NODE_ENV", "production");
    await expect(spawnOidcEmulator({ clients: [] })).rejects.toThrow(/NODE_ENV=production/);
  });

  test("the program ends with an error and opens no port", async () => {
    const { child, errors } = run([], { NODE_ENV: "production" });
    expect(await exitOf(child)).toBe(1);
    expect(errors()).toContain("refuses to start under NODE_ENV=production");
  });
});

describe("the program", () => {
  test("prints one line of JSON when it is ready, and ends cleanly on SIGTERM", async () => {
    const { child, firstLine } = run([
      "--client",
      JSON.stringify(CLIENT),
      "--audience",
      "urn:my:api",
    ]);
    const line = await firstLine;
    expect(line.endsWith("\n")).toBe(true);
    const ready = JSON.parse(line);
    expect(ready).toEqual({ ready: true, issuer: ready.issuer, pid: child.pid });
    const page = await (await fetch(ready.issuer)).text();
    expect(page).toContain("urn:my:api");
    child.kill("SIGTERM");
    expect(await exitOf(child)).toBe(0);
  });

  test("ends when whoever started it is gone", async () => {
    const { child, firstLine } = run([]);
    await firstLine;
    child.stdin?.end();
    expect(await exitOf(child)).toBe(0);
  });

  test("ends when the channel to its parent is closed", async () => {
    const child = fork(PROGRAM, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
    await once(child.stdout ?? child, "data");
    child.disconnect();
    expect(await exitOf(child)).toBe(0);
  });

  test.each([
    ["no JSON", [], "{secret", "EMULATOR_OIDC is not JSON"],
    ["no clients", [], "{}", "`clients`"],
    ["a client without an address", [], `{"clients":[{"clientId":"a"}]}`, "`redirectUris`"],
    ["no port number", ["--port", "http"], "", "--port must be a port number"],
    ["a wrong port", [], `{"clients":[],"port":70000}`, "EMULATOR_OIDC.port must be a port"],
  ])("ends with a clear error for %s", async (_what, args, variable, message) => {
    const { child, errors } = run(args, { EMULATOR_OIDC: variable });
    expect(await exitOf(child)).toBe(1);
    expect(errors()).toContain(message);
    expect(errors()).not.toContain("secret");
  });
});

describe("a spawned emulator", () => {
  let emulator: SpawnedEmulator | undefined;
  afterEach(() => emulator?.close());

  test("runs in a process of its own with the given clients and world", async () => {
    const world = demoWorld();
    world.users.update("user_ada", { name: "Ada Lovelace" });
    const settings = { clients: [CLIENT], world: world.snapshot(), audiences: ["urn:my:api"] };
    emulator = await spawnOidcEmulator(settings);
    expect(emulator.pid).not.toBe(process.pid);
    expect(emulator.process.pid).toBe(emulator.pid);
    const authorizationUrl = new URL(`${emulator.issuer}/auth`);
    authorizationUrl.search = new URLSearchParams({
      client_id: "app",
      redirect_uri: "http://localhost:9/callback",
      response_type: "code",
      scope: "openid",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    }).toString();
    const callback = await signInHeadless({ authorizationUrl, person: "ada@acme.example" });
    expect(callback.searchParams.get("iss")).toBe(emulator.issuer);
    expect(callback.searchParams.has("code")).toBe(true);
  });

  test("is gone after close, and can die without a word", async () => {
    emulator = await spawnOidcEmulator({ clients: [] });
    process.kill(emulator.pid, "SIGKILL");
    await once(emulator.process, "exit");
    await expect(fetch(emulator.issuer)).rejects.toThrow("fetch failed");
    await emulator.close();
  });

  test("is reported when it cannot start", async () => {
    emulator = await spawnOidcEmulator({ clients: [] });
    const port = Number(new URL(emulator.issuer).port);
    await expect(spawnOidcEmulator({ clients: [], port })).rejects.toThrow(
      "the emulator ended before it was ready",
    );
  });
});
