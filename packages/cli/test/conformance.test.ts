import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../src/run-command.ts";

/** A target whose vendor has nothing, as a module that needs no other. */
const TARGET = `
const provider = { spec: 1, vendor: "fake", tokens: [], capabilities: Object.fromEntries(
  "login organizationHint refresh switchByRefresh endSession backchannelLogout machineTokens opaqueTokens frontEndSession webhooks directoryList directoryEvents admin memberManagement invitations domainManagement portalLink magicLink impersonation ssoEnforcement scim mcp clientIdMetadataDocuments dynamicClientRegistration resourceBinding".split(" ").map((name) => [name, "no"])) };
const nothing = async () => {};
export const target = {
  vendor: "VENDOR",
  adapter: { name: "fake-adapter", version: "1.0.0" },
  start: async () => ({
    provider,
    world: { createTenant: async (tenant) => ({ ...tenant, external: tenant.slug }), createPerson: nothing, setMember: nothing },
    tokens: { kinds: {} },
    close: nothing,
  }),
};
`;

describe("tenantry conformance", () => {
  let folder = "";
  const printed: string[] = [];
  const complaints: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantry-"));
    printed.length = 0;
    complaints.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) =>
    runCommand(args, {
      print: (text) => printed.push(text),
      complain: (text) => complaints.push(text),
      folder,
    });
  const write = (name: string, source: string) => writeFileSync(join(folder, name), source);

  test("ends with 0 and a table when everything passed", async () => {
    write("good.mjs", TARGET.replace("VENDOR", "fake"));
    const code = await run("conformance", "--target", "good.mjs", "--only", "manifest", "--all");
    expect(code).toBe(0);
    expect(printed.join("\n")).toContain("pass  manifest.parts");
    expect(complaints).toEqual([]);
  });

  test("ends with 1 when something failed, and says all of the reason", async () => {
    write("bad.mjs", TARGET.replace("VENDOR", "other"));
    expect(await run("conformance", "--target", "bad.mjs", "--only", "manifest.parts")).toBe(1);
    expect(printed.join("\n")).toContain("fail  manifest.parts");
    expect(complaints.join("\n")).toContain("the provider's instance must be its vendor");
  });

  test("writes the report as JSON", async () => {
    write("good.mjs", TARGET.replace("VENDOR", "fake"));
    const args = ["--target", "good.mjs", "--only", "manifest", "--report", "out/report.json"];
    expect(await run("conformance", ...args)).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, "out/report.json"), "utf8"));
    expect(report).toMatchObject({ vendor: "fake", counts: { pass: 1, fail: 0 } });
  });

  test.each([
    { name: "no target", args: [], says: /--target is missing/ },
    { name: "an unknown option", args: ["--targt", "x"], says: /--targt/ },
    { name: "a file that is not there", args: ["--target", "gone.mjs"], says: /no file .*gone/ },
    { name: "a module without a target", args: ["--target", "empty.mjs"], says: /no target/ },
    { name: "a module that breaks", args: ["--target", "broken.mjs"], says: /cannot be loaded/ },
    { name: "a vendor that does not start", args: ["--target", "dead.mjs"], says: /was started/ },
    {
      name: "a group that does not exist",
      args: ["--target", "good.mjs", "--only", "tokns"],
      says: /tokns/,
    },
    { name: "a seed that is none", args: ["--target", "good.mjs", "--seed", "x"], says: /--seed/ },
  ])("ends with 2 for $name", async ({ args, says }) => {
    write("good.mjs", TARGET.replace("VENDOR", "fake"));
    write("empty.mjs", "export const nothing = 1;");
    write("broken.mjs", "throw new Error('no');");
    write("dead.mjs", TARGET.replace("async () => ({", "async () => { throw 1; }, x: () => ({"));
    expect(await run("conformance", ...args)).toBe(2);
    expect(complaints.join("\n")).toMatch(says);
  });

  test("says how it is used", async () => {
    expect(await run("conformance", "--help")).toBe(0);
    expect(printed.join("\n")).toContain("Exit code 0");
    expect(await run("--help")).toBe(0);
    expect(await run()).toBe(2);
    expect(await run("conform")).toBe(2);
  });
});
