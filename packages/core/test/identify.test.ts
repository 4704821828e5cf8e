import { beforeEach, describe, expect, test } from "vitest";
import type { AcceptedKind } from "../src/context.ts";
import { memoryStores } from "../src/directory/memory/stores.ts";
import type { Stores } from "../src/directory/ports.ts";
import type { ApiKey, Membership } from "../src/directory/records.ts";
import { createIdentify, type IdentifyDeps, type VerifiedBearer } from "../src/identify.ts";
import { ok, reject, type Result } from "../src/internal/result.ts";
import { definePermissions } from "../src/permissions/define-permissions.ts";
import type { SessionRead } from "../src/sessions/sessions.ts";
import type { Identity } from "../src/tokens/profile.ts";
import { providerOf } from "./fixtures/providers.ts";
import { NOW_MS, sessionOf, tenantOf, userOf } from "./fixtures/records.ts";

const catalogue = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { admin: ["notes:read", "notes:write"], member: ["notes:read"] },
});

const acme = tenantOf("acme");
const globex = tenantOf("globex");
const ada = userOf("ada");

const member = (changes: Partial<Membership> = {}): Membership => ({
  userId: ada.id,
  tenantId: acme.id,
  roles: ["admin"],
  status: "active",
  versionMs: 1,
  ...changes,
});

const identity: Identity = {
  issuer: "https://idp.example",
  subject: "subject-of-ada",
  subjectScope: "global",
  kind: "user",
  tenant: { external: "org_acme" },
  authentication: { method: "sso", atMs: NOW_MS, mfa: true },
  actors: [{ kind: "client", id: "agent" }],
  issuedAtSeconds: NOW_MS / 1000,
  expiresAtSeconds: NOW_MS / 1000 + 60,
};

const verified = (changes: Partial<VerifiedBearer> = {}): VerifiedBearer => ({
  identity,
  accepted: "access",
  provider: { vendor: "oidc", instance: "acme-idp" },
  scopes: "none",
  local: {
    principal: { kind: "user", id: ada.id },
    tenant: acme,
    roles: ["admin"],
    vendorPermissions: ["notes:write"],
  },
  ...changes,
});

const apiKey = (changes: Partial<ApiKey> = {}): ApiKey => ({
  id: "key_1",
  hash: "SECRET-hash",
  tenantId: acme.id,
  ownerUserId: ada.id,
  name: "nightly export",
  permissions: ["notes:read"],
  createdAtMs: NOW_MS - 1,
  expiresAtMs: NOW_MS + 60_000,
  revokedAtMs: null,
  ...changes,
});

const ALL: readonly AcceptedKind[] = ["session", "access", "m2m", "mcp", "api_key"];

let stores: Stores;
let asked: { token: string; accept: readonly AcceptedKind[]; resource: string | undefined }[];

beforeEach(async () => {
  stores = memoryStores();
  asked = [];
  await stores.tenants.put(acme);
  await stores.tenants.put(globex);
  await stores.users.put(ada);
  await stores.memberships.apply(member());
});

function identifierOf(found: {
  readonly session?: SessionRead;
  readonly bearer?: Result<VerifiedBearer>;
  readonly apiKey?: Result<ApiKey>;
}) {
  const deps: IdentifyDeps = {
    catalogue,
    readSession: async () =>
      found.session ?? { kind: "invalid", reason: "session_unknown", setCookies: [] },
    async verifyBearer(token, options) {
      asked.push({ token, ...options });
      return found.bearer ?? reject("signature_invalid");
    },
    apiKeys: {
      recognises: (token) => token.startsWith("tnk_"),
      verify: async () => found.apiKey ?? reject("key_unknown"),
    },
    frontEnds: [],
    recover: async () => ({ kind: "none", setCookies: [] }),
    userById: (id) => stores.users.get(id),
    tenantById: (id) => stores.tenants.get(id),
    membership: (userId, tenantId) => stores.memberships.get(userId, tenantId),
  };
  return createIdentify(deps);
}

describe("a session", () => {
  const presented = { kind: "session_cookie", value: "secret" } as const;
  const setCookies = ["__Host-tenantry=renewed"];
  const identify = (session = sessionOf({ roles: ["member"] })) =>
    identifierOf({ session: { kind: "session", session, setCookies } })(presented, { accept: ALL });

  test("proves its person in its tenant, with the cookies of its renewal", async () => {
    const session = sessionOf({ roles: ["admin"], permissions: ["notes:write"] });
    expect(await identify(session)).toEqual({
      ok: true,
      setCookies,
      who: {
        principal: { kind: "user", id: ada.id, name: "ada", email: ada.email },
        provider: { vendor: "oidc", instance: "acme-idp", issuer: "https://idp.example" },
        credential: {
          kind: "session",
          accepted: "session",
          id: "ses_ada",
          expiresAtMs: session.expiresAtMs,
        },
        authentication: session.authentication,
        actors: [],
        tenant: acme,
        roles: ["admin"],
        vendorPermissions: ["notes:write"],
        session,
      },
    });
  });

  test("without a tenant proves only its person", async () => {
    const result = await identify(
      sessionOf({ tenantId: null, roles: ["admin"], permissions: ["notes:write"] }),
    );
    expect(result).toMatchObject({
      ok: true,
      who: { tenant: null, roles: [], vendorPermissions: [] },
    });
  });

  test("is capped by the membership of today", async () => {
    await stores.memberships.apply(member({ roles: ["member"], versionMs: 2 }));
    expect(await identify(sessionOf({ roles: ["admin"] }))).toMatchObject({ who: { roles: [] } });
    expect(await identify(sessionOf({ roles: ["admin", "member"] }))).toMatchObject({
      who: { roles: ["member"] },
    });
  });

  test("is capped in the vendor's permissions too, once the membership says something else", async () => {
    const session = sessionOf({ roles: ["admin"], permissions: ["notes:write", "notes:read"] });
    expect(await identify(session)).toMatchObject({
      who: { vendorPermissions: ["notes:write", "notes:read"] },
    });
    await stores.memberships.apply(member({ roles: ["member"], versionMs: 2 }));
    expect(await identify(session)).toMatchObject({ who: { vendorPermissions: ["notes:read"] } });
    await stores.memberships.apply(member({ roles: [], versionMs: 3 }));
    expect(await identify(session)).toMatchObject({ who: { vendorPermissions: [] } });
  });

  test("is not raised by the membership of today", async () => {
    expect(await identify(sessionOf({ roles: ["member"] }))).toMatchObject({
      who: { roles: ["member"] },
    });
  });

  test("leaves out what is not known about its person", async () => {
    await stores.users.put({ ...ada, name: null, email: null });
    expect(await identify()).toMatchObject({ ok: true, who: { principal: { id: ada.id } } });
    const result = await identify();
    expect(result.ok === true && Object.keys(result.who.principal)).toEqual(["kind", "id"]);
  });

  test.each([
    [
      "the person is suspended",
      () => stores.users.put({ ...ada, status: "suspended" }),
      "account_inactive",
    ],
    [
      "the person is deleted",
      () => stores.users.put({ ...ada, status: "deleted" }),
      "account_inactive",
    ],
    [
      "the membership is suspended",
      () => stores.memberships.apply(member({ status: "suspended", versionMs: 2 })),
      "membership_inactive",
    ],
    [
      "the membership is removed",
      () => stores.memberships.apply(member({ status: "removed", versionMs: 2 })),
      "membership_inactive",
    ],
  ])("is refused when %s, with the cookies all the same", async (_, change, reason) => {
    await change();
    expect(await identify()).toEqual({ ok: false, rejection: reject(reason), setCookies });
  });

  test.each([
    ["its person is unknown", sessionOf({ userId: "usr_nobody" }), "account_inactive"],
    ["its tenant is unknown", sessionOf({ tenantId: "tnt_gone" }), "membership_inactive"],
    [
      "its person belongs to other tenants only",
      sessionOf({ tenantId: globex.id }),
      "membership_inactive",
    ],
  ])("is refused when %s", async (_, session, reason) => {
    expect(await identify(session)).toMatchObject({ ok: false, rejection: { reason } });
  });

  test("needs a tenant that exists, even where a membership is left over", async () => {
    await stores.memberships.apply(member({ tenantId: "tnt_gone" }));
    const result = await identify(sessionOf({ tenantId: "tnt_gone" }));
    expect(result).toMatchObject({ ok: false, rejection: { reason: "membership_inactive" } });
  });

  test.each(["session_expired", "store_unavailable"])(
    "is refused as it was read: %s",
    async (reason) => {
      const read: SessionRead = {
        kind: reason === "store_unavailable" ? "unavailable" : "invalid",
        reason,
        setCookies: [],
      };
      const result = await identifierOf({ session: read })(presented, { accept: ALL });
      expect(result).toEqual({ ok: false, rejection: reject(reason), setCookies: [] });
    },
  );
});

describe("a token", () => {
  const presented = { kind: "bearer", token: "a.b.c" } as const;
  const identify = (bearer: Result<VerifiedBearer>, accept = ALL) =>
    identifierOf({ bearer })(presented, { accept });

  test("proves what the provider and the directory say", async () => {
    expect(await identify(ok(verified()))).toEqual({
      ok: true,
      setCookies: [],
      who: {
        principal: { kind: "user", id: ada.id },
        provider: { vendor: "oidc", instance: "acme-idp", issuer: "https://idp.example" },
        credential: { kind: "bearer", accepted: "access", expiresAtMs: NOW_MS + 60_000 },
        authentication: identity.authentication,
        actors: identity.actors,
        tenant: acme,
        roles: ["admin"],
        vendorPermissions: ["notes:write"],
      },
    });
  });

  test("row 13: with scopes that count is bound by them, and by none if it names none", async () => {
    const scoped = (scopes?: readonly string[]) =>
      ok(
        verified({
          scopes: "permissions",
          identity: scopes === undefined ? identity : { ...identity, scopes },
        }),
      );
    expect(await identify(scoped(["notes:read"]))).toMatchObject({
      who: { bound: ["notes:read"], credential: { scopes: ["notes:read"] } },
    });
    expect(await identify(scoped())).toMatchObject({
      who: { bound: [], credential: { scopes: [] } },
    });
  });

  test("with scopes that are about something else is not bound by them", async () => {
    const result = await identify(
      ok(verified({ scopes: "none", identity: { ...identity, scopes: ["openid"] } })),
    );
    expect(result.ok === true && "bound" in result.who).toBe(false);
    expect(result.ok === true && "scopes" in result.who.credential).toBe(false);
  });

  test("of an agent names the client", async () => {
    const result = await identify(ok(verified({ identity: { ...identity, clientId: "agent" } })));
    expect(result).toMatchObject({ who: { credential: { clientId: "agent" } } });
  });

  test.each([
    ["of an agent has its client behind the person", { clientId: "agent" }, ["client:agent"]],
    ["of an agent without a name has somebody behind the person", {}, ["client:unknown"]],
    [
      "of an agent has a supporter behind the person as well",
      { clientId: "agent", actors: [{ kind: "impersonator", id: "grace" }] },
      ["impersonator:grace", "client:agent"],
    ],
    [
      "of an agent whom the vendor names has it behind the person once",
      { clientId: "agent", actors: [{ kind: "client", id: "agent" }] },
      ["client:agent"],
    ],
  ] as const)("%s", async (_name, facts, expected) => {
    const { clientId: _client, ...plain } = { ...identity, actors: [] };
    const read = ok(verified({ accepted: "mcp", identity: { ...plain, ...facts } }));
    const result = await identify(read);
    const actors = result.ok === true ? result.who.actors : [];
    expect(actors.map(({ kind, id }) => `${kind}:${id}`)).toEqual(expected);
  });

  test("that is a vendor's API key is called one", async () => {
    const result = await identify(ok(verified({ accepted: "api_key" })));
    expect(result).toMatchObject({ who: { credential: { kind: "api_key", accepted: "api_key" } } });
  });

  test.each(["signature_invalid", "provider_unavailable"])(
    "is refused as verified: %s",
    async (reason) => {
      expect(await identify(reject(reason))).toEqual({
        ok: false,
        rejection: reject(reason),
        setCookies: [],
      });
    },
  );

  test("is verified for the kinds and the audience of the mount", async () => {
    const identifier = identifierOf({ bearer: ok(verified()) });
    await identifier(presented, { accept: ["mcp", "m2m"], resource: "https://mcp.example.com" });
    await identifier(presented, { accept: ["session", "access", "api_key"] });
    expect(asked.map(({ token, resource }) => [token, resource])).toEqual([
      ["a.b.c", "https://mcp.example.com"],
      ["a.b.c", undefined],
    ]);
    expect(asked[0]?.accept).toEqual(["mcp", "m2m"]);
    expect(asked[1]?.accept).toEqual(expect.arrayContaining(["session", "access"]));
  });

  test("in a vendor's cookie opens sessions and nothing else", async () => {
    const cookie = {
      kind: "vendor_cookie",
      provider: providerOf(),
      token: "a.b.c",
      page: null,
    } as const;
    await identifierOf({})(cookie, { accept: ALL, resource: "https://api.example.com" });
    expect(asked).toEqual([
      { token: "a.b.c", accept: ["session"], resource: "https://api.example.com" },
    ]);
  });
});

describe("one of our API keys", () => {
  const presented = { kind: "bearer", token: "tnk_abc" } as const;
  const identify = (key: Result<ApiKey> = ok(apiKey()), accept: readonly AcceptedKind[] = ALL) =>
    identifierOf({ apiKey: key })(presented, { accept });

  test("acts as a service in its tenant, with its owner's roles and its own bound", async () => {
    expect(await identify()).toEqual({
      ok: true,
      setCookies: [],
      who: {
        principal: { kind: "service", id: "key_1", name: "nightly export" },
        provider: { vendor: "local", instance: "local", issuer: "local" },
        credential: {
          kind: "api_key",
          accepted: "api_key",
          id: "key_1",
          expiresAtMs: NOW_MS + 60_000,
        },
        authentication: { method: "unknown" },
        actors: [],
        tenant: acme,
        roles: ["admin"],
        vendorPermissions: [],
        bound: ["notes:read"],
      },
    });
  });

  test("is refused by a mount that takes none, and is shown to no provider", async () => {
    const result = await identify(ok(apiKey()), ["session", "access", "m2m", "mcp"]);
    expect(result).toMatchObject({ ok: false, rejection: { reason: "kind_not_accepted" } });
    await identify(reject("key_unknown"));
    expect(asked).toEqual([]);
  });

  test("follows its owner's demotion at once", async () => {
    await stores.memberships.apply(member({ roles: ["member"], versionMs: 2 }));
    expect(await identify()).toMatchObject({ who: { roles: ["member"] } });
  });

  test.each([
    ["its owner is suspended", () => stores.users.put({ ...ada, status: "suspended" }), {}],
    ["its owner is unknown", async () => {}, { ownerUserId: "usr_nobody" }],
    [
      "its owner was removed",
      () => stores.memberships.apply(member({ status: "removed", versionMs: 2 })),
      {},
    ],
    ["its owner belongs to other tenants only", async () => {}, { tenantId: globex.id }],
    [
      "its tenant is gone",
      () => stores.memberships.apply(member({ tenantId: "tnt_gone" })),
      { tenantId: "tnt_gone" },
    ],
  ])("is refused when %s", async (_, change, changes) => {
    await change();
    expect(await identify(ok(apiKey(changes)))).toEqual({
      ok: false,
      rejection: reject("owner_inactive"),
      setCookies: [],
    });
  });

  test("is refused as it was verified", async () => {
    expect(await identify(reject("revoked"))).toMatchObject({ rejection: { reason: "revoked" } });
  });
});
