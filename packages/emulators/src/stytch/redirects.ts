import type { StytchContext } from "./context.ts";

/**
 * Whether a browser may be sent there: registered, parameters included; `{}` in a registered value
 * stands for any (https://stytch.com/docs/workspace-management/redirect-urls).
 */
export function isRegistered({ options }: StytchContext, address: string): boolean {
  const url = URL.parse(address);
  return url !== null && options.redirectUris.some((registered) => covers(registered, url));
}

function covers(registered: string, url: URL): boolean {
  const pattern = URL.parse(registered);
  if (pattern === null) return false;
  const names = [...url.searchParams.keys()];
  return (
    pattern.origin === url.origin &&
    pattern.pathname === url.pathname &&
    names.length === pattern.searchParams.size &&
    names.every((name) => {
      const allowed = pattern.searchParams.get(name);
      return allowed === "{}" || (allowed !== null && allowed === url.searchParams.get(name));
    })
  );
}

/** A registered address with more parameters. */
export function withParams(address: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}
