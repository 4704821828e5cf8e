import assert from "node:assert/strict";
import { accepted, permissionsOf, signedIn, signedOut, tenantIn } from "../scene/expect.ts";
import type { Scene } from "../scene/scene.ts";
import { makeRenewalDue, signInAs, vendorSecretOf, type SignedIn } from "../scene/sessions.ts";
import { Skip } from "../scene/skip.ts";
import type { App } from "../app/app.ts";
import { controlsOf, adaAtAcme } from "./login.ts";
import { check, isolatedCheck, slowCheck, type Check } from "./check.ts";

/** Renewing a session at the vendor. */
export const renewalChecks: readonly Check[] = [
  check("sessions.refresh.honest", async (scene) => {
    const app = scene.app();
    const signed = await signInAs(app, adaAtAcme(scene));
    for (let round = 0; round < 3; round += 1) {
      const secret = await vendorSecretOf(app, signed.session);
      await makeRenewalDue(app, signed.session);
      const context = await signedIn(signed.browser, "a session that was renewed");
      assert.equal(context.principal.id, signed.session.userId);
      assert.equal(tenantIn(context).id, signed.session.tenantId);
      assert.notEqual(await vendorSecretOf(app, signed.session), secret, "nothing was renewed");
    }
  }),

  check("sessions.refresh.single", async (scene) => {
    const app = scene.app();
    const { browser, session } = await signInAs(app, adaAtAcme(scene));
    await makeRenewalDue(app, session);
    const before = scene.started.requestCount();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => browser.outcome()));
    for (const outcome of outcomes) accepted(outcome, "a request during a renewal");
    const asked = scene.started.requestCount() - before;
    assert.ok(asked <= 4, `twenty requests became ${asked} at the vendor`);
    await makeRenewalDue(app, session);
    await signedIn(browser, "the session after the next renewal");
  }),

  slowCheck("sessions.refresh.roles", async (scene) => {
    const { acme } = scene.cast;
    const person = await scene.person({ tenant: acme, role: "admin" });
    const app = scene.app();
    const { browser, session } = await signInAs(app, { person, tenant: acme.external });
    // Answers tell their age in seconds, and of two in one second nobody knows the newer one.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await scene.started.world.setMember({ email: person, tenant: acme.external, role: "viewer" });
    await makeRenewalDue(app, session);
    const context = await signedIn(browser, "a session whose person was demoted");
    assert.deepEqual(permissionsOf(context), ["notes:read"]);
  }),

  check("sessions.refresh.tenant", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const signed = await signInAs(app, { person: cast.cleo, tenant: cast.acme.external });
    await answeredForAnother(scene, app, { signed, other: { tenant: cast.birch.external } });
  }),

  check("sessions.refresh.person", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const signed = await signInAs(app, { person: cast.ben, tenant: cast.acme.external });
    await answeredForAnother(scene, app, { signed, other: { person: cast.ada } });
  }),

  slowCheck("sessions.refresh.forged", async (scene) => {
    const { acme } = scene.cast;
    const signIn = controlsOf(scene);
    if (signIn.forge === undefined) {
      throw new Skip(signIn.noForgery ?? "the vendor's answers hold no signed proof");
    }
    const person = await scene.person({ tenant: acme, role: "viewer" });
    const app = scene.app();
    const { browser, session } = await signInAs(app, { person, tenant: acme.external });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await scene.started.world.setMember({ email: person, tenant: acme.external, role: "admin" });
    await makeRenewalDue(app, session);
    await signIn.forge("rogue-key");
    try {
      const outcome = await browser.outcome();
      if (outcome.kind !== "authenticated") return;
      assert.deepEqual(permissionsOf(outcome.context), ["notes:read"], "a forged proof gave roles");
    } finally {
      await signIn.forge(null);
    }
  }),

  check("sessions.refresh.ended", async (scene) => {
    const { acme } = scene.cast;
    const person = await scene.person({ tenant: acme, role: "viewer" });
    const app = scene.app();
    const { browser, session } = await signInAs(app, { person, tenant: acme.external });
    await scene.started.world.endSessions(person);
    await makeRenewalDue(app, session);
    await signedOut(browser, "a session that the vendor has ended");
    const latest = await app.stores.sessions.get(session.id);
    assert.ok(latest === null || latest.endedAtMs !== null, "the session is still in the store");
  }),

  check("sessions.refresh.removed", async (scene) => {
    const { acme } = scene.cast;
    const person = await scene.person({ tenant: acme, role: "viewer" });
    const app = scene.app();
    const { browser, session } = await signInAs(app, { person, tenant: acme.external });
    await scene.started.world.removeMember({ email: person, tenant: acme.external });
    await makeRenewalDue(app, session);
    const outcome = await browser.outcome();
    if (outcome.kind !== "authenticated") return;
    assert.equal(outcome.context.tenant, null, "a removed member is still in the tenant");
    assert.deepEqual(permissionsOf(outcome.context), []);
  }),

  isolatedCheck("sessions.refresh.outage", async (scene) => {
    const app = scene.app();
    const { browser, session } = await signInAs(app, adaAtAcme(scene));
    for (const mode of ["error", "unreachable"] as const) {
      const secret = await vendorSecretOf(app, session);
      await makeRenewalDue(app, session);
      await scene.started.outage(mode);
      try {
        await signedIn(browser, `a session in an outage (${mode})`);
      } finally {
        await scene.started.outage(null);
      }
      await makeRenewalDue(app, session);
      await signedIn(browser, `a session after an outage (${mode})`);
      assert.notEqual(await vendorSecretOf(app, session), secret, "nothing was renewed");
    }
  }),
];

/** A renewal that the vendor answers honestly, but about someone or somewhere else. */
async function answeredForAnother(
  scene: Scene,
  app: App,
  how: {
    readonly signed: SignedIn;
    readonly other: { readonly person?: string; readonly tenant?: string };
  },
): Promise<void> {
  const signIn = controlsOf(scene);
  const { browser, session } = how.signed;
  const before = await signedIn(browser);
  await makeRenewalDue(app, session);
  await signIn.substitute(how.other);
  try {
    const outcome = await browser.outcome();
    if (outcome.kind !== "authenticated") return;
    assert.equal(outcome.context.principal.id, before.principal.id, "the session is another's");
    assert.equal(outcome.context.tenant?.id, before.tenant?.id, "the session moved");
    assert.deepEqual(permissionsOf(outcome.context), permissionsOf(before), "the session grew");
  } finally {
    await signIn.substitute(null);
  }
}
