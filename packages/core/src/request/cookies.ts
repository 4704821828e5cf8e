/** The cookies of one request. A name that was sent twice yields both values, so that it can be refused. */
export interface CookieJar {
  all(name: string): readonly string[];
  /** Every name that was sent, in order, with repeats. */
  readonly names: readonly string[];
}
