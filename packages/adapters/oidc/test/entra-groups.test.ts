import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OidcOptions } from "../src/index.ts";
import { adapterOf, type AdapterSurroundings } from "./support/adapter.ts";
import {
  ACME,
  ADA,
  BIRCH,
  multiTenant,
  signInAt,
  startEntra,
  type EntraServer,
} from "./support/entra.ts";
import type { Answer } from "./support/issuer.ts";

const GROUPS = ["g-admins", "g-everybody"];
const LEFT_OUT = {
  _claim_names: { groups: "src1" },
  // SECURITY: an address that the token's author chose; nobody may ask it.
  _claim_sources: { src1: { endpoint: "http://localhost:1/evil/getMemberObjects" } },
};

let server: EntraServer;
let asked: { path: string; authorization: string | undefined }[];
let grants: { tenant: string; scope: string | null }[];
let graph: Answer;

beforeAll(async () => {
  server = await startEntra();
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  grants = [];
  graph = { body: { value: GROUPS } };
  for (const tenant of [ACME, BIRCH]) {
    server.endpoints.set(`/${tenant}/oauth2/v2.0/token`, ({ form }) => {
      grants.push({ tenant, scope: form.get("scope") });
      return { body: { access_token: `app-of-${tenant}`, token_type: "Bearer", expires_in: 3600 } };
    });
  }
  for (const path of [
    `/v1.0/users/${ADA}/getMemberGroups`,
    `/v1.0/servicePrincipals/${ADA}/getMemberGroups`,
  ]) {
    server.endpoints.set(path, ({ headers }) => {
      asked.push({ path, authorization: headers.authorization });
      return graph;
    });
  }
});

function adapterWith(more: Partial<OidcOptions> = {}, surroundings: AdapterSurroundings = {}) {
  return adapterOf(multiTenant(server, { groupsClaim: ["groups"], ...more }), surroundings);
}

const verify = async (
  claims: Record<string, unknown>,
  { adapter = adapterWith(), tenant = ACME } = {},
) =>
  adapter.verifier.verify(await server.accessToken(tenant, claims), { accept: ["access", "m2m"] });

describe("groups that were too many for a token", () => {
  test("are asked of Microsoft Graph, and join the roles of the token", async () => {
    expect(await verify({ roles: ["editor"], ...LEFT_OUT })).toMatchObject({
      ok: true,
      value: { identity: { roles: ["editor", ...GROUPS] } },
    });
    expect(asked).toEqual([
      { path: `/v1.0/users/${ADA}/getMemberGroups`, authorization: `Bearer app-of-${ACME}` },
    ]);
    expect(grants).toEqual([{ tenant: ACME, scope: `${server.origin}/.default` }]);
  });

  test.each([true, "true"])(
    "are asked for as well when the token says hasgroups %s",
    async (hasgroups) => {
      expect(await verify({ hasgroups })).toMatchObject({
        ok: true,
        value: { identity: { roles: GROUPS } },
      });
    },
  );

  test("of an app are those of its service principal", async () => {
    await verify({ idtyp: "app", scp: undefined, ...LEFT_OUT });
    expect(asked.map(({ path }) => path)).toEqual([
      `/v1.0/servicePrincipals/${ADA}/getMemberGroups`,
    ]);
  });

  test("are asked for at sign-in too", async () => {
    const step = await signInAt(server, adapterWith(), {
      wanted: ACME,
      idToken: (nonce) => server.idToken(ACME, { nonce, ...LEFT_OUT }),
    });
    expect(step).toMatchObject({ kind: "done", identity: { roles: GROUPS } });
  });

  test("are asked with a token of the person's own tenant", async () => {
    const adapter = adapterWith();
    await verify(LEFT_OUT, { adapter });
    await verify(LEFT_OUT, { adapter, tenant: BIRCH });
    expect(asked.map(({ authorization }) => authorization)).toEqual([
      `Bearer app-of-${ACME}`,
      `Bearer app-of-${BIRCH}`,
    ]);
  });

  test("are not asked for when the token has them, when nobody wants them, or without overage", async () => {
    await expect(verify({ groups: ["g-one"] })).resolves.toMatchObject({
      value: { identity: { roles: ["g-one"] } },
    });
    await verify(LEFT_OUT, { adapter: adapterWith({ groupsClaim: undefined }) });
    await verify({});
    await verify(LEFT_OUT, { adapter: adapterWith({ accessTokenRoles: "directory" }) });
    expect(asked).toEqual([]);
  });

  test("of a token that is presented again are remembered, and so is the app's own token", async () => {
    const adapter = adapterWith();
    const token = await server.accessToken(ACME, LEFT_OUT);
    await adapter.verifier.verify(token, { accept: ["access"] });
    await adapter.verifier.verify(token, { accept: ["access"] });
    await verify({ ...LEFT_OUT, jti: "another" }, { adapter });
    expect(asked).toHaveLength(2);
    expect(grants).toHaveLength(1);
  });

  test("of many tokens at once need one token of the app's own", async () => {
    const adapter = adapterWith();
    const tokens = ["1", "2", "3"].map((jti) => verify({ ...LEFT_OUT, jti }, { adapter }));
    await Promise.all(tokens);
    expect(asked).toHaveLength(3);
    expect(grants).toHaveLength(1);
  });

  test("of an object id that looks like a path are asked of that very id", async () => {
    await verify({ ...LEFT_OUT, oid: "x/../../me" });
    expect(server.requests.at(-1)).toBe("POST /v1.0/users/x%2F..%2F..%2Fme/getMemberGroups");
  });

  test("are asked with a new token when the app's own has ended", async () => {
    let nowMs = Date.now();
    const adapter = adapterWith({}, { nowMs: () => nowMs });
    await verify(LEFT_OUT, { adapter });
    nowMs += 3_590_000;
    await verify({ ...LEFT_OUT, exp: Math.floor(nowMs / 1000) + 600 }, { adapter });
    expect(grants).toHaveLength(2);
  });
});

describe("nobody gets in without groups that are wanted", () => {
  test.each<[string, Answer]>([
    ["answers that it is asked too often", { status: 429, headers: { "retry-after": "11" } }],
    ["is down", { status: 503 }],
    ["refuses the app", { status: 403, body: { error: { code: "Authorization_RequestDenied" } } }],
    ["does not know the person", { status: 404, body: {} }],
    [
      "finds them too many",
      { status: 400, body: { error: { code: "Directory_ResultSizeLimitExceeded" } } },
    ],
    ["answers without a list", { body: {} }],
    ["answers with something else in the list", { body: { value: ["g-admins", 7] } }],
    ["answers with a page", { body: "<html>" }],
  ])("when Graph %s", async (_name, answer) => {
    graph = answer;
    const result = await verify({ roles: ["editor"], ...LEFT_OUT });
    expect(result).toMatchObject({ ok: false, reason: "provider_unavailable" });
  });

  test.each<[string, Answer]>([
    ["refuses", { status: 400, body: { error: "unauthorized_client" } }],
    ["is down", { status: 500, body: {} }],
  ])(
    "when the tenant %s to give the app a token, and the next one asks anew",
    async (_name, answer) => {
      const give = server.endpoints.get(`/${ACME}/oauth2/v2.0/token`);
      server.endpoints.set(`/${ACME}/oauth2/v2.0/token`, () => answer);
      const adapter = adapterWith();
      expect(await verify(LEFT_OUT, { adapter })).toMatchObject({ reason: "provider_unavailable" });
      expect(asked).toEqual([]);
      if (give !== undefined) server.endpoints.set(`/${ACME}/oauth2/v2.0/token`, give);
      expect(await verify(LEFT_OUT, { adapter })).toMatchObject({ ok: true });
    },
  );

  test("and the next time the app asks with a new token", async () => {
    const adapter = adapterWith();
    graph = { status: 401 };
    await verify(LEFT_OUT, { adapter });
    graph = { body: { value: GROUPS } };
    expect(await verify(LEFT_OUT, { adapter })).toMatchObject({ ok: true });
    expect(grants).toHaveLength(2);
  });

  test("and is told how long Graph asks to wait", async () => {
    graph = { status: 429, headers: { "retry-after": "11" } };
    expect(await verify(LEFT_OUT)).toMatchObject({ retryAfterSeconds: 11 });
  });

  test("when Graph does not answer in time", async () => {
    const fetch: typeof globalThis.fetch = (input, init) =>
      typeof input === "string" && input.includes("/v1.0/")
        ? Promise.reject(new DOMException("too late", "TimeoutError"))
        : globalThis.fetch(input, init);
    const adapter = adapterWith({}, { runtime: { fetch } });
    expect(await verify(LEFT_OUT, { adapter })).toMatchObject({ reason: "provider_unavailable" });
  });

  test("at sign-in neither", async () => {
    graph = { status: 429 };
    const step = await signInAt(server, adapterWith(), {
      wanted: ACME,
      idToken: (nonce) => server.idToken(ACME, { nonce, ...LEFT_OUT }),
    });
    expect(step).toMatchObject({ kind: "unavailable", reason: "provider_unavailable" });
  });
});
