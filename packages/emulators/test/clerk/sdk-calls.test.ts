import type { ClerkClient } from "@clerk/backend";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClerkEmulator, ClerkEndpoint } from "../../src/index.ts";
import { sdkFor, signIn, start } from "./environment.ts";

let emulator: ClerkEmulator;
let clerk: ClerkClient;
let robot: ClerkClient;
beforeAll(async () => {
  emulator = await start();
  clerk = sdkFor(emulator);
  robot = sdkFor(emulator, "acme-robot-secret");
});
afterAll(() => emulator.close());

interface SdkCall {
  /** As the SDK spells it. */
  readonly call: string;
  readonly endpoint: ClerkEndpoint;
  readonly run: (sdk: ClerkClient) => Promise<unknown>;
  readonly expected: object;
}

const org = async (sdk: ClerkClient, name: string) =>
  sdk.organizations.createOrganization({ name, slug: name.toLowerCase() });
const apiKey = async (sdk: ClerkClient) =>
  sdk.apiKeys.create({ name: "export", subject: "org_acme", scopes: ["notes:read"] });
const invitation = async (sdk: ClerkClient, emailAddress: string) =>
  sdk.organizations.createOrganizationInvitation({
    organizationId: "org_acme",
    emailAddress,
    role: "org:viewer",
  });
const session = async (isRefreshable = false) =>
  emulator.controls.signInFrontEnd({
    person: "ada@acme.example",
    organization: "acme",
    isRefreshable,
  });
const idOf = ({ id }: { readonly id: string }) => id;

/** Every call that the emulator promises, each completed by the vendor's SDK. */
const CALLS: readonly SdkCall[] = [
  {
    call: "organizations.getOrganizationList",
    endpoint: "organizations",
    run: (sdk) => sdk.organizations.getOrganizationList({ limit: 2, orderBy: "+created_at" }),
    expected: { data: [{ id: "org_acme", slug: "acme" }, { id: "org_birch" }], totalCount: 3 },
  },
  {
    call: "organizations.createOrganization",
    endpoint: "organizations",
    run: (sdk) => org(sdk, "Cedar"),
    expected: { name: "Cedar", slug: "cedar" },
  },
  {
    call: "organizations.getOrganization",
    endpoint: "organizations",
    run: (sdk) => sdk.organizations.getOrganization({ slug: "acme" }),
    expected: { id: "org_acme", name: "Acme", membersCount: 3 },
  },
  {
    call: "organizations.updateOrganization",
    endpoint: "organizations",
    run: async (sdk) =>
      sdk.organizations.updateOrganization((await org(sdk, "Dahlia")).id, { name: "Dahlias" }),
    expected: { name: "Dahlias", slug: "dahlia" },
  },
  {
    call: "organizations.deleteOrganization",
    endpoint: "organizations",
    run: async (sdk) => sdk.organizations.deleteOrganization((await org(sdk, "Elm")).id),
    expected: { deleted: true },
  },
  {
    call: "organizations.getOrganizationMembershipList",
    endpoint: "memberships",
    run: (sdk) =>
      sdk.organizations.getOrganizationMembershipList({
        organizationId: "org_birch",
        userId: ["user_cleo"],
      }),
    expected: {
      totalCount: 1,
      data: [
        {
          role: "org:viewer",
          permissions: ["org:sys_memberships:read", "org:notes:read"],
          organization: { id: "org_birch" },
          publicUserData: { userId: "user_cleo", identifier: "cleo@acme.example" },
        },
      ],
    },
  },
  {
    call: "organizations.getInstanceOrganizationMembershipList",
    endpoint: "memberships",
    run: (sdk) => sdk.organizations.getInstanceOrganizationMembershipList({ limit: 500 }),
    expected: { totalCount: 7 },
  },
  {
    call: "organizations.createOrganizationMembership",
    endpoint: "memberships",
    run: async (sdk) =>
      sdk.organizations.createOrganizationMembership({
        organizationId: (await org(sdk, "Fern")).id,
        userId: "user_sam",
        role: "org:editor",
      }),
    expected: { role: "org:editor", publicUserData: { userId: "user_sam" } },
  },
  {
    call: "organizations.updateOrganizationMembership",
    endpoint: "memberships",
    run: async (sdk) => {
      const organizationId = (await org(sdk, "Gorse")).id;
      const of = { organizationId, userId: "user_sam" };
      await sdk.organizations.createOrganizationMembership({ ...of, role: "org:viewer" });
      return sdk.organizations.updateOrganizationMembership({ ...of, role: "org:admin" });
    },
    expected: { role: "org:admin" },
  },
  {
    call: "organizations.deleteOrganizationMembership",
    endpoint: "memberships",
    run: async (sdk) => {
      const organizationId = (await org(sdk, "Hazel")).id;
      const of = { organizationId, userId: "user_sam" };
      await sdk.organizations.createOrganizationMembership({ ...of, role: "org:viewer" });
      await sdk.organizations.deleteOrganizationMembership(of);
      return sdk.organizations.getOrganizationMembershipList({ organizationId });
    },
    expected: { totalCount: 0, data: [] },
  },
  {
    call: "organizations.createOrganizationInvitation",
    endpoint: "invitations",
    run: (sdk) => invitation(sdk, "guest@people.example"),
    expected: {
      emailAddress: "guest@people.example",
      role: "org:viewer",
      organizationId: "org_acme",
      status: "pending",
    },
  },
  {
    call: "organizations.getOrganizationInvitationList",
    endpoint: "invitations",
    run: async (sdk) =>
      sdk.organizations.getOrganizationInvitationList({
        organizationId: "org_acme",
        status: ["pending"],
      }),
    expected: { data: [{ emailAddress: "guest@people.example" }] },
  },
  {
    call: "organizations.revokeOrganizationInvitation",
    endpoint: "invitations",
    run: async (sdk) =>
      sdk.organizations.revokeOrganizationInvitation({
        organizationId: "org_acme",
        invitationId: idOf(await invitation(sdk, "late@people.example")),
      }),
    expected: { status: "revoked" },
  },
  {
    call: "organizations.getOrganizationDomainList",
    endpoint: "domains",
    run: (sdk) => sdk.organizations.getOrganizationDomainList({ organizationId: "org_acme" }),
    expected: { data: [{ name: "acme.example", verification: { status: "verified" } }] },
  },
  {
    call: "organizations.createOrganizationDomain",
    endpoint: "domains",
    run: async (sdk) => {
      const domain = { organizationId: "org_acme", enrollmentMode: "manual_invitation" } as const;
      const open = { ...domain, name: "open.example", verified: false };
      const { verification } = await sdk.organizations.createOrganizationDomain(open);
      const proven = { ...domain, name: "proven.example" };
      const made = await sdk.organizations.createOrganizationDomain(proven);
      return [verification, made.verification];
    },
    // Whoever does not say otherwise vouches for the domain.
    expected: [{ status: "unverified" }, { status: "verified" }],
  },
  {
    call: "organizations.deleteOrganizationDomain",
    endpoint: "domains",
    run: async (sdk) => {
      const organizationId = "org_acme";
      const { id: domainId } = await sdk.organizations.createOrganizationDomain({
        organizationId,
        name: "brief.example",
        enrollmentMode: "manual_invitation",
      });
      const elsewhere = { organizationId: "org_birch", domainId };
      await expect(sdk.organizations.deleteOrganizationDomain(elsewhere)).rejects.toMatchObject({
        status: 404,
      });
      return sdk.organizations.deleteOrganizationDomain({ organizationId, domainId });
    },
    expected: { id: "orgdmn_org_acme_brief.example" },
  },
  {
    call: "organizationRoles.getOrganizationRoleList",
    endpoint: "roles",
    run: (sdk) => sdk.organizationRoles.getOrganizationRoleList({}),
    expected: { totalCount: 4 },
  },
  {
    call: "users.getUserList",
    endpoint: "users",
    run: (sdk) => sdk.users.getUserList({ organizationId: ["org_birch"], orderBy: "+created_at" }),
    expected: {
      totalCount: 3,
      data: [{ id: "user_cleo" }, { id: "user_dan" }, { id: "user_eve" }],
    },
  },
  {
    call: "users.getCount",
    endpoint: "users",
    run: async (sdk) => ({
      count: await sdk.users.getCount({ emailAddress: ["ada@acme.example"] }),
    }),
    expected: { count: 1 },
  },
  {
    call: "users.getUser",
    endpoint: "users",
    run: (sdk) => sdk.users.getUser("user_ada"),
    expected: {
      firstName: "Ada",
      lastName: "Ames",
      primaryEmailAddress: {
        emailAddress: "ada@acme.example",
        verification: { status: "verified" },
      },
    },
  },
  {
    call: "users.createUser",
    endpoint: "users",
    run: (sdk) =>
      sdk.users.createUser({
        emailAddress: ["fay@acme.example"],
        firstName: "Fay",
        lastName: "Fox",
      }),
    expected: { firstName: "Fay", lastName: "Fox" },
  },
  {
    call: "users.updateUser",
    endpoint: "users",
    run: async (sdk) => {
      const made = await sdk.users.createUser({ emailAddress: ["gus@x.example"], firstName: "G" });
      return sdk.users.updateUser(made.id, { firstName: "Gus" });
    },
    expected: { firstName: "Gus" },
  },
  {
    call: "users.deleteUser",
    endpoint: "users",
    run: async (sdk) => {
      const made = await sdk.users.createUser({ emailAddress: ["hal@x.example"], firstName: "H" });
      return sdk.users.deleteUser(made.id);
    },
    expected: { deleted: true },
  },
  {
    call: "users.getOrganizationMembershipList",
    endpoint: "memberships",
    run: (sdk) => sdk.users.getOrganizationMembershipList({ userId: "user_cleo" }),
    expected: { totalCount: 2 },
  },
  {
    call: "sessions.getSession",
    endpoint: "sessions",
    run: async (sdk) => sdk.sessions.getSession((await session()).sessionId),
    expected: { status: "active", userId: "user_ada", lastActiveOrganizationId: "org_acme" },
  },
  {
    call: "sessions.getSessionList",
    endpoint: "sessions",
    run: (sdk) => sdk.sessions.getSessionList({ userId: "user_ada", status: "active" }),
    expected: { data: [{ userId: "user_ada" }] },
  },
  {
    call: "sessions.createSession",
    endpoint: "sessions",
    run: (sdk) => sdk.sessions.createSession({ userId: "user_ben" }),
    expected: { userId: "user_ben", status: "active" },
  },
  {
    call: "sessions.revokeSession",
    endpoint: "sessions",
    run: async (sdk) => sdk.sessions.revokeSession((await session()).sessionId),
    expected: { status: "revoked" },
  },
  {
    call: "sessions.getToken",
    endpoint: "sessions",
    run: async (sdk) => sdk.sessions.getToken((await session()).sessionId),
    expected: { jwt: expect.stringMatching(/^ey/) },
  },
  {
    call: "sessions.refreshSession",
    endpoint: "sessions",
    run: async (sdk) => {
      const { sessionId, cookies } = await session(true);
      const held = (name: string) =>
        new RegExp(`^${name}=([^;]+)`).exec(
          cookies.find((one) => one.startsWith(`${name}=`)) ?? "",
        );
      return sdk.sessions.refreshSession(sessionId, {
        expired_token: held("__session")?.[1] ?? "",
        refresh_token: held("__refresh")?.[1] ?? "",
        request_origin: "http://localhost:9",
        format: "cookie",
      });
    },
    expected: { cookies: expect.arrayContaining([expect.stringMatching(/^__session=ey/)]) },
  },
  {
    call: "actorTokens.create",
    endpoint: "actor-tokens",
    run: (sdk) =>
      sdk.actorTokens.create({
        userId: "user_ada",
        actor: { sub: "user_sam" },
        expiresInSeconds: 60,
      }),
    expected: { userId: "user_ada", status: "pending" },
  },
  {
    call: "machines.list",
    endpoint: "machines",
    run: (sdk) => sdk.machines.list(),
    expected: { totalCount: 3 },
  },
  {
    call: "machines.get",
    endpoint: "machines",
    run: (sdk) => sdk.machines.get("mch_acme-robot"),
    expected: { id: "mch_acme-robot", name: "acme-robot" },
  },
  {
    call: "machines.getSecretKey",
    endpoint: "machines",
    run: (sdk) => sdk.machines.getSecretKey("mch_acme-robot"),
    expected: { secret: "acme-robot-secret" },
  },
  {
    call: "m2m.createToken",
    endpoint: "m2m",
    run: () => robot.m2m.createToken({ tokenFormat: "jwt", claims: { org_id: "org_acme" } }),
    expected: { subject: "mch_acme-robot", token: expect.stringMatching(/^ey/) },
  },
  {
    call: "m2m.verify",
    endpoint: "m2m",
    run: async (sdk) => {
      const { token = "" } = await robot.m2m.createToken({ claims: { team: "a" } });
      return sdk.m2m.verify({ token });
    },
    expected: { subject: "mch_acme-robot", claims: { team: "a" }, revoked: false, expired: false },
  },
  {
    call: "m2m.revokeToken",
    endpoint: "m2m",
    run: async (sdk) => {
      const { id } = await robot.m2m.createToken({});
      return sdk.m2m.revokeToken({ m2mTokenId: id });
    },
    expected: { revoked: true },
  },
  {
    call: "apiKeys.create",
    endpoint: "api-keys",
    run: apiKey,
    expected: {
      subject: "org_acme",
      scopes: ["notes:read"],
      secret: expect.stringMatching(/^ak_/),
    },
  },
  {
    call: "apiKeys.list",
    endpoint: "api-keys",
    run: (sdk) => sdk.apiKeys.list({ subject: "org_acme" }),
    expected: { data: [{ name: "export" }] },
  },
  {
    call: "apiKeys.verify",
    endpoint: "api-keys",
    run: async (sdk) => sdk.apiKeys.verify((await apiKey(sdk)).secret ?? ""),
    expected: { subject: "org_acme", revoked: false, expired: false },
  },
  {
    call: "apiKeys.getSecret",
    endpoint: "api-keys",
    run: async (sdk) => sdk.apiKeys.getSecret((await apiKey(sdk)).id),
    expected: { secret: expect.stringMatching(/^ak_/) },
  },
  {
    call: "apiKeys.revoke",
    endpoint: "api-keys",
    run: async (sdk) => sdk.apiKeys.revoke({ apiKeyId: (await apiKey(sdk)).id }),
    expected: { revoked: true },
  },
  {
    call: "apiKeys.delete",
    endpoint: "api-keys",
    run: async (sdk) => sdk.apiKeys.delete((await apiKey(sdk)).id),
    expected: { deleted: true },
  },
  {
    call: "idPOAuthAccessToken.verify",
    endpoint: "oauth-tokens",
    run: async (sdk) => {
      const tokens = await signIn(emulator, {
        person: "ada@acme.example",
        clientId: "opaque_client",
      });
      return sdk.idPOAuthAccessToken.verify(tokens.access_token);
    },
    expected: { subject: "user_ada", clientId: "opaque_client", revoked: false, expired: false },
  },
  {
    call: "oauthApplications.list",
    endpoint: "oauth-applications",
    run: (sdk) => sdk.oauthApplications.list(),
    expected: { totalCount: 2 },
  },
  {
    call: "jwks.getJwks",
    endpoint: "jwks",
    run: (sdk) => sdk.jwks.getJwks(),
    expected: { keys: [{ kty: "RSA", alg: "RS256" }] },
  },
];

test.each(CALLS)("$call is completed at $endpoint", async ({ endpoint, run, expected }) => {
  const before = emulator.controls.requests(endpoint);
  const answer = await run(clerk);
  expect(answer).toMatchObject(expected);
  expect(emulator.controls.requests(endpoint)).toBeGreaterThan(before);
});
