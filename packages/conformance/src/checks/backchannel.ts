import assert from "node:assert/strict";
import type { App } from "../app/app.ts";
import { signedIn, signedOut } from "../scene/expect.ts";
import type { Scene } from "../scene/scene.ts";
import { signInAs } from "../scene/sessions.ts";
import { mintSpecimen } from "../scene/specimen.ts";
import { adaAtAcme } from "./login.ts";
import { check, type Check } from "./check.ts";

const HOUR = 3600;

/** The vendor signs somebody out behind the browser's back. */
export const backchannelChecks: readonly Check[] = [
  check("sessions.backchannel.honest", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const ada = await signInAs(app, adaAtAcme(scene));
    const ben = await signInAs(app, { person: cast.ben, tenant: cast.acme.external });
    const { token } = await logoutToken(scene, cast.ada);
    assert.equal(await post(scene, app, token), 200);
    await signedOut(ada.browser, "a session that the vendor signed out");
    await signedIn(ben.browser, "the session of somebody else");
  }),

  check("sessions.backchannel.forged", async (scene) => {
    const { cast, started, facts } = scene;
    const app = scene.app();
    const { browser } = await signInAs(app, adaAtAcme(scene));
    const specimen = await logoutToken(scene, cast.ada);
    const past = Math.floor(Date.now() / 1000) - 2 * HOUR;
    const audience = "claim" in specimen.facts.audience ? specimen.facts.audience.claim : "aud";
    const forged: Readonly<Record<string, string>> = {
      "a rogue key": await specimen.bend({ key: "rogue" }),
      "no signature": await specimen.bend({ key: "none" }),
      "another app": await specimen.bend({ claims: { [audience]: facts.otherResource } }),
      expired: await specimen.bend({ claims: { iat: past, exp: past + HOUR } }),
      "another issuer": await specimen.bend({ claims: { iss: "https://issuer.other.example" } }),
      "a nonce, as in an ID token": await specimen.bend({ claims: { nonce: "n" } }),
      "no event": await specimen.bend({ claims: { events: undefined } }),
      "no person and no session": await specimen.bend({
        claims: { sub: undefined, sid: undefined },
      }),
      nonsense: "nonsense",
    };
    const id = started.tokens.kinds.id;
    const idToken = id && (await mintSpecimen(started, { kind: "id", ...adaAtAcme(scene) })).token;
    const all = { ...forged, ...(idToken === undefined ? {} : { "an ID token": idToken }) };
    for (const [what, token] of Object.entries(all)) {
      assert.equal(await post(scene, app, token), 400, what);
      await signedIn(browser, `Ada, after a logout token with ${what}`);
    }
    assert.equal(await post(scene, app, specimen.token), 200, "the honest one");
    await signedOut(browser, "Ada, after the honest logout token");
  }),

  check("sessions.backchannel.twice", async (scene) => {
    const app = scene.app();
    const { token } = await logoutToken(scene, scene.cast.ada);
    assert.equal(await post(scene, app, token), 200);
    const { browser } = await signInAs(app, adaAtAcme(scene));
    assert.equal(await post(scene, app, token), 400, "the same token again");
    await signedIn(browser, "a session that began after the sign-out");
  }),
];

function logoutToken({ started }: Scene, person: string) {
  return mintSpecimen(started, { kind: "logout", person });
}

async function post({ facts }: Scene, app: App, token: string): Promise<number> {
  const path = `/auth/backchannel-logout/${app.provider.instance}`;
  const response = await app.auth.routes.handle(
    new Request(facts.baseUrl + path, {
      method: "POST",
      body: new URLSearchParams({ logout_token: token }),
    }),
  );
  return response.status;
}
