import type { FlowState } from "@tenantry/core/provider";

/** What a sign-in remembers between two steps. Core seals it into the flow's cookie. */
export interface SignInState {
  readonly redirectUri: string;
  readonly verifier: string;
  /** The organization that was asked for; empty if none was. */
  readonly organization: string;
  /** When a fresh sign-in was asked for, in seconds; 0 otherwise. */
  readonly freshSince: number;
  /** How many steps there were: a vendor that always wants one more must not keep a browser going. */
  readonly steps: number;
  /** What the next form is for; empty if the browser is at the vendor. */
  readonly form: "" | "organization" | "email" | "mfa";
  /** The vendor's token for going on with this sign-in; with a form only. */
  readonly pending: string;
  /** The challenge of a second factor; for `mfa` only. */
  readonly challenge: string;
}

/** Steps after which a sign-in is given up. */
export const MAX_STEPS = 8;

/** A state as JSON. */
export function remember(state: SignInState): FlowState {
  return { ...state };
}

/** A state from JSON; null if it is not one. */
export function recall(state: FlowState): SignInState | null {
  const { redirectUri, verifier, organization, freshSince, steps, form, pending, challenge } =
    state;
  const texts = [redirectUri, verifier, organization, form, pending, challenge];
  if (!texts.every((text) => typeof text === "string")) return null;
  if (redirectUri === "" || verifier === "") return null;
  if (typeof freshSince !== "number" || typeof steps !== "number") return null;
  if (!["", "organization", "email", "mfa"].includes(String(form))) return null;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each member was looked at
  return state as unknown as SignInState;
}
