import type { StytchEmulator } from "@tenantry/emulators";
import { B2BClient } from "stytch";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { adapterOf, verify, type Adapter } from "./support/adapter.ts";
import { optionsFor, startEmulator } from "./support/app.ts";

const MCP = "https://mcp.example.com";
const SESSION = "https://stytch.com/session";
const ORGANIZATION = "https://stytch.com/organization";
const ADA = { person: "ada@acme.example", organization: "acme" } as const;

let emulator: StytchEmulator;
let adapter: Adapter;
let sdk: B2BClient;

beforeAll(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  emulator = await startEmulator();
  const options = optionsFor(emulator);
  const { address } = emulator.addresses;
  adapter = adapterOf({ ...options, mcpDomain: address, mcpResource: [MCP] });
  sdk = new B2BClient({ project_id: options.projectId, secret: options.secret, env: address });
});
afterAll(async () => {
  await emulator.close();
  vi.restoreAllMocks();
});

const controls = () => emulator.controls;
const now = () => Math.floor(Date.now() / 1000);

/** The one door that a token opens here; null for none. */
async function doorOf(token: string) {
  const doors: string[] = [];
  for (const kind of ["session", "m2m", "mcp"] as const) {
    const verified = await verify(adapter, token, { accept: [kind], resource: MCP });
    if (verified.ok) doors.push(verified.door);
  }
  expect(doors.length).toBeLessThanOrEqual(1);
  return doors[0] ?? null;
}

/** Which helpers of the vendor's SDK take a token. */
async function helpersThatTake(token: string): Promise<readonly string[]> {
  const helpers: Readonly<Record<string, () => Promise<unknown>>> = {
    session: () => sdk.sessions.authenticateJwtLocal({ session_jwt: token }),
    m2m: () => sdk.m2m.authenticateToken({ access_token: token }),
    mcp: () => sdk.idp.introspectTokenLocal(token),
  };
  const taken = await Promise.all(
    Object.entries(helpers).map(async ([name, help]) => {
      try {
        await help();
        return [name];
      } catch {
        return [];
      }
    }),
  );
  return taken.flat();
}

const session = (more = {}) => controls().mintSessionToken({ ...ADA, ...more });
const machine = (more = {}) => controls().mintMachineToken({ machine: "acme-robot", ...more });
const app = (more = {}) => controls().mintConnectedAppToken({ ...ADA, ...more });
const acme = { organization_id: "org_acme", slug: "acme" };

describe("one key, issuer, audience and type for all tokens of a project", () => {
  /**
   * What a token opens here, and which of the SDK's helpers take it. Where the second list is longer,
   * the helpers take one kind for another.
   */
  test.each<[string, () => Promise<string>, string | null, readonly string[]]>([
    ["a session", () => session(), "session", ["session", "mcp"]],
    [
      "a session with a scope among its custom claims",
      () => session({ claims: { scope: "notes:write" } }),
      "session",
      ["session", "m2m", "mcp"],
    ],
    [
      "a session with a machine's subject",
      () => session({ claims: { sub: "m2m-client-test-acme-robot" } }),
      null,
      ["session", "mcp"],
    ],
    [
      "a session of a consumer project's user",
      () => session({ claims: { sub: "user-test-1" } }),
      null,
      ["session", "mcp"],
    ],
    [
      "a session without an organization",
      () => session({ claims: { [ORGANIZATION]: undefined } }),
      null,
      [],
    ],
    ["a machine", () => machine(), "m2m", ["m2m"]],
    [
      "a machine whose template adds an organization",
      () => machine({ claims: { [ORGANIZATION]: acme } }),
      "m2m",
      ["m2m", "mcp"],
    ],
    ["a Connected App", () => app(), "mcp", ["m2m", "mcp"]],
    [
      "a Connected App without a client",
      () => app({ claims: { client_id: undefined } }),
      null,
      ["m2m", "mcp"],
    ],
    ["an ID token of a Connected App", () => app({ claims: { scope: undefined } }), null, ["mcp"]],
    [
      "a member's token of neither",
      () => session({ claims: { [SESSION]: undefined } }),
      null,
      ["mcp"],
    ],
    ["a session signed by somebody else", () => session({ key: "rogue" }), null, []],
    ["a machine signed by somebody else", () => machine({ key: "rogue" }), null, []],
    ["an app signed by somebody else", () => app({ key: "rogue" }), null, []],
    ["a session keyed with what is public", () => session({ key: "hmac-public" }), null, []],
    ["a session without a signature", () => session({ key: "none" }), null, []],
    ["a session of another algorithm", () => session({ algorithm: "ES256" }), null, []],
    [
      "a session of another project",
      () => session({ claims: { aud: ["project-test-other"] } }),
      null,
      [],
    ],
    ["a session for nobody", () => session({ claims: { aud: undefined } }), null, []],
    [
      "a session of another issuer",
      () => session({ claims: { iss: "stytch.com/project-test-other" } }),
      null,
      [],
    ],
    ["a machine of another issuer", () => machine({ claims: { iss: "https://x.test" } }), null, []],
    ["a session of another type", () => session({ header: { typ: "at+jwt" } }), null, []],
    ["an expired session", () => session({ expiresInSeconds: -120 }), null, []],
    ["an expired machine", () => machine({ expiresInSeconds: -120 }), null, []],
    ["a session of tomorrow", () => session({ claims: { nbf: now() + 86_400 } }), null, []],
    ["no token", async () => "a.b.c", null, []],
  ])("%s", async (_, mint, door, helpers) => {
    const token = await mint();
    expect([await doorOf(token), await helpersThatTake(token)]).toEqual([door, helpers]);
  });

  test("a session of a clock a little ahead counts here, and for an SDK that is told to allow it", async () => {
    const token = await session({ claims: { nbf: now() + 4, iat: now() + 4 } });
    expect(await helpersThatTake(token)).toEqual([]);
    await sdk.sessions.authenticateJwtLocal({ session_jwt: token, clock_tolerance_seconds: 10 });
    expect(await doorOf(token)).toBe("session");
  });

  test("a garbage token is no call to Stytch, which the SDK's mixed helper makes of it", async () => {
    const token = await session({ key: "rogue" });
    await doorOf(await session());
    controls().resetRequests();
    expect(await doorOf(token)).toBeNull();
    expect(controls().requests("sessions")).toBe(0);
    await expect(sdk.sessions.authenticateJwt({ session_jwt: token })).rejects.toMatchObject({
      status_code: 404,
    });
    expect(controls().requests("sessions")).toBe(1);
  });
});

describe("a token means here what it means to the SDK", () => {
  test("as a session", async () => {
    const token = await session();
    const oracle = await sdk.sessions.authenticateJwtLocal({ session_jwt: token });
    expect(await verify(adapter, token, { accept: ["session"] })).toMatchObject({
      subject: oracle.member_id,
      tenant: { external: oracle.organization_id, slug: oracle.organization_slug },
      roles: oracle.roles,
      sessionId: oracle.member_session_id,
    });
  });

  test("as a machine", async () => {
    const token = await machine();
    const oracle = await sdk.m2m.authenticateToken({ access_token: token });
    expect(await verify(adapter, token, { accept: ["m2m"] })).toMatchObject({
      subject: oracle.client_id,
      scopes: oracle.scopes,
    });
  });

  test("as a Connected App", async () => {
    const token = await app({ scopes: ["openid", "notes:read"] });
    const oracle = await sdk.idp.introspectTokenLocal(token);
    expect(await verify(adapter, token, { accept: ["mcp"], resource: MCP })).toMatchObject({
      subject: oracle.subject,
      tenant: { external: oracle.organization.organization_id },
      clientId: oracle.custom_claims?.["client_id"],
      scopes: expect.arrayContaining(oracle.scope.split(" ")) as unknown,
    });
  });
});

describe("permissions are those that the SDK grants", () => {
  const own = (role_id: string, resource_id: string, actions: string[]) => ({
    role_id,
    description: "",
    permissions: [{ resource_id, actions }],
  });

  beforeAll(async () => {
    await sdk.rbac.organizations.setOrgPolicy({
      organization_id: "org_acme",
      org_policy: { roles: [own("keeper", "notes", ["*"]), own("eraser", "notes", ["delete"])] },
    });
    await sdk.rbac.organizations.setOrgPolicy({
      organization_id: "org_birch",
      org_policy: { roles: [own("keeper", "notes", ["read"])] },
    });
  });

  const rolesIn = (person: string, organization: string, roles: readonly string[]) => {
    const { organization_id, slug } =
      organization === "acme" ? acme : { organization_id: "org_birch", slug: "birch" };
    return controls().mintSessionToken({
      person,
      organization,
      claims: {
        [ORGANIZATION]: { organization_id, slug },
        [SESSION]: {
          id: "member-session-test-1",
          started_at: new Date().toISOString(),
          last_accessed_at: new Date().toISOString(),
          expires_at: new Date(Date.now() + 60_000).toISOString(),
          attributes: { ip_address: "", user_agent: "" },
          authentication_factors: [{ type: "magic_link", delivery_method: "email" }],
          roles,
        },
      },
    });
  };

  test.each<[string, string, readonly string[]]>([
    ["the project's roles", "acme", ["admin", "stytch_member"]],
    ["a role of no meaning", "acme", ["nothing"]],
    ["no roles", "acme", []],
    ["an organization's own role with a wildcard", "acme", ["keeper"]],
    ["its own role beside one of the project", "acme", ["viewer", "eraser"]],
    ["the same name in another organization", "birch", ["keeper"]],
    ["another organization's role", "birch", ["eraser"]],
  ])("%s", async (_, organization, roles) => {
    const person = organization === "acme" ? ADA.person : "dan@birch.example";
    const token = await rolesIn(person, organization, roles);
    const verified = await verify(adapter, token, { accept: ["session"] });
    const permissions = verified.ok ? (verified.permissions ?? []) : null;
    const organization_id = `org_${organization}`;
    for (const resource_id of ["notes", "stytch.member", "other"]) {
      for (const action of ["read", "write", "delete", "create"]) {
        const check = { organization_id, resource_id, action };
        const isGranted = await sdk.sessions
          .authenticateJwtLocal({ session_jwt: token, authorization_check: check })
          .then(
            () => true,
            () => false,
          );
        const known = `${resource_id}:${action}`;
        // A wildcard grants the SDK actions that no resource has; here those stay the wildcard's.
        const isOurs =
          permissions?.includes(known) === true || permissions?.includes(`${resource_id}:*`);
        expect([known, isOurs]).toEqual([known, isGranted]);
      }
    }
  });

  test("an organization is asked for its own roles only where the project does not know one", async () => {
    const fresh = adapterOf(optionsFor(emulator));
    const asked = async (roles: readonly string[]) => {
      controls().resetRequests();
      await verify(fresh, await rolesIn(ADA.person, "acme", roles), { accept: ["session"] });
      return controls().requests("rbac");
    };
    expect(await asked(["admin", "stytch_member"])).toBe(1);
    expect(await asked(["viewer"])).toBe(0);
    expect(await asked(["keeper"])).toBe(1);
    expect(await asked(["eraser", "keeper"])).toBe(0);
  });

  test("where it cannot be found out, nobody is let in with less or more", async () => {
    const fresh = adapterOf(optionsFor(emulator));
    const token = () => rolesIn(ADA.person, "acme", ["keeper"]);
    controls().fail({ mode: "error", endpoints: ["rbac"] });
    expect(await verify(fresh, await token(), { accept: ["session"] })).toMatchObject({
      ok: false,
      reason: "provider_unavailable",
    });
    await controls().recover();
    // The project's policy is known now, and the organization's is not.
    await verify(fresh, await rolesIn(ADA.person, "acme", ["admin"]), { accept: ["session"] });
    controls().fail({ mode: "error", endpoints: ["rbac"] });
    expect(await verify(fresh, await token(), { accept: ["session"] })).toMatchObject({
      ok: false,
      reason: "provider_unavailable",
    });
    await controls().recover();
    const before = await verify(fresh, await token(), { accept: ["session"] });
    expect(before).toMatchObject({ ok: true });
    controls().fail({ mode: "error", endpoints: ["rbac"] });
    expect(await verify(fresh, await token(), { accept: ["session"] })).toMatchObject({
      permissions: ["notes:*", "notes:read", "notes:write", "notes:delete"],
    });
    await controls().recover();
  });
});

describe("roles that come with SSO", () => {
  test("count in a session that has it, and are no roles of the record", async () => {
    controls().setRules("acme", { ssoRoles: ["admin"] });
    const ben = { person: "ben@acme.example", organization: "acme" };
    const saml = {
      type: "sso",
      delivery_method: "sso_saml",
      last_authenticated_at: new Date().toISOString(),
    } as const;
    const rolesOf = async (more = {}) => {
      const token = await session({ ...ben, ...more });
      const verified = await verify(adapter, token, { accept: ["session"] });
      return verified.ok ? verified.roles : verified;
    };
    expect(await rolesOf()).toEqual(["viewer", "stytch_member"]);
    expect(await rolesOf({ factors: [saml] })).toEqual(["viewer", "admin", "stytch_member"]);
    const id = controls().memberId(ben.person, ben.organization);
    const record = await adapter.provider.directory?.get("membership", id, adapter.tools);
    expect(record).toMatchObject({ value: { data: { roles: ["viewer", "stytch_member"] } } });
    controls().setRules("acme", { ssoRoles: [] });
  });
});
