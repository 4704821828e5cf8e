import { createClerkClient, verifyToken, type ClerkClient } from "@clerk/backend";
import type { ClerkEmulator } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  adapterOf,
  API,
  APP,
  claimsOf,
  jarOf,
  optionsFor,
  startEmulator,
  verify,
  type Adapter,
} from "./support/adapter.ts";

const ACME = { person: "ada@acme.example", organization: "acme" } as const;
const MCP_CLIENT = "agent";

let emulator: ClerkEmulator;
let adapter: Adapter;
let sdk: ClerkClient;
beforeAll(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator, { accessClients: ["cli"], mcpClients: [MCP_CLIENT] }));
  sdk = createClerkClient({
    apiUrl: emulator.addresses.address,
    secretKey: emulator.secretKey,
    publishableKey: emulator.publishableKey,
    telemetry: { disabled: true },
  });
});
afterAll(async () => {
  await emulator.close();
  vi.restoreAllMocks();
});

const mint = () => emulator.controls;
const session = (more = {}) => mint().mintSessionToken({ ...ACME, azp: APP, ...more });
const access = (more = {}) => mint().mintAccessToken({ ...ACME, clientId: "cli", ...more });
const machine = (more = {}) => mint().mintMachineToken({ machine: "acme-robot", ...more });

/** The one door that a token opens here; null for none. */
async function doorOf(token: string) {
  const doors: string[] = [];
  for (const kind of ["session", "access", "mcp", "m2m"] as const) {
    const verified = await verify(adapter, token, [kind], API);
    if (verified.ok) doors.push(verified.door);
  }
  expect(doors.length).toBeLessThanOrEqual(1);
  return doors[0] ?? null;
}

/** What the vendor's SDK takes a token for. `verifyToken` is its helper for session tokens. */
async function takenFor(token: string): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const acceptsToken of ["session_token", "oauth_token", "m2m_token"] as const) {
    const request = new Request(APP, { headers: { authorization: `Bearer ${token}` } });
    // Other tokens have no party, and the SDK refuses all of them where it is given a list.
    const parties = acceptsToken === "session_token" ? { authorizedParties: [APP] } : {};
    const state = await sdk
      .authenticateRequest(request, { acceptsToken, ...parties })
      .catch(() => null);
    const auth = state?.status === "signed-in" ? state.toAuth() : null;
    const isSomebody =
      auth !== null &&
      (("userId" in auth && auth.userId !== null) || ("machineId" in auth && auth.machineId));
    if (isSomebody) taken.push(acceptsToken);
  }
  try {
    await verifyToken(token, {
      apiUrl: emulator.addresses.address,
      secretKey: emulator.secretKey,
      authorizedParties: [APP],
    });
    taken.push("verifyToken");
  } catch {
    // It says why, which is nobody's business here.
  }
  return taken;
}

const SESSION = ["session_token", "verifyToken"];
const NOTHING: readonly string[] = [];

describe("one key and one issuer for all tokens of an instance", () => {
  /** What a token opens here, and what the SDK takes it for: where that is more, it is said why. */
  test.each<[string, () => Promise<string>, string | null, readonly string[]]>([
    ["a session", () => session(), "session", SESSION],
    ["a session of version 1", () => session({ version: 1 }), "session", SESSION],
    [
      "a session of no organization",
      () => session({ organization: undefined }),
      "session",
      SESSION,
    ],
    [
      "a session of before categories",
      () => session({ header: { cat: undefined } }),
      "session",
      SESSION,
    ],
    // `toAuth` knows nobody; `verifyToken` does not look.
    ["a pending session", () => session({ status: "pending" }), null, ["verifyToken"]],
    // The SDK reads what it does not know as version 1, without an organization.
    ["a session of version 3", () => session({ claims: { v: 3 } }), null, SESSION],
    // Both look into claims of both versions.
    [
      "a session with organizations of both versions",
      () => session({ claims: { org_id: "org_birch" } }),
      null,
      SESSION,
    ],
    ["a session of another app", () => session({ azp: "https://other.example" }), null, NOTHING],
    ["a session without a party", () => session({ azp: undefined }), null, NOTHING],
    // The issuer is whatever the token says: the SDK of this version compares none.
    [
      "a session of another issuer",
      () => session({ claims: { iss: "https://clerk.other.example" } }),
      null,
      SESSION,
    ],
    // An audience is compared only where the caller names one.
    ["a session for something else", () => session({ claims: { aud: "x" } }), null, SESSION],
    [
      "a template's token",
      () => session({ header: { cat: "cl_B7d4PD222AAA" } }),
      null,
      ["verifyToken"],
    ],
    [
      "a session in a machine's category",
      () => session({ header: { cat: "cl_B7d4PD333AAA" } }),
      null,
      NOTHING,
    ],
    ["a session by somebody else", () => session({ key: "rogue" }), null, NOTHING],
    ["a session keyed with what is public", () => session({ key: "hmac-public" }), null, NOTHING],
    ["a session without a signature", () => session({ key: "none" }), null, NOTHING],
    ["an expired session", () => session({ expiresInSeconds: -120 }), null, NOTHING],
    ["an access token", () => access(), "access", ["oauth_token"]],
    ["an MCP client's", () => access({ clientId: MCP_CLIENT }), "mcp", ["oauth_token"]],
    // Every client of the instance is one to the SDK.
    [
      "an access token of a stranger",
      () => access({ clientId: "stranger" }),
      null,
      ["oauth_token"],
    ],
    ["an access token by somebody else", () => access({ key: "rogue" }), null, NOTHING],
    ["an expired access token", () => access({ expiresInSeconds: -120 }), null, NOTHING],
    // The SDK goes by the type alone.
    [
      "an access token without a client",
      () => access({ claims: { client_id: undefined } }),
      null,
      ["oauth_token"],
    ],
    [
      "an access token of another issuer",
      () => access({ claims: { iss: "https://clerk.other.example" } }),
      null,
      ["oauth_token"],
    ],
    ["a machine", () => machine(), "m2m", ["m2m_token"]],
    // The SDK goes by the subject alone.
    [
      "a machine's token without its category",
      () => machine({ header: { cat: undefined } }),
      null,
      ["m2m_token"],
    ],
    ["a machine's token by somebody else", () => machine({ key: "rogue" }), null, NOTHING],
    ["an expired machine's token", () => machine({ expiresInSeconds: -120 }), null, NOTHING],
    ["an ID token", () => mint().mintIdToken({ ...ACME, nonce: "n" }), null, NOTHING],
    ["no token", async () => "a.b.c", null, NOTHING],
  ])("%s", async (_, make, door, taken) => {
    const token = await make();
    expect([await doorOf(token), await takenFor(token)]).toEqual([door, taken]);
  });

  test("a person with a forged key is asked about once, and by the SDK each time", async () => {
    await doorOf(await session());
    mint().resetRequests();
    for (let time = 0; time < 3; time += 1) await doorOf(await session({ key: "rogue" }));
    expect(mint().requests("jwks")).toBeLessThanOrEqual(1);
  });
});

describe("an access token means here what it means to the SDK", () => {
  test("and its organization besides, which the SDK drops", async () => {
    const token = await access({ scopes: ["openid", "user:org:read", "notes:read"] });
    const request = new Request(APP, { headers: { authorization: `Bearer ${token}` } });
    const state = await sdk.authenticateRequest(request, { acceptsToken: "oauth_token" });
    const auth = state.toAuth();
    expect(auth).not.toHaveProperty("orgId");
    const verified = await verify(adapter, token, ["access"]);
    expect(verified).toMatchObject({ tenant: { external: "org_acme" } });
    if (!verified.ok) return;
    expect(auth).toMatchObject({
      userId: verified.subject,
      clientId: verified.clientId,
      scopes: verified.scopes,
    });
  });
});

describe("the front end's cookies mean what they mean to the SDK", () => {
  interface Cookies {
    readonly token: string;
    readonly suffix: string;
    readonly seconds: number;
  }
  let cookies: Cookies;
  let browser: string;
  beforeAll(async () => {
    const signedIn = await mint().signInFrontEnd({ ...ACME, azp: APP });
    const own = signedIn.cookies.find((line) => /^__session_/.test(line)) ?? "";
    const [, suffix = "", token = ""] = /^__session(_[^=]+)=([^;]+)/.exec(own) ?? [];
    cookies = { token, suffix, seconds: Number(claimsOf(token)["iat"]) };
    browser = signedIn.clientToken;
  });

  test.each<[string, (cookies: Cookies) => Readonly<Record<string, string>>, boolean]>([
    [
      "plain ones",
      ({ token, seconds }) => ({ __session: token, __client_uat: String(seconds) }),
      true,
    ],
    [
      "suffixed ones",
      ({ token, suffix, seconds }) => ({
        [`__session${suffix}`]: token,
        [`__client_uat${suffix}`]: String(seconds),
      }),
      true,
    ],
    ["the session alone", ({ token }) => ({ __session: token }), false],
    [
      "a client that says that nobody is signed in",
      ({ token }) => ({ __session: token, __client_uat: "0" }),
      false,
    ],
    [
      "a client that has changed since",
      ({ token, seconds }) => ({ __session: token, __client_uat: String(seconds + 10) }),
      false,
    ],
    ["a client without a session", ({ seconds }) => ({ __client_uat: String(seconds) }), false],
    ["neither", () => ({}), false],
  ])("%s", async (_, choose, isSignedIn) => {
    const chosen = choose(cookies);
    const pairs = {
      ...chosen,
      __clerk_db_jwt: browser,
      [`__clerk_db_jwt${cookies.suffix}`]: browser,
    };
    const cookie = Object.entries(pairs)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    // A script's request, which no answer can send elsewhere.
    const headers = { cookie, accept: "application/json", "sec-fetch-dest": "empty" };
    const state = await sdk.authenticateRequest(new Request(APP, { headers }), {
      authorizedParties: [APP],
    });
    const picked = adapter.provider.credentials?.[0]?.pick(jarOf(chosen));
    const ours = picked?.kind === "one" && (await verify(adapter, picked.token, ["session"])).ok;
    expect([ours, state.status === "signed-in"]).toEqual([isSignedIn, isSignedIn]);
  });
});
