import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const PACKAGES = fileURLToPath(new URL("../..", import.meta.url));

/** How each adapter calls its vendor's SDK. */
const CALLS: Readonly<Record<string, RegExp>> = {
  workos:
    /\b(?:userManagement|organizations|organizationDomains|adminPortal|multiFactorAuth)\.\w+\(/g,
  clerk: /\bsdk\.[\w.]+\(/g,
  stytch: /\bsdk\.[\w.]+\(/g,
};

function textOf(pattern: string): string {
  const files = globSync(pattern, { cwd: PACKAGES });
  return files.map((file) => readFileSync(`${PACKAGES}/${file}`, "utf8")).join("\n");
}

describe.each(Object.entries(CALLS))("the emulator of %s", (vendor, pattern) => {
  test("is shown by the vendor's SDK to serve every call that the adapter makes", () => {
    const source = textOf(`adapters/${vendor}/src/*.ts`);
    const calls = new Set([...source.matchAll(pattern)].map(([call]) => call.replace("sdk.", "")));
    expect(calls.size).toBeGreaterThan(10);
    const shown = textOf(`emulators/test/{${vendor},connect}/*.ts`);
    expect([...calls].filter((call) => !shown.includes(call))).toEqual([]);
  });
});
