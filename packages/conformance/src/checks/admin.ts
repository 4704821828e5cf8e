import assert from "node:assert/strict";
import type { Admin } from "@tenantry/core/provider";
import type { App } from "../app/app.ts";
import type { Scene } from "../scene/scene.ts";
import { Skip } from "../scene/skip.ts";
import type { DirectoryControls } from "../target/parts.ts";
import { signInAs } from "../scene/sessions.ts";
import { check, isolatedCheck, type Check } from "./check.ts";

const DAY = 86_400;

/** Management calls. */
export const adminChecks: readonly Check[] = [
  check("admin.tenant", async (scene) => {
    const name = scene.unique("Made here");
    const made = await adminOf(scene.app()).createTenant?.({ name, slug: scene.unique("made") });
    assert.ok(made !== undefined, "the adapter has no createTenant");
    assert.ok(made.ok, "the tenant was not made");
    const { external } = made.value;
    const found = (await truthOf(scene).tenants()).find((one) => one.external === external);
    assert.equal(found?.name, name);
  }),

  check("admin.member.set", async (scene) => {
    const { person, places, subject } = await aMemberTwice(scene);
    const [here, elsewhere, third] = places;
    const wish = { tenantExternal: here, userExternal: subject, role: "editor" };
    const made = await adminOf(scene.app()).setMember?.(wish);
    assert.ok(made !== undefined, "the adapter has no setMember");
    assert.ok(made.ok, "the role was not given");
    assert.deepEqual(await appRolesIn(scene, person, here), ["editor"]);
    assert.deepEqual(await appRolesIn(scene, person, elsewhere), ["viewer"]);
    // Whoever is no member yet becomes one, or the vendor has nobody of that name there.
    const more = { ...wish, tenantExternal: third, role: "admin" };
    const isMade = (await adminOf(scene.app()).setMember?.(more))?.ok === true;
    assert.deepEqual(await appRolesIn(scene, person, third), isMade ? ["admin"] : null);
    assert.deepEqual(await appRolesIn(scene, person, here), ["editor"], "in another's name");
  }),

  check("admin.member.removed", async (scene) => {
    const { person, places, subject } = await aMemberTwice(scene);
    const [here, elsewhere, third] = places;
    const admin = adminOf(scene.app());
    const stray = await admin.removeMember?.({ tenantExternal: third, userExternal: subject });
    assert.ok(stray !== undefined, "the adapter has no removeMember");
    assert.deepEqual(
      await appRolesIn(scene, person, here),
      ["viewer"],
      "removed in another's name",
    );
    const made = await admin.removeMember?.({ tenantExternal: here, userExternal: subject });
    assert.ok(made?.ok === true, "the membership was not ended");
    assert.equal(await appRolesIn(scene, person, here), null);
    assert.deepEqual(await appRolesIn(scene, person, elsewhere), ["viewer"]);
  }),

  check("admin.invitation", async (scene) => {
    const { acme, birch } = scene.cast;
    const email = `${scene.unique("guest")}@people.example`;
    const wish = { tenantExternal: acme.external, email, role: "viewer" };
    const made = await adminOf(scene.app()).invite?.(wish);
    assert.ok(made !== undefined, "the adapter has no invite");
    assert.ok(made.ok, "the invitation was not made");
    const invitations = (await truthOf(scene).invitations?.()) ?? [];
    const own = invitations.filter((one) => one.email === email).map(({ tenant }) => tenant);
    assert.deepEqual(own, [acme.external], `not for Acme alone (Birch is ${birch.external})`);
  }),

  check("admin.invitation.revoked", async (scene) => {
    const { acme, birch } = scene.cast;
    const admin = adminOf(scene.app());
    assert.ok(admin.revokeInvitation !== undefined, "the adapter has no revokeInvitation");
    const email = `${scene.unique("guest")}@people.example`;
    const made = await admin.invite?.({ tenantExternal: acme.external, email, role: "viewer" });
    assert.ok(made?.ok === true, "the invitation was not made");
    const { external } = made.value;
    const isPending = async () =>
      ((await truthOf(scene).invitations?.()) ?? []).some((one) => one.email === email);
    await admin.revokeInvitation({ tenantExternal: birch.external, external });
    assert.ok(await isPending(), "an invitation was taken back in another tenant's name");
    const taken = await admin.revokeInvitation({ tenantExternal: acme.external, external });
    assert.ok(taken.ok, "the invitation was not taken back");
    assert.ok(!(await isPending()), "the invitation is still there");
  }),

  check("admin.domain.added", async (scene) => {
    const { acme } = scene.cast;
    const domain = `${scene.unique("added")}.example`;
    const made = await adminOf(scene.app()).addDomain?.({ tenantExternal: acme.external, domain });
    assert.ok(made !== undefined, "the adapter has no addDomain");
    assert.ok(made.ok, "the domain was not added");
    assert.deepEqual(await domainsNamed(scene, domain), [
      { domain, tenant: acme.external, verified: false },
    ]);
  }),

  check("admin.domain.removed", async (scene) => {
    const { acme, birch } = scene.cast;
    const admin = adminOf(scene.app());
    assert.ok(admin.removeDomain !== undefined, "the adapter has no removeDomain");
    const domain = `${scene.unique("brief")}.example`;
    const made = await admin.addDomain?.({ tenantExternal: acme.external, domain });
    assert.ok(made?.ok === true, "the domain was not added");
    const { external } = made.value;
    await admin.removeDomain({ tenantExternal: birch.external, external });
    const kept = await domainsNamed(scene, domain);
    assert.equal(kept.length, 1, "a domain was removed in another tenant's name");
    const removed = await admin.removeDomain({ tenantExternal: acme.external, external });
    assert.ok(removed.ok, "the domain was not removed");
    assert.deepEqual(await domainsNamed(scene, domain), []);
  }),

  check("admin.portal", async (scene) => {
    const { acme } = scene.cast;
    const made = await adminOf(scene.app()).portalLink?.({
      tenantExternal: acme.external,
      intent: "sso",
      returnUrl: scene.facts.afterSignOutUrl,
    });
    assert.ok(made !== undefined, "the adapter has no portalLink");
    assert.ok(made.ok, "there is no link");
    const { protocol, origin } = new URL(made.value.url);
    assert.match(protocol, /^https?:$/);
    assert.notEqual(origin, scene.facts.baseUrl, "the link leads to the app itself");
    const leftSeconds = made.value.expiresAtSeconds - Date.now() / 1000;
    assert.ok(leftSeconds > 0 && leftSeconds <= DAY, `the link lives for ${leftSeconds} s`);
  }),

  check("admin.absent", async (scene) => {
    const admin = adminOf(scene.app());
    const tenantExternal = scene.unique("nothing");
    const email = `${scene.unique("guest")}@people.example`;
    const { afterSignOutUrl: returnUrl } = scene.facts;
    const answers = [
      ...(await callsAbout(admin, tenantExternal)),
      await admin.invite?.({ tenantExternal, email }),
      await admin.portalLink?.({ tenantExternal, intent: "sso", returnUrl }),
    ].filter((answer) => answer !== undefined);
    if (answers.length === 0)
      throw new Skip("the adapter has only admin: nothing that it manages is in a tenant");
    for (const answer of answers) {
      assert.ok(!answer.ok, "a call about an absent tenant succeeded");
      assert.ok(!answer.reason.endsWith("_unavailable"), "an absent tenant is no outage");
    }
  }),

  isolatedCheck("admin.outage", async (scene) => {
    const admin = adminOf(scene.app());
    const tenantExternal = scene.cast.acme.external;
    const { afterSignOutUrl: returnUrl } = scene.facts;
    for (const mode of ["error", "unreachable"] as const) {
      await scene.started.outage(mode);
      const answers = [
        ...(await callsAbout(admin, tenantExternal)),
        await admin.createTenant?.({ name: "In vain", slug: scene.unique("vain") }),
        await admin.invite?.({ tenantExternal, email: "guest@people.example" }),
        await admin.portalLink?.({ tenantExternal, intent: "sso", returnUrl }),
      ].filter((answer) => answer !== undefined);
      assert.ok(answers.length > 0, "the adapter has no management call");
      for (const answer of answers) {
        assert.ok(!answer.ok && answer.reason.endsWith("_unavailable"), `in an outage (${mode})`);
      }
      await scene.started.outage(null);
    }
  }),
];

/** The answers to everything else that an adapter does in a tenant, about what is not there. */
async function callsAbout(admin: Admin, tenantExternal: string) {
  const member = { tenantExternal, userExternal: "nobody" };
  const thing = { tenantExternal, external: "nothing" };
  return [
    await admin.setMember?.({ ...member, role: "viewer" }),
    await admin.removeMember?.(member),
    await admin.revokeInvitation?.(thing),
    await admin.addDomain?.({ tenantExternal, domain: "in-vain.example" }),
    await admin.removeDomain?.(thing),
  ];
}

/** A viewer in the first two of three tenants, and what tokens call them in the first one. */
async function aMemberTwice(scene: Scene) {
  const { world } = scene.started;
  const tenant = async () => {
    const wish = { slug: scene.unique("managed"), name: "Managed" };
    return (await world.createTenant(wish)).external;
  };
  const places = [await tenant(), await tenant(), await tenant()] as const;
  const person = await scene.person();
  for (const place of places.slice(0, 2)) {
    await world.setMember({ email: person, tenant: place, role: "viewer" });
  }
  const { session } = await signInAs(scene.app(), { person, tenant: places[0] });
  return { person, places, subject: session.subject };
}

/** The app's own roles of somebody at the vendor, or null if they are no active member there. */
async function appRolesIn(scene: Scene, email: string, tenant: string) {
  const found = (await truthOf(scene).memberships()).find(
    (row) => row.email === email && row.tenant === tenant && row.status === "active",
  );
  return found?.roles.filter((role) => scene.facts.roles.includes(role)) ?? null;
}

async function domainsNamed(scene: Scene, domain: string) {
  const truth = truthOf(scene);
  assert.ok(truth.domains !== undefined, "the target has no directory.domains");
  return (await truth.domains()).filter((one) => one.domain === domain);
}

function adminOf(app: App): Admin {
  const { admin } = app.provider;
  assert.ok(admin !== undefined, "the adapter has no management calls");
  return admin;
}

function truthOf({ started }: Scene): DirectoryControls {
  assert.ok(started.directory !== undefined, "the target has no directory control");
  return started.directory;
}
