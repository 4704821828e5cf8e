import assert from "node:assert/strict";
import { opens, opensNothing, refusedAs, signedIn, arrived } from "../scene/expect.ts";
import type { Scene, TokenDoor } from "../scene/scene.ts";
import { Skip } from "../scene/skip.ts";
import { encode } from "../scene/specimen.ts";
import {
  claimForgeries,
  doorsWithAudience,
  forgeries,
  refuseForgeries,
  type Forgery,
} from "./bent-tokens.ts";
import { check, isolatedCheck, type Check } from "./check.ts";

const HOUR = 3600;
const now = () => Math.floor(Date.now() / 1000);

/** Tokens of each kind, honest and forged. */
export const tokenChecks: readonly Check[] = [
  check("tokens.honest", async (scene) => {
    for (const door of scene.doors()) {
      const app = scene.app();
      const { token } = await scene.specimen(door);
      const { principal, credential } = await opens(app, token, { accept: [door] });
      assert.equal(principal.kind, door === "m2m" ? "service" : "user");
      assert.equal(credential.accepted, door);
    }
  }),

  check("tokens.person.same", async (scene) => {
    const app = scene.app();
    const ids = new Map<string, string>();
    for (const door of scene.doors("people")) {
      for (let round = 0; round < 2; round += 1) {
        const { token } = await scene.specimen(door);
        const { principal } = await opens(app, token, { accept: [door] });
        ids.set(`${door} ${round}`, principal.id);
      }
    }
    if (scene.started.signIn !== undefined) {
      const browser = app.browser();
      arrived(await browser.signIn({ person: scene.cast.ada, tenant: scene.cast.acme.external }));
      ids.set("session cookie", (await signedIn(browser)).principal.id);
    }
    assert.equal(new Set(ids.values()).size, 1, `one person is ${JSON.stringify([...ids])}`);
  }),

  check("tokens.person.distinct", async (scene) => {
    const { cast } = scene;
    for (const door of scene.doors("people")) {
      const app = scene.app();
      const ids: string[] = [];
      for (const person of [cast.ada, cast.ben, cast.cleo]) {
        const { token } = await scene.specimen(door, { person });
        ids.push((await opens(app, token, { accept: [door] })).principal.id);
      }
      assert.equal(new Set(ids).size, 3, `three people are ${new Set(ids).size} at ${door}`);
    }
  }),

  forgeries("tokens.signature.rogue", ({ header }) => [
    { name: "a rogue key", bend: { key: "rogue" } },
    { name: "a rogue key without kid", bend: { key: "rogue", header: { kid: undefined } } },
    {
      name: "a rogue key, unknown kid",
      bend: { key: "rogue", header: { ...header, kid: "rogue" } },
    },
  ]),

  forgeries("tokens.signature.none", () =>
    ["none", "None", "NONE", "nOnE", ""].flatMap((alg): readonly Forgery[] => [
      { name: `alg ${alg}`, bend: { key: "none", header: { alg } } },
      { name: `alg ${alg} without kid`, bend: { key: "none", header: { alg, kid: undefined } } },
    ]),
  ),

  forgeries("tokens.signature.hmac", () => [
    { name: "HMAC with the public key", bend: { key: "hmac-public" } },
    { name: "the same without kid", bend: { key: "hmac-public", header: { kid: undefined } } },
  ]),

  check("tokens.signature.altered", async (scene) => {
    const app = scene.app();
    for (const door of scene.doors()) {
      const { token, claims } = await scene.specimen(door);
      await opens(app, token, { accept: [door] });
      const [header = "", payload = "", signature = ""] = token.split(".");
      const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
      const later = encode({ ...claims, exp: Number(claims["exp"]) + HOUR });
      const altered: Readonly<Record<string, string>> = {
        "an altered signature": `${header}.${payload}.${flipped}`,
        "a signature cut short": `${header}.${payload}.${signature.slice(0, -4)}`,
        "a missing signature": `${header}.${payload}.`,
        "altered claims": `${header}.${later}.${signature}`,
      };
      for (const [what, forged] of Object.entries(altered)) {
        await opensNothing(app, forged, { accept: [door], what: `${what} (${door})` });
      }
    }
  }),

  forgeries("tokens.critical", () => [
    { name: "crit with an unknown name", bend: { header: { crit: ["exp-id"], "exp-id": 1 } } },
  ]),

  forgeries("tokens.confirmation", () => [
    {
      name: "cnf with a key thumbprint",
      bend: { claims: { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } } },
    },
    {
      name: "cnf with a certificate",
      bend: { claims: { cnf: { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" } } },
    },
  ]),

  forgeries("tokens.issuer.other", ({ claims }) => {
    const own = String(claims["iss"]);
    return claimForgeries("iss", [
      "https://issuer.other.example",
      `${own}x`,
      own.slice(0, -1),
      `${own}@evil.example`,
      own.toUpperCase(),
    ]);
  }),

  forgeries("tokens.issuer.missing", () => claimForgeries("iss", [undefined, "", null])),

  check("tokens.audience.other", async (scene) => {
    for (const { door, claim } of doorsWithAudience(scene)) {
      const { otherResource } = scene.facts;
      const others = [otherResource, [otherResource]];
      await refuseForgeries(scene, () => claimForgeries(claim, others), [door]);
    }
  }),

  check("tokens.audience.missing", async (scene) => {
    for (const { door, claim } of doorsWithAudience(scene, "always")) {
      await refuseForgeries(scene, () => claimForgeries(claim, [undefined]), [door]);
    }
  }),

  check("tokens.expiry.past", async (scene) => {
    const app = scene.app();
    for (const door of scene.doors()) {
      const specimen = await scene.specimen(door);
      await opens(app, await specimen.bend({}), { accept: [door] });
      const token = await specimen.bend({ claims: { ...times(-2 * HOUR, -HOUR) } });
      const outcome = await app.present(token, { accept: [door] });
      refusedAs(outcome, "credential_expired", `an expired token (${door})`);
    }
  }),

  forgeries("tokens.expiry.malformed", () =>
    claimForgeries("exp", [undefined, null, "", String(now() + HOUR)]),
  ),

  forgeries("tokens.times.future", () => [
    { name: "nbf in an hour", bend: { claims: { nbf: now() + HOUR } } },
    { name: "nbf as a text", bend: { claims: { nbf: String(now() - HOUR) } } },
    { name: "iat in an hour", bend: { claims: { iat: now() + HOUR, exp: now() + 2 * HOUR } } },
  ]),

  forgeries("tokens.subject.malformed", () =>
    claimForgeries("sub", [undefined, "", null, 7, ["someone"], { id: "someone" }]),
  ),

  check("tokens.kind.other", async (scene) => {
    const doors = scene.doors();
    const everywhere: readonly TokenDoor[] = ["session", "access", "m2m", "mcp"];
    for (const own of doors) {
      const app = scene.app();
      const { token } = await scene.specimen(own);
      await opens(app, token, { accept: [own] });
      for (const other of everywhere.filter((door) => door !== own)) {
        // The audience of the other mount may be another too, so that it is the kind that decides.
        for (const resource of [undefined, ...resourcesOf(scene)]) {
          const how = { accept: [other], ...(resource === undefined ? {} : { resource }) };
          await opensNothing(app, token, { ...how, what: `a token of kind ${own} at ${other}` });
        }
      }
    }
  }),

  check("tokens.kind.login", async (scene) => {
    const { started, cast } = scene;
    const kinds = (["id", "logout"] as const).filter((kind) => started.tokens.kinds[kind]);
    if (kinds.length === 0)
      throw new Skip(
        "sign-in hands over neither ID tokens nor logout tokens; what else the vendor signs is asked about in tokens.kind.stranger",
      );
    const app = scene.app();
    const accept = ["session", "access", "m2m", "mcp", "api_key"] as const;
    for (const kind of kinds) {
      const token = await started.tokens.mint({
        kind,
        person: cast.ada,
        tenant: cast.acme.external,
      });
      for (const resource of [undefined, ...resourcesOf(scene)]) {
        const how = resource === undefined ? { accept: accept.slice(0, 3) } : { accept, resource };
        await opensNothing(app, token, { ...how, what: `a token of kind ${kind}` });
      }
    }
  }),

  check("tokens.kind.stranger", async (scene) => {
    const { started, cast } = scene;
    const strangers = await started.tokens.strangers?.({
      person: cast.ada,
      tenant: cast.acme.external,
    });
    if (strangers === undefined || strangers.length === 0) {
      throw new Skip("the vendor signs no other tokens with these keys");
    }
    const app = scene.app();
    for (const { name, token } of strangers) {
      for (const door of ["session", "access", "m2m", "mcp"] as const) {
        await opensNothing(app, token, { accept: [door], what: `${name} at ${door}` });
      }
    }
  }),

  isolatedCheck("tokens.keys.rotated", async (scene) => {
    for (const door of scene.doors()) {
      const app = scene.app();
      const before = await scene.specimen(door);
      await opens(app, before.token, { accept: [door] });
      await scene.started.rotateKeys({ keepOld: true });
      const after = await scene.specimen(door);
      await opens(app, after.token, { accept: [door] });
      await opens(app, before.token, { accept: [door] });
    }
  }),

  isolatedCheck("tokens.keys.retired", async (scene) => {
    for (const door of scene.doors()) {
      const before = await scene.specimen(door);
      await opens(scene.app(), before.token, { accept: [door] });
      await scene.started.rotateKeys({ keepOld: false });
      const app = scene.app();
      const after = await scene.specimen(door);
      await opens(app, after.token, { accept: [door] });
      await opensNothing(app, before.token, { accept: [door], what: `a retired key (${door})` });
      // Also under the name of the new one.
      const forged = await after.bend({ key: "previous" });
      await opensNothing(app, forged, { accept: [door], what: `a retired key, new kid (${door})` });
    }
  }),

  isolatedCheck("tokens.keys.flood", async (scene) => {
    const app = scene.app();
    for (const door of scene.doors()) {
      const specimen = await scene.specimen(door);
      await opens(app, specimen.token, { accept: [door] });
      const before = scene.started.requestCount();
      for (let index = 0; index < 20; index += 1) {
        const header = { kid: `made-up-${index}-${scene.random()}` };
        const token = await specimen.bend({ key: "rogue", header });
        await opensNothing(app, token, { accept: [door], what: "a made-up key id" });
      }
      const asked = scene.started.requestCount() - before;
      assert.ok(asked <= 4, `twenty made-up key ids became ${asked} requests to the vendor`);
    }
  }),

  check("tokens.interleaved", interleaved),
];

/** Three people in two tenants, whose tokens are presented all at once and in any order. */
async function interleaved(scene: Scene): Promise<void> {
  const { acme, birch, ada, cleo, dan } = scene.cast;
  const app = scene.app();
  const [door] = scene.doors("people");
  assert.ok(door !== undefined);
  const places = [
    { person: ada, tenant: acme.external },
    { person: cleo, tenant: acme.external },
    { person: cleo, tenant: birch.external },
    { person: dan, tenant: birch.external },
  ];
  const named = scene.started.tokens.kinds[door]?.tenant !== null;
  const people: { token: string; id: string; tenant: string | undefined }[] = [];
  for (const place of places) {
    const { token } = await scene.specimen(door, place);
    const { principal } = await opens(app, token, { accept: [door] });
    const tenant = named ? (await app.tenantOf(place.tenant))?.id : undefined;
    people.push({ token, id: principal.id, tenant });
  }
  const turns = Array.from({ length: 60 }, () => Math.floor(scene.random() * people.length));
  await Promise.all(
    turns.map(async (turn) => {
      const one = people[turn];
      assert.ok(one !== undefined);
      const context = await opens(app, one.token, { accept: [door] });
      assert.equal(context.principal.id, one.id, "the context of somebody else");
      assert.equal(context.tenant?.id, one.tenant, "the tenant of somebody else");
    }),
  );
}

function times(fromSeconds: number, untilSeconds: number) {
  return { iat: now() + fromSeconds, nbf: undefined, exp: now() + untilSeconds };
}

/** What the app's mounts ask for: the API, and MCP where that has an address of its own. */
function resourcesOf({ facts, started }: Scene): readonly string[] {
  return [...new Set([facts.resource, started.mcpResource ?? facts.resource])];
}
