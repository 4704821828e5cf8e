import assert from "node:assert/strict";
import type { FrontEndBrowser, FrontEndControls } from "../target/front-end.ts";
import type { App } from "../app/app.ts";
import { accepted, refused, refusedAs, tenantIn } from "../scene/expect.ts";
import type { Scene } from "../scene/scene.ts";
import { encode, decode } from "../scene/specimen.ts";
import { check, type Check } from "./check.ts";

/** Sessions that the vendor's own front end owns. */
export const frontEndChecks: readonly Check[] = [
  check("sessions.frontend.honest", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const ids = new Set<string>();
    for (const { external } of [cast.acme, cast.birch]) {
      const browser = await frontEndOf(scene).signIn({ person: cast.cleo, tenant: external });
      const context = accepted(await ask(scene, app, { browser }), "a front-end session");
      assert.equal(tenantIn(context).id, (await app.tenantOf(external))?.id);
      assert.equal(context.credential.accepted, "session");
      ids.add(tenantIn(context).id);
    }
    assert.equal(ids.size, 2, "two tenants are one");
  }),

  check("sessions.frontend.forged", async (scene) => {
    const app = scene.app();
    const browser = await signInAda(scene);
    accepted(await ask(scene, app, { browser }), "the honest cookies");
    let altered = 0;
    const all = Object.entries(browser.cookies());
    // Without a signed token in any of them, each is taken for a sealed one.
    const isSealed = all.every(([, value]) => forgeriesOf(value).length === 0);
    for (const [name, value] of all) {
      for (const forged of isSealed ? damagesOf(value) : forgeriesOf(value)) {
        altered += 1;
        const cookies = { ...browser.cookies(), [name]: forged };
        refused(await ask(scene, app, { cookies }), `a forged cookie ${name}`);
      }
    }
    assert.ok(altered > 0, "the front end has no cookie");
  }),

  check("sessions.frontend.csrf", async (scene) => {
    const app = scene.app();
    const browser = await signInAda(scene);
    const write = (origin: string) =>
      ask(scene, app, { browser, method: "POST", headers: { origin } });
    accepted(await write(scene.facts.baseUrl), "a write from our own page");
    refusedAs(await write("https://evil.example"), "csrf_refused", "a write from elsewhere");
    const silent = await ask(scene, app, { browser, method: "POST" });
    refusedAs(silent, "csrf_refused", "a write that does not say where it comes from");
  }),

  check("sessions.frontend.expired", async (scene) => {
    const app = scene.app();
    const browser = await signInAda(scene);
    const before = accepted(await ask(scene, app, { browser }), "a fresh front-end session");
    await browser.expire();
    refused(await ask(scene, app, { browser, headers: API }), "an expired cookie at the API");
    refused(
      await ask(scene, app, { browser, method: "POST", headers: { origin: scene.facts.baseUrl } }),
      "an expired cookie with a write",
    );
    const after = accepted(await openPage(scene, app, browser), "the page after a renewal");
    assert.equal(after.principal.id, before.principal.id);
    assert.equal(after.tenant?.id, before.tenant?.id);
  }),

  check("sessions.frontend.ended", async (scene) => {
    const { cast, started } = scene;
    const app = scene.app();
    const person = await scene.person({ tenant: cast.acme, role: "viewer" });
    const browser = await frontEndOf(scene).signIn({ person, tenant: cast.acme.external });
    accepted(await ask(scene, app, { browser }), "a fresh front-end session");
    await browser.expire();
    await started.world.endSessions(person);
    refused(await openPage(scene, app, browser), "a front-end session that was ended");
  }),
];

const DOCUMENT = {
  accept: "text/html",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
  "sec-fetch-site": "same-origin",
};
const API = { accept: "application/json", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };
const MAX_REDIRECTS = 5;

function frontEndOf({ started }: Scene): FrontEndControls {
  assert.ok(started.frontEnd !== undefined, "the target has no frontEnd control");
  return started.frontEnd;
}

function signInAda(scene: Scene): Promise<FrontEndBrowser> {
  const { ada, acme } = scene.cast;
  return frontEndOf(scene).signIn({ person: ada, tenant: acme.external });
}

async function ask(
  { facts }: Scene,
  app: App,
  how: {
    readonly browser?: FrontEndBrowser;
    readonly cookies?: Readonly<Record<string, string>>;
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
) {
  const cookies = how.cookies ?? how.browser?.cookies() ?? {};
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
  const request = new Request(facts.baseUrl + (how.path ?? "/notes"), {
    method: how.method ?? "GET",
    headers: { ...how.headers, cookie },
  });
  const outcome = await app.authenticate(request, { accept: ["session"] });
  how.browser?.store(outcome.setCookies);
  return outcome;
}

/** Opens a page and goes along with every redirect to the vendor and back. */
async function openPage(scene: Scene, app: App, browser: FrontEndBrowser) {
  let path = "/notes";
  for (let round = 0; round < MAX_REDIRECTS; round += 1) {
    const outcome = await ask(scene, app, { browser, path, headers: DOCUMENT });
    if (outcome.kind !== "redirect") return outcome;
    const back = await browser.follow(new URL(outcome.location, scene.facts.baseUrl));
    assert.equal(back.origin, scene.facts.baseUrl, "the vendor did not send the browser back");
    path = back.pathname + back.search;
  }
  return assert.fail("the renewal never ends");
}

/** Changed claims under the old signature, and a broken signature. Nothing for a value of another form. */
function forgeriesOf(value: string): readonly string[] {
  const [header = "", claims = "", signature = "", ...more] = value.split(".");
  if (signature === "" || more.length > 0) return [];
  const later = encode({ ...decode(claims), exp: Math.floor(Date.now() / 1000) + 7200 });
  const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
  return [`${header}.${later}.${signature}`, `${header}.${claims}.${flipped}`];
}

/** A sealed value with one character changed, cut off, and as nothing but its beginning. */
function damagesOf(value: string): readonly string[] {
  const middle = Math.floor(value.length / 2);
  const other = value.charAt(middle) === "A" ? "B" : "A";
  return [
    value.slice(0, middle) + other + value.slice(middle + 1),
    value.slice(0, -1),
    value.slice(0, middle),
  ];
}
