import type { Admin } from "@tenantry/core/provider";
import type { StytchEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapterOf } from "./support/adapter.ts";
import { optionsFor, startEmulator } from "./support/app.ts";

type Calls = Required<Omit<Admin, "portalLink" | "addDomain" | "removeDomain">>;

let emulator: StytchEmulator;
let admin: Calls;
beforeEach(async () => {
  emulator = await startEmulator();
  const { provider } = adapterOf(optionsFor(emulator));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this vendor has these
  admin = provider.admin as Calls;
});
afterEach(() => emulator.close());

const done = { ok: true, value: null };
const refused = (reason: string) => ({ ok: false, reason });
const member = (slug: string) => emulator.controls.memberId("cleo@acme.example", slug);
const membership = (userId: string, tenantId: string) =>
  emulator.controls.world.memberships.get(userId, tenantId);

describe("managing", () => {
  test("makes an organization", async () => {
    const made = await admin.createTenant({ name: "Cedar", slug: "cedar" });
    const external = made.ok ? made.value.external : "";
    expect(emulator.controls.world.tenants.get(external)).toMatchObject({ slug: "cedar" });
    expect(await admin.createTenant({ name: "Cedar", slug: "cedar" })).toEqual(
      refused("organization_slug_already_used"),
    );
  });

  test("has no call for domains, which would let people in unproved", () => {
    expect(Object.keys(admin).toSorted()).toEqual([
      "createTenant",
      "invite",
      "removeMember",
      "revokeInvitation",
      "setMember",
    ]);
  });
});

describe("a membership", () => {
  test("gets another role, in its own organization", async () => {
    const elsewhere = membership("user_cleo", "org_birch");
    const wish = { tenantExternal: "org_acme", userExternal: member("acme"), role: "admin" };
    expect(await admin.setMember(wish)).toEqual(done);
    expect(membership("user_cleo", "org_acme")).toMatchObject({ roles: ["admin"] });
    expect(membership("user_cleo", "org_birch")).toEqual(elsewhere);
  });

  test("is of nobody from another organization", async () => {
    const foreign = { tenantExternal: "org_acme", userExternal: member("birch") };
    expect(await admin.setMember({ ...foreign, role: "admin" })).toEqual(
      refused("member_not_found"),
    );
    expect(await admin.removeMember(foreign)).toEqual(refused("member_not_found"));
    expect(membership("user_cleo", "org_birch")).toMatchObject({ status: "active" });
  });

  test("ends", async () => {
    const place = { tenantExternal: "org_acme", userExternal: member("acme") };
    expect(await admin.removeMember(place)).toEqual(done);
    expect(membership("user_cleo", "org_acme")).toBeUndefined();
    expect(membership("user_cleo", "org_birch")).toMatchObject({ status: "active" });
  });
});

describe("an invitation", () => {
  const invite = async () => {
    const wish = { tenantExternal: "org_acme", email: "dan@birch.example", role: "viewer" };
    const made = await admin.invite(wish);
    return made.ok ? made.value.external : "";
  };

  test("is taken back in its own organization only", async () => {
    const external = await invite();
    expect(await admin.revokeInvitation({ tenantExternal: "org_birch", external })).toEqual(
      refused("member_not_found"),
    );
    expect(membership("user_dan", "org_acme")).toMatchObject({ status: "pending" });
    expect(await admin.revokeInvitation({ tenantExternal: "org_acme", external })).toEqual(done);
    expect(membership("user_dan", "org_acme")).toBeUndefined();
  });

  test("that was accepted meanwhile is a membership, and stays", async () => {
    const place = { tenantExternal: "org_acme", external: member("acme") };
    expect(await admin.revokeInvitation(place)).toEqual(refused("invitation_not_pending"));
    expect(membership("user_cleo", "org_acme")).toMatchObject({ status: "active" });
  });
});
