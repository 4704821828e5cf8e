/** How the tokens in answers are forged. */
export type ClerkForgery = "rogue-key" | "other-audience" | "expired" | "other-flow";

/** What a test told the emulator to do differently. */
export interface Behaviour {
  /** Honest answers about someone or somewhere else than was asked. */
  substitute: { readonly userId?: string; readonly organizationId?: string } | null;
  forgery: ClerkForgery | null;
}

/** Honest behaviour. */
export function createBehaviour(): Behaviour {
  return { substitute: null, forgery: null };
}
