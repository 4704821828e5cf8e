import type { AcceptedKind } from "../context.ts";
import type { AuthErrorCode } from "../errors.ts";

/** What core does that is worth a span and a measurement. */
export type Operation =
  | "authenticate"
  | "key_fetch"
  | "session_refresh"
  | "webhook"
  | "reconcile"
  | "catch_up";

/** How an operation ended. */
export type OperationOutcome =
  /** `authenticate` */
  | "authenticated"
  | "anonymous"
  | "refused"
  | "redirect"
  /** `key_fetch` */
  | "fetched"
  /** `session_refresh` */
  | "refreshed"
  | "ended"
  /** `webhook` */
  | "received"
  | "repeated"
  /** `reconcile` and `catch_up` */
  | "done"
  | "paused"
  | "halted"
  /** Something could not be found out. */
  | "unavailable"
  /** It threw. */
  | "failed";

/**
 * What is known about an operation at its end: tags out of closed sets, configured names and counts.
 * Nothing that a request, a token or a vendor's answer has in it, so no personal data.
 */
export interface OperationFacts {
  readonly outcome: OperationOutcome;
  /** The public error, where there is one. */
  readonly code?: AuthErrorCode;
  /** As configured. Missing while it is not known whose credential it is. */
  readonly provider?: { readonly vendor: string; readonly instance: string };
  /** Where the credential stood. */
  readonly source?: "authorization" | "session_cookie" | "vendor_cookie" | "front_end";
  /** The credential's kind, once it is verified. */
  readonly credential?: AcceptedKind;
  /** Whether the verdict about a token came from memory. */
  readonly cacheHit?: boolean;
  /** How many things in the directory it was about, by what became of them. */
  readonly changes?: Readonly<Record<string, number>>;
}

/** One operation under way. */
export interface Observation {
  /** Runs the work, now and once, in a context that makes what it begins a part of it. */
  within?(work: () => unknown): void;
  end(facts: OperationFacts): void;
}

/**
 * Receives operations, for traces and metrics. What it throws is ignored: it can neither refuse a
 * request nor let one through. Without it nothing is measured and nothing is spent.
 */
export interface Telemetry {
  begin(operation: Operation): Observation;
}
