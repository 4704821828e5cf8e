import { signInHeadless } from "@tenantry/emulators";

/** A signed-in browser, as far as these tests need one: a cookie jar and the right Origin. */
export interface SignedIn {
  get(path: string): Promise<Response>;
  post(path: string, form: Readonly<Record<string, string>>): Promise<Response>;
  /** The `Cookie` header it would send now. */
  cookie(): string;
}

/** Signs a person in through the emulator's pages. */
export function signInAs(appUrl: string, person: string, organization?: string): Promise<SignedIn> {
  return signInThrough(appUrl, (authorizationUrl) =>
    signInHeadless({
      authorizationUrl,
      person,
      ...(organization === undefined ? {} : { organization }),
    }),
  );
}

/** Signs in at an issuer that asks nothing and sends the browser straight back. */
export function signInDirectly(appUrl: string): Promise<SignedIn> {
  return signInThrough(appUrl, async (authorizationUrl) => {
    const response = await fetch(authorizationUrl, { redirect: "manual" });
    return new URL(response.headers.get("location") ?? "");
  });
}

async function signInThrough(
  appUrl: string,
  walk: (authorizationUrl: string) => Promise<URL>,
): Promise<SignedIn> {
  const jar = new Map<string, string>();

  async function send(
    url: URL | string,
    form?: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const headers = { accept: "text/html", cookie: header() };
    const response = await fetch(url, {
      redirect: "manual",
      ...(form === undefined
        ? { headers }
        : {
            method: "POST",
            headers: { ...headers, origin: appUrl },
            body: new URLSearchParams(form),
          }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const [name = "", value = ""] = pair.split("=");
      if (attributes.includes("Max-Age=0")) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
  const header = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

  const started = await send(`${appUrl}/auth/login`);
  const callback = await walk(started.headers.get("location") ?? "");
  const ended = await send(callback);
  if (ended.status !== 303) throw new Error(`nobody is signed in: ${await ended.text()}`);
  return {
    get: (path) => send(appUrl + path),
    post: (path, form) => send(appUrl + path, form),
    cookie: header,
  };
}
