import { expect, test } from "vitest";
import * as entry from "../src/index.ts";

test("the entry exports exactly these values", () => {
  expect(Object.keys(entry).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "createHeadlessBrowser",
    "createWorld",
    "demoWorld",
    "signInHeadless",
    "spawnDemoProvider",
    "spawnEmulator",
    "spawnOidcEmulator",
    "startClerkEmulator",
    "startDemoProvider",
    "startOidcEmulator",
    "startStytchEmulator",
    "startWorkosEmulator",
    "targetDirectory",
    "targetOutage",
    "targetSubstitute",
    "targetWebhooks",
    "targetWorld",
  ]);
});
