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
import { makeRenewalDue, signInAs } from "../scene/sessions.ts";
import { adaAtAcme, tryToEnter } from "./login.ts";
import { check, type Check } from "./check.ts";

const CROWD = 50;

/** What was broken elsewhere: sessions and sign-ins. */
export const sessionAttackChecks: readonly Check[] = [
  check("attacks.crossed-people", crossedPeople),

  check("attacks.half-finished", async (scene) => {
    const app = scene.app();
    const browser = app.browser();
    await browser.get("/auth/login");
    await signedOut(browser, "somebody who began to sign in");
    const answer = await browser.signInUntilAnswer(adaAtAcme(scene));
    await signedOut(browser, "somebody whom the vendor has sent back");
    assert.notEqual((await browser.get("/auth/me")).status, 200);
    assert.equal((await browser.open(answer)).status, 200);
    await signedIn(browser);
  }),

  check("attacks.repeated-cookies", async (scene) => {
    const app = scene.app();
    const { browser } = await signInAs(app, adaAtAcme(scene));
    const [name = "", value = ""] =
      [...browser.cookies].find(([one]) => one.startsWith("__Host-")) ?? [];
    const ask = (cookie: string) =>
      app.authenticate(new Request(`${scene.facts.baseUrl}/notes`, { headers: { cookie } }), {
        accept: ["session"],
      });
    accepted(await ask(`${name}=${value}`), "the session cookie");
    const tricks = [
      `${name}=${value}; ${name}=${value}`,
      `${name}=other; ${name}=${value}`,
      `\u00a0${name}=${value}`,
      `${name.toLowerCase()}=${value}`,
      `${name.slice("__Host-".length)}=${value}`,
      `${name}=${value.slice(0, -2)}`,
    ];
    for (const cookie of tricks) {
      const outcome = await ask(cookie);
      assert.notEqual(outcome.kind, "authenticated", `cookies ${cookie.replaceAll(value, "…")}`);
    }
  }),

  check("attacks.late-renewal", async (scene) => {
    const app = scene.app();
    for (let round = 0; round < 3; round += 1) {
      const { browser, session } = await signInAs(app, adaAtAcme(scene));
      const copy = browser.copy();
      await makeRenewalDue(app, session);
      const renewing = copy.outcome();
      // Leaves while the renewal is on its way.
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      await browser.post("/auth/logout", {});
      await renewing;
      await signedOut(copy, "a session that was renewed while its person signed out");
    }
  }),

  check("attacks.shared-caches", async (scene) => {
    const app = scene.app();
    const browser = app.browser();
    const answer = await browser.signInUntilAnswer(adaAtAcme(scene));
    const answers = [
      await app.browser().get("/auth/login"),
      await browser.open(answer),
      await browser.get("/auth/me"),
      await browser.get("/auth/tenants"),
      await browser.get("/auth/sessions"),
      await browser.post("/auth/logout", {}),
    ];
    for (const { headers, status } of answers) {
      const control = headers.get("cache-control") ?? "";
      assert.match(control, /no-store/, `an answer with status ${status}`);
      assert.match(control, /private/);
      assert.match(headers.get("vary") ?? "", /cookie/i);
    }
  }),

  check("attacks.login-csrf", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    // The attacker's answer in the victim's browser: with no sign-in, and beside one of the victim's.
    const attacker = await app.browser().signInUntilAnswer({
      person: cast.dan,
      tenant: cast.birch.external,
    });
    const victim = app.browser();
    assert.equal((await victim.open(attacker)).status, 400);
    await signedOut(victim, "the victim");
    const own = await victim.signInUntilAnswer(adaAtAcme(scene));
    assert.equal((await victim.copy().open(attacker)).status, 400);
    await signedOut(victim, "the victim");
    assert.equal((await victim.open(own)).status, 200, "the victim's own answer");
    const ada = await signedIn(victim);
    assert.equal((await victim.open(attacker)).status, 400);
    assert.equal((await signedIn(victim)).principal.id, ada.principal.id);
    // Signing in twice is two attempts with nothing in common.
    const [first, second] = [
      await app.browser().get("/auth/login"),
      await app.browser().get("/auth/login"),
    ];
    if (first.location !== null) assert.notEqual(first.location, second.location);
  }),

  check("attacks.open-redirects", async (scene) => {
    const places = [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "\\\\evil.example",
      "/\t/evil.example",
      "https:evil.example",
      "javascript:alert(1)",
      "/%2f%2fevil.example",
      `${scene.facts.baseUrl}@evil.example`,
      "/auth/logout",
    ];
    const app = scene.app();
    for (const returnTo of places) {
      const arrival = await app.browser().signIn({ ...adaAtAcme(scene), returnTo });
      assert.equal(arrival.kind, "done");
      const next = new URL(arrival.kind === "done" ? arrival.location : "", scene.facts.baseUrl);
      assert.equal(next.origin, scene.facts.baseUrl, `${returnTo} led to ${next.origin}`);
      assert.ok(!next.pathname.startsWith("//"), `${returnTo} led to ${next.pathname}`);
      assert.ok(!next.pathname.startsWith("/auth/"), `${returnTo} led to ${next.pathname}`);
    }
  }),

  check("attacks.rotation-races", async (scene) => {
    const app = scene.app();
    const { browser, session } = await signInAs(app, adaAtAcme(scene));
    for (let round = 0; round < 3; round += 1) {
      await makeRenewalDue(app, session);
      const crowd = Array.from({ length: CROWD }, () => browser.copy().outcome());
      for (const outcome of await Promise.all(crowd)) {
        const { principal } = accepted(outcome, "one of fifty renewals");
        assert.equal(principal.id, session.userId);
      }
    }
  }),

  check("attacks.address-tricks", async (scene) => {
    const { world } = scene.started;
    const { acme } = scene.cast;
    const app = scene.app();
    const name = scene.unique("victim");
    const victim = `${name}@people.example`;
    await world.createPerson({ email: victim, name: "Victim" });
    await world.setMember({ email: victim, tenant: acme.external, role: "admin" });
    const { session } = await signInAs(app, { person: victim, tenant: acme.external });
    const tricks = [
      `${name}@people.example@evil.example`,
      `${name}@PEOPLE.example.`,
      `${name}@peop\u217Ce.example`,
      `"${victim}"@evil.example`,
    ];
    for (const email of tricks) {
      try {
        await world.createPerson({ email, name: "Trickster", emailVerified: true });
        await world.setMember({ email, tenant: acme.external, role: "viewer" });
      } catch {
        continue; // The vendor does not take such an address.
      }
      const browser = app.browser();
      const arrival = await tryToEnter(browser.signIn({ person: email, tenant: acme.external }));
      if (arrival === null) continue;
      if (arrival.kind !== "done") {
        await notArrived(arrival, browser, email);
        continue;
      }
      const { principal } = await signedIn(browser);
      assert.notEqual(principal.id, session.userId, `${email} became ${victim}`);
    }
  }),
];

/** Fifty people of two tenants, each with a session or a token, all at once and twice. */
async function crossedPeople(scene: Scene): Promise<void> {
  const { cast } = scene;
  const app = scene.app();
  const doors = scene.doors("people");
  const crowd: { readonly id: string; readonly see: () => Promise<string> }[] = [];
  for (let index = 0; index < CROWD; index += 1) {
    const tenant = index % 2 === 0 ? cast.acme : cast.birch;
    const person = await scene.person({ tenant, role: index % 3 === 0 ? "admin" : "viewer" });
    const sketch = (context: Awaited<ReturnType<typeof signedIn>>) =>
      `${context.principal.id} ${tenantIn(context).id} ${permissionsOf(context).join()}`;
    const door = doors[index % doors.length];
    if (door !== undefined && (index % 5 !== 0 || scene.started.signIn === undefined)) {
      const { token } = await scene.specimen(door, { person, tenant: tenant.external });
      const see = async () => sketch(await opens(app, token, { accept: [door] }));
      crowd.push({ id: await see(), see });
    } else {
      const browser = app.browser();
      arrived(await browser.signIn({ person, tenant: tenant.external }));
      const see = async () => sketch(await signedIn(browser));
      crowd.push({ id: await see(), see });
    }
  }
  assert.equal(
    new Set(crowd.map(({ id }) => id.split(" ", 1)[0])).size,
    CROWD,
    "people are shared",
  );
  for (let round = 0; round < 2; round += 1) {
    const seen = await Promise.all(crowd.map(async ({ id, see }) => [id, await see()] as const));
    for (const [expected, found] of seen) assert.equal(found, expected, "somebody else's context");
  }
}
