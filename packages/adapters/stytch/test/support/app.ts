import { createAuth, definePermissions, pathTenant, type Auth } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import {
  demoWorld,
  signInHeadless,
  startStytchEmulator,
  type StytchEmulator,
} from "@tenantry/emulators";
import { stytch, type StytchOptions } from "../../src/index.ts";

export const BASE = "http://localhost:9";
const PROJECT = {
  projectId: "project-test-app",
  secret: "secret-test-app",
  publicToken: "public-token-test-app",
};

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:delete"],
  roles: { viewer: ["notes:read"], editor: [], admin: ["notes:read"], support: [] },
});

/** The emulator with a project for the app. Its session tokens live for 100 seconds. */
export function startEmulator(): Promise<StytchEmulator> {
  return startStytchEmulator({
    ...PROJECT,
    world: demoWorld(),
    redirectUris: [`${BASE}/auth/callback/stytch?state={}`],
    sessionJwtTtlSeconds: 100,
  });
}

/** The adapter's options for {@link startEmulator}. */
export function optionsFor({ addresses }: StytchEmulator): StytchOptions {
  return {
    ...PROJECT,
    apiUrl: addresses.address,
    signIn: "google",
    allowInsecureLoopback: true,
  };
}

/** An app with the adapter; `clockMs` is by how much its clock is ahead. */
export function createApp(options: StytchOptions, clockMs: () => number = () => 0): Auth {
  return createAuth({
    baseUrl: BASE,
    providers: [stytch(options)],
    permissions,
    secrets: ["a secret of at least thirty-two characters"],
    tenants: [pathTenant("/t/:tenant")],
    nowMs: () => Date.now() + clockMs(),
    log: () => undefined,
  });
}

/** A browser at the app: it keeps the app's cookies and nothing else. */
export function createBrowser(auth: Auth) {
  const jar = new Map<string, string>();
  const request = (path: string, form?: Readonly<Record<string, string>>, accept = "text/html") => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    return new Request(new URL(path, BASE), {
      headers: { cookie, origin: BASE, accept },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
  };
  const visit = async (path: string, form?: Readonly<Record<string, string>>, accept?: string) => {
    const response = await auth.routes.handle(request(path, form, accept));
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  /** Goes to the vendor and comes back. */
  const away = async (response: Response, person: string) => {
    const authorizationUrl = response.headers.get("location") ?? "";
    const callback = await signInHeadless({ authorizationUrl, person });
    return visit(`${callback.pathname}${callback.search}`);
  };
  const fill = async (page: Response, form: Readonly<Record<string, string>>) => {
    const flow = /name="flow" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    return visit("/auth/login", { flow, ...form });
  };
  return {
    visit,
    away,
    fill,
    async signIn(person: string, tenant?: string) {
      const query = tenant === undefined ? "" : `?tenant=${tenant}`;
      return away(await visit(`/auth/login${query}`), person);
    },
    async me(): Promise<unknown> {
      const response = await visit("/auth/me", undefined, "application/json");
      return response.status === 200 ? response.json() : response.status;
    },
    async at(path: string) {
      const outcome = await auth.authenticate(fromWebRequest(request(path)));
      if (outcome.kind === "authenticated") return [...outcome.context.permissions].toSorted();
      return outcome.kind === "refused" ? outcome.error.code : outcome.kind;
    },
  };
}
