import { createAuth } from "../../src/create-auth.ts";
import { memoryStores } from "../../src/directory/memory/stores.ts";
import type { Stores } from "../../src/directory/ports.ts";
import type { Tenant } from "../../src/directory/records.ts";
import type { LogEvent } from "../../src/log.ts";
import type { AuthOptions } from "../../src/options.ts";
import { definePermissions } from "../../src/permissions/define-permissions.ts";
import { NO_CAPABILITIES } from "../../src/provider/capabilities.ts";
import { defineProvider, type Provider } from "../../src/provider/define-provider.ts";
import type {
  LoginResume,
  LoginStart,
  LoginStep,
  RefreshAnswer,
  RefreshRequest,
} from "../../src/provider/login-flow.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import { NOW_MS, tenantOf } from "../fixtures/records.ts";

export const SECRET = "a secret of at least thirty-two characters";
export const BASE_URL = "https://app.example.com";
export const ISSUER = "https://idp.example";

/** A clock that a test moves. */
export function clockAt(startMs: number = NOW_MS) {
  let now = startMs;
  return {
    nowMs: () => now,
    advance(ms: number) {
      now += ms;
    },
  };
}

export type TestClock = ReturnType<typeof clockAt>;

/** Real randomness: no test depends on its values. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** What an identity provider says about Ada in Acme. */
export function identityOf(changes: Partial<Identity> = {}): Identity {
  return {
    issuer: ISSUER,
    subject: "subject-of-ada",
    subjectScope: "global",
    kind: "user",
    tenant: { external: "org_acme", slug: "acme", name: "Acme" },
    roles: ["member"],
    name: "Ada",
    email: { value: "ada@acme.example", verified: true },
    authentication: { method: "sso", atMs: NOW_MS },
    actors: [],
    issuedAtSeconds: NOW_MS / 1000,
    expiresAtSeconds: NOW_MS / 1000 + 300,
    ...changes,
  };
}

const catalogue = definePermissions({
  permissions: ["note:read", "note:write"],
  roles: { member: ["note:read"], admin: ["note:read", "note:write"], support: ["note:read"] },
});

/** An identity provider whose every answer a test decides. */
export function fakeProvider(changes: Partial<Provider> = {}) {
  const starts: LoginStart[] = [];
  const resumes: LoginResume[] = [];
  const refreshes: RefreshRequest[] = [];
  const endSessions: object[] = [];
  const answers = {
    start: (request: LoginStart): LoginStep => ({
      kind: "redirect",
      location: `https://idp.example/authorize?state=${request.flowId}`,
      state: { nonce: "a-nonce" },
    }),
    resume: (_answer: LoginResume): LoginStep => ({ kind: "done", identity: identityOf() }),
    refresh: async (_request: RefreshRequest): Promise<RefreshAnswer> => ({
      kind: "unavailable",
      reason: "provider_unavailable",
    }),
    endSessionUrl: async (): Promise<string | null> => "https://idp.example/end",
  };
  const provider = defineProvider({
    spec: 1,
    vendor: "acme-idp",
    tokens: [],
    capabilities: {
      ...NO_CAPABILITIES,
      login: "yes",
      refresh: "yes",
      endSession: "yes",
      switchByRefresh: "yes",
    },
    login: {
      async start(request) {
        starts.push(request);
        return answers.start(request);
      },
      async resume(answer) {
        resumes.push(answer);
        return answers.resume(answer);
      },
      async refresh(request) {
        refreshes.push(request);
        return answers.refresh(request);
      },
      async endSessionUrl(request) {
        endSessions.push(request);
        return answers.endSessionUrl();
      },
    },
    ...changes,
  } satisfies Provider);
  return { provider, answers, starts, resumes, refreshes, endSessions };
}

export type FakeProvider = ReturnType<typeof fakeProvider>;

/** A browser as far as cookies and origins go. */
export function createBrowser(handle: (request: Request) => Promise<Response>) {
  const cookies = new Map<string, string>();

  function keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const equals = pair.indexOf("=");
      const name = pair.slice(0, equals);
      if (/; Max-Age=0$/.test(line)) cookies.delete(name);
      else cookies.set(name, pair.slice(equals + 1));
    }
    return response;
  }

  function headersOf(extra: Readonly<Record<string, string>>): Headers {
    const headers = new Headers({ accept: "text/html", ...extra });
    if (cookies.size > 0) {
      headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    }
    return headers;
  }

  return {
    cookies,
    async get(path: string, headers: Readonly<Record<string, string>> = {}) {
      const url = new URL(path, BASE_URL);
      return keep(await handle(new Request(url, { headers: headersOf(headers) })));
    },
    async post(
      path: string,
      form: Readonly<Record<string, string>> = {},
      headers: Readonly<Record<string, string>> = {},
    ) {
      const url = new URL(path, BASE_URL);
      const all = headersOf({ origin: BASE_URL, ...headers });
      const body = new URLSearchParams(form);
      return keep(await handle(new Request(url, { method: "POST", headers: all, body })));
    },
  };
}

export type Browser = ReturnType<typeof createBrowser>;

export const ACME = tenantOf("acme");
export const GLOBEX = tenantOf("globex");

/** Two tenants that the provider knows as `org_acme` and `org_globex`, and an app in front. */
export async function createApp(
  changes: Partial<AuthOptions<"note:read" | "note:write", "member" | "admin" | "support">> & {
    readonly fake?: FakeProvider;
    readonly stores?: Stores;
    readonly tenants?: never;
    readonly clock?: TestClock;
  } = {},
) {
  const { fake = fakeProvider(), clock = clockAt(), stores: given, ...options } = changes;
  const logs: LogEvent[] = [];
  const stores = given ?? memoryStores({ nowMs: clock.nowMs });
  const auth = createAuth({
    baseUrl: BASE_URL,
    providers: [fake.provider],
    permissions: catalogue,
    secrets: [SECRET],
    stores,
    nowMs: clock.nowMs,
    log: (event) => logs.push(event),
    ...options,
  });
  for (const tenant of [ACME, GLOBEX]) await addTenant(stores, tenant, `org_${tenant.slug}`);
  return {
    auth,
    stores,
    clock,
    logs,
    fake,
    browser: () => createBrowser((request) => auth.routes.handle(request)),
  };
}

export type App = Awaited<ReturnType<typeof createApp>>;

/** Adds a tenant and what the provider calls it. */
export async function addTenant(stores: Stores, tenant: Tenant, external: string): Promise<void> {
  await stores.tenants.add(tenant);
  await stores.links.add({
    instance: "acme-idp",
    issuer: ISSUER,
    kind: "tenant",
    external,
    local: tenant.id,
    evidence: "admin",
    createdAtMs: 0,
  });
}

/** Makes one method of a store fail. Returns what mends it. */
export function breakMethod<T extends object>(store: T, name: keyof T & string): () => void {
  const before: unknown = Reflect.get(store, name);
  Reflect.set(store, name, () => Promise.reject(new Error("postgres://user:password@host")));
  return () => {
    Reflect.set(store, name, before);
  };
}

/** The `state` that a redirect to the provider carries. */
export function stateOf(response: Response): string {
  const location = response.headers.get("location") ?? "";
  return new URL(location).searchParams.get("state") ?? "";
}

/** Signs in as the given identity and returns the callback's response. */
export async function signIn(
  app: App,
  browser: Browser,
  {
    as = identityOf(),
    query = "",
    tokens,
  }: {
    readonly as?: Identity;
    readonly query?: string;
    readonly tokens?: Extract<LoginStep, { kind: "done" }>["tokens"];
  } = {},
): Promise<Response> {
  const started = await browser.get(`/auth/login${query}`);
  app.fake.answers.resume = () => ({
    kind: "done",
    identity: as,
    ...(tokens === undefined ? {} : { tokens }),
  });
  return browser.get(`/auth/callback/acme-idp?code=x&state=${stateOf(started)}`);
}
