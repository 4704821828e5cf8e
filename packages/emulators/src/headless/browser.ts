import { createCookieJar } from "./cookie-jar.ts";

/** Where a walk through redirects ended. */
export type Stop =
  /** A redirect to another origin, which was not followed. */
  | { readonly kind: "left"; readonly url: URL }
  /** An answer that is no redirect. */
  | {
      readonly kind: "page";
      readonly url: URL;
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
    };

/** A browser without a screen: it keeps cookies and follows redirects within one origin. */
export interface HeadlessBrowser {
  /** Opens an address. */
  open(url: URL | string): Promise<Stop>;
  /** Submits a form of a page that comes from where it goes. */
  submit(url: URL, fields: URLSearchParams): Promise<Stop>;
}

/** Makes a browser with an empty cookie jar. */
export function createHeadlessBrowser(): HeadlessBrowser {
  const jar = createCookieJar();

  async function walk(start: URL, body: URLSearchParams | undefined): Promise<Stop> {
    let url = start;
    let form = body;
    for (let hops = 0; hops < 20; hops += 1) {
      const cookie = jar.headerFor(url);
      const response = await fetch(url, {
        method: form === undefined ? "GET" : "POST",
        redirect: "manual",
        headers: {
          accept: "text/html",
          ...(cookie === "" ? {} : { cookie }),
          ...(form === undefined ? {} : { origin: url.origin }),
        },
        ...(form === undefined ? {} : { body: form }),
      });
      jar.store(url, response.headers);
      const location = response.headers.get("location");
      if (location === null) {
        const { status, headers } = response;
        return { kind: "page", url, status, headers, body: await response.text() };
      }
      await response.body?.cancel();
      const next = new URL(location, url);
      if (next.origin !== start.origin) return { kind: "left", url: next };
      url = next;
      form = undefined;
    }
    throw new Error(`too many redirects from ${start.origin}`);
  }

  return {
    open: (url) => walk(new URL(url), undefined),
    submit: (url, fields) => walk(url, fields),
  };
}
