/**
 * A request in neutral words: what a binding hands to core. Header values are the field lines as
 * received, so that a repeated header is visible.
 */
export interface AuthRequest {
  readonly method: string;
  /** Path and query exactly as received, before any decoding: `/t/acme/notes?page=2`. */
  readonly target: string;
  /** All field lines of one header, in order. `name` is lower case. Empty if absent. */
  header(name: string): readonly string[];
  /** The peer's address, if the platform knows it. Needed to trust a forwarded host. */
  readonly remoteAddress?: string;
}

/** The neutral form of a web-standard `Request`. */
export function fromWebRequest(request: Request, remoteAddress?: string): AuthRequest {
  const url = request.url;
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const hash = url.indexOf("#");
  const end = hash === -1 ? url.length : hash;
  return {
    method: request.method,
    target: start === -1 ? "/" : url.slice(start, end),
    header(name) {
      const value = request.headers.get(name);
      return value === null ? [] : [value];
    },
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  };
}
