import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const example = fileURLToPath(new URL("..", import.meta.url));
const command = fileURLToPath(new URL("../../../packages/cli/src/main.ts", import.meta.url));

/** Runs `tenantry conformance` as its own process, as people do. */
function tenantry(target: string, only: readonly string[]) {
  const args = ["--target", target, ...only.flatMap((part) => ["--only", part])];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@tenantry/source", command, "conformance", ...args],
    { encoding: "utf8", timeout: 60_000 },
  );
  return { status, stdout, stderr };
}

describe("tenantry conformance --target examples/custom-adapter/target.ts", () => {
  test("passes", { timeout: 90_000 }, () => {
    const { status, stdout, stderr } = tenantry(join(example, "target.ts"), []);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^acme-id /);
    expect(stdout).toMatch(/ 0 failed, 0 known to fail/);
    expect(status).toBe(0);
  });
});

test("the suite runs under node:test too", { timeout: 90_000 }, () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      "--conditions=@tenantry/source",
      "--test",
      "--test-reporter=tap",
      join(example, "test/fixtures/node-test.ts"),
    ],
    { encoding: "utf8", timeout: 80_000, env: { ...process.env, NODE_OPTIONS: "" } },
  );
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(stdout).toMatch(/# SKIP skip: capability webhooks is no/);
  expect(status).toBe(0);
});

/** Each takes one check out of the adapter, and the suite has to say what is missing. */
const REMOVED = [
  {
    what: "the audience of passes",
    file: "src/tokens.ts",
    find: "anyOf: (resource = settings.audience) => [resource],",
    replace: 'anyOf: [settings.audience, "https://other.example.test"],',
    only: "tokens",
    fails: "tokens.audience.other",
  },
  {
    what: "the kind of a pass",
    file: "src/tokens.ts",
    find: 'claims["use"] === use,',
    replace: '(claims["use"] === "machine" ? "machine" : "person") === use,',
    only: "login",
    fails: "login.honest",
  },
  {
    what: "the form of a workspace",
    file: "src/tokens.ts",
    find: 'if (workspace !== undefined && !isText(workspace)) return reject("claim_invalid");',
    replace: "",
    only: "tenancy",
    fails: "tenancy.token.malformed",
    also: { find: "{ external: workspace }", replace: "{ external: String(workspace) }" },
  },
  {
    what: "the sign-in that a pass belongs to",
    file: "src/login.ts",
    find: 'if (token.claims["nonce"] !== flowId) return refused("nonce_mismatch");',
    replace: "",
    only: "login",
    fails: "login.forged.flow",
  },
  {
    what: "whether an address is verified",
    file: "src/tokens.ts",
    find: "verified: verified === true",
    replace: "verified: true",
    only: "login",
    fails: "login.email.unverified",
  },
  {
    what: "the difference between no and no answer",
    file: "src/api.ts",
    find: 'if (!response.ok) return reject("provider_unavailable");',
    replace: 'if (!response.ok) return reject("code_refused");',
    only: "outage.login",
    fails: "outage.login.answer",
  },
];

describe("without", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "custom-adapter-"));
    for (const part of ["src", "vendor", "conformance", "target.ts", "package.json"]) {
      cpSync(join(example, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(example, "node_modules"), join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each(REMOVED)("$what it fails", ({ file, find, replace, only, fails, also }) => {
    const path = join(folder, file);
    const source = readFileSync(path, "utf8");
    expect(source.split(find)).toHaveLength(2);
    const broken = source.replace(find, () => replace);
    writeFileSync(path, also === undefined ? broken : broken.replace(also.find, also.replace));
    const { status, stdout } = tenantry(join(folder, "target.ts"), [only]);
    expect(stdout).toContain(`fail  ${fails}`);
    expect(status).toBe(1);
  });
});
