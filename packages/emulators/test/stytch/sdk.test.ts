import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { B2BClient } from "stytch";
import {
  demoWorld,
  signInHeadless,
  startStytchEmulator,
  type StytchEmulator,
} from "../../src/index.ts";

const PROJECT = "project-test-sdk";
const CALLBACK = "https://app.example.test/auth/callback/stytch";
const BACK = `${CALLBACK}?state=s1`;

let emulator: StytchEmulator;
let sdk: B2BClient;

beforeAll(async () => {
  // The SDK says that the address is not one of its own.
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  emulator = await startStytchEmulator({
    world: demoWorld(),
    projectId: PROJECT,
    secret: "secret-test-sdk",
    publicToken: "public-token-test-sdk",
    redirectUris: [`${CALLBACK}?state={}`],
  });
  sdk = new B2BClient({
    project_id: PROJECT,
    secret: "secret-test-sdk",
    env: emulator.addresses.address,
  });
});

afterAll(async () => {
  await emulator.close();
  vi.restoreAllMocks();
});

const mailedToken = async (email: string) => {
  const [mail] = emulator.controls.mails(email);
  const response = await fetch(mail?.link ?? "", { redirect: "manual" });
  return new URL(response.headers.get("location") ?? "").searchParams;
};

async function discover(email: string) {
  await sdk.magicLinks.email.discovery.send({ email_address: email, discovery_redirect_url: BACK });
  const query = await mailedToken(email);
  expect(query.get("stytch_token_type")).toBe("discovery");
  return sdk.magicLinks.discovery.authenticate({
    discovery_magic_links_token: query.get("token") ?? "",
  });
}

async function signIn(email: string, organization_id: string) {
  const { intermediate_session_token } = await discover(email);
  return sdk.discovery.intermediateSessions.exchange({
    intermediate_session_token,
    organization_id,
  });
}

async function browse(path: string, query: Record<string, string>, person: string) {
  const url = new URL(path, emulator.addresses.address);
  url.search = String(new URLSearchParams({ public_token: "public-token-test-sdk", ...query }));
  return (await signInHeadless({ authorizationUrl: url, person })).searchParams;
}

/** What the vendor's own SDK completes against the emulator: the call, and the flow that proves it. */
const CALLS: readonly (readonly [string, () => Promise<void>])[] = [
  [
    "magicLinks.email.loginOrSignup, magicLinks.authenticate",
    async () => {
      await sdk.magicLinks.email.loginOrSignup({
        organization_id: "org_acme",
        email_address: "ada@acme.example",
        login_redirect_url: BACK,
        signup_redirect_url: BACK,
      });
      const query = await mailedToken("ada@acme.example");
      expect(query.get("stytch_token_type")).toBe("multi_tenant_magic_links");
      const answer = await sdk.magicLinks.authenticate({
        magic_links_token: query.get("token") ?? "",
      });
      expect(answer).toMatchObject({ member_authenticated: true, member: { name: "Ada Ames" } });
      await expect(
        sdk.magicLinks.authenticate({ magic_links_token: query.get("token") ?? "" }),
      ).rejects.toMatchObject({ status_code: 404 });
    },
  ],
  [
    "magicLinks.discovery, discovery.intermediateSessions.exchange",
    async () => {
      const found = await discover("cleo@acme.example");
      expect(
        found.discovered_organizations.map((one) => one.organization?.organization_slug),
      ).toEqual(["acme", "birch"]);
      const { member_authenticated, organization } = await signIn("cleo@acme.example", "org_birch");
      expect([member_authenticated, organization.organization_id]).toEqual([true, "org_birch"]);
    },
  ],
  [
    "discovery.organizations.list",
    async () => {
      const { session_token } = await signIn("cleo@acme.example", "org_acme");
      const { discovered_organizations: found } = await sdk.discovery.organizations.list({
        session_token,
      });
      expect(found.map((one) => one.membership?.member?.member_id)).toEqual([
        emulator.controls.memberId("cleo@acme.example", "acme"),
        emulator.controls.memberId("cleo@acme.example", "birch"),
      ]);
    },
  ],
  [
    "oauth.discovery.authenticate",
    async () => {
      const path = "/v1/b2b/public/oauth/google/discovery/start";
      const query = await browse(path, { discovery_redirect_url: BACK }, "dan@birch.example");
      expect(query.get("state")).toBe("s1");
      const answer = await sdk.oauth.discovery.authenticate({
        discovery_oauth_token: query.get("token") ?? "",
      });
      expect(answer.email_address).toBe("dan@birch.example");
    },
  ],
  [
    "oauth.authenticate",
    async () => {
      const path = "/v1/b2b/public/oauth/google/start";
      const wish = { organization_id: "org_birch", login_redirect_url: BACK };
      const query = await browse(path, wish, "dan@birch.example");
      const answer = await sdk.oauth.authenticate({ oauth_token: query.get("token") ?? "" });
      expect(answer).toMatchObject({ member_authenticated: true, organization_id: "org_birch" });
      const stranger = await browse(path, wish, "ada@acme.example");
      await expect(
        sdk.oauth.authenticate({ oauth_token: stranger.get("token") ?? "" }),
      ).rejects.toMatchObject({ error_type: "member_not_found" });
    },
  ],
  [
    "sso.authenticate, and an organization that insists on it",
    async () => {
      emulator.controls.setRules("birch", { authMethods: ["sso"] });
      const asked = await signIn("dan@birch.example", "org_birch");
      expect(asked).toMatchObject({
        member_authenticated: false,
        session_token: "",
        primary_required: { allowed_auth_methods: ["sso"] },
      });
      const wish = { organization_id: "org_birch", login_redirect_url: BACK };
      const query = await browse("/v1/public/sso/start", wish, "dan@birch.example");
      const answer = await sdk.sso.authenticate({
        sso_token: query.get("token") ?? "",
        intermediate_session_token: asked.intermediate_session_token,
      });
      expect(answer.member_authenticated).toBe(true);
      emulator.controls.setRules("birch", { authMethods: null });
    },
  ],
  [
    "totps.authenticate",
    async () => {
      emulator.controls.setRules("birch", { mfaRequired: true });
      const asked = await signIn("eve@birch.example", "org_birch");
      expect(asked).toMatchObject({ member_authenticated: false });
      const wish = {
        organization_id: "org_birch",
        member_id: asked.member_id,
        intermediate_session_token: asked.intermediate_session_token,
      };
      await expect(sdk.totps.authenticate({ ...wish, code: "000000" })).rejects.toMatchObject({
        status_code: 401,
      });
      const answer = await sdk.totps.authenticate({ ...wish, code: "123456" });
      expect(answer.session_jwt).not.toBe("");
      emulator.controls.setRules("birch", { mfaRequired: false });
    },
  ],
  [
    "totps.create, recoveryCodes.get, recover, rotate",
    async () => {
      const who = { person: "eve@birch.example", organization: "birch" };
      emulator.controls.setRules("birch", { mfaRequired: true });
      emulator.controls.setMember(who, { totp: false });
      const asked = await signIn(who.person, "org_birch");
      expect(asked.mfa_required?.member_options).toBeNull();
      const { member_id, intermediate_session_token } = asked;
      const wish = { organization_id: "org_birch", member_id, intermediate_session_token };
      const created = await sdk.totps.create(wish);
      expect(created.secret).toMatch(/^[A-Z2-7]{32}$/);
      await sdk.totps.authenticate({ ...wish, code: "123456" });
      const { recovery_codes } = await sdk.recoveryCodes.get(wish);
      expect(recovery_codes).toEqual(created.recovery_codes);
      const [recovery_code = ""] = recovery_codes;
      const recover = async () => {
        const again = await signIn(who.person, "org_birch");
        return sdk.recoveryCodes.recover({
          ...wish,
          intermediate_session_token: again.intermediate_session_token,
          recovery_code,
        });
      };
      expect(await recover()).toMatchObject({ recovery_codes_remaining: 7 });
      await expect(recover()).rejects.toMatchObject({ status_code: 401 });
      const rotated = await sdk.recoveryCodes.rotate(wish);
      expect(rotated.recovery_codes).not.toContain(recovery_codes[1]);
      emulator.controls.setRules("birch", { mfaRequired: false });
      emulator.controls.setMember(who, { isEnrolled: false });
    },
  ],
  [
    "otps.sms.send, otps.sms.authenticate",
    async () => {
      const who = { person: "eve@birch.example", organization: "birch" };
      emulator.controls.setRules("birch", { mfaRequired: true, mfaMethods: ["sms_otp"] });
      emulator.controls.setMember(who, { totp: false });
      const asked = await signIn(who.person, "org_birch");
      const { member_id, intermediate_session_token } = asked;
      const wish = { organization_id: "org_birch", member_id, intermediate_session_token };
      await expect(sdk.otps.sms.send(wish)).rejects.toMatchObject({ status_code: 400 });
      const mfa_phone_number = "+12025550199";
      await sdk.otps.sms.send({ ...wish, mfa_phone_number });
      const [sent] = emulator.controls.codes(mfa_phone_number);
      const wrong = sent?.code === "000000" ? "000001" : "000000";
      await expect(sdk.otps.sms.authenticate({ ...wish, code: wrong })).rejects.toMatchObject({
        status_code: 401,
      });
      const { member } = await sdk.otps.sms.authenticate({ ...wish, code: sent?.code ?? "" });
      expect(member.mfa_phone_number).toBe(mfa_phone_number);
      // From now on the code is on its way before anybody asks for it.
      const again = await signIn(who.person, "org_birch");
      expect(again.mfa_required).toMatchObject({ secondary_auth_initiated: "sms_otp" });
      await expect(
        sdk.otps.sms.send({
          ...wish,
          intermediate_session_token: again.intermediate_session_token,
          mfa_phone_number: "+12025550100",
        }),
      ).rejects.toMatchObject({ status_code: 400 });
      emulator.controls.setRules("birch", { mfaRequired: false, mfaMethods: null });
      emulator.controls.setMember(who, { isEnrolled: false, phone: null, totp: true });
    },
  ],
  [
    "otps.email.loginOrSignup, authenticate, discovery.send, discovery.authenticate",
    async () => {
      const email_address = "ada@acme.example";
      await sdk.otps.email.loginOrSignup({ organization_id: "org_acme", email_address });
      const code = () => emulator.controls.codes(email_address)[0]?.code ?? "";
      const wish = { organization_id: "org_acme", email_address, code: code() };
      expect(await sdk.otps.email.authenticate(wish)).toMatchObject({ member_authenticated: true });
      await expect(sdk.otps.email.authenticate(wish)).rejects.toMatchObject({ status_code: 401 });
      await sdk.otps.email.discovery.send({ email_address });
      const found = await sdk.otps.email.discovery.authenticate({ email_address, code: code() });
      expect(found.discovered_organizations).toHaveLength(1);
    },
  ],
  [
    "organizations.update of sign-in rules, and a member who is exempt from them",
    async () => {
      await sdk.organizations.update({
        organization_id: "org_birch",
        auth_methods: "RESTRICTED",
        allowed_auth_methods: ["google_oauth", "email_otp"],
      });
      const asked = await signIn("dan@birch.example", "org_birch");
      expect(asked.primary_required?.allowed_auth_methods).toEqual(["google_oauth", "email_otp"]);
      const who = { person: "dan@birch.example", organization: "birch" };
      emulator.controls.setMember(who, { isBreakglass: true });
      expect(await signIn("dan@birch.example", "org_birch")).toMatchObject({
        member_authenticated: true,
      });
      emulator.controls.setMember(who, { isBreakglass: false });
      const { organization } = await sdk.organizations.update({
        organization_id: "org_birch",
        auth_methods: "ALL_ALLOWED",
      });
      expect(organization.allowed_auth_methods).toEqual([]);
    },
  ],
  [
    "sessions.authenticateJwtLocal",
    async () => {
      const { session_jwt } = await signIn("ada@acme.example", "org_acme");
      expect(await sdk.sessions.authenticateJwtLocal({ session_jwt })).toMatchObject({
        organization_id: "org_acme",
        organization_slug: "acme",
        roles: ["admin", "stytch_member"],
      });
      expect((await sdk.sessions.getJWKS({ project_id: PROJECT })).keys).not.toEqual([]);
      const check = { organization_id: "org_acme", resource_id: "notes", action: "delete" };
      await sdk.sessions.authenticateJwtLocal({ session_jwt, authorization_check: check });
      const other = { ...check, organization_id: "org_birch" };
      await expect(
        sdk.sessions.authenticateJwtLocal({ session_jwt, authorization_check: other }),
      ).rejects.toMatchObject({ code: "tenancy_mismatch" });
    },
  ],
  [
    "sessions.authenticate with an expired token of a session that lives",
    async () => {
      const { session_token, session_jwt } = await signIn("ada@acme.example", "org_acme");
      const [, claims = ""] = session_jwt.split(".");
      const session = JSON.parse(Buffer.from(claims, "base64url").toString());
      const expired = await emulator.controls.sign({
        header: { typ: "JWT" },
        claims: {
          ...session,
          iat: session.iat - 900,
          nbf: session.nbf - 900,
          exp: session.exp - 900,
        },
      });
      const answer = await sdk.sessions.authenticate({ session_jwt: expired });
      expect(answer.session_token).toBe(session_token);
      const forged = await emulator.controls.sign({
        header: { typ: "JWT" },
        claims: session,
        key: "rogue",
      });
      await expect(sdk.sessions.authenticate({ session_jwt: forged })).rejects.toMatchObject({
        status_code: 404,
        error_type: "session_not_found",
      });
    },
  ],
  [
    "sessions.exchange, membership enforced",
    async () => {
      const { session_token } = await signIn("cleo@acme.example", "org_acme");
      const there = await sdk.sessions.exchange({ session_token, organization_id: "org_birch" });
      expect(there).toMatchObject({ member_authenticated: true });
      expect(there.member_id).toBe(emulator.controls.memberId("cleo@acme.example", "birch"));
      await expect(
        sdk.sessions.exchange({ session_token, organization_id: "org_lighthouse" }),
      ).rejects.toMatchObject({ error_type: "member_not_found" });
    },
  ],
  [
    "sessions.revoke, sessions.get",
    async () => {
      const answer = await signIn("ben@acme.example", "org_acme");
      const wish = { organization_id: "org_acme", member_id: answer.member_id };
      expect((await sdk.sessions.get(wish)).member_sessions).toHaveLength(1);
      const { member_session_id = "" } = answer.member_session ?? {};
      await sdk.sessions.revoke({ member_session_id });
      expect((await sdk.sessions.get(wish)).member_sessions).toHaveLength(0);
      await expect(
        sdk.sessions.authenticate({ session_token: answer.session_token }),
      ).rejects.toMatchObject({ status_code: 404 });
    },
  ],
  [
    "impersonation.authenticate",
    async () => {
      const { token } = emulator.controls.impersonate({
        person: "ada@acme.example",
        organization: "acme",
        by: "support@vendor.example",
      });
      const answer = await sdk.impersonation.authenticate({ impersonation_token: token });
      expect(answer.member_session?.authentication_factors[0]).toMatchObject({
        type: "impersonated",
      });
    },
  ],
  [
    "rbac.policy, rbac.organizations.getOrgPolicy, setOrgPolicy",
    async () => {
      const { policy } = await sdk.rbac.policy();
      expect(policy?.resources).toContainEqual({
        resource_id: "notes",
        description: "",
        actions: ["read", "write", "delete"],
      });
      const { org_policy } = await sdk.rbac.organizations.getOrgPolicy({
        organization_id: "org_acme",
      });
      expect(org_policy.roles).toEqual([]);
      const role = {
        role_id: "archivist",
        description: "",
        permissions: [{ resource_id: "notes", actions: ["delete"] }],
      };
      const own = { organization_id: "org_birch", org_policy: { roles: [role] } };
      await sdk.rbac.organizations.setOrgPolicy(own);
      await expect(
        sdk.rbac.organizations.setOrgPolicy({
          ...own,
          org_policy: { roles: [{ ...role, role_id: "admin" }] },
        }),
      ).rejects.toMatchObject({ status_code: 400 });
      const member_id = emulator.controls.memberId("eve@birch.example", "birch");
      await sdk.organizations.members.update({
        organization_id: "org_birch",
        member_id,
        roles: ["viewer", "archivist"],
      });
      const { session_token, session_jwt } = await signIn("eve@birch.example", "org_birch");
      const authorization_check = {
        organization_id: "org_birch",
        resource_id: "notes",
        action: "delete",
      };
      await sdk.sessions.authenticateJwtLocal({ session_jwt, authorization_check });
      const { verdict } = await sdk.sessions.authenticate({ session_token, authorization_check });
      expect(verdict?.granting_roles).toEqual(["archivist"]);
      const { organization } = await sdk.organizations.get({ organization_id: "org_birch" });
      expect(organization.custom_roles).toEqual([role]);
      await expect(
        sdk.organizations.members.update({
          organization_id: "org_acme",
          member_id: emulator.controls.memberId("ada@acme.example", "acme"),
          roles: ["archivist"],
        }),
      ).rejects.toMatchObject({ status_code: 400 });
    },
  ],
  [
    "m2m.token, m2m.authenticateToken, m2m.clients.get",
    async () => {
      const client_id = emulator.controls.machineId("acme-robot");
      const { access_token } = await sdk.m2m.token({
        client_id,
        client_secret: "acme-robot-secret",
        scopes: ["notes:read"],
      });
      const token = await sdk.m2m.authenticateToken({ access_token });
      expect(token).toMatchObject({ client_id, scopes: ["notes:read"] });
      const { m2m_client } = await sdk.m2m.clients.get({ client_id });
      expect(m2m_client.trusted_metadata).toMatchObject({ organization_id: "org_acme" });
      await expect(sdk.m2m.token({ client_id, client_secret: "wrong" })).rejects.toMatchObject({
        error_type: "invalid_client",
      });
    },
  ],
  [
    "m2m.clients: create, update, search, delete, secrets.rotateStart, rotateCancel, rotate",
    async () => {
      const { m2m_client } = await sdk.m2m.clients.create({
        client_name: "Exporter",
        scopes: ["notes:read"],
        trusted_metadata: { organization_id: "org_acme", roles: ["viewer"] },
      });
      const { client_id, client_secret } = m2m_client;
      const works = async (secret: string) =>
        sdk.m2m.token({ client_id, client_secret: secret }).then(
          () => true,
          () => false,
        );
      const started = await sdk.m2m.clients.secrets.rotateStart({ client_id });
      const next = started.m2m_client.next_client_secret;
      expect([await works(client_secret), await works(next)]).toEqual([true, true]);
      await sdk.m2m.clients.secrets.rotateCancel({ client_id });
      expect([await works(client_secret), await works(next)]).toEqual([true, false]);
      const again = await sdk.m2m.clients.secrets.rotateStart({ client_id });
      await sdk.m2m.clients.secrets.rotate({ client_id });
      expect(await works(client_secret)).toBe(false);
      expect(await works(again.m2m_client.next_client_secret)).toBe(true);
      await sdk.m2m.clients.update({ client_id, status: "inactive" });
      expect(await works(again.m2m_client.next_client_secret)).toBe(false);
      const { m2m_clients } = await sdk.m2m.clients.search({});
      expect(m2m_clients).toContainEqual(
        expect.objectContaining({ client_id, client_name: "Exporter", status: "inactive" }),
      );
      await sdk.m2m.clients.delete({ client_id });
      await expect(sdk.m2m.clients.get({ client_id })).rejects.toMatchObject({
        error_type: "m2m_client_not_found",
      });
    },
  ],
  [
    "discovery.organizations.create, sso.getConnections",
    async () => {
      const { intermediate_session_token } = await discover("dan@birch.example");
      const { organization, member_authenticated } = await sdk.discovery.organizations.create({
        intermediate_session_token,
        organization_name: "Dan's",
        organization_slug: "dans",
      });
      expect([organization?.organization_name, member_authenticated]).toEqual(["Dan's", true]);
      const organization_id = organization?.organization_id ?? "";
      const { saml_connections } = await sdk.sso.getConnections({ organization_id });
      expect(saml_connections[0]?.connection_id).toBe(organization?.sso_default_connection_id);
      await sdk.organizations.delete({ organization_id });
    },
  ],
  [
    "idp.introspectTokenLocal, idp.introspectTokenNetwork",
    async () => {
      const token = await emulator.controls.mintConnectedAppToken({
        person: "ada@acme.example",
        organization: "acme",
        scopes: ["notes:read"],
      });
      expect(await sdk.idp.introspectTokenLocal(token)).toMatchObject({
        scope: "notes:read",
        organization: { organization_id: "org_acme" },
      });
      const answer = await sdk.idp.introspectTokenNetwork({
        token,
        client_id: "connected-app-test-1",
      });
      expect(answer.audience).toEqual([PROJECT]);
    },
  ],
  [
    "organizations.create, get, update, search, delete",
    async () => {
      const { organization } = await sdk.organizations.create({
        organization_name: "Cedar",
        organization_slug: "cedar",
        organization_external_id: "cedar-1",
      });
      const { organization_id } = organization;
      const byExternal = await sdk.organizations.get({ organization_id: "cedar-1" });
      expect(byExternal.organization.organization_id).toBe(organization_id);
      await sdk.organizations.update({ organization_id, organization_name: "Cedar Ltd" });
      const first = await sdk.organizations.search({ limit: 3 });
      const rest = await sdk.organizations.search({
        limit: 3,
        cursor: first.results_metadata.next_cursor ?? "",
      });
      const names = [...first.organizations, ...rest.organizations].map(
        (one) => one.organization_name,
      );
      expect(names).toEqual(["Acme", "Birch", "Lighthouse", "Cedar Ltd"]);
      await sdk.organizations.delete({ organization_id });
      await expect(sdk.organizations.get({ organization_id })).rejects.toMatchObject({
        error_type: "organization_not_found",
      });
    },
  ],
  [
    "organizations.members: create, get, update, search, dangerouslyGet, delete, reactivate",
    async () => {
      const { member_id } = await sdk.organizations.members.create({
        organization_id: "org_acme",
        email_address: "fay@acme.example",
        name: "Fay",
        roles: ["viewer"],
      });
      await sdk.organizations.members.update({
        organization_id: "org_acme",
        member_id,
        roles: ["editor"],
      });
      const { member } = await sdk.organizations.members.get({
        organization_id: "acme",
        member_id,
      });
      expect(member.roles.map(({ role_id }) => role_id)).toEqual(["editor", "stytch_member"]);
      const { members } = await sdk.organizations.members.search({
        organization_ids: ["org_acme"],
      });
      expect(members).toHaveLength(4);
      await sdk.organizations.members.delete({ organization_id: "org_acme", member_id });
      await expect(sdk.organizations.members.dangerouslyGet({ member_id })).rejects.toMatchObject({
        error_type: "member_not_found",
      });
      const gone = await sdk.organizations.members.dangerouslyGet({
        member_id,
        include_deleted: true,
      });
      expect(gone.member).toMatchObject({ status: "deleted", organization_id: "org_acme" });
      const { world } = emulator.controls;
      world.memberships.update("user_ben", "org_acme", { status: "inactive" });
      const ben = emulator.controls.memberId("ben@acme.example", "acme");
      await expect(
        sdk.organizations.members.reactivate({ organization_id: "org_birch", member_id: ben }),
      ).rejects.toMatchObject({ error_type: "member_not_found" });
      const back = await sdk.organizations.members.reactivate({
        organization_id: "org_acme",
        member_id: ben,
      });
      expect(back.member).toMatchObject({ status: "active" });
      world.memberships.update("user_ben", "org_acme", { roles: ["viewer"] });
    },
  ],
  [
    "magicLinks.email.invite",
    async () => {
      const { member } = await sdk.magicLinks.email.invite({
        organization_id: "org_acme",
        email_address: "gus@acme.example",
        roles: ["viewer"],
      });
      expect(member.status).toBe("invited");
      const query = await mailedToken("gus@acme.example");
      const answer = await sdk.magicLinks.authenticate({
        magic_links_token: query.get("token") ?? "",
      });
      expect(answer).toMatchObject({ member_authenticated: true, member: { status: "active" } });
      await sdk.magicLinks.email.invite({
        organization_id: "org_birch",
        email_address: "gus@acme.example",
      });
      const found = await discover("gus@acme.example");
      expect(found.discovered_organizations.map((one) => one.membership?.type)).toEqual([
        "active_member",
        "invited_member",
      ]);
      const there = await sdk.sessions.exchange({
        session_token: answer.session_token,
        organization_id: "org_birch",
      });
      expect(there).toMatchObject({ member_authenticated: true, member: { status: "active" } });
    },
  ],
];

describe("the vendor's SDK completes", () => {
  test.each(CALLS)("%s", async (_, run) => {
    await expect(run()).resolves.toBeUndefined();
  });

  test("nothing with a wrong secret, and is told to wait where there is a limit", async () => {
    const stranger = new B2BClient({
      project_id: PROJECT,
      secret: "secret-test-wrong",
      env: emulator.addresses.address,
    });
    await expect(stranger.rbac.policy()).rejects.toMatchObject({
      status_code: 401,
      error_type: "unauthorized_credentials",
    });
    emulator.controls.limitRate({ endpoints: ["rbac"] });
    await expect(sdk.rbac.policy()).rejects.toMatchObject({ error_type: "too_many_requests" });
    await emulator.controls.recover();
    await sdk.rbac.policy();
  });

  test("local verification across a rotation of keys", async () => {
    const wish = { person: "ada@acme.example", organization: "acme" };
    const old = await emulator.controls.mintSessionToken(wish);
    await emulator.controls.rotateKeys();
    await sdk.sessions.authenticateJwtLocal({ session_jwt: old });
    expect(emulator.controls.publishedKeyIds()).toHaveLength(2);
  });
});
