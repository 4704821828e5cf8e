import type { OidcEmulator } from "@tenantry/emulators";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OidcOptions } from "../src/index.ts";
import {
  adapterOf,
  CALLBACK,
  EMULATOR_CLAIMS,
  FLOW,
  optionsFor,
  signedIn,
  signIn,
  startEmulator,
} from "./support/adapter.ts";
import { startScriptedIssuer, type Answer, type ScriptedIssuer } from "./support/issuer.ts";

describe("requests by the back channel, at the certified provider (RFC 9126)", () => {
  let emulator: OidcEmulator;

  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());
  beforeEach(async () => {
    await emulator.controls.recover();
    emulator.controls.resetRequests();
  });

  const start = async (more: Partial<OidcOptions> = {}) => {
    const { login, tools } = adapterOf(optionsFor(emulator, { ...EMULATOR_CLAIMS, ...more }));
    const tenant = { external: "org_birch" };
    return login.start({ flowId: FLOW, redirectUri: CALLBACK, tenant }, tools);
  };

  test("are used where they are offered, though not asked for, and sign in", async () => {
    const adapter = adapterOf(optionsFor(emulator, EMULATOR_CLAIMS));
    const done = await signedIn(adapter, { person: "cleo@acme.example", wanted: "org_birch" });
    expect(done.identity.tenant).toMatchObject({ external: "org_birch" });
    expect(emulator.controls.requests("par")).toBe(1);
  });

  test("leave only a reference to the browser", async () => {
    const step = await start();
    if (step.kind !== "redirect") throw new Error(`start ended as ${step.kind}`);
    expect([...new URL(step.location).searchParams.keys()].toSorted()).toEqual([
      "client_id",
      "request_uri",
    ]);
  });

  test("can be turned off", async () => {
    const step = await start({ pushedRequests: "off" });
    if (step.kind !== "redirect") throw new Error(`start ended as ${step.kind}`);
    expect(new URL(step.location).searchParams.get("organization")).toBe("org_birch");
    expect(emulator.controls.requests("par")).toBe(0);
  });

  test.each(["error", "reset"] as const)(
    "that fail are not sent by the browser instead (%s)",
    async (mode) => {
      emulator.controls.fail({ mode, endpoints: ["par"] });
      await expect(start()).resolves.toEqual({
        kind: "unavailable",
        reason: "provider_unavailable",
      });
    },
  );

  test("are made with the app's own credentials", async () => {
    const adapter = adapterOf(optionsFor(emulator, { clientSecret: "wrong" }));
    await expect(signIn(adapter, { person: "ada@acme.example" })).resolves.toEqual({
      kind: "unavailable",
      reason: "client_rejected",
    });
  });
});

describe("requests by the back channel, as metadata and options have it", () => {
  let issuer: ScriptedIssuer;
  let pushed: URLSearchParams | null;
  let answer: Answer;

  beforeEach(async () => {
    issuer = await startScriptedIssuer();
    pushed = null;
    answer = { status: 201, body: { request_uri: "urn:one", expires_in: 60 } };
    issuer.endpoints.set("/par", ({ form }) => {
      pushed = form;
      return answer;
    });
  });
  afterEach(() => issuer.close());

  const offer = (members: Readonly<Record<string, unknown>> = {}) =>
    Object.assign(issuer.metadata, {
      pushed_authorization_request_endpoint: `${issuer.issuer}/par`,
      ...members,
    });
  const start = (pushedRequests?: OidcOptions["pushedRequests"]) => {
    const { login, tools } = adapterOf(optionsFor(issuer, { pushedRequests }));
    return login.start({ flowId: FLOW, redirectUri: CALLBACK }, tools);
  };

  test.each([
    ["offered and required", { require_pushed_authorization_requests: true }, undefined],
    ["offered", {}, undefined],
    ["offered, and required here", {}, "required"],
  ] as const)("are sent when %s", async (_name, members, option) => {
    offer(members);
    const step = await start(option);
    expect(step).toMatchObject({
      kind: "redirect",
      location: `${issuer.issuer}/authorize?request_uri=urn%3Aone&client_id=app`,
    });
    expect(Object.fromEntries(pushed ?? [])).toMatchObject({
      state: FLOW,
      redirect_uri: CALLBACK,
      code_challenge_method: "S256",
    });
  });

  test("are not sent where they are not offered", async () => {
    await expect(start()).resolves.toMatchObject({ kind: "redirect" });
    expect(pushed).toBeNull();
  });

  test("that are required here must be offered", async () => {
    await expect(start("required")).resolves.toEqual({
      kind: "unavailable",
      reason: "pushed_requests_not_offered",
    });
  });

  test("that the issuer requires must have a place to go", async () => {
    issuer.metadata["require_pushed_authorization_requests"] = true;
    await expect(start()).resolves.toEqual({
      kind: "unavailable",
      reason: "pushed_requests_not_offered",
    });
  });

  test("that the issuer requires cannot be turned off", async () => {
    offer({ require_pushed_authorization_requests: true });
    await expect(start("off")).resolves.toEqual({
      kind: "unavailable",
      reason: "pushed_requests_required",
    });
    expect(pushed).toBeNull();
  });

  test.each<[string, Answer, object]>([
    [
      "an error of the request",
      { status: 400, body: { error: "invalid_request" } },
      { kind: "refused", reason: "invalid_request" },
    ],
    [
      "too many requests",
      { status: 429, headers: { "retry-after": "7" }, body: { error: "slow_down" } },
      { kind: "unavailable", reason: "provider_unavailable", retryAfterSeconds: 7 },
    ],
    [
      "no reference",
      { status: 201, body: { expires_in: 60 } },
      { kind: "refused", reason: "response_invalid" },
    ],
    [
      "a page",
      { status: 200, body: "<html>" },
      { kind: "unavailable", reason: "provider_unavailable" },
    ],
  ])("answered with %s send nobody anywhere", async (_name, given, expected) => {
    offer();
    answer = given;
    await expect(start()).resolves.toEqual(expected);
  });
});
