import type { OidcEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  EMULATOR_CLAIMS,
  optionsFor,
  refreshTokenOf,
  signedIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";
import { startScriptedIssuer, type ScriptedIssuer } from "./support/issuer.ts";

describe("renewing at the emulator, which rotates", () => {
  let emulator: OidcEmulator;
  let adapter: Adapter;

  beforeEach(async () => {
    emulator = await startEmulator();
    adapter = adapterOf(optionsFor(emulator, EMULATOR_CLAIMS));
  });

  afterEach(() => emulator.close());

  const refresh = (refreshToken: string) => adapter.login.refresh({ refreshToken }, adapter.tools);

  test("brings new tokens and what the issuer knows of the person now", async () => {
    const first = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    emulator.controls.world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    const answer = await refresh(first);
    expect(answer).toMatchObject({
      kind: "refreshed",
      identity: { subject: "user_ada", tenant: { external: "org_acme" }, roles: ["viewer"] },
    });
    const { tokens } = answer as Extract<typeof answer, { kind: "refreshed" }>;
    expect(tokens.refreshToken).toMatch(/./);
    expect(tokens.refreshToken).not.toBe(first);
    expect(tokens.refreshAtSeconds).toBeGreaterThan(Date.now() / 1000);
    expect(tokens.idToken).toMatch(/^ey/);
  });

  test("asks once and does not try again", async () => {
    const token = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    emulator.controls.resetRequests();
    emulator.controls.fail({ mode: "error", endpoints: ["token"] });
    await expect(refresh(token)).resolves.toMatchObject({ kind: "unavailable" });
    expect(emulator.controls.requests("token")).toBe(1);
  });

  test("has ended when the refresh token was used before", async () => {
    const token = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    await refresh(token);
    await expect(refresh(token)).resolves.toEqual({ kind: "ended", reason: "invalid_grant" });
  });

  test("has ended when the person was signed out at the issuer", async () => {
    const token = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    await emulator.controls.signOut("ada@acme.example");
    await expect(refresh(token)).resolves.toEqual({ kind: "ended", reason: "invalid_grant" });
  });

  test("is unavailable while the issuer is down: the session may live on", async () => {
    const token = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    await emulator.controls.disconnect();
    await expect(refresh(token)).resolves.toMatchObject({ kind: "unavailable" });
  });

  test("is unavailable with a wrong secret of ours: that is not the person's fault", async () => {
    const token = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    adapter = adapterOf(optionsFor(emulator, { clientSecret: "wrong" }));
    await expect(refresh(token)).resolves.toEqual({
      kind: "unavailable",
      reason: "client_rejected",
    });
  });

  test("has ended when the new ID token is forged", async () => {
    const token = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    emulator.controls.setHooks({
      tamperIdToken: ({ claims }, sign) => sign({ claims, key: "rogue" }),
    });
    await expect(refresh(token)).resolves.toEqual({ kind: "ended", reason: "signature_invalid" });
  });

  test("reports another subject as it is, for core to compare", async () => {
    const token = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    emulator.controls.setHooks({
      tamperIdToken: ({ claims }, sign) => sign({ claims: { ...claims, sub: "user_ben" } }),
    });
    await expect(refresh(token)).resolves.toMatchObject({ identity: { subject: "user_ben" } });
  });

  test("has ended when its connection is gone", async () => {
    const request = { refreshToken: "x", connectionId: "gone" };
    await expect(adapter.login.refresh(request, adapter.tools)).resolves.toEqual({
      kind: "ended",
      reason: "connection_gone",
    });
  });
});

describe("renewing at other issuers", () => {
  let issuer: ScriptedIssuer;
  let adapter: Adapter;

  beforeEach(async () => {
    issuer = await startScriptedIssuer();
    adapter = adapterOf(optionsFor(issuer));
  });

  afterEach(() => issuer.close());

  const refresh = () => adapter.login.refresh({ refreshToken: "old" }, adapter.tools);
  const answer = (body: unknown, status = 200, headers = {}) =>
    issuer.endpoints.set("/token", () => ({ status, headers, body }));

  test("without a new ID token, nothing new is known; without a new refresh token, the old one stays", async () => {
    answer({ access_token: "a", token_type: "Bearer" });
    await expect(refresh()).resolves.toEqual({
      kind: "refreshed",
      identity: null,
      tokens: { refreshToken: "old" },
    });
  });

  test.each<[string, unknown, number, string]>([
    ["invalid_grant", { error: "invalid_grant" }, 400, "ended: invalid_grant"],
    ["login_required", { error: "login_required" }, 400, "ended: login_required"],
    [
      "invalid_grant with status 500",
      { error: "invalid_grant" },
      500,
      "unavailable: provider_unavailable",
    ],
    [
      "temporarily_unavailable",
      { error: "temporarily_unavailable" },
      400,
      "unavailable: provider_unavailable",
    ],
    ["invalid_client", { error: "invalid_client" }, 401, "unavailable: client_rejected"],
    ["unauthorized_client", { error: "unauthorized_client" }, 400, "unavailable: client_rejected"],
    ["invalid_scope", { error: "invalid_scope" }, 400, "unavailable: invalid_scope"],
    [
      "an error nobody knows",
      { error: "Ada's token is no good" },
      400,
      "unavailable: provider_refused",
    ],
    ["a page", "<html>", 502, "unavailable: provider_unavailable"],
    ["an error that is no text", { error: 7 }, 400, "unavailable: provider_unavailable"],
    ["nothing", {}, 200, "unavailable: response_invalid"],
  ])("%s", async (_name, body, status, expected) => {
    answer(body, status);
    const result = await refresh();
    expect("reason" in result ? `${result.kind}: ${result.reason}` : result.kind).toBe(expected);
  });

  test("passes on how long the issuer asks to wait", async () => {
    answer({ error: "temporarily_unavailable" }, 429, { "retry-after": "7" });
    await expect(refresh()).resolves.toEqual({
      kind: "unavailable",
      reason: "provider_unavailable",
      retryAfterSeconds: 7,
    });
  });
});
