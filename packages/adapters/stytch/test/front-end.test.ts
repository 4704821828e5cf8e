import type { CookieJar, FrontEndPage } from "@tenantry/core/provider";
import type { StytchEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { adapterOf, type Adapter } from "./support/adapter.ts";
import { BASE, optionsFor, startEmulator } from "./support/app.ts";

const ADA = { person: "ada@acme.example", organization: "acme" };

let emulator: StytchEmulator;
let adapter: Adapter;
beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  emulator = await startEmulator();
  adapter = adapterOf({ ...optionsFor(emulator), frontEnd: true });
});
afterEach(async () => {
  await emulator.close();
  vi.restoreAllMocks();
});

function jarOf(pairs: readonly (readonly [string, string])[]): CookieJar {
  return {
    names: pairs.map(([name]) => name),
    all: (name) => pairs.filter(([own]) => own === name).map(([, value]) => value),
  };
}

async function recover(pairs: readonly (readonly [string, string])[]) {
  const page: FrontEndPage = {
    jar: jarOf(pairs),
    request: { method: "GET", target: "/", header: () => [] },
    url: new URL(BASE),
  };
  return adapter.provider.browserSession?.recover(page, adapter.tools);
}

const OPAQUE = "stytch_session";
const JWT = "stytch_session_jwt";

describe("the session of Stytch's front end", () => {
  test("is found in its own cookie, and refused when there are two", async () => {
    const [source] = adapter.provider.credentials ?? [];
    expect(source?.pick(jarOf([[JWT, "a"]]))).toEqual({ kind: "one", token: "a" });
    expect(source?.pick(jarOf([[OPAQUE, "a"]]))).toEqual({ kind: "none" });
    const two = [JWT, JWT].map((name, at) => [name, String(at)] as const);
    expect(source?.pick(jarOf(two))).toEqual({ kind: "conflict" });
  });

  test.each<[string, readonly string[]]>([
    ["its opaque token", [OPAQUE]],
    ["its JWT alone, while the session lives", [JWT]],
    ["both", [OPAQUE, JWT]],
  ])("is renewed by %s", async (_, names) => {
    const { session_token, session_jwt } = await emulator.controls.signInFrontEnd(ADA);
    const values: Readonly<Record<string, string>> = {
      [OPAQUE]: session_token,
      [JWT]: session_jwt,
    };
    const renewed = await recover(names.map((name) => [name, values[name] ?? ""]));
    expect(renewed).toMatchObject({ kind: "token" });
    if (renewed?.kind !== "token") return;
    const verified = await adapter.verifier.verify(renewed.token, { accept: ["session"] });
    expect(verified).toMatchObject({ ok: true });
    expect(renewed.setCookies).toEqual([
      expect.stringMatching(/^stytch_session=[^;]+; Path=\/; Max-Age=\d+; Secure; SameSite=Lax$/),
      expect.stringMatching(
        /^stytch_session_jwt=[^;]+; Path=\/; Max-Age=\d+; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  test("is not renewed once it is over, or its person is no member", async () => {
    const { session_token } = await emulator.controls.signInFrontEnd(ADA);
    emulator.controls.endSessions(ADA.person);
    expect(await recover([[OPAQUE, session_token]])).toEqual({ kind: "none" });
    const ben = { person: "ben@acme.example", organization: "acme" };
    const second = await emulator.controls.signInFrontEnd(ben);
    emulator.controls.world.memberships.update("user_ben", "org_acme", { status: "inactive" });
    expect(await recover([[OPAQUE, second.session_token]])).toEqual({ kind: "none" });
  });

  test("is neither renewed nor refused while Stytch does not answer, or asks to wait", async () => {
    const { session_token } = await emulator.controls.signInFrontEnd(ADA);
    emulator.controls.fail({ mode: "error" });
    expect(await recover([[OPAQUE, session_token]])).toMatchObject({
      kind: "refused",
      reason: "provider_unavailable",
    });
    await emulator.controls.recover();
    emulator.controls.limitRate({});
    expect(await recover([[OPAQUE, session_token]])).toMatchObject({
      kind: "refused",
      reason: "rate_limited_unavailable",
      retryAfterSeconds: 60,
    });
  });

  test("is not asked about without a cookie, or with two", async () => {
    expect(await recover([])).toEqual({ kind: "none" });
    expect(await recover([[OPAQUE, ""]])).toEqual({ kind: "none" });
    const two = [OPAQUE, OPAQUE].map((name, at) => [name, String(at)] as const);
    expect(await recover(two)).toMatchObject({ kind: "refused", reason: "credential_conflict" });
    expect(emulator.controls.requests("sessions")).toBe(0);
  });
});
