/** How the tokens in answers are forged. */
export type StytchForgery = "rogue-key" | "other-audience" | "expired";

/** What a test told the emulator to do differently. */
export interface Behaviour {
  /** Honest answers about someone or somewhere else than was asked. */
  substitute: { readonly userId?: string; readonly tenantId?: string } | null;
  forgery: StytchForgery | null;
}

/** Honest behaviour. */
export function createBehaviour(): Behaviour {
  return { substitute: null, forgery: null };
}
