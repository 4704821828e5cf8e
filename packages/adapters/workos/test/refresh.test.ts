import type { WorkosEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  optionsFor,
  refreshTokenOf,
  signedIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";

let emulator: WorkosEmulator;
let adapter: Adapter;
let token: string;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
  token = refreshTokenOf(
    await signedIn(adapter, { person: "cleo@acme.example", wanted: "org_acme" }),
  );
});
afterEach(() => emulator.close());

const refresh = (refreshToken: string, tenant?: string) =>
  adapter.login.refresh(
    { refreshToken, ...(tenant === undefined ? {} : { tenant: { external: tenant } }) },
    adapter.tools,
  );

describe("renewing a session", () => {
  test("brings a new token and what the organization says now", async () => {
    emulator.controls.world.memberships.update("user_cleo", "org_acme", { roles: ["viewer"] });
    const answer = await refresh(token, "org_acme");
    expect(answer).toMatchObject({
      kind: "refreshed",
      identity: { subject: "user_cleo", tenant: { external: "org_acme" }, roles: ["viewer"] },
    });
    expect(answer).toMatchObject({ tokens: { refreshToken: expect.not.stringMatching(token) } });
  });

  test("names the organization, so that another tab's choice does not count", async () => {
    const other = await refresh(token, "org_birch");
    expect(other).toMatchObject({ identity: { tenant: { external: "org_birch" } } });
    const next = (other as unknown as { tokens: { refreshToken: string } }).tokens.refreshToken;
    expect(await refresh(next, "org_acme")).toMatchObject({
      identity: { tenant: { external: "org_acme" } },
    });
  });

  test("switches to another organization of the person", async () => {
    expect(await refresh(token, "org_birch")).toMatchObject({
      kind: "refreshed",
      identity: { tenant: { external: "org_birch" }, roles: ["viewer"] },
    });
  });

  test.each([
    ["org_lighthouse", "organization_membership_not_found"],
    ["org_nowhere", "organization_not_found"],
  ])("is refused for an organization that is not the person's: %s", async (tenant, reason) => {
    expect(await refresh(token, tenant)).toEqual({ kind: "ended", reason });
    expect(await refresh(token, "org_acme")).toMatchObject({ kind: "refreshed" });
  });

  test("has ended when the token was used before", async () => {
    await refresh(token, "org_acme");
    expect(await refresh(token, "org_acme")).toEqual({ kind: "ended", reason: "invalid_grant" });
  });

  test("has ended with the session, the membership and the person", async () => {
    const { controls } = emulator;
    controls.world.memberships.update("user_cleo", "org_acme", { status: "inactive" });
    expect(await refresh(token, "org_acme")).toEqual({
      kind: "ended",
      reason: "organization_membership_not_found",
    });
    controls.endSessions("cleo@acme.example");
    expect(await refresh(token, "org_birch")).toEqual({ kind: "ended", reason: "invalid_grant" });
  });

  test("passes on whom and where the answer is about, for core to compare", async () => {
    emulator.controls.substitute({ person: "dan@birch.example", organization: "birch" });
    expect(await refresh(token, "org_acme")).toMatchObject({
      kind: "refreshed",
      identity: { subject: "user_dan", tenant: { external: "org_birch" } },
    });
  });

  test.each([
    ["rogue-key", "signature_invalid"],
    ["other-audience", "audience_mismatch"],
    ["expired", "expired_only"],
  ] as const)("has ended when the answer is forged: %s", async (how, reason) => {
    emulator.controls.forge(how);
    expect(await refresh(token, "org_acme")).toEqual({ kind: "ended", reason });
  });

  test("asks once and does not try again", async () => {
    emulator.controls.resetRequests();
    emulator.controls.fail({ mode: "error", endpoints: ["authenticate"] });
    expect(await refresh(token, "org_acme")).toEqual({
      kind: "unavailable",
      reason: "provider_unavailable",
    });
    expect(emulator.controls.requests("authenticate")).toBe(1);
  });

  test("is unavailable while WorkOS is away", async () => {
    await emulator.controls.disconnect();
    expect(await refresh(token, "org_acme")).toMatchObject({ kind: "unavailable" });
  });

  test("is unavailable while WorkOS has enough of us, and says for how long", async () => {
    emulator.controls.limitRate({ retryAfterSeconds: 17 });
    expect(await refresh(token, "org_acme")).toEqual({
      kind: "unavailable",
      reason: "rate_limited_unavailable",
      retryAfterSeconds: 17,
    });
  });

  test("is unavailable while the keys cannot be had", async () => {
    const fresh = adapterOf(optionsFor(emulator));
    emulator.controls.fail({ mode: "error", endpoints: ["jwks"] });
    const answer = await fresh.login.refresh(
      { refreshToken: token, tenant: { external: "org_acme" } },
      fresh.tools,
    );
    expect(answer).toMatchObject({ kind: "unavailable", reason: "keys_unavailable" });
  });
});

describe("an answer that the vendor gives without a grant", () => {
  /** A WorkOS that always answers the refresh like this. */
  const withAnswer = async (status: number, body: unknown) => {
    const fetch = async () => Response.json(body, { status });
    const scripted = adapterOf(optionsFor(emulator), { runtime: { fetch } });
    const answer = await scripted.login.refresh(
      { refreshToken: token, tenant: { external: "org_acme" } },
      scripted.tools,
    );
    return `${answer.kind}: ${"reason" in answer ? answer.reason : ""}`;
  };

  test.each([
    [400, { error: "mfa_enrollment", error_description: "x" }, "ended: mfa_enrollment"],
    [400, { error: "sso_required", connection_ids: ["conn_1"] }, "ended: sso_required"],
    [
      400,
      { error: "organization_authentication_methods_required" },
      "ended: organization_authentication_methods_required",
    ],
    [400, { message: "Must use SSO for selected organization" }, "ended: provider_refused"],
    [400, { error: "invalid_client" }, "unavailable: client_rejected_unavailable"],
    [401, { message: "Unauthorized" }, "unavailable: client_rejected_unavailable"],
    [403, { message: "Forbidden" }, "unavailable: client_rejected_unavailable"],
    [403, { code: "email_verification_required" }, "ended: email_verification_required"],
    [422, { code: "invalid_request_parameters", errors: [] }, "unavailable: provider_unavailable"],
    [408, { message: "x" }, "unavailable: provider_timeout_unavailable"],
    [502, { message: "x" }, "unavailable: provider_unavailable"],
    [400, { error: "a_new_word" }, "ended: provider_refused"],
    [200, { user: null }, "unavailable: provider_unavailable"],
  ])("%i %j means %s", async (status, body, expected) => {
    expect(await withAnswer(status, body)).toBe(expected);
  });
});
