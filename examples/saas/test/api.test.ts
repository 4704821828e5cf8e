import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callApi, rawGet } from "./support/api-answer.ts";
import { startDemo, type RunningDemo } from "./support/demo.ts";
import { machineToken, personTokens, type TokenSet } from "./support/tokens.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) console.warn("Skipping the printed lines: there is no curl on this machine.");

const INVALID = 'Bearer error="invalid_token"';

let demo: RunningDemo;
let issuer = "";
let resource = "";
let notes = "";
let tokens: TokenSet;

beforeAll(async () => {
  demo = await startDemo();
  issuer = demo.emulator?.issuer ?? "";
  resource = `${demo.url}/api`;
  notes = `${demo.url}/api/notes`;
  tokens = await personTokens(issuer, {
    appUrl: demo.url,
    person: "ada@acme.example",
    resource,
    scope: "openid offline_access notes:read notes:write",
  });
}, 60_000);
afterAll(() => demo[Symbol.asyncDispose]());

describe("a token from the provider's token endpoint opens the API", () => {
  test("for a machine, by client credentials", async () => {
    const token = await machineToken(issuer, { clientId: "acme-robot", resource });
    const answer = await callApi(notes, `Bearer ${token}`);
    expect(answer).toMatchObject({ status: 200, challenge: null, body: { tenant: "acme" } });
  });

  test("for a person, by authorization code", async () => {
    const answer = await callApi(notes, `Bearer ${tokens.access_token}`);
    expect(answer).toMatchObject({ status: 200, body: { tenant: "acme" } });
  });

  test("for a person in the organization that they chose at sign-in", async () => {
    const cleo = await personTokens(issuer, {
      appUrl: demo.url,
      person: "cleo@acme.example",
      organization: "birch",
      resource,
      scope: "openid notes:read notes:write",
    });
    const answer = await callApi(notes, `Bearer ${cleo.access_token}`);
    expect(answer.body).toMatchObject({ tenant: "birch" });
    // The token has the scope; the role in Birch is a viewer's.
    const write = { method: "POST", json: { text: "from Cleo" } };
    expect(await callApi(notes, `Bearer ${cleo.access_token}`, write)).toMatchObject({
      status: 403,
      code: "permission_denied",
      challenge: null,
    });
  });

  test("and what it writes stays in its tenant", async () => {
    const acme = await machineToken(issuer, { clientId: "acme-robot", resource });
    const birch = await machineToken(issuer, { clientId: "birch-robot", resource });
    const text = "only for Acme";
    const written = await callApi(`${demo.url}/api/t/acme/notes`, `Bearer ${acme}`, {
      method: "POST",
      json: { text },
    });
    expect(written.status).toBe(201);
    const ofAcme = await callApi(notes, `Bearer ${acme}`);
    const ofBirch = await callApi(notes, `Bearer ${birch}`);
    expect(JSON.stringify(ofAcme.body)).toContain(text);
    expect(ofBirch.body).toMatchObject({ tenant: "birch" });
    expect(JSON.stringify(ofBirch.body)).not.toContain(text);
  });

  test("as far as its scopes go: without notes:write it says which one is missing", async () => {
    const token = await machineToken(issuer, {
      clientId: "acme-robot",
      resource,
      scope: "notes:read",
    });
    const write = { method: "POST", json: { text: "no" } };
    expect(await callApi(notes, `Bearer ${token}`, write)).toMatchObject({
      status: 403,
      code: "scope_insufficient",
      challenge: 'Bearer error="insufficient_scope", scope="notes:write"',
    });
  });

  test.skipIf(!hasCurl)("by the two lines that the terminal prints", async () => {
    const lines = demo.output().split("\n");
    const start = lines.findIndex((line) => line.startsWith("TOKEN="));
    const script = lines.slice(start, start + 2).join("\n");
    const { stdout } = spawnSync("sh", ["-c", `set -eu\n${script}`], { encoding: "utf8" });
    expect(JSON.parse(stdout)).toMatchObject({ tenant: "acme" });
  });
});

describe("everything else is refused", () => {
  test("no credential: 401 that names no error", async () => {
    expect(await callApi(notes)).toMatchObject({
      status: 401,
      challenge: "Bearer",
      code: "credential_missing",
    });
  });

  test("Basic: 401", async () => {
    const basic = `Basic ${Buffer.from("acme-robot:acme-robot-secret").toString("base64")}`;
    expect(await callApi(notes, basic)).toMatchObject({ status: 401, challenge: INVALID });
  });

  test("an ID token: 401", async () => {
    expect(tokens.id_token).toBeDefined();
    expect(await callApi(notes, `Bearer ${tokens.id_token}`)).toMatchObject({
      status: 401,
      challenge: INVALID,
      code: "credential_invalid",
    });
  });

  test("a refresh token: 401", async () => {
    expect(tokens.refresh_token).toBeDefined();
    expect(await callApi(notes, `Bearer ${tokens.refresh_token}`)).toMatchObject({
      status: 401,
      challenge: INVALID,
    });
  });

  test("an access token for the provider itself, which is opaque: 401", async () => {
    const own = await personTokens(issuer, {
      appUrl: demo.url,
      person: "ada@acme.example",
      scope: "openid",
    });
    expect(own.access_token.split(".")).toHaveLength(1);
    expect(await callApi(notes, `Bearer ${own.access_token}`)).toMatchObject({
      status: 401,
      challenge: INVALID,
    });
  });

  test("a signature changed in one place: 401", async () => {
    const [header, payload, signature = ""] = tokens.access_token.split(".");
    const changed = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    expect(await callApi(notes, `Bearer ${header}.${payload}.${changed}`)).toMatchObject({
      status: 401,
      challenge: INVALID,
    });
  });

  test("claims changed under the old signature: 401", async () => {
    const [header, payload = "", signature] = tokens.access_token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const changed = { ...claims, org_id: "org_birch", org_slug: "birch" };
    const forged = Buffer.from(JSON.stringify(changed)).toString("base64url");
    expect(await callApi(notes, `Bearer ${header}.${forged}.${signature}`)).toMatchObject({
      status: 401,
    });
  });

  test('"alg": "none": 401', async () => {
    const [, payload] = tokens.access_token.split(".");
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    expect(await callApi(notes, `Bearer ${header}.${payload}.`)).toMatchObject({ status: 401 });
  });

  test.each(["Bearer", "Bearer ", "Bearer %", "Bearer a b", "Bearer null", "token"])(
    "%j in the header: 401",
    async (authorization) => {
      expect(await callApi(notes, authorization)).toMatchObject({ status: 401 });
    },
  );

  test("two Authorization headers, both good: 400", async () => {
    const line = `authorization: Bearer ${tokens.access_token}`;
    const answer = await rawGet(notes, [line, line]);
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).toMatch(/www-authenticate: Bearer error="invalid_request"/i);
  });

  test("the token in the query, the body or a cookie: 401", async () => {
    const token = tokens.access_token;
    expect(await callApi(`${notes}?access_token=${token}`)).toMatchObject({ status: 401 });
    const body = { method: "POST", json: { access_token: token, text: "x" } };
    expect(await callApi(notes, undefined, body)).toMatchObject({ status: 401 });
    const answer = await rawGet(notes, [`cookie: access_token=${token}; __Host-tenantry=${token}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 401/);
  });

  test("a machine that belongs to no tenant: 403, and never a guess", async () => {
    const token = await machineToken(issuer, { clientId: "stray-robot", resource });
    for (const path of ["/api/notes", "/api/t/acme/notes", "/api/t/nowhere/notes"]) {
      const answer = await callApi(demo.url + path, `Bearer ${token}`);
      expect(answer.status).toBeGreaterThanOrEqual(403);
      expect(answer.status).toBeLessThanOrEqual(404);
    }
  });

  test("Acme's token on Birch's path gets what an absent tenant gets: 404", async () => {
    const bearer = `Bearer ${tokens.access_token}`;
    expect((await callApi(`${demo.url}/api/t/acme/notes`, bearer)).status).toBe(200);
    const foreign = await callApi(`${demo.url}/api/t/birch/notes`, bearer);
    const absent = await callApi(`${demo.url}/api/t/nowhere/notes`, bearer);
    expect(foreign).toMatchObject({ status: 404, challenge: null });
    expect(foreign).toEqual(absent);
    const write = { method: "POST", json: { text: "smuggled" } };
    expect(await callApi(`${demo.url}/api/t/birch/notes`, bearer, write)).toMatchObject({
      status: 404,
    });
  });

  test("a path that names a tenant, without a credential: 401, before any look-up", async () => {
    for (const slug of ["acme", "nowhere"]) {
      expect(await callApi(`${demo.url}/api/t/${slug}/notes`)).toMatchObject({ status: 401 });
    }
  });

  test("a good token on the pages, which take sessions only", async () => {
    const page = await fetch(`${demo.url}/t/acme/notes`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(page.status).toBe(401);
  });
});
