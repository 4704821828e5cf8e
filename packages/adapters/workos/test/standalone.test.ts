import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ConsentPage } from "@tenantry/core/provider";
import { createHeadlessBrowser, type WorkosEmulator } from "@tenantry/emulators";
import { workos } from "../src/index.ts";
import {
  adapterOf,
  API,
  API_KEY,
  bearer,
  CALLBACK,
  optionsFor,
  startEmulator,
} from "./support/adapter.ts";

const CLAIM = "urn:tenantry:organization";
const DOCUMENT_ID = "https://agent.example/client.json";
const WHO = { subject: "user_cleo", tenant: { external: "org_birch", name: "Birch" } };

let emulator: WorkosEmulator;
let page: ConsentPage;
beforeEach(async () => {
  emulator = await startEmulator({
    loginUri: "http://localhost:9/auth/authorize/workos",
    clientIdMetadataDocuments: true,
    clientDocuments: { [DOCUMENT_ID]: { client_id: DOCUMENT_ID, redirect_uris: [CALLBACK] } },
  });
  const { mcp } = workos(optionsFor(emulator, { standaloneConnect: true }));
  if (mcp?.consent === undefined) throw new Error("no page");
  page = mcp.consent;
});
afterEach(() => emulator.close());

const { tools: TOOLS } = adapterOf({
  apiKey: API_KEY,
  clientId: "client_app",
  apiUrl: "http://localhost:9",
  allowInsecureLoopback: true,
});

/** What the browser of an OAuth client brings to the Login URI. */
async function arrive(): Promise<URLSearchParams> {
  const url = new URL(`${emulator.addresses.authkit}/oauth2/authorize`);
  url.search = new URLSearchParams({
    client_id: DOCUMENT_ID,
    response_type: "code",
    redirect_uri: CALLBACK,
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    resource: API,
  }).toString();
  const stop = await createHeadlessBrowser().open(url);
  return stop.url.searchParams;
}

const decide = (query: URLSearchParams, granted = true, who = WHO) =>
  page.decide({ query, who, granted, scopes: [] }, TOOLS);
const completions = () => emulator.controls.requests("connect-complete");
async function externalIdOf(userId: string): Promise<unknown> {
  const response = await fetch(`${emulator.addresses.address}/user_management/users/${userId}`, {
    headers: { authorization: `Bearer ${API_KEY}` },
  });
  return ((await response.json()) as { external_id: unknown }).external_id;
}

describe("the Login URI", () => {
  test("exists only where the app says so", () => {
    expect(workos(optionsFor(emulator)).mcp?.consent).toBeUndefined();
  });

  test("needs the AuthKit domain", () => {
    const { authkitDomain: _domain, ...options } = optionsFor(emulator);
    expect(() => workos({ ...options, standaloneConnect: true })).toThrow(
      /standaloneConnect.*WORKOS_STANDALONE_CONNECT.*authkitDomain/,
    );
  });

  test("asks who is there, and goes on at the AuthKit domain only", async () => {
    expect(await page.start({ query: await arrive(), who: WHO }, TOOLS)).toEqual({
      ok: true,
      value: { kind: "identity", origin: emulator.addresses.authkit },
    });
  });

  test.each([
    ["", "external_auth_id_malformed"],
    ["external_auth_id=", "external_auth_id_malformed"],
    ["external_auth_id=../../users", "external_auth_id_malformed"],
    [`external_auth_id=${"a".repeat(129)}`, "external_auth_id_malformed"],
    ["external_auth_id=a&external_auth_id=b", "parameter_repeated"],
  ])("refuses the query %j", async (search, reason) => {
    const query = new URLSearchParams(search);
    expect(await page.start({ query, who: WHO }, TOOLS)).toEqual({ ok: false, reason });
    expect(await decide(query)).toEqual({ ok: false, reason });
    expect(completions()).toBe(0);
  });
});

describe("a yes", () => {
  test("offers the one organization that was on the page", async () => {
    const decided = await decide(await arrive());
    const location = decided.ok ? (decided.value.location ?? "") : "";
    expect(new URL(location).origin).toBe(emulator.addresses.authkit);
    const stop = await createHeadlessBrowser().open(location);
    const body = stop.kind === "page" ? stop.body : "";
    expect(body.match(/type="radio"/g)).toHaveLength(1);
    expect(body).toContain('value="org_birch"');
    expect(body).toContain("Birch");
  });

  test("gives who has no external id their own, and leaves another one alone", async () => {
    expect(await externalIdOf("user_cleo")).toBeNull();
    await decide(await arrive());
    expect(await externalIdOf("user_cleo")).toBe("user_cleo");
    await fetch(`${emulator.addresses.address}/user_management/users/user_cleo`, {
      method: "PUT",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ external_id: "42" }),
    });
    expect(await decide(await arrive())).toMatchObject({ ok: true });
    expect(await externalIdOf("user_cleo")).toBe("42");
  });

  test("counts once at WorkOS too", async () => {
    const query = await arrive();
    await decide(query);
    expect(await decide(query)).toEqual({
      ok: false,
      reason: "external_auth_session_already_completed",
    });
  });

  test("to what WorkOS does not know is refused", async () => {
    const query = new URLSearchParams({ external_auth_id: "ext_auth_x" });
    expect(await decide(query)).toEqual({ ok: false, reason: "entity_not_found" });
  });

  test("of somebody whom WorkOS does not know is refused", async () => {
    const decided = await decide(await arrive(), true, { ...WHO, subject: "user_nobody" });
    expect(decided).toEqual({ ok: false, reason: "entity_not_found" });
    expect(completions()).toBe(0);
  });

  test("cannot be told while WorkOS is down, and is not tried again", async () => {
    const query = await arrive();
    emulator.controls.fail({ mode: "reset", endpoints: ["connect-complete"] });
    const decided = await decide(query);
    expect(decided.ok ? "" : decided.reason).toMatch(/_unavailable$/);
    expect(completions()).toBe(1);
  });
});

test("a no is told to nobody", async () => {
  const query = await arrive();
  expect(await decide(query, false)).toEqual({ ok: true, value: { location: null } });
  expect(completions()).toBe(0);
  expect(await decide(query)).toMatchObject({ ok: true });
});

describe("a token", () => {
  const tenantOf = async (
    claims: Readonly<Record<string, unknown>>,
    options: { readonly standaloneConnect: boolean; readonly organization?: string },
  ) => {
    const { standaloneConnect, organization } = options;
    const adapter = adapterOf(optionsFor(emulator, { standaloneConnect }));
    const token = await emulator.controls.mintConnectToken({
      person: "user_cleo",
      resource: API,
      claims,
      ...(organization === undefined ? {} : { organization }),
    });
    const result = await adapter.verifier.verify(token, { accept: ["mcp"], resource: API });
    return result.ok ? result.value.identity.tenant : result.reason;
  };
  const on = { standaloneConnect: true };

  test("stands for the organization that was chosen on the page", async () => {
    expect(await tenantOf({ [CLAIM]: "org_birch" }, on)).toEqual({ external: "org_birch" });
  });

  test("may say the same in WorkOS's own claim", async () => {
    const both = { ...on, organization: "birch" };
    expect(await tenantOf({ [CLAIM]: "org_birch" }, both)).toEqual({ external: "org_birch" });
  });

  test("that says two organizations is refused", async () => {
    const both = { ...on, organization: "acme" };
    expect(await tenantOf({ [CLAIM]: "org_birch" }, both)).toBe("claim_invalid");
  });

  test.each([undefined, null, "", ["org_birch"]])("with %j for it is refused", async (claim) => {
    const both = { ...on, organization: "acme" };
    expect(await tenantOf({ [CLAIM]: claim }, both)).toBe("claim_missing");
  });

  test("is read by WorkOS's own claim where people choose there", async () => {
    const off = { standaloneConnect: false, organization: "acme" };
    expect(await tenantOf({ [CLAIM]: "org_birch" }, off)).toEqual({ external: "org_acme" });
  });

  test("of another person than WorkOS's own ids name is none", async () => {
    const adapter = adapterOf(optionsFor(emulator, on));
    const token = await emulator.controls.mintConnectToken({
      person: "user_cleo",
      resource: API,
      claims: { [CLAIM]: "org_birch", sub: "42" },
    });
    expect(await bearer(adapter, token, { resource: API })).not.toBe("mcp");
  });
});
