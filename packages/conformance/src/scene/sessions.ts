import assert from "node:assert/strict";
import { externalSubject } from "@tenantry/core/provider";
import type { SessionRecord } from "@tenantry/core/stores";
import type { App } from "../app/app.ts";
import type { Browser } from "../app/browser.ts";
import type { SignInWish } from "../app/walk-sign-in.ts";
import { arrived, signedIn } from "./expect.ts";

/** A browser that is signed in, with its session as the store has it. */
export interface SignedIn {
  readonly browser: Browser;
  readonly session: SessionRecord;
}

/** Signs somebody in with a new browser. */
export async function signInAs(app: App, wish: SignInWish): Promise<SignedIn> {
  const browser = app.browser();
  arrived(await browser.signIn(wish), `the sign-in of ${wish.person}`);
  return { browser, session: await sessionOf(app, browser) };
}

/** The session of a browser as the store has it. */
async function sessionOf(app: App, browser: Browser): Promise<SessionRecord> {
  const { credential } = await signedIn(browser);
  const session = await app.stores.sessions.get(credential.id ?? "");
  assert.ok(session !== null, "the session is not in the store");
  return session;
}

/** Makes a session due for renewal at the vendor: the next request renews it. */
export async function makeRenewalDue(app: App, session: SessionRecord): Promise<void> {
  const latest = await app.stores.sessions.get(session.id);
  const vendorSession = latest?.vendorSession;
  assert.ok(
    latest !== null && vendorSession?.sealedRefreshToken,
    "the sign-in brought no refresh token, although the adapter can refresh",
  );
  const isWritten = await app.stores.sessions.replace({
    ...latest,
    version: latest.version + 1,
    vendorSession: { ...vendorSession, refreshAtMs: Date.now() - 1000 },
  });
  assert.ok(isWritten, "the session changed meanwhile");
}

/** What a session keeps from the vendor, sealed: it differs after each renewal. */
export async function vendorSecretOf(app: App, session: SessionRecord): Promise<string | null> {
  const latest = await app.stores.sessions.get(session.id);
  return latest?.vendorSession?.sealedRefreshToken ?? null;
}

/** What lists and webhooks may call the person of a session: a subject of one tenant names it too. */
export function namesOfPerson({ subject, tenantExternal }: SessionRecord): readonly string[] {
  return tenantExternal === null
    ? [subject]
    : [subject, externalSubject(subject, { external: tenantExternal })];
}
