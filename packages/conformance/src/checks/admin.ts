import assert from "node:assert/strict";
import type { Admin } from "@tenantry/core/provider";
import type { App } from "../app/app.ts";
import type { Scene } from "../scene/scene.ts";
import { Skip } from "../scene/skip.ts";
import type { DirectoryControls } from "../target/parts.ts";
import { check, isolatedCheck, type Check } from "./check.ts";

const DAY = 86_400;

/** Management calls. */
export const adminChecks: readonly Check[] = [
  check("admin.tenant", async (scene) => {
    const name = scene.unique("Made here");
    const made = await adminOf(scene.app()).createTenant?.({ name, slug: scene.unique("made") });
    if (made === undefined) throw new Skip("the adapter has no createTenant");
    assert.ok(made.ok, "the tenant was not made");
    const { external } = made.value;
    const found = (await truthOf(scene).tenants()).find((one) => one.external === external);
    assert.equal(found?.name, name);
  }),

  check("admin.invitation", async (scene) => {
    const { acme, birch } = scene.cast;
    const email = `${scene.unique("guest")}@people.example`;
    const wish = { tenantExternal: acme.external, email, role: "viewer" };
    const made = await adminOf(scene.app()).invite?.(wish);
    if (made === undefined) throw new Skip("the adapter has no invite");
    assert.ok(made.ok, "the invitation was not made");
    const invitations = (await truthOf(scene).invitations?.()) ?? [];
    const own = invitations.filter((one) => one.email === email).map(({ tenant }) => tenant);
    assert.deepEqual(own, [acme.external], `not for Acme alone (Birch is ${birch.external})`);
  }),

  check("admin.portal", async (scene) => {
    const { acme } = scene.cast;
    const made = await adminOf(scene.app()).portalLink?.({
      tenantExternal: acme.external,
      intent: "sso",
      returnUrl: scene.facts.afterSignOutUrl,
    });
    if (made === undefined) throw new Skip("the adapter has no portalLink");
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
      await admin.invite?.({ tenantExternal, email }),
      await admin.portalLink?.({ tenantExternal, intent: "sso", returnUrl }),
    ].filter((answer) => answer !== undefined);
    if (answers.length === 0) throw new Skip("no management call of this adapter takes a tenant");
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

function adminOf(app: App): Admin {
  const { admin } = app.provider;
  assert.ok(admin !== undefined, "the adapter has no management calls");
  return admin;
}

function truthOf({ started }: Scene): DirectoryControls {
  assert.ok(started.directory !== undefined, "the target has no directory control");
  return started.directory;
}
