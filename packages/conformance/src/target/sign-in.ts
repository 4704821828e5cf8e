/** A stop of the browser at the vendor. */
export interface Visit {
  /** Where our app sent the browser. */
  readonly location: URL;
  /** E-mail of the person in front of it. */
  readonly person: string;
  /** What the person picks if the vendor asks for an organization: the vendor's id of a tenant. */
  readonly tenant?: string;
  /** The person presses cancel instead, where the vendor has such a button. */
  readonly cancel?: boolean;
}

/** What a browser and a mailbox do during a sign-in. */
export interface SignInControls {
  /**
   * Goes through the vendor's pages and returns the address on our app that the vendor sends the
   * browser to, not requested. Our own pages (a form, a choice of tenants) the suite fills in itself.
   */
  visit(visit: Visit): Promise<URL>;
  /**
   * The newest mail to this person: the address of its link and the code in it. For vendors whose
   * sign-in has a mail step (`checkMail`, or a field for a code).
   */
  mail?(email: string): Promise<{ readonly link?: URL; readonly code?: string }>;
  /**
   * From now on the vendor's honest, correctly signed answers to sign-ins and refreshes are about
   * someone or somewhere else than was asked; null makes it honest again. This is what a mixed-up
   * or hostile vendor session does, and what the adapter must make visible to core.
   */
  substitute(other: { readonly person?: string; readonly tenant?: string } | null): Promise<void>;
  /**
   * From now on the signed tokens within answers to sign-ins and refreshes are forged in this way;
   * null makes them honest again. Left out only if the answers hold no signed token that proves who
   * signed in; then say why in `noForgery`.
   */
  forge?(how: AnswerForgery | null): Promise<void>;
  readonly noForgery?: string;
}

/**
 * `rogue-key`: signed with a key that was never published. `other-audience`: for another app.
 * `expired`: an hour ago. `other-flow`: for another sign-in (the nonce of OpenID Connect differs).
 */
export type AnswerForgery = "rogue-key" | "other-audience" | "expired" | "other-flow";
