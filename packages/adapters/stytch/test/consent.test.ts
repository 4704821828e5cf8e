import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ConsentPage, ProviderTools } from "@tenantry/core/provider";
import {
  demoWorld,
  startStytchEmulator,
  type StytchEmulator,
  type World,
} from "@tenantry/emulators";
import { stytch } from "../src/index.ts";

const CALLBACK = "http://localhost:9/callback";
const RESOURCE = "https://api.example/mcp";
const TOOLS: ProviderTools = {
  nowMs: Date.now,
  connections: { get: async () => null, byIssuer: async () => [] },
  verify: async () => ({ ok: false, reason: "provider_unavailable" }),
};

let world: World;
let emulator: StytchEmulator;
let page: ConsentPage;
let clientId: string;
let who: Parameters<ConsentPage["start"]>[0]["who"];

beforeEach(async () => {
  world = demoWorld();
  emulator = await startStytchEmulator({
    world,
    dynamicClientRegistration: true,
    projectId: "project-test-1",
    secret: "secret",
    publicToken: "public-token-test-1",
    redirectUris: [],
  });
  const { address } = emulator.addresses;
  const { mcp } = stytch({
    projectId: "project-test-1",
    secret: "secret",
    publicToken: "public-token-test-1",
    apiUrl: address,
    mcpDomain: address,
    mcpResource: [RESOURCE, "https://api.example/t/{tenant}/mcp"],
    allowInsecureLoopback: true,
  });
  if (mcp?.consent === undefined) throw new Error("no page");
  page = mcp.consent;
  const registered = await fetch(`${address}/v1/oauth2/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: "Agent" }),
  });
  ({ client_id: clientId } = (await registered.json()) as { client_id: string });
  const subject = await memberOf("cleo@acme.example", "org_birch");
  who = { subject, tenant: { external: "org_birch", name: "Birch" } };
});
afterEach(() => emulator.close());

/** The member id of somebody in an organization. */
async function memberOf(email: string, organization: string): Promise<string> {
  const address = `${emulator.addresses.address}/v1/b2b/organizations/${organization}/member`;
  const response = await fetch(`${address}?email_address=${encodeURIComponent(email)}`, {
    headers: { authorization: `Basic ${btoa("project-test-1:secret")}` },
  });
  const { member_id: id } = (await response.json()) as { member_id: string };
  return id;
}

/** A good request, changed. */
function queryOf(changes: Readonly<Record<string, string | null>> = {}): URLSearchParams {
  const query = new URLSearchParams();
  const good: Readonly<Record<string, string | null>> = {
    client_id: clientId,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid notes:read",
    state: "s 1",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    resource: RESOURCE,
    ...changes,
  };
  for (const [name, value] of Object.entries(good)) if (value !== null) query.set(name, value);
  return query;
}

const ask = (query = queryOf(), giver = who) => page.start({ query, who: giver }, TOOLS);

describe("a request", () => {
  test("is for a client that Stytch knows, and for scopes that this member can grant", async () => {
    expect(await ask(queryOf({ scope: "openid notes:read notes:write unheard:of" }))).toEqual({
      ok: true,
      value: {
        kind: "grant",
        client: { clientId, name: "Agent", redirectUri: CALLBACK },
        // Cleo is a viewer in Birch.
        scopes: ["openid", "notes:read"],
      },
    });
  });

  test.each<readonly [string, Readonly<Record<string, string | null>>, string]>([
    ["without a client", { client_id: null }, "authorization_request_malformed"],
    ["without an address", { redirect_uri: null }, "authorization_request_malformed"],
    ["for a token in the address", { response_type: "token" }, "authorization_request_malformed"],
    ["without PKCE", { code_challenge: null }, "code_challenge_missing"],
    ["with plain PKCE", { code_challenge_method: "plain" }, "code_challenge_missing"],
    ["with PKCE of no method", { code_challenge_method: null }, "code_challenge_missing"],
    ["with a challenge of another length", { code_challenge: "short" }, "code_challenge_missing"],
    ["for another server", { resource: "https://other.example/mcp" }, "resource_foreign"],
    ["for our server's front page", { resource: "https://api.example/" }, "resource_foreign"],
  ])("%s is refused before Stytch hears of it", async (_what, changes, reason) => {
    const before = emulator.controls.requests("connected-apps");
    expect(await ask(queryOf(changes))).toEqual({ ok: false, reason });
    expect(emulator.controls.requests("connected-apps")).toBe(before);
  });

  test.each(["client_id", "redirect_uri", "scope", "state", "code_challenge"])(
    "that says %s twice is refused",
    async (name) => {
      const query = queryOf();
      query.append(name, query.get(name) ?? "");
      expect(await ask(query)).toEqual({ ok: false, reason: "parameter_repeated" });
    },
  );

  test("with a second resource elsewhere is refused", async () => {
    const query = queryOf();
    query.append("resource", "https://other.example/mcp");
    expect(await ask(query)).toEqual({ ok: false, reason: "resource_foreign" });
  });

  test("may be for no resource", async () => {
    expect(await ask(queryOf({ resource: null }))).toMatchObject({ ok: true });
  });

  test("for the address of one tenant can be for that tenant only", async () => {
    const resource = "https://api.example/t/acme/mcp";
    expect(await ask(queryOf({ resource }))).toMatchObject({ ok: true, value: { tenant: "acme" } });
  });

  test("for the addresses of two tenants is refused", async () => {
    const query = queryOf({ resource: "https://api.example/t/acme/mcp" });
    query.append("resource", "https://api.example/t/birch/mcp");
    expect(await ask(query)).toEqual({ ok: false, reason: "resource_of_two_tenants" });
  });

  test("of a client that Stytch does not know is refused", async () => {
    expect(await ask(queryOf({ client_id: "connected-app-test-x" }))).toMatchObject({ ok: false });
  });

  test("to an address that is not the client's is refused", async () => {
    const query = queryOf({ redirect_uri: "https://evil.example/callback" });
    expect(await ask(query)).toMatchObject({ ok: false });
  });

  test("is not for a member of another organization", async () => {
    const subject = await memberOf("cleo@acme.example", "org_acme");
    expect(await ask(queryOf(), { ...who, subject })).toMatchObject({ ok: false });
  });

  test("is not for an organization that goes by another name, which Stytch would take", async () => {
    const tenant = { ...who.tenant, external: "birch" };
    expect(await ask(queryOf(), { ...who, tenant })).toEqual({
      ok: false,
      reason: "consent_mismatch",
    });
  });

  test("is not for somebody who has left", async () => {
    world.memberships.remove("user_cleo", "org_birch");
    expect(await ask()).toMatchObject({ ok: false });
  });

  test("cannot be judged while Stytch is down", async () => {
    emulator.controls.fail({ mode: "reset", endpoints: ["connected-apps"] });
    const asked = await ask();
    expect(asked.ok ? "" : asked.reason).toMatch(/_unavailable$/);
  });
});

describe("an answer", () => {
  const decide = (granted: boolean, query = queryOf(), giver = who) =>
    page.decide({ query, who: giver, granted, scopes: ["openid", "notes:read"] }, TOOLS);
  const locationOf = async (granted: boolean) => {
    const decided = await decide(granted);
    return new URL(decided.ok ? (decided.value.location ?? "") : "");
  };

  test("of yes brings a code with the client's state", async () => {
    const { origin, pathname, searchParams } = await locationOf(true);
    expect(`${origin}${pathname}`).toBe(CALLBACK);
    expect(searchParams.get("code")).toBeTruthy();
    expect(searchParams.get("state")).toBe("s 1");
  });

  test("of no brings access_denied and no code", async () => {
    const { searchParams } = await locationOf(false);
    expect(searchParams.get("error")).toBe("access_denied");
    expect(searchParams.get("code")).toBeNull();
  });

  test("is read as strictly as the question", async () => {
    expect(await decide(true, queryOf({ code_challenge: null }))).toEqual({
      ok: false,
      reason: "code_challenge_missing",
    });
  });

  test("of somebody who has left meanwhile is refused", async () => {
    world.memberships.remove("user_cleo", "org_birch");
    expect(await decide(true)).toMatchObject({ ok: false });
  });

  test("is asked for once, even if the network loses it", async () => {
    emulator.controls.fail({ mode: "reset", endpoints: ["connected-apps"] });
    const before = emulator.controls.requests("connected-apps");
    const decided = await decide(true);
    expect(decided.ok ? "" : decided.reason).toMatch(/_unavailable$/);
    expect(emulator.controls.requests("connected-apps")).toBe(before + 1);
  });
});
