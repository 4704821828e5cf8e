import type { LoginStep, OpenConnection } from "@tenantry/core/provider";
import { definePermissions } from "@tenantry/core";
import { createAuthFromEnv } from "@tenantry/core/config";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fromWebRequest } from "../../../core/src/request/request.ts";
import { entraIssuersOf, entraTenants } from "../src/entra/tenants.ts";
import { oidc, type OidcOptions } from "../src/index.ts";
import { adapterOf, API, bearer, CALLBACK, FLOW, type Adapter } from "./support/adapter.ts";
import {
  ACME,
  ADA,
  BIRCH,
  multiTenant,
  signInAt,
  startEntra,
  STRANGER,
  type EntraServer,
} from "./support/entra.ts";

let server: EntraServer;
let adapter: Adapter;

beforeAll(async () => {
  server = await startEntra();
});
afterAll(() => server.close());
beforeEach(() => {
  adapter = adapterOf(multiTenant(server));
  server.requests.length = 0;
});

const identityOf = (step: LoginStep) => {
  if (step.kind !== "done") throw new Error(`sign-in ended as ${JSON.stringify(step)}`);
  return step.identity;
};

describe("a multi-tenant app", () => {
  test.each([ACME, BIRCH])("signs in people of a listed tenant, as that tenant's", async (id) => {
    const step = await signInAt(server, adapter, {
      idToken: (nonce) => server.idToken(id, { nonce, name: "Ada", roles: ["admin"] }),
    });
    expect(identityOf(step)).toMatchObject({
      issuer: `${server.origin}/${id}/v2.0`,
      subject: ADA,
      tenant: { external: id },
      name: "Ada",
      roles: ["admin"],
    });
    expect(step).toMatchObject({
      visited: "/organizations/oauth2/v2.0/authorize",
      tokens: { refreshToken: "r1", idToken: expect.stringMatching(/^ey/) as string },
    });
  });

  test("refuses people of a tenant that is not listed, without asking that tenant anything", async () => {
    const step = await signInAt(server, adapter, {
      idToken: (nonce) => server.idToken(STRANGER, { nonce }),
    });
    expect(step).toMatchObject({ kind: "refused", reason: "issuer_unknown" });
    expect(server.requests.filter((request) => request.includes(STRANGER))).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["tid is of another listed tenant", { tid: BIRCH }, "issuer_unknown"],
    ["tid is missing", { tid: undefined }, "claim_missing"],
    ["tid is no text", { tid: [ACME] }, "claim_missing"],
    ["oid is missing", { oid: undefined }, "claim_missing"],
    ["the issuer is the template", { iss: "{origin}/{tenantid}/v2.0" }, "issuer_unknown"],
    [
      "the issuer is the template without a tenant",
      { iss: "{origin}/undefined/v2.0", tid: undefined },
      "issuer_unknown",
    ],
    [
      "the issuer only begins like a listed one",
      { iss: `{origin}/${ACME}/v2.0/` },
      "issuer_unknown",
    ],
    ["another tenant's keys signed it", { iss: `{origin}/${BIRCH}/v2.0` }, "signature_invalid"],
    ["it is another client's", { aud: "other" }, "audience_mismatch"],
    ["it is of another flow", { nonce: "another" }, "nonce_mismatch"],
    ["it has no nonce", { nonce: undefined }, "nonce_mismatch"],
  ])("refuses an ID token when %s", async (_name, changes, reason) => {
    const step = await signInAt(server, adapter, {
      idToken: (nonce) => {
        const { iss, ...rest } = changes;
        const issuer =
          typeof iss === "string" ? { iss: iss.replace("{origin}", server.origin) } : {};
        return server.idToken(ACME, { nonce, ...rest, ...issuer });
      },
    });
    expect(step).toMatchObject({ kind: "refused", reason });
  });

  test.each<[string, unknown]>([
    ["no ID token", { access_token: "a", token_type: "Bearer" }],
    ["an ID token that is none", { access_token: "a", token_type: "Bearer", id_token: "x.e30.y" }],
  ])("refuses an answer with %s", async (_name, body) => {
    const idToken = () => Promise.reject(new Error("not asked for"));
    const step = await signInAt(server, adapter, { idToken, answer: { body } });
    expect(step).toMatchObject({ kind: "refused" });
  });

  test("sends people to the tenant's own address when it is known", async () => {
    const step = await signInAt(server, adapter, {
      wanted: BIRCH,
      idToken: (nonce) => server.idToken(BIRCH, { nonce }),
    });
    expect(step).toMatchObject({ kind: "done", visited: `/${BIRCH}/oauth2/v2.0/authorize` });
    const other = await signInAt(server, adapter, {
      wanted: BIRCH,
      idToken: (nonce) => server.idToken(ACME, { nonce }),
    });
    expect(other).toMatchObject({ kind: "refused" });
  });

  test("knows slugs from the map", async () => {
    adapter = adapterOf(multiTenant(server, { orgMap: { [ACME]: "acme" } }));
    const step = await signInAt(server, adapter, {
      idToken: (nonce) => server.idToken(ACME, { nonce }),
    });
    expect(identityOf(step).tenant).toMatchObject({ external: ACME, slug: "acme" });
  });

  test("renews with the tokens of listed tenants only", async () => {
    const answerWith = (tenant: string) =>
      server.endpoints.set("/organizations/oauth2/v2.0/token", async () => ({
        body: {
          access_token: "opaque",
          token_type: "Bearer",
          refresh_token: "r2",
          id_token: await server.idToken(tenant),
        },
      }));
    answerWith(ACME);
    const { login, tools } = adapter;
    await expect(login.refresh({ refreshToken: "r1" }, tools)).resolves.toMatchObject({
      kind: "refreshed",
      identity: { subject: ADA, tenant: { external: ACME } },
      tokens: { refreshToken: "r2" },
    });
    answerWith(STRANGER);
    await expect(login.refresh({ refreshToken: "r1" }, tools)).resolves.toMatchObject({
      kind: "ended",
      reason: "issuer_unknown",
    });
  });
});

describe("access tokens", () => {
  const verify = (token: string) => adapter.verifier.verify(token, { accept: ["access", "m2m"] });

  test.each(["1.0", "2.0"] as const)(
    "of version %s are the same person's under the same issuer",
    async (version) => {
      const result = await verify(await server.accessToken(ACME, {}, version));
      expect(result).toMatchObject({
        ok: true,
        value: {
          profile: { kind: "access" },
          identity: {
            issuer: `${server.origin}/${ACME}/v2.0`,
            subject: ADA,
            tenant: { external: ACME },
            scopes: ["notes:read"],
          },
        },
      });
    },
  );

  test.each(["1.0", "2.0"] as const)(
    "of version %s of a tenant that is not listed are unknown, before anything is fetched",
    async (version) => {
      const token = await server.accessToken(STRANGER, {}, version);
      await expect(bearer(adapter, token)).resolves.toBe("issuer_unknown");
      expect(server.requests).toEqual([]);
    },
  );

  test.each<[string, Record<string, unknown>, string]>([
    ["that name another tenant than their issuer's", { tid: BIRCH }, "issuer_unknown"],
    ["without oid", { oid: undefined }, "claim_missing"],
    ["for another API", { aud: "https://graph.microsoft.com" }, "audience_mismatch"],
    ["that say of nobody what they are for", { scp: undefined }, "profile_none"],
    [
      "that call themselves a person's without a scope",
      { scp: undefined, idtyp: "user" },
      "profile_none",
    ],
  ])("%s are refused", async (_name, changes, reason) => {
    const token = await server.accessToken(ACME, changes);
    await expect(bearer(adapter, token)).resolves.toBe(reason);
  });

  test("an ID token opens nothing", async () => {
    const token = await server.idToken(ACME, { aud: ["app"] });
    await expect(bearer(adapter, token)).resolves.toBe("profile_none");
  });

  test.each<[string, Record<string, unknown>]>([
    ["that say so", { idtyp: "app", sub: "another" }],
    ["that have themselves as subject, and no scopes", { sub: ADA }],
  ])("of apps %s are machines', bound by their app roles", async (_name, claims) => {
    const token = await server.accessToken(ACME, { scp: undefined, roles: ["viewer"], ...claims });
    expect(await verify(token)).toMatchObject({
      ok: true,
      value: {
        profile: { kind: "m2m", scopes: "none", roles: "token" },
        identity: { kind: "service", subject: ADA, clientId: "spa", roles: ["viewer"] },
      },
    });
  });
});

describe("an e-mail address (nOAuth)", () => {
  test.each([
    [true, true],
    [undefined, false],
    [false, false],
    ["true", false],
  ])(
    "counts as verified only if the tenant owns its domain (xms_edov %s)",
    async (edov, verified) => {
      const email = "cto@acme.example";
      const step = await signInAt(server, adapter, {
        idToken: (nonce) =>
          server.idToken(BIRCH, { nonce, email, email_verified: true, xms_edov: edov }),
      });
      expect(identityOf(step).email).toEqual({ value: email, verified });
    },
  );

  test("is not taken from userinfo or another claim", async () => {
    const step = await signInAt(server, adapter, {
      idToken: (nonce) =>
        server.idToken(BIRCH, { nonce, preferred_username: "cto@acme.example", upn: "x@y.z" }),
    });
    expect(identityOf(step).email).toBeUndefined();
    expect(server.requests).not.toContain("GET /oidc/userinfo");
  });

  test("never makes two people one", async () => {
    const permissions = definePermissions({
      permissions: ["notes:read"],
      roles: { admin: ["notes:read"] },
    });
    const { origin } = server;
    const auth = await createAuthFromEnv({
      providers: { oidc: () => import("../src/index.ts") },
      permissions,
      env: {
        AUTH_PROVIDER: "oidc",
        BASE_URL: "http://localhost:3000",
        AUTH_SECRET: "0123456789abcdef0123456789abcdef",
        OIDC_RECIPE: "entra",
        OIDC_ISSUER: `${origin}/common/v2.0`,
        OIDC_ENTRA_TENANTS: `${ACME},${BIRCH}`,
        OIDC_CLIENT_ID: "app",
        OIDC_AUDIENCE: API,
        OIDC_ALLOW_INSECURE_LOOPBACK: "true",
      },
    });
    const who = async (tenant: string, version: "1.0" | "2.0" = "2.0") => {
      const claims = { email: "cto@acme.example", xms_edov: true, roles: ["admin"] };
      const token = await server.accessToken(tenant, claims, version);
      const headers = { authorization: `Bearer ${token}` };
      const request = new Request("http://localhost:3000/api", { headers });
      const outcome = await auth.authenticate(fromWebRequest(request));
      if (outcome.kind !== "authenticated") throw new Error(`answer: ${outcome.kind}`);
      return [outcome.context.principal.id, outcome.context.tenant?.id];
    };
    const [victim, acme] = await who(ACME);
    const [attacker, birch] = await who(BIRCH);
    expect(attacker).not.toBe(victim);
    expect(birch).not.toBe(acme);
    await expect(who(ACME, "1.0")).resolves.toEqual([victim, acme]);
  });
});

describe("one tenant's app", () => {
  test("accepts that tenant in both versions, and no other", async () => {
    const issuer = `${server.origin}/${ACME}/v2.0`;
    adapter = adapterOf(multiTenant(server, { issuer, entraTenants: undefined }));
    await expect(bearer(adapter, await server.accessToken(ACME))).resolves.toBe("accepted");
    await expect(bearer(adapter, await server.accessToken(ACME, {}, "1.0"))).resolves.toBe(
      "accepted",
    );
    await expect(bearer(adapter, await server.accessToken(BIRCH))).resolves.toBe("issuer_unknown");
    const step = await signInAt(server, adapter, {
      idToken: (nonce) => server.idToken(ACME, { nonce }),
    });
    expect(identityOf(step)).toMatchObject({ subject: ADA, tenant: { external: ACME } });
  });
});

describe("a customer's own connection to Entra ID", () => {
  const row = (more: Partial<OpenConnection> = {}): OpenConnection => ({
    id: "birch-entra",
    tenantId: "tnt_birch",
    issuer: `${server.origin}/${BIRCH}/v2.0`,
    clientId: "app",
    emailDomains: [],
    settings: { recipe: "entra", audience: [API] },
    secrets: { clientSecret: "s" },
    ...more,
  });
  const withRow = (more: Partial<OpenConnection>, options: Partial<OidcOptions>) =>
    adapterOf(
      { allowInsecureLoopback: true, trustedOrigins: [server.origin], ...options },
      { rows: [row(more)] },
    );

  test("stands for its tenant, with the object id as subject", async () => {
    const { verifier } = withRow({}, {});
    const token = await server.accessToken(BIRCH, { roles: ["admin"] });
    expect(await verifier.verify(token, { accept: ["access"] })).toMatchObject({
      ok: true,
      value: { identity: { subject: ADA, tenant: { local: "tnt_birch" }, roles: ["admin"] } },
    });
  });

  test.each(["organizations", "common"])("cannot be the address %s of all", async (place) => {
    const { login, tools } = withRow({ issuer: `${server.origin}/${place}/v2.0` }, {});
    await expect(
      login.start({ flowId: FLOW, redirectUri: CALLBACK, connectionId: "birch-entra" }, tools),
    ).resolves.toEqual({ kind: "unavailable", reason: "connection_invalid" });
  });

  test("cannot be a tenant that the options list", async () => {
    const { login, tools } = withRow({}, multiTenant(server));
    await expect(
      login.start({ flowId: FLOW, redirectUri: CALLBACK, connectionId: "birch-entra" }, tools),
    ).resolves.toEqual({ kind: "unavailable", reason: "connection_issuer_reserved" });
  });
});

describe("without the recipe", () => {
  test.each(["organizations", "common"])(
    "the address %s of all is nobody's, in the options and in a connection",
    async (place) => {
      const issuer = `${server.origin}/${place}/v2.0`;
      const options = { allowInsecureLoopback: true, trustedOrigins: [server.origin] };
      const app = { issuer, clientId: "app", clientSecret: "s", tenant: "solo" };
      const row = { id: "x", tenantId: "t", issuer, clientId: "app", emailDomains: [] };
      const request = { flowId: FLOW, redirectUri: CALLBACK };
      const own = adapterOf({ ...options, ...app });
      const theirs = adapterOf(options, { rows: [{ ...row, settings: {}, secrets: {} }] });
      const refused = { kind: "unavailable", reason: "metadata_issuer_mismatch" };
      await expect(own.login.start(request, own.tools)).resolves.toEqual(refused);
      await expect(
        theirs.login.start({ ...request, connectionId: "x" }, theirs.tools),
      ).resolves.toEqual(refused);
    },
  );
});

describe("options", () => {
  test.each<[string, Partial<OidcOptions>, string]>([
    ["a shared address without a list", { entraTenants: undefined }, "entraTenants"],
    ["a list beside one tenant's issuer", { issuer: `http://localhost:1/${ACME}/v2.0` }, "issuer"],
    ["a name in the list", { entraTenants: ["acme.example"] }, "entraTenants"],
    ["a wildcard in the list", { entraTenants: ["*"] }, "entraTenants"],
    [
      "everybody's personal accounts",
      { entraTenants: ["9188040d-6c67-4c5b-b112-36a304b66dad"] },
      "entraTenants",
    ],
    ["an issuer of version 1.0", { issuer: `https://sts.windows.net/${ACME}/` }, "issuer"],
    ["the address of personal accounts", { issuer: "http://localhost:1/consumers/v2.0" }, "issuer"],
    [
      "an MCP server at a shared address",
      { mcpResource: ["https://mcp.example/mcp"] },
      "mcpResource",
    ],
    ["a list without the recipe", { recipe: undefined, tenant: "solo" }, "entraTenants"],
    ["a plain http Graph elsewhere", { graphUrl: "http://graph.example" }, "graphUrl"],
  ])("with %s stop the start", (_name, more, named) => {
    expect(() => oidc(multiTenant(server, more))).toThrow(named);
  });
});

test("the tenants of a national cloud have the issuers of that cloud", () => {
  const china = "https://login.partner.microsoftonline.cn";
  const tenants = entraTenants(`${china}/${ACME}/v2.0`, undefined);
  expect(tenants && entraIssuersOf(tenants, ACME)).toEqual([
    `${china}/${ACME}/v2.0`,
    `https://sts.chinacloudapi.cn/${ACME}/`,
  ]);
});
