import type { Admin } from "@tenantry/core/provider";
import type { WorkosEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapterOf, optionsFor, startEmulator, type Adapter } from "./support/adapter.ts";

let emulator: WorkosEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

const done = { ok: true, value: null };
const refused = (reason: string) => ({ ok: false, reason });

function admin(): Required<Admin> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this vendor has all of them
  return adapter.provider.admin as Required<Admin>;
}

const membership = (userId: string, tenantId: string) =>
  emulator.controls.world.memberships.get(userId, tenantId);

test("makes an organization that has no verified domain", async () => {
  const made = await admin().createTenant({ name: "Cedar", slug: "cedar" });
  const [tenant] = emulator.controls.world.tenants.list().slice(-1);
  expect(made).toEqual({ ok: true, value: { external: tenant?.id } });
  expect(tenant).toMatchObject({ name: "Cedar", domains: [] });
});

test("invites to one organization with a role", async () => {
  const invitation = { tenantExternal: "org_acme", email: "new@acme.example", role: "editor" };
  await expect(admin().invite(invitation)).resolves.toMatchObject({ ok: true });
  expect(emulator.controls.invitations()).toEqual([
    { email: "new@acme.example", organizationId: "org_acme" },
  ]);
  await expect(admin().invite({ ...invitation, tenantExternal: "org_none" })).resolves.toEqual({
    ok: false,
    reason: "entity_not_found",
  });
  await expect(admin().invite({ ...invitation, role: "emperor" })).resolves.toEqual({
    ok: false,
    reason: "invalid_role",
  });
});

test.each(["sso", "scim", "domains"] as const)("links to the portal: %s", async (intent) => {
  const link = await admin().portalLink({
    tenantExternal: "org_acme",
    intent,
    returnUrl: "https://app.example.test/",
  });
  expect(link).toMatchObject({ ok: true, value: { url: expect.stringMatching(/portal/) } });
  const seconds = link.ok ? link.value.expiresAtSeconds - Date.now() / 1000 : 0;
  expect(seconds).toBeGreaterThan(200);
  expect(seconds).toBeLessThanOrEqual(300);
});

describe("a membership", () => {
  const place = { tenantExternal: "org_acme", userExternal: "user_cleo" };

  test("gets another role, and the person's others stay", async () => {
    const elsewhere = membership("user_cleo", "org_birch");
    expect(await admin().setMember({ ...place, role: "admin" })).toEqual(done);
    expect(membership("user_cleo", "org_acme")).toMatchObject({ roles: ["admin"] });
    expect(membership("user_cleo", "org_birch")).toEqual(elsewhere);
  });

  test("is made of somebody who has none there", async () => {
    const dan = { tenantExternal: "org_acme", userExternal: "user_dan", role: "viewer" };
    expect(await admin().setMember(dan)).toEqual(done);
    expect(membership("user_dan", "org_acme")).toMatchObject({
      roles: ["viewer"],
      status: "active",
    });
  });

  test("that is inactive comes back with the new role only", async () => {
    emulator.controls.world.memberships.update("user_cleo", "org_acme", { status: "inactive" });
    expect(await admin().setMember({ ...place, role: "viewer" })).toEqual(done);
    expect(membership("user_cleo", "org_acme")).toMatchObject({
      roles: ["viewer"],
      status: "active",
    });
  });

  test("ends, in that organization", async () => {
    expect(await admin().removeMember(place)).toEqual(done);
    expect(membership("user_cleo", "org_acme")).toBeUndefined();
    expect(membership("user_cleo", "org_birch")).toBeDefined();
    expect(await admin().removeMember(place)).toEqual(refused("organization_membership_not_found"));
  });

  test("of an unknown person or role is refused", async () => {
    const wish = { ...place, role: "viewer" };
    expect(await admin().setMember({ ...wish, userExternal: "user_none" })).toEqual(
      refused("entity_not_found"),
    );
    expect(await admin().setMember({ ...wish, role: "emperor" })).toEqual(refused("invalid_role"));
  });

  test("is not looked for among those of others", async () => {
    const other = {
      id: "om_of_another",
      organization_id: "org_birch",
      user_id: "user_cleo",
      status: "active",
    };
    const asked: string[] = [];
    const fetch = async (_url: unknown, { method = "GET" }: RequestInit = {}) => {
      asked.push(method);
      return Response.json({ object: "list", data: [other], list_metadata: {} });
    };
    adapter = adapterOf(optionsFor(emulator), { runtime: { fetch } });
    expect(await admin().removeMember(place)).toEqual(refused("organization_membership_not_found"));
    expect(asked).toEqual(["GET"]);
  });
});

describe("an invitation", () => {
  const invite = async () => {
    const wish = { tenantExternal: "org_acme", email: "new@acme.example" };
    const made = await admin().invite(wish);
    return made.ok ? made.value.external : "";
  };

  test("is taken back", async () => {
    const external = await invite();
    expect(await admin().revokeInvitation({ tenantExternal: "org_acme", external })).toEqual(done);
    expect(emulator.controls.invitations()).toEqual([]);
  });

  test("of another organization is refused like one that does not exist", async () => {
    const external = await invite();
    const elsewhere = { tenantExternal: "org_birch", external };
    expect(await admin().revokeInvitation(elsewhere)).toEqual(refused("entity_not_found"));
    expect(emulator.controls.invitations()).toHaveLength(1);
    const none = { tenantExternal: "org_acme", external: "invitation_none" };
    expect(await admin().revokeInvitation(none)).toEqual(refused("entity_not_found"));
  });
});

describe("a domain", () => {
  const domains = () => emulator.controls.world.tenants.get("org_acme")?.domains;
  const add = (domain: string) => admin().addDomain({ tenantExternal: "org_acme", domain });

  test("is added unverified, and goes again", async () => {
    const before = domains() ?? [];
    const made = await add("new.example");
    expect(domains()).toEqual([...before, { domain: "new.example", verified: false }]);
    const external = made.ok ? made.value.external : "";
    expect(await admin().removeDomain({ tenantExternal: "org_acme", external })).toEqual(done);
    expect(domains()).toEqual(before);
  });

  test("belongs to one organization", async () => {
    expect(await add("birch.example")).toEqual(refused("domain_already_exists"));
    const made = await add("new.example");
    const elsewhere = { tenantExternal: "org_birch", external: made.ok ? made.value.external : "" };
    expect(await admin().removeDomain(elsewhere)).toEqual(refused("entity_not_found"));
    expect(domains()).toContainEqual({ domain: "new.example", verified: false });
  });
});
