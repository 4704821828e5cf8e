import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import {
  chromiumPath,
  launch,
  startExample,
  walkNotesApi,
  type RunningExample,
} from "@tenantry/example-kit/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));
const path = chromiumPath();

describe.skipIf(path === null)("in Chromium", () => {
  let example: RunningExample;
  let browser: Browser;

  beforeAll(async () => {
    example = await startExample(folder);
    browser = await launch(path ?? "");
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await example?.[Symbol.asyncDispose]();
  });

  test("a person signs in, makes an API key for a script, and signs out", async () => {
    const walk = await walkNotesApi(browser, example.url);
    expect(walk.provider).not.toBe(new URL(example.url).origin);
    expect(walk.welcome).toMatch(/You are Ada Ames,\s+admin in Acme\./);
    expect(walk.notes).toEqual({ tenant: "acme", notes: [] });
    expect(walk.byKey).toEqual({ read: 200, write: 403, foreign: 404 });
    expect(walk.after).toContain("Sign in");
    expect(walk.notesAfter).toBe(401);
  });
});
