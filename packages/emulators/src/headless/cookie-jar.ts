interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** Cookies of one host, as far as tests need them: names, paths and deletion. */
export interface CookieJar {
  /** Takes the `Set-Cookie` headers of an answer. */
  store(url: URL, headers: Headers): void;
  /** The `Cookie` header for a request; empty when there is none to send. */
  headerFor(url: URL): string;
}

/** Makes an empty jar. Like a browser it keeps cookies per host and ignores ports. */
export function createCookieJar(): CookieJar {
  const hosts = new Map<string, Cookie[]>();
  return {
    store(url, headers) {
      for (const line of headers.getSetCookie()) {
        const { cookie, expired } = parse(line, url);
        const others = (hosts.get(url.hostname) ?? []).filter(
          (other) => other.name !== cookie.name || other.path !== cookie.path,
        );
        hosts.set(url.hostname, expired ? others : [...others, cookie]);
      }
    },
    headerFor: (url) =>
      (hosts.get(url.hostname) ?? [])
        .filter((cookie) => pathMatches(cookie.path, url.pathname))
        .map((cookie) => `${cookie.name}=${cookie.value}`)
        .join("; "),
  };
}

function parse(line: string, url: URL): { cookie: Cookie; expired: boolean } {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const split = pair.indexOf("=");
  const attribute = (name: string) =>
    attributes.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const expires = attribute("expires");
  const maxAge = attribute("max-age");
  const gone =
    maxAge === undefined
      ? expires !== undefined && Date.parse(expires) <= Date.now()
      : Number(maxAge) <= 0;
  const defaultPath = url.pathname.slice(0, url.pathname.lastIndexOf("/")) || "/";
  return {
    cookie: {
      name: pair.slice(0, split),
      value: pair.slice(split + 1),
      path: attribute("path") ?? defaultPath,
    },
    expired: gone,
  };
}

/** RFC 6265 §5.1.4. */
function pathMatches(cookiePath: string, path: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath.endsWith("/") ? cookiePath : `${cookiePath}/`);
}
