import { randomInt } from "node:crypto";
import type { StytchContext } from "./context.ts";

const CODE_MS = 10 * 60_000;

/** Sends a code by SMS for one member. An earlier one is worth nothing from now on. */
export function sendSms(context: StytchContext, memberId: string, phone: string): void {
  sendCode(context, `sms ${memberId}`, phone);
}

/** Sends a code for one purpose to a phone or an address. */
export function sendCode({ state }: StytchContext, purpose: string, to: string): void {
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const sentAtMs = Date.now();
  state.codes.set(purpose, { code, expiresAtMs: sentAtMs + CODE_MS });
  state.sentCodes.push({ to, code, sentAtMs });
}

/** Takes the newest code for a purpose: once, and in time. A wrong one leaves it as it was. */
export function takeCode({ state }: StytchContext, purpose: string, code: string): boolean {
  const found = state.codes.get(purpose);
  if (found === undefined || found.expiresAtMs < Date.now() || found.code !== code) return false;
  state.codes.delete(purpose);
  return true;
}
