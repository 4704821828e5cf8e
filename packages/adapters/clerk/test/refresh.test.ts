import type { ClerkEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapterOf, optionsFor, signedIn, startEmulator, type Adapter } from "./support/adapter.ts";

const ADA = "ada@acme.example";

let emulator: ClerkEmulator;
let adapter: Adapter;
let refreshToken: string;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
  ({ refreshToken = "" } = (await signedIn(adapter, { person: ADA })).tokens ?? {});
});
afterEach(() => emulator.close());

const refresh = (token = refreshToken) =>
  adapter.login.refresh({ refreshToken: token, tenant: { external: "org_acme" } }, adapter.tools);

describe("a refresh", () => {
  test("gives a new token and the roles of now", async () => {
    emulator.controls.world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    const answer = await refresh();
    expect(answer).toMatchObject({
      kind: "refreshed",
      identity: {
        subject: "user_ada",
        tenant: { external: "org_acme", slug: "acme" },
        roles: ["viewer"],
        permissions: ["org:notes:read"],
      },
      tokens: { refreshToken: expect.stringMatching(/^rt_/) },
    });
    expect(answer.kind === "refreshed" && answer.tokens.refreshToken).not.toBe(refreshToken);
  });

  test("is tried once: a used token ends the grant", async () => {
    await refresh();
    emulator.controls.resetRequests();
    expect(await refresh()).toEqual({ kind: "ended", reason: "invalid_grant" });
    expect(emulator.controls.requests("token")).toBe(1);
  });

  test("ends with the membership, the person and the session", async () => {
    emulator.controls.world.memberships.remove("user_ada", "org_acme");
    expect(await refresh()).toEqual({ kind: "ended", reason: "invalid_grant" });
  });

  test("ends when Clerk renews the tokens of somebody who is no member", async () => {
    emulator.controls.substitute({ organization: "birch" });
    expect(await refresh()).toEqual({ kind: "ended", reason: "membership_inactive" });
  });

  test.each([
    ["rogue-key", "signature_invalid"],
    ["expired", "id_token_expired"],
    ["other-audience", "id_token_claim_mismatch"],
  ] as const)("with a forged ID token (%s) gives the session nothing", async (how, reason) => {
    emulator.controls.forge(how);
    const answer = await refresh();
    expect(answer).toMatchObject({ reason });
    expect(answer.kind).not.toBe("refreshed");
  });

  test("keeps the new token when only the Backend API does not answer", async () => {
    emulator.controls.fail({ mode: "error", endpoints: ["memberships"] });
    const answer = await refresh();
    expect(answer).toMatchObject({ kind: "refreshed", identity: null });
    await emulator.controls.recover();
    const next = answer.kind === "refreshed" ? answer.tokens.refreshToken : "";
    expect(await refresh(next)).toMatchObject({ identity: { roles: ["admin"] } });
  });

  test("is neither good nor bad while Clerk does not answer, and waits as long as it says", async () => {
    emulator.controls.fail({ mode: "reset" });
    expect(await refresh()).toEqual({ kind: "unavailable", reason: "provider_unavailable" });
    await emulator.controls.recover();
    emulator.controls.limitRate({ retryAfterSeconds: 7 });
    expect(await refresh()).toEqual({
      kind: "unavailable",
      reason: "rate_limited_unavailable",
      retryAfterSeconds: 7,
    });
    await emulator.controls.recover();
    expect((await refresh()).kind).toBe("refreshed");
  });

  test("with a wrong secret of ours does not end anybody's session", async () => {
    const wrong = adapterOf(optionsFor(emulator, { oauthClientSecret: "wrong" }));
    expect(await wrong.login.refresh({ refreshToken }, wrong.tools)).toEqual({
      kind: "unavailable",
      reason: "client_rejected_unavailable",
    });
  });
});
