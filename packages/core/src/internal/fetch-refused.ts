/** Why the guard did not let a request through, or did not take its answer. */
export type FetchRefusal =
  | "url_invalid"
  | "scheme"
  | "userinfo"
  | "host"
  | "address"
  | "redirect"
  | "too_large";

const MARK = Symbol.for("@tenantry/core/FetchRefused");

/**
 * A request that the guard refused by policy: retrying will not help, and nothing is wrong with the
 * network. Recognise it with {@link FetchRefused.is}. It carries neither address nor body.
 */
export class FetchRefused extends Error {
  readonly reason: FetchRefusal;

  constructor(reason: FetchRefusal) {
    super(`The request was refused by policy: ${reason}.`);
    this.name = "FetchRefused";
    this.reason = reason;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** True for a `FetchRefused` of any copy of this package. */
  static is(value: unknown): value is FetchRefused {
    return typeof value === "object" && value !== null && MARK in value;
  }
}
