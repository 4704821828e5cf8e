/**
 * Whether a header tells caches what they may keep: `Cache-Control`, and its likes for caches of one
 * kind, which heed those first.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9213#section-2 RFC 9213 §2}
 */
export function rulesCaches(name: string): boolean {
  return /(?:^|-)cache-control$|^surrogate-control$/i.test(name);
}
