import type { Impersonator } from "./state.ts";

/** A further step that the next exchange of a code asks for, or a refusal of it. */
export type RequiredStep =
  | "organization_selection_required"
  | "email_verification_required"
  | "mfa_challenge"
  | "mfa_enrollment"
  | "sso_required"
  | "organization_authentication_methods_required"
  | "radar_challenge"
  | "authentication_method_not_allowed";

/** How the tokens in answers are forged. */
export type WorkosForgery = "rogue-key" | "other-audience" | "expired";

/** What a test told the emulator to do differently. */
export interface Behaviour {
  /** For the next exchanges of a code, first come first served. */
  readonly steps: RequiredStep[];
  /** Honest answers about someone or somewhere else than was asked. */
  substitute: { readonly userId?: string; readonly organizationId?: string } | null;
  forgery: WorkosForgery | null;
  /** The next sign-in is an impersonation, begun in the dashboard. */
  impersonation: { readonly userId: string; readonly impersonator: Impersonator } | null;
}

/** Honest behaviour. */
export function createBehaviour(): Behaviour {
  return { steps: [], substitute: null, forgery: null, impersonation: null };
}
