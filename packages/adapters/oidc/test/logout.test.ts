import { signInHeadless, type OidcEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  AFTER_LOGOUT,
  optionsFor,
  signedIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";
import { startScriptedIssuer } from "./support/issuer.ts";

let emulator: OidcEmulator;
let adapter: Adapter;

beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});

afterEach(() => emulator.close());

describe("signing out at the issuer", () => {
  test("sends the browser there and back, with the ID token as a hint", async () => {
    const { tokens } = await signedIn(adapter, { person: "ada@acme.example" });
    const idToken = tokens?.idToken ?? "";
    const url = await adapter.login.endSessionUrl(
      { idToken, returnUrl: AFTER_LOGOUT },
      adapter.tools,
    );
    const { origin, searchParams } = new URL(url ?? "");
    expect(origin).toBe(emulator.issuer);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: "app",
      post_logout_redirect_uri: AFTER_LOGOUT,
      id_token_hint: idToken,
    });
    const end = await signInHeadless({ authorizationUrl: new URL(url ?? "") });
    expect(end.href).toBe(AFTER_LOGOUT);
  });

  test("works without the hint", async () => {
    const url = await adapter.login.endSessionUrl({ returnUrl: AFTER_LOGOUT }, adapter.tools);
    expect(new URL(url ?? "").searchParams.has("id_token_hint")).toBe(false);
  });

  test("has no address when the issuer offers none, is down, or its connection is gone", async () => {
    const request = { returnUrl: AFTER_LOGOUT };
    const gone = { ...request, connectionId: "gone" };
    await expect(adapter.login.endSessionUrl(gone, adapter.tools)).resolves.toBeNull();
    await emulator.controls.disconnect();
    await expect(adapter.login.endSessionUrl(request, adapter.tools)).resolves.toBeNull();
    const issuer = await startScriptedIssuer();
    const bare = adapterOf(optionsFor(issuer));
    await expect(bare.login.endSessionUrl(request, bare.tools)).resolves.toBeNull();
    await issuer.close();
  });
});

describe("a logout token sent behind the browser's back", () => {
  type Mint = Parameters<OidcEmulator["controls"]["mintLogoutToken"]>[0];
  const person = "ada@acme.example";

  async function verify(mint: Mint): Promise<string | object> {
    const logoutToken = await emulator.controls.mintLogoutToken(mint);
    const result = await adapter.login.backchannelLogout({ logoutToken }, adapter.tools);
    return result.ok ? result.value : result.reason;
  }

  test("names the person, the session, or both", async () => {
    const tokenId = expect.stringMatching(/./) as string;
    const expiresAtSeconds = expect.any(Number) as number;
    const always = { issuer: emulator.issuer, tokenId, expiresAtSeconds };
    await expect(verify({ person })).resolves.toEqual({ ...always, subject: "user_ada" });
    await expect(verify({ sessionId: "s1" })).resolves.toEqual({ ...always, sessionId: "s1" });
    await expect(verify({ person, sessionId: "s1" })).resolves.toEqual({
      ...always,
      subject: "user_ada",
      sessionId: "s1",
    });
  });

  test.each<[string, Mint]>([
    ["type JWT", { person, header: { typ: "JWT" } }],
    ["no type", { person, header: { typ: undefined } }],
  ])("is accepted with %s, as older issuers send it", async (_name, mint) => {
    await expect(verify(mint)).resolves.toMatchObject({ subject: "user_ada" });
  });

  const EVENT = "http://schemas.openid.net/event/backchannel-logout";
  const now = Math.floor(Date.now() / 1000);
  test.each<[string, Mint, string]>([
    ["for another client", { person, clientId: "other" }, "audience_mismatch"],
    ["of another issuer", { person, claims: { iss: "http://localhost:1" } }, "issuer_unknown"],
    ["signed by a stranger", { person, key: "rogue" }, "signature_invalid"],
    ["without signature", { person, key: "none" }, "malformed"],
    ["with a nonce", { person, claims: { nonce: "n" } }, "claim_invalid"],
    ["about nobody", {}, "claim_missing"],
    ["with a number as session", { person, claims: { sid: 7 } }, "claim_missing"],
    ["without jti", { person, claims: { jti: undefined } }, "claim_missing"],
    ["without events", { person, claims: { events: undefined } }, "claim_missing"],
    ["with another event", { person, claims: { events: { other: {} } } }, "claim_invalid"],
    ["whose event is a text", { person, claims: { events: { [EVENT]: "x" } } }, "claim_invalid"],
    ["that has expired", { person, expiresInSeconds: -60 }, "expired_only"],
    ["that was made long ago", { person, claims: { iat: now - 600, exp: now + 600 } }, "too_old"],
    ["typed as an access token", { person, header: { typ: "at+jwt" } }, "typ_mismatch"],
  ])("is refused %s", async (_name, mint, reason) => {
    await expect(verify(mint)).resolves.toBe(reason);
  });

  test("cannot be an ID token or an access token", async () => {
    const { controls } = emulator;
    const tokens = [
      await controls.mintIdToken({ person }),
      await controls.mintAccessToken({ subject: person, audience: "app" }),
    ];
    for (const logoutToken of tokens) {
      // oxlint-disable-next-line no-await-in-loop -- each by itself
      await expect(
        adapter.login.backchannelLogout({ logoutToken }, adapter.tools),
      ).resolves.toEqual({
        ok: false,
        reason: "profile_none",
      });
    }
  });

  test("is for the issuer of its connection, and neither good nor bad while that is down", async () => {
    const logoutToken = await emulator.controls.mintLogoutToken({ person });
    await expect(
      adapter.login.backchannelLogout({ logoutToken, connectionId: "gone" }, adapter.tools),
    ).resolves.toEqual({ ok: false, reason: "issuer_unknown" });
    await emulator.controls.disconnect();
    await expect(adapter.login.backchannelLogout({ logoutToken }, adapter.tools)).resolves.toEqual({
      ok: false,
      reason: "provider_unavailable",
    });
  });
});
