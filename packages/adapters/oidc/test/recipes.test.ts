import type { JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oidc, settings, type OidcOptions } from "../src/index.ts";
import { RECIPE_NAMES, RECIPES, type RecipeName } from "../src/recipes/recipes.ts";
import { adapterOf, API, bearer, CALLBACK, FLOW } from "./support/adapter.ts";
import { startScriptedIssuer, type ScriptedIssuer } from "./support/issuer.ts";

let issuer: ScriptedIssuer;

beforeAll(async () => {
  issuer = await startScriptedIssuer();
});
afterAll(() => issuer.close());

const optionsOf = (recipe: RecipeName, more: Partial<OidcOptions> = {}): OidcOptions => ({
  recipe,
  issuer: issuer.issuer,
  clientId: "app",
  clientSecret: "app-secret",
  audience: [API],
  allowInsecureLoopback: true,
  ...more,
});

interface Told {
  readonly claims: JWTPayload;
  readonly header?: Record<string, unknown>;
  readonly options?: Partial<OidcOptions>;
}

const sign = ({ claims, header }: Told) => {
  const now = Math.floor(Date.now() / 1000);
  return issuer.sign({ iss: issuer.issuer, iat: now, exp: now + 300, ...claims }, header);
};

/** A token of the API at core's engine: what it says, or why it was refused. */
async function present(recipe: RecipeName, told: Told) {
  const { verifier } = adapterOf(optionsOf(recipe, told.options));
  const result = await verifier.verify(await sign(told), { accept: ["access", "m2m"] });
  return result.ok
    ? { ...result.value.identity, kind: result.value.profile.kind }
    : { reason: result.reason };
}

/** A whole sign-in whose ID token says this. */
async function signInWith(recipe: RecipeName, told: Told & { readonly wanted?: string }) {
  const { login, tools } = adapterOf(optionsOf(recipe, told.options));
  const { wanted } = told;
  const start = await login.start(
    {
      flowId: FLOW,
      redirectUri: CALLBACK,
      ...(wanted === undefined ? {} : { tenant: { external: wanted } }),
    },
    tools,
  );
  if (start.kind !== "redirect") throw new Error(`start ended as ${start.kind}`);
  const asked = new URL(start.location).searchParams;
  const nonce = asked.get("nonce") ?? "";
  issuer.endpoints.set("/token", async () => ({
    body: {
      access_token: "opaque",
      token_type: "Bearer",
      id_token: await sign({ ...told, claims: { aud: "app", nonce, ...told.claims } }),
    },
  }));
  const url = new URL(`${CALLBACK}?code=c&state=${FLOW}`);
  const step = await login.resume(
    { flowId: FLOW, redirectUri: CALLBACK, url, state: start.state },
    tools,
  );
  return { asked, step };
}

describe("auth0", () => {
  const header = { typ: "at+jwt" };
  const person = {
    sub: "auth0|ada",
    aud: [API, "https://acme.auth0.com/userinfo"],
    client_id: "spa",
    jti: "1",
    scope: "openid notes:read",
    permissions: ["notes:read"],
    org_id: "org_1",
    org_name: "acme",
  };
  const options = { orgMap: { org_1: "acme" } };

  test("a person's token stands for their organization, with its permissions", async () => {
    expect(await present("auth0", { header, claims: person, options })).toMatchObject({
      kind: "access",
      subject: "auth0|ada",
      tenant: { external: "org_1", slug: "acme" },
      permissions: ["notes:read"],
    });
  });

  test("a machine's subject is its client id with @clients", async () => {
    const claims = { ...person, sub: "m2m-1@clients", client_id: "m2m-1" };
    expect(await present("auth0", { header, claims, options })).toMatchObject({ kind: "m2m" });
    const other = { ...person, sub: "m2m-2@clients", client_id: "m2m-1" };
    expect(await present("auth0", { header, claims: other, options })).toMatchObject({
      kind: "access",
    });
  });

  test("the default token profile is refused, and an organization outside the map is nobody's", async () => {
    const typ = { typ: "JWT" };
    expect(await present("auth0", { header: typ, claims: person, options })).toEqual({
      reason: "profile_none",
    });
    const claims = { ...person, org_id: "org_2" };
    expect(await present("auth0", { header, claims, options })).toMatchObject({ tenant: null });
  });

  test("sign-in names the organization", async () => {
    const claims = { sub: "auth0|ada", org_id: "org_1" };
    const { asked } = await signInWith("auth0", { claims, options, wanted: "org_1" });
    expect(asked.get("organization")).toBe("org_1");
  });
});

describe("cognito", () => {
  const options = { audience: ["app", "spa"], tenant: "acme" };
  const access = {
    sub: "ada",
    token_use: "access",
    client_id: "spa",
    scope: "openid api/read",
    username: "ada",
    "cognito:groups": ["admin"],
  };

  test("an access token has no aud, and counts by its client", async () => {
    expect(await present("cognito", { claims: access, options })).toMatchObject({
      kind: "access",
      roles: ["admin"],
      tenant: { external: "acme" },
    });
    expect(
      await present("cognito", { claims: { ...access, client_id: "app" }, options }),
    ).toMatchObject({ kind: "access" });
  });

  test("a machine's subject is its client", async () => {
    const claims = { ...access, sub: "spa" };
    expect(await present("cognito", { claims, options })).toMatchObject({ kind: "m2m" });
  });

  test.each<[string, JWTPayload, string]>([
    ["of another client", { ...access, client_id: "other" }, "audience_mismatch"],
    ["without a client", { ...access, client_id: undefined }, "audience_mismatch"],
    ["that is an ID token", { sub: "ada", token_use: "id", aud: "app" }, "profile_none"],
    [
      "that is an ID token of a listed client",
      { sub: "ada", token_use: "id", aud: "spa", client_id: "spa" },
      "profile_none",
    ],
    [
      "that is an ID token without its mark",
      { sub: "ada", aud: "app", scope: "x" },
      "profile_none",
    ],
  ])("a token %s opens nothing", async (_name, claims, reason) => {
    expect(await present("cognito", { claims, options })).toEqual({ reason });
  });

  test("a client whose id is an address opens no mount of that address", async () => {
    const resource = "https://api.example.test/mcp";
    const adapter = adapterOf(optionsOf("cognito", { audience: [resource], tenant: "acme" }));
    const token = await sign({ claims: { ...access, client_id: resource } });
    await expect(bearer(adapter, token)).resolves.toBe("accepted");
    await expect(bearer(adapter, token, { resource })).resolves.toBe("audience_mismatch");
  });
});

describe("google", () => {
  const options = { orgMap: { "acme.example": "acme" }, audience: undefined };
  const claims = { sub: "1", email: "ada@acme.example", email_verified: true };

  test("the hosted domain is the organization", async () => {
    const { step } = await signInWith("google", {
      claims: { ...claims, hd: "acme.example" },
      options,
    });
    expect(step).toMatchObject({
      kind: "done",
      identity: { subject: "1", tenant: { external: "acme.example", slug: "acme" } },
    });
    expect(step).not.toHaveProperty("identity.roles");
  });

  test.each<[string, JWTPayload]>([
    ["personal account, whatever its address", claims],
    ["account of another domain", { ...claims, hd: "birch.example" }],
  ])("a %s has no tenant", async (_name, told) => {
    const { step } = await signInWith("google", { claims: told, options });
    expect(step).toMatchObject({ kind: "done", identity: { tenant: null } });
  });

  test("the map is asked for, because everybody in the world signs in there", () => {
    expect(() => oidc(optionsOf("google"))).toThrow("OIDC_ORG_MAP");
  });
});

describe("keycloak", () => {
  const options = { orgMap: { acme: "acme", birch: "birch" } };
  const person = {
    sub: "ada",
    typ: "Bearer",
    azp: "spa",
    aud: [API, "account"],
    scope: "openid organization notes:read",
    realm_access: { roles: ["editor", "offline_access"] },
    resource_access: { api: { roles: ["admin"] } },
    organization: { acme: {} },
  };

  test("a person's token stands for its one organization, with realm roles", async () => {
    expect(await present("keycloak", { claims: person, options })).toMatchObject({
      kind: "access",
      tenant: { external: "acme" },
      roles: ["editor", "offline_access"],
    });
  });

  test("roles of one client are another path", async () => {
    const rolesClaim = ["resource_access", "api", "roles"];
    expect(
      await present("keycloak", { claims: person, options: { ...options, rolesClaim } }),
    ).toMatchObject({ roles: ["admin"] });
  });

  test.each<[string, JWTPayload, object]>([
    [
      "several organizations",
      { ...person, organization: { acme: {}, birch: {} } },
      { reason: "organization_ambiguous" },
    ],
    [
      "no audience but Keycloak's own",
      { ...person, aud: "account" },
      { reason: "audience_mismatch" },
    ],
    ["the mark of an ID token", { ...person, typ: "ID" }, { reason: "profile_none" }],
    ["the mark of a refresh token", { ...person, typ: "Refresh" }, { reason: "profile_none" }],
    ["no organization", { ...person, organization: undefined }, { tenant: null }],
    ["no realm roles", { ...person, realm_access: undefined }, { roles: [] }],
  ])("a token with %s gets no further", async (_name, claims, expected) => {
    expect(await present("keycloak", { claims, options })).toMatchObject(expected);
  });

  test("a service account is a machine by its client_id", async () => {
    const claims = { ...person, sub: "sa", client_id: "robot", azp: "robot" };
    expect(await present("keycloak", { claims, options })).toMatchObject({ kind: "m2m" });
  });

  test("sign-in asks for one organization by its scope, in the place of any", async () => {
    const claims = { sub: "ada", organization: { acme: {} } };
    const named = await signInWith("keycloak", { claims, options, wanted: "acme" });
    expect(named.asked.get("scope")).toBe("openid email profile organization:acme");
    const { asked } = await signInWith("keycloak", { claims, options });
    expect(asked.get("scope")).toBe("openid email profile organization");
  });
});

describe("logto", () => {
  const options = { orgMap: { org_a: "acme", org_b: "birch" } };
  const header = { typ: "at+jwt" };
  const access = {
    sub: "ada",
    aud: API,
    client_id: "spa",
    jti: "1",
    scope: "notes:read",
    organization_id: "org_a",
  };

  test("an API token stands for its organization; roles are the directory's", async () => {
    const found = await present("logto", { header, claims: access, options });
    expect(found).toMatchObject({
      kind: "access",
      tenant: { external: "org_a" },
      scopes: ["notes:read"],
    });
    expect(found).not.toHaveProperty("roles");
  });

  test("a machine's token names no roles", async () => {
    const claims = { ...access, sub: "spa" };
    expect(await present("logto", { header, claims, options })).toMatchObject({
      kind: "m2m",
      roles: [],
    });
  });

  test("an organization token without an API opens nothing", async () => {
    const claims = { ...access, aud: "urn:logto:organization:org_a" };
    expect(await present("logto", { header, claims, options })).toEqual({
      reason: "audience_mismatch",
    });
  });

  const one = { sub: "ada", organizations: ["org_a"], organization_roles: ["org_a:admin"] };
  const two = {
    sub: "ada",
    organizations: ["org_a", "org_b", "org_elsewhere"],
    organization_roles: ["org_a:admin", "org_b:viewer", "org_elsewhere:owner"],
  };

  test("who belongs to one organization is signed in there, with the roles there", async () => {
    const { step } = await signInWith("logto", { claims: one, options });
    expect(step).toMatchObject({
      identity: { tenant: { external: "org_a", slug: "acme" }, roles: ["admin"] },
      memberships: { items: [{ tenant: { external: "org_a" }, roles: ["admin"] }] },
    });
  });

  test("who belongs to several signs in nowhere until one is wanted, and all are known", async () => {
    const { step } = await signInWith("logto", { claims: two, options });
    expect(step).toMatchObject({
      identity: { tenant: null, roles: [] },
      memberships: {
        complete: true,
        items: [
          { tenant: { external: "org_a" }, roles: ["admin"] },
          { tenant: { external: "org_b" }, roles: ["viewer"] },
        ],
      },
    });
    const wanted = await signInWith("logto", { claims: two, options, wanted: "org_b" });
    expect(wanted.step).toMatchObject({
      identity: { tenant: { external: "org_b" }, roles: ["viewer"] },
    });
  });

  test.each<[string, JWTPayload, string]>([
    ["an organization that is not theirs", one, "org_b"],
    ["one that is not on the map", two, "org_elsewhere"],
    ["another than their token names", { ...two, organization_id: "org_elsewhere" }, "org_b"],
  ])("wanting %s leads nowhere", async (_name, claims, wanted) => {
    const { step } = await signInWith("logto", { claims, options, wanted });
    expect(step).toMatchObject({ kind: "done", identity: { tenant: null } });
  });

  test("the only listed organization is not taken for one that the token names", async () => {
    const claims = { ...one, organization_id: "org_elsewhere" };
    const { step } = await signInWith("logto", { claims, options });
    expect(step).toMatchObject({ identity: { tenant: null } });
  });
});

describe("okta", () => {
  const options = { tenant: "acme" };
  const claims = {
    sub: "ada@acme.example",
    uid: "00u1",
    cid: "spa",
    aud: API,
    scp: ["notes:read"],
  };

  test("a token of a custom authorization server carries groups and a list of scopes", async () => {
    expect(
      await present("okta", { claims: { ...claims, groups: ["admin", "Everyone"] }, options }),
    ).toMatchObject({
      kind: "access",
      clientId: "spa",
      scopes: ["notes:read"],
      roles: ["admin", "Everyone"],
    });
  });

  test("a token of the org's own server is for Okta alone, and without groups nobody has a role", async () => {
    const own = { ...claims, aud: "https://acme.okta.com" };
    expect(await present("okta", { claims: own, options })).toEqual({
      reason: "audience_mismatch",
    });
    expect(await present("okta", { claims, options })).toMatchObject({ roles: [] });
  });

  test("a service app's subject is its client", async () => {
    expect(await present("okta", { claims: { ...claims, sub: "spa" }, options })).toMatchObject({
      kind: "m2m",
    });
  });
});

describe("pingfederate", () => {
  const options = { tenant: "acme" };
  const claims = { sub: "ada", client_id: "spa", aud: API, scope: "notes:read" };

  test("the attribute contract's groups are roles", async () => {
    expect(
      await present("pingfederate", { claims: { ...claims, memberOf: "admin" }, options }),
    ).toMatchObject({ kind: "access", roles: ["admin"] });
    expect(
      await present("pingfederate", {
        claims: { ...claims, groups: ["admin"] },
        options: { ...options, groupsClaim: ["groups"] },
      }),
    ).toMatchObject({ roles: ["admin"] });
  });

  test("a token without an audience, and one without a subject, open nothing", async () => {
    const { aud, ...unaimed } = claims;
    const { sub, ...nobodys } = claims;
    expect([aud, sub]).toEqual([API, "ada"]);
    expect(await present("pingfederate", { claims: unaimed, options })).toEqual({
      reason: "audience_mismatch",
    });
    expect(await present("pingfederate", { claims: nobodys, options })).toEqual({
      reason: "claim_missing",
    });
  });
});

describe("zitadel", () => {
  const ROLES = "urn:zitadel:iam:org:project:roles";
  const OWNER = "urn:zitadel:iam:user:resourceowner";
  const options = { orgMap: { "101": "acme", "202": "birch" } };
  const claims = {
    sub: "ada",
    client_id: "spa",
    aud: ["spa", API],
    [`${OWNER}:id`]: "101",
    [`${OWNER}:name`]: "Acme",
    [ROLES]: {
      editor: { "101": "acme.zitadel.cloud" },
      admin: { "202": "birch.zitadel.cloud" },
      viewer: { "101": "acme.zitadel.cloud", "202": "birch.zitadel.cloud" },
    },
  };

  test("only roles that the account's own organization granted count", async () => {
    expect(await present("zitadel", { claims, options })).toMatchObject({
      tenant: { external: "101", slug: "acme", name: "Acme" },
      roles: ["editor", "viewer"],
    });
  });

  test.each<[string, unknown, object]>([
    ["missing", undefined, { roles: [] }],
    ["a plain list", ["admin"], { reason: "claim_invalid" }],
    ["an object of texts", { admin: "101" }, { reason: "claim_invalid" }],
    ["of nobody here", { admin: { "303": "x" } }, { roles: [] }],
    [
      "of what every object has",
      { admin: JSON.parse('{"__proto__": {"101": "x"}}') },
      { roles: [] },
    ],
  ])("roles that are %s give none", async (_name, roles, expected) => {
    const told = { claims: { ...claims, [ROLES]: roles }, options };
    expect(await present("zitadel", told)).toMatchObject(expected);
  });

  test("without the account's organization there is neither tenant nor role", async () => {
    const told = { claims: { ...claims, [`${OWNER}:id`]: undefined }, options };
    expect(await present("zitadel", told)).toMatchObject({ tenant: null, roles: [] });
  });

  test("in a customer's own connection the same roles count", async () => {
    const row = {
      id: "acme-zitadel",
      tenantId: "tnt_acme",
      issuer: issuer.issuer,
      clientId: "app",
      emailDomains: [],
      settings: { recipe: "zitadel", audience: [API] },
      secrets: { clientSecret: "s" },
    };
    const { verifier } = adapterOf(
      { allowInsecureLoopback: true, trustedOrigins: [issuer.issuer] },
      { rows: [row] },
    );
    expect(await verifier.verify(await sign({ claims }), { accept: ["access"] })).toMatchObject({
      ok: true,
      value: { identity: { tenant: { local: "tnt_acme" }, roles: ["editor", "viewer"] } },
    });
  });

  test("sign-in names the organization by its scope", async () => {
    const told = { sub: "ada", [`${OWNER}:id`]: "101" };
    const { asked } = await signInWith("zitadel", { claims: told, options, wanted: "101" });
    expect(asked.get("scope")?.split(" ")).toContain("urn:zitadel:iam:org:id:101");
  });
});

describe("every recipe", () => {
  test.each(RECIPE_NAMES)(
    "%s passes the check of options, for one tenant and for a map",
    (name) => {
      const entra = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0";
      const base = {
        recipe: name,
        issuer: name === "entra" ? entra : "https://login.example.com",
        clientId: "app",
      };
      expect(settings.fromOptions({ ...base, tenant: "acme" })).toMatchObject({ recipe: name });
      const { orgClaim } = RECIPES[name].settings;
      if (orgClaim === undefined) return;
      const values = settings.fromOptions({ ...base, orgMap: { org_1: "acme" } });
      expect(values).toMatchObject(RECIPES[name].settings);
    },
  );

  test("gives way to options and to variables", () => {
    const given = { recipe: "okta", issuer: "https://x.okta.com", clientId: "app" } as const;
    expect(
      settings.fromOptions({ ...given, groupsClaim: ["teams"], accessTokenTyp: "at+jwt" }),
    ).toMatchObject({ groupsClaim: ["teams"], accessTokenTyp: "at+jwt" });
    const env = {
      OIDC_RECIPE: "okta",
      OIDC_ISSUER: "https://x.okta.com",
      OIDC_CLIENT_ID: "app",
      OIDC_GROUPS_CLAIM: "teams",
    };
    expect(settings.fromEnv(env)).toMatchObject({
      groupsClaim: ["teams"],
      accessTokenTyp: "lenient",
    });
    expect(settings.fromEnv({ ...env, OIDC_GROUPS_CLAIM: "" })).toMatchObject({
      groupsClaim: ["groups"],
    });
    expect(
      settings.fromEnv(env, { groupsClaim: undefined, accessTokenTyp: "at+jwt" }),
    ).toMatchObject({ groupsClaim: ["teams"], accessTokenTyp: "at+jwt" });
  });

  test("says nothing about organizations where one tenant is everybody's", () => {
    const values = settings.fromOptions({ ...optionsOf("keycloak"), tenant: "acme" });
    expect(values).toMatchObject({ orgClaim: undefined, orgScope: undefined });
    expect(values.rolesClaim).toEqual(["realm_access", "roles"]);
  });

  test("that does not exist stops the start", () => {
    const options = { issuer: "https://x.example", clientId: "app" };
    for (const recipe of ["Okta", "constructor", "active-directory"]) {
      expect(() => oidc({ ...options, recipe } as unknown as OidcOptions)).toThrow("OIDC_RECIPE");
    }
  });
});
