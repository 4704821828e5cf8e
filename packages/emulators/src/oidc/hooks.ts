import type { Endpoint } from "./endpoints.ts";
import type { SignRequest } from "./sign.ts";

/** An ID token on its way out, taken apart for a hook. */
export interface OutgoingIdToken {
  readonly jwt: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Lets a test make the emulator misbehave. Nothing is tampered with by default. */
export interface OidcHooks {
  /** Replaces the ID token of a token response; `sign` makes one with any claims, header and key. */
  readonly tamperIdToken?: (
    idToken: OutgoingIdToken,
    sign: (request: SignRequest) => Promise<string>,
  ) => string | Promise<string>;
  /** Replaces the JSON body of any endpoint's answer. Runs after `tamperIdToken`. */
  readonly tamperResponse?: (
    endpoint: Endpoint,
    body: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
}
