import assert from "node:assert/strict";
import type { App, Door } from "../app/app.ts";
import { arrived, opens, opensNothing, signedIn, signedOut, unavailable } from "../scene/expect.ts";
import type { Scene } from "../scene/scene.ts";
import { signInAs } from "../scene/sessions.ts";
import type { OutageMode } from "../target/parts.ts";
import { adaAtAcme, tryToEnter } from "./login.ts";
import { opaquesOf } from "./machine.ts";
import { isolatedCheck, type Check } from "./check.ts";

const HALF_A_MINUTE_MS = 30_000;

/** A vendor that is down. Each of these has a vendor of its own, of which nothing is known yet. */
export const outageChecks: readonly Check[] = [
  isolatedCheck("outage.cold.error", (scene) => coldStart(scene, "error")),
  isolatedCheck("outage.cold.unreachable", (scene) => coldStart(scene, "unreachable")),
  isolatedCheck("outage.cold.hang", async (scene) => {
    const startedAt = performance.now();
    await coldStart(scene, "hang");
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < HALF_A_MINUTE_MS, `the vendor was waited for ${Math.round(tookMs)} ms`);
  }),

  isolatedCheck("outage.warm", async (scene) => {
    const app = scene.app();
    for (const door of scene.doors()) {
      const known = await scene.specimen(door);
      await opens(app, known.token, { accept: [door] });
      const next = await scene.specimen(door, door === "m2m" ? {} : { person: scene.cast.ben });
      const forged = await next.bend({ key: "rogue" });
      await scene.started.outage("unreachable");
      await opens(app, known.token, { accept: [door] });
      await opens(app, next.token, { accept: [door] });
      await opensNothing(app, forged, { accept: [door], what: "a forged token in an outage" });
      await scene.started.outage(null);
    }
  }),

  isolatedCheck("outage.recovery", async (scene) => {
    const [door] = scene.doors();
    assert.ok(door !== undefined);
    const { token } = await scene.specimen(door);
    const app = scene.app();
    await scene.started.outage("error");
    unavailable(await app.present(token, { accept: [door] }), "a token in an outage");
    await scene.started.outage(null);
    await opensSoon(app, token, door);
  }),

  isolatedCheck("outage.login.start", async (scene) => {
    for (const mode of ["error", "unreachable"] as const) {
      const browser = scene.app().browser();
      await scene.started.outage(mode);
      const answer = await browser.get("/auth/login");
      const isSent = answer.location !== null || answer.page !== null;
      assert.ok(isSent || answer.status === 503, `a sign-in in an outage got ${answer.status}`);
      await signedOut(browser, "somebody who began a sign-in in an outage");
      await scene.started.outage(null);
    }
  }),

  isolatedCheck("outage.login.answer", async (scene) => {
    for (const mode of ["error", "unreachable"] as const) {
      const browser = scene.app().browser();
      const answer = await browser.signInUntilAnswer(adaAtAcme(scene));
      await scene.started.outage(mode);
      const { status } = await browser.open(answer);
      await scene.started.outage(null);
      assert.equal(status, 503, `a sign-in that came back in an outage (${mode}) got ${status}`);
      await signedOut(browser, "somebody who came back in an outage");
      arrived(await browser.signIn(adaAtAcme(scene)), "the next sign-in");
    }
  }),

  isolatedCheck("outage.session", async (scene) => {
    const app = scene.app();
    const { browser } = await signInAs(app, adaAtAcme(scene));
    for (const mode of ["error", "unreachable"] as const) {
      await scene.started.outage(mode);
      await signedIn(browser, "a session in an outage");
      await scene.started.outage(null);
    }
    await tryToEnter(browser.post("/auth/logout", {}));
    await signedOut(browser, "somebody who signed out");
  }),

  isolatedCheck("outage.opaque", async (scene) => {
    for (const opaque of opaquesOf(scene)) {
      const door = opaque.kind;
      const wish = { tenant: scene.cast.acme.external, role: "viewer" } as const;
      const { credential } = await opaque.issue(wish);
      const app = scene.app();
      for (const mode of ["error", "unreachable"] as const) {
        await scene.started.outage(mode);
        unavailable(await app.present(credential, { accept: [door] }), "an opaque credential");
        await scene.started.outage(null);
      }
      await opensSoon(app, credential, door);
    }
  }),
];

/** Once the vendor is back. What failed may be left alone for a moment before it is asked again. */
async function opensSoon(app: App, credential: string, door: Door): Promise<void> {
  const giveUpAtMs = Date.now() + HALF_A_MINUTE_MS;
  for (;;) {
    const outcome = await app.present(credential, { accept: [door] });
    if (outcome.kind === "authenticated") return;
    assert.ok(Date.now() < giveUpAtMs, "half a minute after the outage credentials still fail");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Nothing is known of the vendor, and it is down. */
async function coldStart(scene: Scene, mode: OutageMode): Promise<void> {
  // Waiting for one is enough.
  const doors = mode === "hang" ? scene.doors().slice(0, 1) : scene.doors();
  const tokens = await Promise.all(
    doors.map(async (door) => ({ door, specimen: await scene.specimen(door) })),
  );
  await scene.started.outage(mode);
  try {
    const app = scene.app();
    for (const { door, specimen } of tokens) {
      const outcome = await app.present(specimen.token, { accept: [door] });
      unavailable(outcome, `an honest token (${door}) in an outage of the kind ${mode}`);
    }
  } finally {
    await scene.started.outage(null);
  }
}
