import { describe, expect, test } from "vitest";
import { createSealer } from "../../src/sessions/seal.ts";
import { clockAt, randomBytes, SECRET } from "./kit.ts";

const OTHER_SECRET = "another secret of at least 32 characters";

function setUp(secrets: readonly string[] = [SECRET]) {
  const clock = clockAt();
  const sealer = createSealer({ secrets, randomBytes, nowMs: clock.nowMs });
  return { clock, sealer, expiresAtMs: clock.nowMs() + 1000 };
}

describe("a sealer", () => {
  test("opens what it sealed", async () => {
    const { sealer, expiresAtMs } = setUp();
    const text = await sealer.seal("flow", { a: ["ä", 1, null] }, { expiresAtMs, aad: "here" });
    expect(await sealer.open("flow", text, { aad: "here" })).toEqual({ a: ["ä", 1, null] });
  });

  test("says nothing about the payload and never seals alike twice", async () => {
    const { sealer, expiresAtMs } = setUp();
    const seal = () => sealer.seal("flow", "payload", { expiresAtMs, aad: "here" });
    const [first, second] = await Promise.all([seal(), seal()]);
    expect(first).not.toBe(second);
    expect(first).toMatch(/^1\.[\w-]{8}\.[\w-]+$/);
    expect(
      atob((first.split(".")[2] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
    ).not.toContain("payload");
  });

  test("refuses a value sealed for another purpose", async () => {
    const { sealer, expiresAtMs } = setUp();
    const text = await sealer.seal("flow", 1, { expiresAtMs, aad: "here" });
    expect(await sealer.open("session", text, { aad: "here" })).toBeNull();
  });

  test("refuses a value moved to another cookie", async () => {
    const { sealer, expiresAtMs } = setUp();
    const text = await sealer.seal("flow", 1, { expiresAtMs, aad: "here" });
    expect(await sealer.open("flow", text, { aad: "there" })).toBeNull();
  });

  test("refuses a value whose time has passed, to the millisecond", async () => {
    const { sealer, clock, expiresAtMs } = setUp();
    const text = await sealer.seal("flow", 1, { expiresAtMs, aad: "here" });
    clock.advance(999);
    expect(await sealer.open("flow", text, { aad: "here" })).toBe(1);
    clock.advance(1);
    expect(await sealer.open("flow", text, { aad: "here" })).toBeNull();
  });

  test("refuses every single changed character", async () => {
    const { sealer, expiresAtMs } = setUp();
    const text = await sealer.seal("flow", 1, { expiresAtMs, aad: "here" });
    const opened = await Promise.all(
      Array.from(text, (character, index) => {
        const other = character === "A" ? "B" : "A";
        return sealer.open("flow", text.slice(0, index) + other + text.slice(index + 1), {
          aad: "here",
        });
      }),
    );
    expect(opened.filter((value) => value !== null)).toEqual([]);
  });

  test.each([
    "",
    ".",
    "1..",
    "1.a.b",
    "2.aaaaaaaa.aaaa",
    "1.%.%",
    "é.é.é",
    "1.a.b.c",
    "x".repeat(20_000),
  ])("answers null and does not throw for %s", async (text) => {
    const { sealer } = setUp();
    expect(await sealer.open("flow", text, { aad: "here" })).toBeNull();
  });

  test("opens with an older secret and seals with the newest", async () => {
    const before = setUp([SECRET]);
    const after = setUp([OTHER_SECRET, SECRET]);
    const options = { expiresAtMs: before.expiresAtMs, aad: "here" };
    const old = await before.sealer.seal("flow", "old", options);
    const fresh = await after.sealer.seal("flow", "new", options);
    expect(await after.sealer.open("flow", old, options)).toBe("old");
    expect(await setUp([OTHER_SECRET]).sealer.open("flow", fresh, options)).toBe("new");
    expect(await before.sealer.open("flow", fresh, options)).toBeNull();
  });

  test.each([[[]], [["too short"]], [[SECRET, "too short"]]])(
    "throws for missing or short secrets, naming the variable and no secret (%j)",
    (secrets) => {
      expect(() => setUp(secrets)).toThrow(/AUTH_SECRET/);
      expect(() => setUp(secrets)).not.toThrow(/too short/);
    },
  );
});
