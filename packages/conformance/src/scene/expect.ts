import assert from "node:assert/strict";
import type { AuthContext, Outcome } from "@tenantry/core";
import type { App, Presentation } from "../app/app.ts";
import type { Browser } from "../app/browser.ts";
import type { Arrival } from "../app/walk-sign-in.ts";

/** The context of a credential that must be accepted. */
export function accepted(outcome: Outcome, what: string): AuthContext {
  if (outcome.kind === "authenticated") return outcome.context;
  return assert.fail(`${what} was not accepted: ${describe(outcome)}`);
}

/** A credential that must be refused: not accepted, and not "could not find out". */
export function refused(outcome: Outcome, what: string): void {
  if (outcome.kind === "anonymous") return;
  if (outcome.kind !== "refused") assert.fail(`${what} was accepted`);
  const { status } = outcome.error;
  assert.ok(status < 500, `${what} is not for the vendor to decide, but got ${describe(outcome)}`);
}

/** A credential that must get 503: the vendor cannot be asked. */
export function unavailable(outcome: Outcome, what: string): void {
  const isSo = outcome.kind === "refused" && outcome.error.status === 503;
  assert.ok(isSo, `${what} must get 503, but got ${describe(outcome)}`);
}

/** A refusal with exactly this code. */
export function refusedAs(outcome: Outcome, code: string, what: string): void {
  const isSo = outcome.kind === "refused" && outcome.error.code === code;
  assert.ok(isSo, `${what} must get ${code}, but got ${describe(outcome)}`);
}

/** Presents a token that must be accepted. */
export async function opens(app: App, token: string, how: Presentation): Promise<AuthContext> {
  return accepted(await app.present(token, how), `an honest token at ${how.accept.join()}`);
}

/** Presents a token that must be refused. */
export async function opensNothing(
  app: App,
  token: string,
  { what, ...how }: Presentation & { readonly what: string },
): Promise<void> {
  refused(await app.present(token, how), what);
}

/** The context of a browser that must be signed in. */
export async function signedIn(browser: Browser, what = "a session"): Promise<AuthContext> {
  return accepted(await browser.outcome(), what);
}

/** A browser that must not be signed in. */
export async function signedOut(browser: Browser, what: string): Promise<void> {
  refused(await browser.outcome(), what);
}

/** A sign-in that must have led back to the app. */
export function arrived(arrival: Arrival, what = "a sign-in"): void {
  assert.equal(arrival.kind, "done", `${what} did not succeed: ${JSON.stringify(arrival)}`);
}

/** A sign-in that must not have succeeded, for a reason of its own and not by an outage or a mistake. */
export async function notArrived(arrival: Arrival, browser: Browser, what: string): Promise<void> {
  await signedOut(browser, what);
  if (arrival.kind !== "refused") return;
  assert.ok(arrival.status < 500, `${what} must be refused, but got ${arrival.status}`);
}

/** The tenant of a context, which must be there. */
export function tenantIn(context: AuthContext): { readonly id: string; readonly slug: string } {
  assert.ok(context.tenant !== null, "the context must have a tenant");
  return context.tenant;
}

/** The permissions of a context, sorted. */
export function permissionsOf(context: AuthContext): readonly string[] {
  return [...context.permissions].toSorted();
}

function describe(outcome: Outcome): string {
  if (outcome.kind !== "refused") return outcome.kind;
  const { code, status, details } = outcome.error;
  return `${status} ${code} (${details.reason ?? "no reason"})`;
}
