import assert from "node:assert/strict";
import type { LoginFlow, LoginStep, RefreshAnswer, RefreshRequest } from "@tenantry/core/provider";
import { createApp } from "../app/app.ts";
import {
  accepted,
  arrived,
  permissionsOf,
  refusedAs,
  signedIn,
  signedOut,
  tenantIn,
} from "../scene/expect.ts";
import type { Scene } from "../scene/scene.ts";
import { signInAs } from "../scene/sessions.ts";
import { Skip } from "../scene/skip.ts";
import { adaAtAcme, controlsOf, tryToEnter } from "./login.ts";
import { check, type Check } from "./check.ts";

/** What a session is, and how it moves and ends. Renewal has a list of its own. */
export const sessionChecks: readonly Check[] = [
  check("sessions.cookie", async (scene) => {
    const app = scene.app();
    const browser = app.browser();
    const answer = await browser.signInUntilAnswer(adaAtAcme(scene));
    const { headers } = await browser.open(answer);
    const lines = headers.getSetCookie().filter((line) => !/max-age=0/i.test(line));
    assert.equal(lines.length, 1, "a sign-in sets one cookie");
    const [line = ""] = lines;
    for (const part of [/^__Host-/, /;\s*Secure/i, /;\s*HttpOnly/i, /;\s*SameSite=Lax/i]) {
      assert.match(line.replace(/=[^;]*/, "="), part);
    }
    const { text, json } = await browser.get("/auth/me");
    assert.ok(json["principal"] !== undefined, "me does not say who asks");
    for (const place of [line, text]) {
      assert.doesNotMatch(place, /eyJ[\w-]+\.[\w-]+/, "a signed token reached the browser");
    }
  }),

  check("sessions.fixation", async (scene) => {
    const app = scene.app();
    const first = await signInAs(app, adaAtAcme(scene));
    const planted = first.browser.copy();
    arrived(await first.browser.signIn(adaAtAcme(scene)));
    assert.notDeepEqual([...first.browser.cookies], [...planted.cookies]);
    await signedOut(planted, "the session that was there before");
    await signedIn(first.browser);
  }),

  check("sessions.logout", async (scene) => {
    const app = scene.app();
    const { browser } = await signInAs(app, adaAtAcme(scene));
    const copy = browser.copy();
    const { status } = await browser.post("/auth/logout", {});
    assert.equal(status, 200);
    await signedOut(browser, "the browser that signed out");
    await signedOut(copy, "a copy of its cookie");
  }),

  check("sessions.logout.vendor", async (scene) => {
    const watched = refreshing(scene);
    const { browser } = await signInAs(watched.app, adaAtAcme(scene));
    const { location } = await browser.post("/auth/logout", {});
    const next = new URL(location ?? "/", scene.facts.baseUrl);
    if (next.origin !== scene.facts.baseUrl) return;
    const answer = await watched.refresh();
    assert.equal(answer.kind, "ended", "the browser stayed here, and the vendor's session lives");
  }),

  check("sessions.switch.own", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const birch = await signInAs(app, { person: cast.cleo, tenant: cast.birch.external });
    const { slug, id } = tenantIn(await signedIn(birch.browser));
    const { browser, session } = await signInAs(app, {
      person: cast.cleo,
      tenant: cast.acme.external,
    });
    if (session.userId !== birch.session.userId) return switchWithoutBridge(browser, slug);
    const before = browser.copy();
    arrived(
      await browser.switchTo(slug, { person: cast.cleo, tenant: cast.birch.external }),
      "the switch",
    );
    const context = await signedIn(browser);
    assert.equal(tenantIn(context).id, id);
    assert.equal(context.principal.id, session.userId);
    assert.deepEqual(permissionsOf(context), ["notes:read"], "the role of the other tenant");
    assert.notEqual(context.credential.id, session.id);
    await signedOut(before, "the session before the switch");
  }),

  check("sessions.switch.foreign", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const dan = await signInAs(app, { person: cast.dan, tenant: cast.birch.external });
    const { slug } = tenantIn(await signedIn(dan.browser));
    const { browser, session } = await signInAs(app, adaAtAcme(scene));
    for (const name of [slug, "nowhere"]) {
      const { status, code } = await browser.post("/auth/switch", { tenant: name });
      assert.deepEqual([status, code], [404, "tenant_not_found"], `switching to ${name}`);
    }
    const context = accepted(await browser.outcome(), "Ada's session");
    assert.equal(tenantIn(context).id, session.tenantId);
  }),

  check("sessions.switch.answered", async (scene) => {
    const { cast, started } = scene;
    const signIn = controlsOf(scene);
    const app = scene.app();
    const third = await started.world.createTenant({ slug: scene.unique("third"), name: "Third" });
    const person = await scene.person({ tenant: cast.acme, role: "viewer" });
    for (const { external } of [cast.birch, third]) {
      await started.world.setMember({ email: person, tenant: external, role: "viewer" });
    }
    const other = await signInAs(app, { person, tenant: cast.birch.external });
    const { slug, id } = tenantIn(await signedIn(other.browser));
    const { browser, session } = await signInAs(app, { person, tenant: cast.acme.external });
    if (session.userId !== other.session.userId) return switchWithoutBridge(browser, slug);
    await signIn.substitute({ tenant: third.external });
    try {
      const wish = { person, tenant: cast.birch.external };
      const arrival = await tryToEnter(browser.switchTo(slug, wish));
      assert.notEqual(arrival?.kind, "done", "a switch that was answered for another tenant");
    } finally {
      await signIn.substitute(null);
    }
    const outcome = await browser.outcome();
    if (outcome.kind !== "authenticated") return undefined;
    const tenant = tenantIn(outcome.context);
    assert.equal(tenant.id, session.tenantId, `the session moved; asked was ${id}`);
    return undefined;
  }),

  check("sessions.switch.removed", async (scene) => {
    const { cast, started } = scene;
    const app = scene.app();
    const person = await scene.person({ tenant: cast.acme, role: "viewer" });
    const birch = { email: person, tenant: cast.birch.external };
    await started.world.setMember({ ...birch, role: "viewer" });
    const other = await signInAs(app, { person, tenant: cast.birch.external });
    const { slug, id } = tenantIn(await signedIn(other.browser));
    const { browser, session } = await signInAs(app, { person, tenant: cast.acme.external });
    if (session.userId !== other.session.userId) return switchWithoutBridge(browser, slug);
    await started.world.removeMember(birch);
    await tryToEnter(browser.switchTo(slug, { person, tenant: cast.birch.external }));
    const outcome = await browser.outcome();
    if (outcome.kind !== "authenticated") return undefined;
    assert.notEqual(outcome.context.tenant?.id, id, "a removed member switched to the tenant");
    return undefined;
  }),
];

/**
 * A vendor that gives one person another subject in each tenant attests no bridge between the two:
 * then they are strangers to each other until the person links them.
 */
async function switchWithoutBridge(
  browser: Parameters<typeof signedIn>[0],
  slug: string,
): Promise<void> {
  const { status } = await browser.post("/auth/switch", { tenant: slug });
  assert.equal(status, 404, "a switch without a known membership");
  refusedAs(await browser.outcome(`/t/${slug}/notes`), "tenant_not_found", "the other tenant");
}

/** An app whose vendor tokens can be tried past it: the one of the last sign-in. */
function refreshing({ facts, started }: Scene) {
  const { provider } = started;
  const { login } = provider;
  assert.ok(login !== undefined, "the adapter has no login");
  let last: RefreshRequest | null = null;
  const keep = (step: LoginStep): LoginStep => {
    if (step.kind !== "done" || step.tokens?.refreshToken === undefined) return step;
    const { refreshToken } = step.tokens;
    const { tenant } = step.identity;
    const named = tenant !== null && "external" in tenant ? { tenant } : {};
    last = { refreshToken, ...named };
    return step;
  };
  const watched: LoginFlow = {
    ...login,
    start: async (request, tools) => keep(await login.start(request, tools)),
    resume: async (answer, tools) => keep(await login.resume(answer, tools)),
  };
  const app = createApp({
    facts,
    started: { ...started, provider: { ...provider, login: watched } },
  });
  return {
    app,
    async refresh(): Promise<RefreshAnswer> {
      if (last === null || login.refresh === undefined) {
        throw new Skip("the adapter keeps nothing of the vendor's session that could be tried");
      }
      return login.refresh(last, app.tools);
    },
  };
}
