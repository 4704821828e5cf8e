import { createClerkClient } from "@clerk/backend";
import type { ClerkEmulator } from "@tenantry/emulators";
import { profilesMatching } from "@tenantry/core/testing";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adapterOf,
  API,
  APP,
  optionsFor,
  startEmulator,
  verify,
  type Adapter,
} from "./support/adapter.ts";

const ADA = "ada@acme.example";
const MCP_CLIENT = "agent";
const ACME = { person: ADA, organization: "acme" } as const;

let emulator: ClerkEmulator;
let adapter: Adapter;
beforeAll(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(
    optionsFor(emulator, {
      accessClients: ["cli"],
      mcpClients: [MCP_CLIENT],
      mcpScope: "mcp:use",
      machineOrgClaim: "org_id",
      machineRolesClaim: "org_roles",
    }),
  );
});
afterAll(() => emulator.close());

const refused = (reason: string) => expect.objectContaining({ ok: false, reason });
const mint = () => emulator.controls;

describe("a session token", () => {
  const session = (more = {}) => mint().mintSessionToken({ ...ACME, azp: APP, ...more });

  test.each([1, 2] as const)(
    "of version %i proves its person in its organization",
    async (version) => {
      expect(await verify(adapter, await session({ version }))).toMatchObject({
        ok: true,
        door: "session",
        issuer: emulator.addresses.issuer,
        subject: "user_ada",
        subjectScope: "global",
        tenant: { external: "org_acme", slug: "acme" },
        roles: ["admin"],
        permissions: ["org:notes:read", "org:notes:write", "org:notes:delete"],
        actors: [],
        authentication: { method: "unknown", mfa: false },
      });
    },
  );

  test.each([1, 2] as const)(
    "of version %i without an organization stands for none",
    async (version) => {
      const token = await session({ organization: undefined, version });
      expect(await verify(adapter, token)).toMatchObject({ ok: true, tenant: null, roles: [] });
    },
  );

  test("is what the vendor's SDK makes of it", async () => {
    const token = await session();
    const sdk = createClerkClient({
      apiUrl: emulator.addresses.address,
      secretKey: emulator.secretKey,
      publishableKey: emulator.publishableKey,
      telemetry: { disabled: true },
    });
    const state = await sdk.authenticateRequest(
      new Request(APP, { headers: { authorization: `Bearer ${token}` } }),
      { authorizedParties: [APP] },
    );
    const oracle = state.toAuth();
    expect(await verify(adapter, token)).toMatchObject({
      subject: oracle !== null && "userId" in oracle ? oracle.userId : "nobody",
      tenant: { external: oracle !== null && "orgId" in oracle ? oracle.orgId : "nowhere" },
    });
  });

  test("says when and how well its person signed in", async () => {
    const iat = Math.floor(Date.now() / 1000);
    const at = async (fva: unknown) => {
      const verified = await verify(adapter, await session({ claims: { fva, iat } }));
      return verified.ok ? verified.authentication : verified;
    };
    expect(await at([5, 2])).toEqual({
      method: "unknown",
      atMs: iat * 1000 - 300_000,
      mfa: true,
    });
    expect(await at([5, -1])).toEqual({
      method: "unknown",
      atMs: iat * 1000 - 300_000,
      mfa: false,
    });
    expect(await at([-1, -1])).toEqual({ method: "unknown", mfa: false });
    expect(await at(undefined)).toEqual({ method: "unknown" });
    expect(await at("5,2")).toEqual({ method: "unknown" });
  });

  test("names a supporter as impersonator, and an agent as client", async () => {
    const by = async (act: unknown) => verify(adapter, await session({ claims: { act } }));
    expect(await by({ sub: "user_sam" })).toMatchObject({
      actors: [{ kind: "impersonator", id: "user_sam" }],
      authentication: { method: "impersonation" },
    });
    expect(await by({ sub: "agent_1", type: "agent" })).toMatchObject({
      actors: [{ kind: "client", id: "agent_1" }],
      authentication: { method: "unknown" },
    });
    expect(await by({})).toEqual(refused("claim_invalid"));
    expect(await by("user_sam")).toEqual(refused("claim_invalid"));
  });

  test("of before categories is still one, by its session", async () => {
    expect(await verify(adapter, await session({ header: { cat: undefined } }))).toMatchObject({
      door: "session",
    });
  });

  test.each<[string, object, string]>([
    ["that is pending", { status: "pending" }, "session_pending"],
    ["with a status that is no text", { claims: { sts: 1 } }, "session_pending"],
    ["of an unknown version", { claims: { v: 3 } }, "session_version_unknown"],
    ["of a version that is a text", { claims: { v: "2" } }, "session_version_unknown"],
    ["of another app's page", { azp: "https://other.example" }, "audience_mismatch"],
    [
      "of a page whose origin only begins like ours",
      { azp: `${APP}.evil.example` },
      "audience_mismatch",
    ],
    ["without azp", { azp: undefined }, "audience_mismatch"],
    ["with an audience, which only templates have", { claims: { aud: API } }, "claim_invalid"],
    ["of another issuer", { claims: { iss: "https://clerk.other.example" } }, "issuer_unknown"],
    ["of no session", { claims: { sid: undefined } }, "claim_missing"],
    ["without its type", { header: { typ: undefined } }, "typ_mismatch"],
    ["with an organization that is no object", { claims: { o: "org_acme" } }, "claim_invalid"],
    ["with an organization without an id", { claims: { o: { rol: "admin" } } }, "claim_invalid"],
    [
      "with a role that is no text",
      { claims: { o: { id: "org_acme", rol: ["admin"] } } },
      "claim_invalid",
    ],
    ["with masks that cannot be read", { claims: { fea: "notes" } }, "claim_invalid"],
    ["with claims of both versions", { claims: { org_id: "org_birch" } }, "claim_invalid"],
    [
      "of version 1 with claims of both",
      { version: 1, claims: { o: { id: "org_birch" } } },
      "claim_invalid",
    ],
    [
      "of version 1 with a list of organizations",
      { version: 1, claims: { org_id: ["org_acme"] } },
      "claim_invalid",
    ],
    [
      "of version 1 with permissions in a text",
      { version: 1, claims: { org_permissions: "org:a:b" } },
      "claim_invalid",
    ],
    ["that has expired", { expiresInSeconds: -120 }, "expired_only"],
    ["signed by somebody else", { key: "rogue" }, "signature_invalid"],
  ])("%s is refused", async (_what, more, reason) => {
    expect(await verify(adapter, await session(more))).toEqual(refused(reason));
  });

  test("has no system permissions, in neither version", async () => {
    const org_permissions = ["org:sys_profile:manage", "org:notes:read"];
    const token = await session({ version: 1, claims: { org_permissions } });
    expect(await verify(adapter, token)).toMatchObject({ permissions: ["org:notes:read"] });
  });

  test("of a page load counts where the operator says so, and other apps' never do", async () => {
    const lenient = adapterOf(optionsFor(emulator, { missingParty: "accept" }));
    expect(await verify(lenient, await session({ azp: undefined }))).toMatchObject({ ok: true });
    expect(await verify(lenient, await session({ azp: "https://other.example" }))).toEqual(
      refused("audience_mismatch"),
    );
  });

  test("opens nothing without a list of origins", async () => {
    const { frontEnd: _, authorizedParties: __, ...options } = optionsFor(emulator);
    expect(await verify(adapterOf(options), await session())).toEqual(refused("profile_none"));
  });
});

describe("tokens of one issuer and one key", () => {
  const tokens = {
    session: () => mint().mintSessionToken({ ...ACME, azp: APP }),
    access: () => mint().mintAccessToken({ ...ACME, clientId: "cli" }),
    mcp: () => mint().mintAccessToken({ ...ACME, clientId: MCP_CLIENT }),
    m2m: () => mint().mintMachineToken({ machine: "acme-robot", custom: { org_id: "org_acme" } }),
    id: () => mint().mintIdToken({ ...ACME, nonce: "n" }),
    template: () => mint().mintTemplateToken({ person: ADA, claims: { sid: "sess_1", azp: APP } }),
  } as const;
  const doors = ["session", "access", "m2m", "mcp"] as const;

  test.each(Object.keys(tokens) as readonly (keyof typeof tokens)[])(
    "of kind %s open their own door and no other",
    async (kind) => {
      const token = await tokens[kind]();
      for (const door of doors) {
        for (const resource of [undefined, API]) {
          const verified = await verify(adapter, token, [door], resource);
          expect([door, verified.ok]).toEqual([door, door === kind]);
        }
      }
    },
  );

  test.each<[string, () => Promise<string>]>([
    [
      "a template's token with all claims of a session",
      () => mint().mintSessionToken({ ...ACME, azp: APP, header: { cat: "cl_B7d4PD222AAA" } }),
    ],
    [
      "a token of a category that is not known",
      () => mint().mintSessionToken({ ...ACME, azp: APP, header: { cat: "cl_I7d4PD111III" } }),
    ],
    [
      "a machine's token without its category",
      () => mint().mintMachineToken({ machine: "acme-robot", header: { cat: undefined } }),
    ],
    [
      "a machine's token with a session's category",
      () =>
        mint().mintMachineToken({
          machine: "acme-robot",
          header: { cat: "cl_B7d4PD111AAA" },
          claims: { sid: "sess_1", azp: APP },
        }),
    ],
    [
      "a session's token with a machine's category",
      () => mint().mintSessionToken({ ...ACME, azp: APP, header: { cat: "cl_B7d4PD333AAA" } }),
    ],
    [
      "an access token that says that it is a mere JWT",
      () => mint().mintAccessToken({ ...ACME, clientId: "cli", header: { typ: "JWT" } }),
    ],
    [
      "an access token with a session's category",
      () =>
        mint().mintAccessToken({ ...ACME, clientId: "cli", header: { cat: "cl_B7d4PD111AAA" } }),
    ],
    [
      "an access token without a client",
      () => mint().mintAccessToken({ ...ACME, claims: { client_id: undefined } }),
    ],
    [
      "a handshake",
      () =>
        mint().sign({
          claims: {
            iss: emulator.addresses.issuer,
            handshake: ["__session=x"],
            iat: Math.floor(Date.now() / 1000),
            exp: Math.floor(Date.now() / 1000) + 60,
          },
          header: { typ: "JWT" },
        }),
    ],
  ])("%s opens nothing", async (_what, make) => {
    for (const door of doors) {
      expect(await verify(adapter, await make(), [door])).toEqual(refused("profile_none"));
    }
  });

  test("belong to one profile at most, whatever they say", () => {
    const { tokens: profiles } = adapter.provider;
    const odd = fc.oneof(
      fc.constantFrom(
        "user_ada",
        "mch_robot",
        "org_acme",
        "cli",
        MCP_CLIENT,
        API,
        APP,
        "sess_1",
        "",
      ),
      fc.anything(),
    );
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const categories = ["cl_B7d4PD111AAA", "cl_B7d4PD222AAA", "cl_B7d4PD333AAA", "cl_I7d4PD111III"];
    const token = fc.record({
      header: fc.record({
        alg: fc.constant("RS256"),
        typ: maybe(fc.oneof(fc.constantFrom("JWT", "at+jwt", "application/at+jwt"), fc.anything())),
        cat: maybe(fc.oneof(fc.constantFrom(...categories), fc.anything())),
      }),
      claims: fc.record(
        { sub: odd, sid: odd, aud: odd, azp: odd, client_id: odd, scope: odd, nonce: odd, v: odd },
        { requiredKeys: [] },
      ),
    });
    fc.assert(
      fc.property(token, (one) => {
        expect(profilesMatching(profiles, one).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("an access token", () => {
  const access = (more = {}) => mint().mintAccessToken({ ...ACME, clientId: "cli", ...more });

  test("proves for whom its client acts, with the roles that Clerk knows now", async () => {
    const scopes = ["openid", "user:org:read", "notes:read"];
    expect(await verify(adapter, await access({ scopes }))).toMatchObject({
      door: "access",
      subject: "user_ada",
      tenant: { external: "org_acme" },
      scopes,
      clientId: "cli",
      actors: [{ kind: "client", id: "cli" }],
      roles: ["admin"],
      permissions: ["org:notes:read", "org:notes:write", "org:notes:delete"],
    });
  });

  test("of sign-in itself has no client behind its person, and counts unless others are named", async () => {
    const own = adapterOf(optionsFor(emulator));
    const token = await access({ clientId: "sign_in_client" });
    expect(await verify(own, token)).toMatchObject({ door: "access", actors: [] });
    expect(await verify(adapter, token, ["access"])).toEqual(refused("kind_not_accepted"));
  });

  test("without the scope for it stands for no organization, whoever asks", async () => {
    const token = await access({ scopes: ["openid"] });
    expect(await verify(adapter, token)).toMatchObject({ ok: true, tenant: null });
  });

  test("of somebody who is no member any more is refused", async () => {
    const ben = { person: "ben@acme.example", organization: "birch" };
    expect(await verify(adapter, await access(ben))).toEqual(refused("membership_inactive"));
    const nowhere = await access({ claims: { org_id: "org_nowhere" } });
    expect(await verify(adapter, nowhere)).toEqual(refused("membership_inactive"));
  });

  test("leaves roles to the directory while the Backend API does not answer", async () => {
    await verify(adapter, await access());
    emulator.controls.fail({ mode: "error", endpoints: ["memberships"] });
    const verified = await verify(adapter, await access());
    expect(verified).toMatchObject({ ok: true, tenant: { external: "org_acme" } });
    expect(verified).not.toHaveProperty("roles");
    await emulator.controls.recover();
  });

  test.each<[string, object, string]>([
    ["for another audience", { claims: { aud: "https://other.example" } }, "audience_mismatch"],
    ["for nobody", { claims: { aud: [] } }, "claim_invalid"],
    ["of a machine", { claims: { sub: "mch_robot" } }, "claim_missing"],
    ["with several organizations", { claims: { org_id: ["org_acme"] } }, "claim_invalid"],
    ["without an id", { claims: { jti: undefined } }, "claim_missing"],
  ])("%s is refused", async (_what, more, reason) => {
    expect(await verify(adapter, await access(more), ["access"])).toEqual(refused(reason));
  });

  test("counts at our own resources only, with and without an audience", async () => {
    const bound = await access({ claims: { aud: [API] } });
    expect(await verify(adapter, bound, ["access"], API)).toMatchObject({ ok: true });
    expect(await verify(adapter, await access(), ["access"], API)).toMatchObject({ ok: true });
    const other = "https://other.example";
    expect(await verify(adapter, bound, ["access"], other)).toEqual(refused("audience_mismatch"));
    expect(await verify(adapter, await access(), ["access"], other)).toEqual(
      refused("audience_mismatch"),
    );
  });
});

describe("an MCP client's token", () => {
  const stranger = (more = {}) =>
    mint().mintAccessToken({ ...ACME, clientId: "registered", ...more });
  const at = async (token: string, resource = API) => verify(adapter, token, ["mcp"], resource);

  test("counts by the client, by the scope or by the audience", async () => {
    const token = await mint().mintAccessToken({ ...ACME, clientId: MCP_CLIENT });
    expect(await at(token)).toMatchObject({ door: "mcp", tenant: { external: "org_acme" } });
    expect(await at(await stranger({ scopes: ["mcp:use", "user:org:read"] }))).toMatchObject({
      door: "mcp",
      actors: [{ kind: "client", id: "registered" }],
    });
    expect(await at(await stranger({ claims: { aud: API } }))).toMatchObject({ door: "mcp" });
  });

  test("of a client that nobody named is for something else", async () => {
    expect(await at(await stranger())).toEqual(refused("audience_mismatch"));
    expect(await at(await stranger({ scopes: ["mcp:user"] }))).toEqual(
      refused("audience_mismatch"),
    );
  });

  test("for another mount opens none of ours", async () => {
    const other = "https://other.example";
    const bound = await stranger({ claims: { aud: other }, scopes: ["mcp:use"] });
    expect(await at(bound)).toEqual(refused("audience_mismatch"));
    const unbound = await mint().mintAccessToken({ ...ACME, clientId: MCP_CLIENT });
    expect(await at(unbound, other)).toEqual(refused("audience_mismatch"));
  });
});

describe("a machine's token", () => {
  const robot = (custom = {}, more = {}) =>
    mint().mintMachineToken({ machine: "acme-robot", custom, ...more });

  test("has the organization and roles that its own secret's holder wrote", async () => {
    const token = await robot({ org_id: "org_acme", org_roles: ["org:editor"] });
    expect(await verify(adapter, token)).toMatchObject({
      door: "m2m",
      subject: "mch_acme-robot",
      tenant: { external: "org_acme" },
      roles: ["editor"],
      authentication: { method: "client_credentials" },
    });
  });

  test("stands for none where the operator trusts no claim", async () => {
    const plain = adapterOf(optionsFor(emulator));
    const token = await robot({ org_id: "org_acme", org_roles: ["admin"] });
    const verified = await verify(plain, token);
    expect(verified).toMatchObject({ ok: true, tenant: null });
    expect(verified).not.toHaveProperty("roles");
  });

  test.each<[string, object]>([
    ["several organizations", { org_id: ["org_acme", "org_birch"] }],
    ["an empty organization", { org_id: "" }],
    ["roles in a text", { org_id: "org_acme", org_roles: "admin" }],
    ["roles of another shape", { org_id: "org_acme", org_roles: [{ name: "admin" }] }],
  ])("with %s is refused", async (_what, custom) => {
    expect(await verify(adapter, await robot(custom))).toEqual(refused("claim_invalid"));
  });

  test("must have been made for this machine, where the operator says which one it is", async () => {
    const machineId = "mch_api";
    const bound = adapterOf(optionsFor(emulator, { machineId, machineOrgClaim: "org_id" }));
    const meant = async (custom: object, resource?: string) => {
      const token = await robot({ org_id: "org_acme", ...custom });
      const verified = await verify(bound, token, ["m2m"], resource);
      return verified.ok ? "m2m" : verified.reason;
    };
    expect(await meant({ scopes: `mch_other ${machineId}` })).toBe("m2m");
    expect(await meant({ aud: [machineId, "mch_other"] })).toBe("m2m");
    expect(await meant({ aud: [machineId] }, API)).toBe("m2m");
    expect(await meant({ scopes: machineId }, API)).toBe("m2m");
    expect(await meant({})).toBe("audience_mismatch");
    expect(await meant({ scopes: "mch_other" })).toBe("audience_mismatch");
    expect(await meant({ aud: ["mch_other"] })).toBe("audience_mismatch");
    expect(await meant({ aud: [API], scopes: "mch_other" })).toBe("audience_mismatch");
    // The machine's own name is no mount that belongs to somebody else.
    expect(await meant({ aud: [machineId] }, "https://other.example")).toBe("audience_mismatch");
    expect(await meant({ scopes: machineId }, "https://other.example")).toBe("audience_mismatch");
  });

  test("that names an audience must name ours", async () => {
    const custom = { org_id: "org_acme" };
    expect(await verify(adapter, await robot({ ...custom, aud: API }))).toMatchObject({ ok: true });
    expect(await verify(adapter, await robot({ ...custom, aud: "https://other" }))).toEqual(
      refused("audience_mismatch"),
    );
  });
});
