import type { Admin } from "@tenantry/core/provider";
import type { ClerkEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapterOf, optionsFor, startEmulator, type Adapter } from "./support/adapter.ts";

let emulator: ClerkEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

const done = { ok: true, value: null };
const refused = (reason: string) => expect.objectContaining({ ok: false, reason });

function admin(): Required<Omit<Admin, "portalLink">> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this vendor has these
  return adapter.provider.admin as Required<Admin>;
}

const roles = (userId: string, tenantId: string) =>
  emulator.controls.world.memberships.get(userId, tenantId)?.roles;

describe("management", () => {
  test("makes an organization", async () => {
    const made = await admin().createTenant({ name: "Cedar", slug: "cedar" });
    expect(made).toMatchObject({ ok: true });
    const external = made.ok ? made.value.external : "";
    expect(emulator.controls.world.tenants.get(external)?.slug).toBe("cedar");
    expect(await admin().createTenant({ name: "Cedar", slug: "cedar" })).toEqual(
      refused("form_param_value_invalid"),
    );
  });

  test("invites to one organization, with a role of its own", async () => {
    const invite = (role?: string) =>
      admin().invite({
        tenantExternal: "org_acme",
        email: "guest@x.example",
        ...(role === undefined ? {} : { role }),
      });
    expect(await invite("viewer")).toMatchObject({ ok: true });
    expect(await invite("org:editor")).toMatchObject({ ok: true });
    expect(emulator.controls.invitations()).toEqual([
      { email: "guest@x.example", organizationId: "org_acme" },
      { email: "guest@x.example", organizationId: "org_acme" },
    ]);
    // The emulator's world has no role "member".
    expect(await invite()).toEqual(refused("form_param_value_invalid"));
  });

  test("refuses what is not there, and says so when it could not find out", async () => {
    const wish = { tenantExternal: "org_nowhere", email: "a@x.example", role: "viewer" };
    expect(await admin().invite(wish)).toEqual(refused("resource_not_found"));
    emulator.controls.fail({ mode: "error" });
    expect(await admin().invite(wish)).toEqual(refused("provider_unavailable"));
    expect(await admin().createTenant({ name: "X", slug: "x" })).toEqual(
      refused("provider_unavailable"),
    );
  });
});

describe("a membership", () => {
  const place = { tenantExternal: "org_acme", userExternal: "user_cleo" };

  test("gets another role, and the person's others stay", async () => {
    const elsewhere = roles("user_cleo", "org_birch");
    expect(await admin().setMember({ ...place, role: "admin" })).toEqual(done);
    expect(roles("user_cleo", "org_acme")).toEqual(["admin"]);
    expect(roles("user_cleo", "org_birch")).toEqual(elsewhere);
  });

  test("is made of somebody who has none there", async () => {
    const dan = { tenantExternal: "org_acme", userExternal: "user_dan", role: "org:viewer" };
    expect(await admin().setMember(dan)).toEqual(done);
    expect(roles("user_dan", "org_acme")).toEqual(["viewer"]);
  });

  test("ends, in that organization", async () => {
    expect(await admin().removeMember(place)).toEqual(done);
    expect(roles("user_cleo", "org_acme")).toBeUndefined();
    expect(roles("user_cleo", "org_birch")).toBeDefined();
    expect(await admin().removeMember(place)).toEqual(refused("resource_not_found"));
  });

  test("of an unknown person or role is refused, and of an outage nothing is concluded", async () => {
    const wish = { ...place, role: "viewer" };
    expect(await admin().setMember({ ...wish, userExternal: "user_none" })).toEqual(
      refused("resource_not_found"),
    );
    expect(await admin().setMember({ ...wish, role: "emperor" })).toEqual(
      refused("form_param_value_invalid"),
    );
    emulator.controls.fail({ mode: "error" });
    expect(await admin().setMember(wish)).toEqual(refused("provider_unavailable"));
  });
});

describe("an invitation", () => {
  test("is taken back in its own organization only", async () => {
    const wish = { tenantExternal: "org_acme", email: "guest@x.example", role: "viewer" };
    const made = await admin().invite(wish);
    const external = made.ok ? made.value.external : "";
    const elsewhere = { tenantExternal: "org_birch", external };
    expect(await admin().revokeInvitation(elsewhere)).toEqual(refused("resource_not_found"));
    expect(emulator.controls.invitations()).toHaveLength(1);
    expect(await admin().revokeInvitation({ tenantExternal: "org_acme", external })).toEqual(done);
    expect(emulator.controls.invitations()).toEqual([]);
  });
});

describe("a domain", () => {
  const domains = () => emulator.controls.world.tenants.get("org_acme")?.domains;

  test("is added unverified, though Clerk's own default is another", async () => {
    const before = domains() ?? [];
    const made = await admin().addDomain({ tenantExternal: "org_acme", domain: "new.example" });
    expect(domains()).toEqual([...before, { domain: "new.example", verified: false }]);
    const external = made.ok ? made.value.external : "";
    const elsewhere = { tenantExternal: "org_birch", external };
    expect(await admin().removeDomain(elsewhere)).toEqual(refused("resource_not_found"));
    expect(domains()).toHaveLength(before.length + 1);
    expect(await admin().removeDomain({ tenantExternal: "org_acme", external })).toEqual(done);
    expect(domains()).toEqual(before);
  });
});
