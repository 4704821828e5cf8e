import { createAuth, definePermissions, type AuthOptions, type LogEvent } from "@tenantry/core";
import type { Auth } from "@tenantry/core/http";
import { ada, ben, cleo, cleoAtBirch, dan, eve, type Someone } from "./people.ts";
import { createTestProvider, type TestProvider } from "./provider.ts";

/** The permissions that the suite's apps ask for. */
export type SuitePermission = "notes:read" | "notes:write";

/** The auth instance that a binding is given. */
export type SuiteAuth = Auth<SuitePermission, "viewer" | "editor">;

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"], editor: ["notes:read", "notes:write"] },
});

/** The public address of every app of the suite. */
export const BASE_URL = "http://localhost:3000";

/** What differs between one test's auth instance and another's. */
export type TestAuthOptions = Partial<
  Pick<AuthOptions<SuitePermission, "viewer" | "editor">, "tenants" | "trustedProxies">
>;

/** An auth instance on a provider without network, and what it has logged. */
export interface TestAuth {
  readonly auth: SuiteAuth;
  readonly token: TestProvider["token"];
  /** The header of somebody's access token. */
  readonly bearer: (who: Someone) => Promise<{ readonly authorization: string }>;
  /** Signs somebody in through the auth routes, and gives the `Cookie` header of their browser. */
  readonly signIn: (who: Someone) => Promise<string>;
  readonly logged: LogEvent[];
}

export async function createTestAuth(options: TestAuthOptions = {}): Promise<TestAuth> {
  const { provider, token } = await createTestProvider();
  const logged: LogEvent[] = [];
  const auth = createAuth({
    baseUrl: BASE_URL,
    providers: [provider],
    permissions,
    secrets: ["a secret that only the tests know, 32+"],
    crossTenant: { internalTenant: "lighthouse", role: "editor", grants: "viewer" },
    ...options,
    log: (event) => logged.push(event),
  });
  const bearer = async (who: Someone) => ({ authorization: `Bearer ${await token(who)}` });
  return { auth, token, bearer, signIn: (who) => signIn(auth, who), logged };
}

async function signIn(auth: SuiteAuth, who: Someone): Promise<string> {
  const started = await auth.routes.handle(new Request(`${BASE_URL}/auth/login`));
  const state = new URL(started.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const query = new URLSearchParams({
    state,
    who: [who.subject, who.organization, who.role].join(","),
  });
  const ended = await auth.routes.handle(
    new Request(`${BASE_URL}/auth/callback/test?${query.toString()}`, {
      headers: { cookie: cookiesOf(started.headers.getSetCookie()) },
    }),
  );
  return cookiesOf(ended.headers.getSetCookie());
}

/** The cookies that a response sets and does not delete, as a browser would send them back. */
export function cookiesOf(setCookies: readonly string[]): string {
  return setCookies
    .filter((cookie) => !cookie.includes("Max-Age=0"))
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");
}

const PEOPLE = { ada, ben, dan, eve, cleo } as const;

/** Everything that the rows of one app can present. */
export interface World extends TestAuth {
  /** `Authorization` values of access tokens. */
  readonly bearers: Readonly<Record<keyof typeof PEOPLE, string>>;
  /** `Cookie` values of signed-in browsers. */
  readonly cookies: Readonly<Record<"ada" | "ben" | "dan" | "cleo", string>>;
  readonly other: {
    /** A machine of Acme. */
    readonly machine: string;
    /** Ada's token for MCP. */
    readonly mcp: string;
    /** Ada's token in the vendor's own front end; no header, and no cookie yet. */
    readonly frontEnd: string;
    /** Ben's. */
    readonly frontEndOfBen: string;
    /** Ada's token of an hour ago. */
    readonly expired: string;
    /** Ada's token with a signature that begins differently. */
    readonly forged: string;
    /** Ada's API key, which may read. */
    readonly apiKey: string;
    /** Ada's token of another auth instance. */
    readonly foreign: string;
  };
  /** What no answer may hold. */
  readonly secrets: readonly string[];
}

/** The parts of credentials that are secrets: no name of a cookie or scheme, no header of a token. */
function secretsOf(credentials: readonly string[]): string[] {
  return credentials.flatMap((credential) =>
    credential
      .replace(/^(?:Bearer |[^=]*=)/, "")
      .split(".")
      .slice(-2),
  );
}

/** An auth instance on which everybody is known, with their credentials. */
export async function createWorld(options: TestAuthOptions = {}): Promise<World> {
  const made = await createTestAuth(options);
  const { auth, token, logged } = made;
  const bearerOf = async (who: Someone) => `Bearer ${await token(who)}`;
  const bearers = {
    ada: await bearerOf(ada),
    ben: await bearerOf(ben),
    dan: await bearerOf(dan),
    eve: await bearerOf(eve),
    cleo: await bearerOf(cleo),
  };
  await made.signIn(cleoAtBirch);
  const cookies = {
    ada: await made.signIn(ada),
    ben: await made.signIn(ben),
    dan: await made.signIn(dan),
    cleo: await made.signIn(cleo),
  };
  const accessToken = await token(ada);
  const other = {
    machine: `Bearer ${await token({ ...ada, subject: "robot" }, { kind: "m2m" })}`,
    mcp: `Bearer ${await token(ada, { kind: "mcp" })}`,
    frontEnd: await token(ada, { kind: "session" }),
    frontEndOfBen: await token(ben, { kind: "session" }),
    expired: `Bearer ${await token(ada, { expiresIn: "-1 hour" })}`,
    forged: `Bearer ${withOtherSignature(accessToken)}`,
    apiKey: `Bearer ${await apiKeyOf(auth, cookies.ada)}`,
    foreign: (await (await createTestAuth()).bearer(ada)).authorization,
  };
  logged.length = 0;
  const credentials = [bearers, cookies, other].flatMap((some) => Object.values(some));
  return { ...made, bearers, cookies, other, secrets: secretsOf(credentials) };
}

function withOtherSignature(token: string): string {
  const at = token.lastIndexOf(".") + 1;
  return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
}

/** A key made by a signed-in person, on an address that names no tenant in any app of the suite. */
async function apiKeyOf(auth: SuiteAuth, cookie: string): Promise<string> {
  const lines: Readonly<Record<string, string>> = { cookie, host: "app.example.test" };
  const outcome = await auth.authenticate({
    method: "GET",
    target: "/",
    header: (name) => (lines[name] === undefined ? [] : [lines[name]]),
  });
  if (outcome.kind !== "authenticated") throw new Error(`a session was ${outcome.kind}`);
  const made = await auth.apiKeys.create(outcome.context, {
    name: "script",
    permissions: ["notes:read"],
  });
  if (!made.ok) throw new Error(`an API key was refused: ${made.reason}`);
  return made.value.key;
}
