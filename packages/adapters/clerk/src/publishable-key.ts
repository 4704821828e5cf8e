const KEY = /^pk_(?:test|live)_([A-Za-z0-9+/]+={0,2})$/;
const HOST = /^[a-z0-9.-]+(?::\d{1,5})?$/;

/**
 * The Frontend API's host in a publishable key: base64 of the host and a dollar sign. Null for
 * another form.
 *
 * @see {@link https://clerk.com/docs/guides/how-clerk-works/overview How Clerk works}
 */
export function hostOfKey(publishableKey: string): string | null {
  const encoded = KEY.exec(publishableKey)?.[1];
  if (encoded === undefined) return null;
  let decoded: string;
  try {
    decoded = atob(encoded);
  } catch {
    return null;
  }
  const host = decoded.endsWith("$") ? decoded.slice(0, -1) : "";
  return HOST.test(host) ? host : null;
}
