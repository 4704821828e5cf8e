import assert from "node:assert/strict";
import {
  accepted,
  arrived,
  notArrived,
  opens,
  permissionsOf,
  signedIn,
  signedOut,
  tenantIn,
} from "../scene/expect.ts";
import type { Scene } from "../scene/scene.ts";
import { signInAs } from "../scene/sessions.ts";
import { Skip } from "../scene/skip.ts";
import type { AnswerForgery, SignInControls } from "../target/sign-in.ts";
import { NotPossible } from "../target/world.ts";
import { check, type Check } from "./check.ts";

/** Whole sign-ins. */
export const loginChecks: readonly Check[] = [
  check("login.honest", async (scene) => {
    const { cast } = scene;
    for (const [person, tenant] of [
      [cast.ada, cast.acme],
      [cast.cleo, cast.birch],
    ] as const) {
      const app = scene.app();
      const browser = app.browser();
      const arrival = await browser.signIn({
        person,
        tenant: tenant.external,
        returnTo: "/notes?page=2",
      });
      assert.deepEqual(arrival, { kind: "done", location: "/notes?page=2" });
      const context = await signedIn(browser);
      assert.equal(context.principal.kind, "user");
      assert.equal(tenantIn(context).id, (await app.tenantOf(tenant.external))?.id);
    }
  }),

  check("login.person.stable", async (scene) => {
    const app = scene.app();
    const wish = { person: scene.cast.ada, tenant: scene.cast.acme.external };
    const first = await signInAs(app, wish);
    const second = await signInAs(app, wish);
    assert.equal(first.session.userId, second.session.userId);
    assert.notEqual(first.session.id, second.session.id);
  }),

  check("login.person.distinct", async (scene) => {
    const app = scene.app();
    const tenant = scene.cast.acme.external;
    const ada = await signInAs(app, { person: scene.cast.ada, tenant });
    const ben = await signInAs(app, { person: scene.cast.ben, tenant });
    assert.notEqual(ada.session.userId, ben.session.userId, "Ada and Ben are one person");
  }),

  check("login.person.email", async (scene) => {
    const { world } = scene.started;
    const { acme, birch } = scene.cast;
    const app = scene.app();
    const person = await scene.person({ tenant: acme, role: "admin" });
    const before = await signInAs(app, { person, tenant: acme.external });
    await world.removePerson(person);
    // The company gave the address to somebody else.
    await world.createPerson({ email: person, name: "Somebody Else" });
    await world.setMember({ email: person, tenant: birch.external, role: "viewer" });
    const after = await signInAs(app, { person, tenant: birch.external });
    assert.notEqual(after.session.userId, before.session.userId, "the address made them one");
    const own = await app.stores.memberships.listByUser(after.session.userId);
    const active = own.filter(({ status }) => status === "active");
    assert.equal(active.length, 1, "the new person inherited a membership");
  }),

  check("login.email.unverified", async (scene) => {
    const { world } = scene.started;
    const app = scene.app();
    const email = `${scene.unique("unproven")}@people.example`;
    await world.createPerson({ email, name: "Unproven", emailVerified: false });
    await world.setMember({ email, tenant: scene.cast.acme.external, role: "viewer" });
    const browser = app.browser();
    const arrival = await browser.signIn({ person: email, tenant: scene.cast.acme.external });
    if (arrival.kind === "refused") {
      await notArrived(arrival, browser, "someone with an unproven address");
      return;
    }
    const { principal } = await signedIn(browser);
    assert.ok(principal.kind === "user");
    assert.notEqual(principal.email?.verified, true, "an unproven address counts as verified");
    // The other half: a proven one does count, or nothing was compared.
    const proven = await signInAs(app, {
      person: scene.cast.ada,
      tenant: scene.cast.acme.external,
    });
    const { principal: ada } = await signedIn(proven.browser);
    assert.ok(ada.kind === "user" && (ada.email === undefined || ada.email.verified));
  }),

  check("login.browser.other", async (scene) => {
    const app = scene.app();
    const answer = await app.browser().signInUntilAnswer(adaAtAcme(scene));
    const other = app.browser();
    const { status } = await other.open(answer);
    assert.equal(status, 400, `an answer in another browser got ${status}`);
    await signedOut(other, "an answer in another browser");
  }),

  check("login.answer.twice", async (scene) => {
    const app = scene.app();
    const browser = app.browser();
    const answer = await browser.signInUntilAnswer(adaAtAcme(scene));
    const before = browser.copy();
    arrivedAt(await browser.open(answer));
    await signedIn(browser);
    const { status } = await before.open(answer);
    assert.equal(status, 400, `an answer that came twice got ${status}`);
    await signedOut(before, "an answer that came twice");
  }),

  check("login.answer.swapped", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const browser = app.browser();
    const ada = await browser.signInUntilAnswer(adaAtAcme(scene));
    const dan = await browser.signInUntilAnswer({
      person: cast.dan,
      tenant: cast.birch.external,
    });
    // Dan's code under the state of Ada's sign-in, and the other way round.
    for (const [own, foreign] of [
      [ada, dan],
      [dan, ada],
    ] as const) {
      const mixed = new URL(own);
      let differences = 0;
      for (const [name, value] of foreign.searchParams) {
        if (name === "state" || own.searchParams.get(name) === value) continue;
        mixed.searchParams.set(name, value);
        differences += 1;
      }
      assert.ok(differences > 0, "the vendor's answers to two people are the same");
      const attempt = browser.copy();
      const { status } = await attempt.open(mixed);
      assert.ok(status >= 400 && status < 500, `a swapped answer got ${status}`);
      await signedOut(attempt, "a swapped answer");
    }
  }),

  check("login.answer.garbage", async (scene) => {
    const app = scene.app();
    const browser = app.browser();
    const answer = await browser.signInUntilAnswer(adaAtAcme(scene));
    for (const name of new Set(answer.searchParams.keys())) {
      const value = answer.searchParams.get(name) ?? "";
      const variants = ["", `${value}x`, value.slice(1), "%00", "\u{1F600}", "x".repeat(4000)];
      for (const variant of variants) {
        const bent = new URL(answer);
        bent.searchParams.set(name, variant);
        const attempt = browser.copy();
        const { status } = await attempt.open(bent);
        // Some parameters are only information, and then the sign-in may succeed.
        if (status === 200) continue;
        assert.ok(status >= 400 && status < 500, `${name}=${variant.slice(0, 9)} got ${status}`);
        await signedOut(attempt, `${name}=${variant.slice(0, 9)}`);
        return;
      }
    }
    assert.fail("no change to the answer was refused");
  }),

  check("login.answer.cancelled", async (scene) => {
    const app = scene.app();
    const browser = app.browser();
    const arrival = await browser.signIn({ ...adaAtAcme(scene), cancel: true });
    assert.equal(arrival.kind, "refused", "a cancelled sign-in went on");
    await notArrived(arrival, browser, "a cancelled sign-in");
    arrived(await browser.signIn(adaAtAcme(scene)), "the next attempt");
  }),

  forgedAnswer("login.forged.key", "rogue-key"),
  forgedAnswer("login.forged.audience", "other-audience"),
  forgedAnswer("login.forged.expired", "expired"),
  forgedAnswer("login.forged.flow", "other-flow"),

  check("login.tenant.hint", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    for (const { external } of [cast.acme, cast.birch]) {
      const { browser } = await signInAs(app, { person: cast.cleo, tenant: external });
      const { slug, id } = tenantIn(await signedIn(browser));
      const again = app.browser();
      // Nobody picks anything this time.
      arrived(await again.signIn({ person: cast.cleo, ask: slug }), `a sign-in to ${slug}`);
      assert.equal(tenantIn(await signedIn(again)).id, id);
    }
  }),

  check("login.tenant.answered", async (scene) => {
    const { cast } = scene;
    const signIn = controlsOf(scene);
    const app = scene.app();
    const known = await signInAs(app, { person: cast.cleo, tenant: cast.acme.external });
    const { slug } = tenantIn(await signedIn(known.browser));
    const browser = app.browser();
    await signIn.substitute({ tenant: cast.birch.external });
    try {
      const wish = { person: cast.cleo, tenant: cast.acme.external, ask: slug };
      const arrival = await browser.signIn(wish);
      assert.equal(arrival.kind, "refused", "asked for Acme, answered for Birch, and let in");
      await notArrived(arrival, browser, "an answer for another tenant");
    } finally {
      await signIn.substitute(null);
    }
    arrived(await browser.signIn({ person: cast.cleo, tenant: cast.acme.external, ask: slug }));
  }),

  check("login.tenant.stranger", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const dan = await signInAs(app, { person: cast.dan, tenant: cast.birch.external });
    const { slug, id } = tenantIn(await signedIn(dan.browser));
    const browser = app.browser();
    const arrival = await tryToEnter(
      browser.signIn({ ...adaAtAcme(scene), tenant: cast.birch.external, ask: slug }),
    );
    if (arrival !== null) await notArrived(arrival, browser, "Ada, who does not belong to Birch");
    const outcome = await browser.outcome();
    if (outcome.kind === "authenticated") assert.notEqual(outcome.context.tenant?.id, id);
  }),

  check("login.tenant.inactive", async (scene) => {
    const { world } = scene.started;
    const { acme } = scene.cast;
    const app = scene.app();
    for (const status of ["inactive", "pending"] as const) {
      const email = await scene.person();
      await world.setMember({ email, tenant: acme.external, role: "admin", status });
      const browser = app.browser();
      await tryToEnter(browser.signIn({ person: email, tenant: acme.external }));
      const outcome = await browser.outcome();
      if (outcome.kind !== "authenticated") continue;
      assert.equal(outcome.context.tenant, null, `a membership that is ${status} let somebody in`);
      assert.deepEqual(permissionsOf(outcome.context), []);
    }
  }),

  check("login.again.person", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const { browser, session } = await signInAs(app, adaAtAcme(scene));
    const wish = { person: cast.ben, tenant: cast.acme.external, reauthenticate: true };
    const arrival = await tryToEnter(browser.signIn(wish));
    if (arrival !== null) assert.equal(arrival.kind, "refused", "Ben answered for Ada");
    const { principal } = accepted(await browser.outcome(), "Ada's session");
    assert.equal(principal.id, session.userId, "Ada's session became Ben's");
  }),

  check("login.impersonation", async (scene) => {
    const { cast, started } = scene;
    const app = scene.app();
    const doors = scene.doors("people").filter((door) => door !== "mcp");
    const impersonator = "support@vendor.example";
    let reason = "the vendor impersonates only in sign-ins";
    let seen = 0;
    for (const door of doors) {
      const wish = { person: cast.ada, tenant: cast.acme.external, impersonator };
      let token: string;
      try {
        token = await started.tokens.mint({ kind: door, ...wish });
      } catch (error) {
        if (!(error instanceof NotPossible)) throw error;
        // Some kinds of a vendor's tokens name an actor, and others never do.
        ({ reason } = error);
        continue;
      }
      seen += 1;
      const { actors } = await opens(app, token, { accept: [door] });
      const named = actors.filter(({ kind }) => kind === "impersonator");
      assert.equal(named.length, 1, `nobody is named as the actor (${door})`);
      const honest = await opens(app, (await scene.specimen(door)).token, { accept: [door] });
      assert.ok(honest.actors.every(({ kind }) => kind !== "impersonator"));
    }
    if (seen === 0) throw new Skip(reason);
  }),
];

/** The wish that most checks begin with. */
export function adaAtAcme({ cast }: Scene) {
  return { person: cast.ada, tenant: cast.acme.external };
}

/** The sign-in controls, which must be there where the capability is. */
export function controlsOf({ started }: Scene): SignInControls {
  assert.ok(started.signIn !== undefined, "the target has no signIn control");
  return started.signIn;
}

/** A sign-in that may already end at the vendor, because it offers no such choice. Null then. */
export async function tryToEnter<T>(attempt: Promise<T>): Promise<T | null> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return null;
  }
}

function arrivedAt(answer: { readonly status: number; readonly text: string }): void {
  assert.equal(answer.status, 200, `the vendor's answer was refused: ${answer.text}`);
}

/** A sign-in whose signed proof is forged in one way, and nothing else. */
function forgedAnswer(cites: string, how: AnswerForgery): Check {
  return check(cites, async (scene) => {
    const signIn = controlsOf(scene);
    if (signIn.forge === undefined) {
      throw new Skip(signIn.noForgery ?? "the vendor's answers hold no signed proof");
    }
    const app = scene.app();
    const browser = app.browser();
    await signIn.forge(how);
    try {
      const arrival = await browser.signIn(adaAtAcme(scene));
      assert.equal(arrival.kind, "refused", `an answer with a proof of ${how} was accepted`);
      await notArrived(arrival, browser, `an answer with a proof of ${how}`);
    } finally {
      await signIn.forge(null);
    }
    arrived(await browser.signIn(adaAtAcme(scene)), "the honest answer");
  });
}
