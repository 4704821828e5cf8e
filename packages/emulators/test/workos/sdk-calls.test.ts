import { DomainDataState, type WorkOS } from "@workos-inc/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkosEmulator } from "../../src/index.ts";
import type { WorkosEndpoint } from "../../src/workos/endpoints.ts";
import { sdkFor, signIn, start } from "./environment.ts";

let emulator: WorkosEmulator;
let workos: WorkOS;
beforeAll(async () => {
  emulator = await start();
  workos = sdkFor(emulator);
});
afterAll(() => emulator.close());

interface SdkCall {
  /** As the SDK spells it. */
  readonly call: string;
  readonly endpoint: WorkosEndpoint;
  readonly run: (sdk: WorkOS) => Promise<unknown>;
  readonly expected: unknown;
}

const newOrganization = (sdk: WorkOS) => sdk.organizations.createOrganization({ name: "Cedar" });
const newInvitation = (sdk: WorkOS, email: string) =>
  sdk.userManagement.sendInvitation({ email, organizationId: "org_acme", roleSlug: "viewer" });
const membershipOf = async (sdk: WorkOS, userId: string, organizationId: string) => {
  const list = await sdk.userManagement.listOrganizationMemberships({ userId, organizationId });
  return list.data[0]?.id ?? "none";
};

/** Every call that the emulator promises, each completed by the vendor's SDK. */
const CALLS: readonly SdkCall[] = [
  {
    call: "organizations.createOrganization",
    endpoint: "organizations",
    run: (sdk) =>
      sdk.organizations.createOrganization({
        name: "Dahlia",
        externalId: "dahlia-1",
        metadata: { slug: "dahlia" },
        domainData: [{ domain: "dahlia.example", state: DomainDataState.Verified }],
      }),
    expected: {
      name: "Dahlia",
      externalId: "dahlia-1",
      metadata: { slug: "dahlia" },
      domains: [{ domain: "dahlia.example", state: "verified" }],
    },
  },
  {
    call: "organizations.getOrganization",
    endpoint: "organizations",
    run: (sdk) => sdk.organizations.getOrganization("org_acme"),
    expected: { id: "org_acme", name: "Acme", domains: [{ domain: "acme.example" }] },
  },
  {
    call: "organizations.getOrganizationByExternalId",
    endpoint: "organizations",
    run: (sdk) => sdk.organizations.getOrganizationByExternalId("dahlia-1"),
    expected: { name: "Dahlia" },
  },
  {
    call: "organizations.updateOrganization",
    endpoint: "organizations",
    run: (sdk) => sdk.organizations.updateOrganization({ organization: "org_birch", name: "Bi" }),
    expected: { id: "org_birch", name: "Bi" },
  },
  {
    call: "organizations.listOrganizations",
    endpoint: "organizations",
    run: (sdk) => sdk.organizations.listOrganizations({ limit: 2, order: "asc" }),
    expected: { data: [{ id: "org_acme" }, { id: "org_birch" }] },
  },
  {
    call: "organizations.deleteOrganization",
    endpoint: "organizations",
    run: async (sdk) => sdk.organizations.deleteOrganization((await newOrganization(sdk)).id),
    expected: undefined,
  },
  {
    call: "organizationDomains.createOrganizationDomain",
    endpoint: "domains",
    run: (sdk) =>
      sdk.organizationDomains.createOrganizationDomain({
        organizationId: "org_acme",
        domain: "acme.test",
      }),
    expected: { organizationId: "org_acme", domain: "acme.test", state: "pending" },
  },
  {
    call: "organizationDomains.getOrganizationDomain, verifyOrganizationDomain, deleteOrganizationDomain",
    endpoint: "domains",
    run: async (sdk) => {
      const { id } = await sdk.organizationDomains.createOrganizationDomain({
        organizationId: "org_acme",
        domain: "acme.other",
      });
      const before = await sdk.organizationDomains.getOrganizationDomain(id);
      const after = await sdk.organizationDomains.verifyOrganizationDomain(id);
      await sdk.organizationDomains.deleteOrganizationDomain(id);
      return [before.state, after.state];
    },
    expected: ["pending", "verified"],
  },
  {
    call: "userManagement.createUser",
    endpoint: "users",
    run: (sdk) => sdk.userManagement.createUser({ email: "fay@acme.example", firstName: "Fay" }),
    expected: { email: "fay@acme.example", firstName: "Fay", emailVerified: false },
  },
  {
    call: "userManagement.getUser",
    endpoint: "users",
    run: (sdk) => sdk.userManagement.getUser("user_ada"),
    expected: { id: "user_ada", email: "ada@acme.example", emailVerified: true },
  },
  {
    call: "userManagement.updateUser",
    endpoint: "users",
    run: (sdk) => sdk.userManagement.updateUser({ userId: "user_ben", firstName: "Benny" }),
    expected: { id: "user_ben", name: "Benny" },
  },
  {
    call: "userManagement.listUsers",
    endpoint: "users",
    run: (sdk) => sdk.userManagement.listUsers({ email: "cleo@acme.example" }),
    expected: { data: [{ id: "user_cleo" }] },
  },
  {
    call: "userManagement.deleteUser",
    endpoint: "users",
    run: async (sdk) => {
      const user = await sdk.userManagement.createUser({ email: "gone@acme.example" });
      return sdk.userManagement.deleteUser(user.id);
    },
    expected: undefined,
  },
  {
    call: "userManagement.listSessions",
    endpoint: "sessions",
    run: async (sdk) => {
      await signIn(sdk, { person: "eve@birch.example" });
      return sdk.userManagement.listSessions("user_eve");
    },
    expected: { data: [{ userId: "user_eve", status: "active", authMethod: "password" }] },
  },
  {
    call: "userManagement.createOrganizationMembership",
    endpoint: "memberships",
    run: (sdk) =>
      sdk.userManagement.createOrganizationMembership({
        userId: "user_eve",
        organizationId: "org_acme",
        roleSlug: "viewer",
      }),
    expected: { userId: "user_eve", organizationId: "org_acme", role: { slug: "viewer" } },
  },
  {
    call: "userManagement.listOrganizationMemberships",
    endpoint: "memberships",
    run: (sdk) => sdk.userManagement.listOrganizationMemberships({ userId: "user_cleo" }),
    expected: { data: [{ organizationId: "org_birch" }, { organizationId: "org_acme" }] },
  },
  {
    call: "userManagement.getOrganizationMembership, updateOrganizationMembership",
    endpoint: "memberships",
    run: async (sdk) => {
      const id = await membershipOf(sdk, "user_cleo", "org_acme");
      await sdk.userManagement.updateOrganizationMembership(id, {
        roleSlugs: ["viewer", "editor"],
      });
      return sdk.userManagement.getOrganizationMembership(id);
    },
    expected: { role: { slug: "viewer" }, roles: [{ slug: "viewer" }, { slug: "editor" }] },
  },
  {
    call: "userManagement.deactivateOrganizationMembership, reactivateOrganizationMembership",
    endpoint: "memberships",
    run: async (sdk) => {
      const id = await membershipOf(sdk, "user_cleo", "org_birch");
      const off = await sdk.userManagement.deactivateOrganizationMembership(id);
      const on = await sdk.userManagement.reactivateOrganizationMembership(id);
      return [off.status, on.status];
    },
    expected: ["inactive", "active"],
  },
  {
    call: "userManagement.deleteOrganizationMembership",
    endpoint: "memberships",
    run: async (sdk) => {
      const id = await membershipOf(sdk, "user_eve", "org_acme");
      await sdk.userManagement.deleteOrganizationMembership(id);
      return membershipOf(sdk, "user_eve", "org_acme");
    },
    expected: "none",
  },
  {
    call: "userManagement.sendInvitation",
    endpoint: "invitations",
    run: (sdk) => newInvitation(sdk, "new@acme.example"),
    expected: { email: "new@acme.example", state: "pending", organizationId: "org_acme" },
  },
  {
    call: "userManagement.listInvitations",
    endpoint: "invitations",
    run: (sdk) => sdk.userManagement.listInvitations({ organizationId: "org_acme" }),
    expected: { data: [{ email: "new@acme.example" }] },
  },
  {
    call: "userManagement.getInvitation, findInvitationByToken",
    endpoint: "invitations",
    run: async (sdk) => {
      const made = await newInvitation(sdk, "byname@acme.example");
      const byId = await sdk.userManagement.getInvitation(made.id);
      const byToken = await sdk.userManagement.findInvitationByToken(made.token);
      return [byId.email, byToken.email];
    },
    expected: ["byname@acme.example", "byname@acme.example"],
  },
  {
    call: "userManagement.acceptInvitation",
    endpoint: "invitations",
    run: async (sdk) => {
      const { id } = await newInvitation(sdk, "dan@birch.example");
      return sdk.userManagement.acceptInvitation(id);
    },
    expected: { state: "accepted", acceptedUserId: "user_dan" },
  },
  {
    call: "userManagement.resendInvitation, revokeInvitation",
    endpoint: "invitations",
    run: async (sdk) => {
      const { id } = await newInvitation(sdk, "twice@acme.example");
      await sdk.userManagement.resendInvitation(id);
      return sdk.userManagement.revokeInvitation(id);
    },
    expected: { state: "revoked" },
  },
  {
    call: "userManagement.createMagicAuth, authenticateWithMagicAuth",
    endpoint: "magic-auth",
    run: async (sdk) => {
      const { code, email } = await sdk.userManagement.createMagicAuth({
        email: "ada@acme.example",
      });
      return sdk.userManagement.authenticateWithMagicAuth({ code, email });
    },
    expected: { authenticationMethod: "MagicAuth", organizationId: "org_acme" },
  },
  {
    call: "apiKeys.createOrganizationApiKey, createValidation, listOrganizationApiKeys, deleteApiKey",
    endpoint: "validations",
    run: async (sdk) => {
      const made = await sdk.apiKeys.createOrganizationApiKey({
        organizationId: "org_acme",
        name: "ci",
        permissions: ["notes:read"],
      });
      const good = await sdk.apiKeys.createValidation({ value: made.value });
      const list = await sdk.apiKeys.listOrganizationApiKeys({ organizationId: "org_acme" });
      await sdk.apiKeys.deleteApiKey(made.id);
      const bad = await sdk.apiKeys.createValidation({ value: made.value });
      return { value: made.value, good: good.apiKey, bad: bad.apiKey, count: list.data.length };
    },
    expected: {
      value: expect.stringMatching(/^sk_/),
      good: { owner: { type: "organization", id: "org_acme" }, permissions: ["notes:read"] },
      bad: null,
      count: 1,
    },
  },
  {
    call: "userManagement.createUserApiKey, listUserApiKeys",
    endpoint: "api-keys",
    run: async (sdk) => {
      const made = await sdk.userManagement.createUserApiKey("user_ada", {
        name: "mine",
        organizationId: "org_acme",
      });
      const { apiKey } = await sdk.apiKeys.createValidation({ value: made.value });
      const list = await sdk.userManagement.listUserApiKeys("user_ada");
      return [apiKey?.owner, list.data.length];
    },
    expected: [{ type: "user", id: "user_ada", organizationId: "org_acme" }, 1],
  },
  {
    call: "authorization.listEnvironmentRoles",
    endpoint: "roles",
    run: (sdk) => sdk.authorization.listEnvironmentRoles(),
    expected: { data: [{ slug: "admin" }, { slug: "editor" }, { slug: "viewer" }, {}] },
  },
  {
    call: "adminPortal.generateLink",
    endpoint: "portal",
    run: (sdk) => sdk.adminPortal.generateLink({ organization: "org_acme", intent: "sso" }),
    expected: { link: expect.stringMatching(/^http.*\/portal\/launch\?secret=/) },
  },
  {
    call: "events.listEvents",
    endpoint: "events",
    run: (sdk) =>
      sdk.events.listEvents({ events: ["user.created", "user.deleted"], order: "asc", limit: 1 }),
    expected: { data: [{ event: "user.created", data: { email: "fay@acme.example" } }] },
  },
];

test.each(CALLS)("$call", async ({ endpoint, run, expected }) => {
  const before = emulator.controls.requests(endpoint);
  const answer = await run(workos);
  expect({ answer }).toMatchObject({ answer: expected });
  expect(emulator.controls.requests(endpoint)).toBeGreaterThan(before);
});
