import assert from "node:assert/strict";
import type { Door } from "../app/app.ts";
import {
  accepted,
  opens,
  opensNothing,
  permissionsOf,
  refused,
  refusedAs,
  tenantIn,
} from "../scene/expect.ts";
import type { Scene } from "../scene/scene.ts";
import { encode } from "../scene/specimen.ts";
import {
  claimForgeries,
  doorsWithAudience,
  forgeries,
  refuseForgeries,
  type Forgery,
} from "./bent-tokens.ts";
import { check, isolatedCheck, type Check } from "./check.ts";
import { doorsWithTenant } from "./tenancy.ts";

const HOUR = 3600;
const EVERYWHERE: readonly Door[] = ["session", "access", "m2m", "mcp", "api_key"];
const now = () => Math.floor(Date.now() / 1000);

/** What was broken elsewhere: tokens and requests. */
export const attackChecks: readonly Check[] = [
  forgeries("attacks.algorithms", ({ header }) => {
    const others = ["HS256", "HS384", "HS512", "RS1", "RSA1_5", "dir", "", "rs256", "none"];
    const family = String(header["alg"]).startsWith("RS") ? ["ES256", "PS256", "EdDSA"] : ["RS256"];
    const renamed = [...others, ...family].map((alg): Forgery => {
      const bend = { key: "rogue", header: { alg } } as const;
      return { name: `alg ${alg}, rogue key`, bend };
    });
    return [
      ...renamed,
      { name: "HMAC with the public key", bend: { key: "hmac-public" } },
      { name: "no signature", bend: { key: "none" } },
      { name: "no signature, alg kept", bend: { key: "none", header: { alg: header["alg"] } } },
    ];
  }),

  forgeries("attacks.embedded-keys", () => {
    const jwk = { kty: "oct", k: encode("secret") };
    const address = "https://evil.example/keys.json";
    const members: readonly Readonly<Record<string, unknown>>[] = [
      { jwk },
      { jku: address },
      { x5u: address },
      { x5c: ["MIIB"] },
      { jku: address, jwk, x5u: address },
    ];
    return members.flatMap((header): readonly Forgery[] => [
      { name: `${Object.keys(header).join()}, rogue key`, bend: { key: "rogue", header } },
      {
        name: `${Object.keys(header).join()} without kid`,
        bend: { key: "rogue", header: { ...header, kid: undefined } },
      },
    ]);
  }),

  forgeries("attacks.key-ids", () => {
    const ids = [
      "",
      "unknown",
      "../../../../dev/null",
      "' or 1=1 --",
      "k".repeat(7000),
      "__proto__",
    ];
    const shapes = [null, 7, [], {}, ["unknown"], true];
    return [...ids, ...shapes].flatMap((kid): readonly Forgery[] => [
      { name: `kid ${JSON.stringify(kid).slice(0, 30)}`, bend: { key: "rogue", header: { kid } } },
      {
        name: `kid ${JSON.stringify(kid).slice(0, 30)}, none`,
        bend: { key: "none", header: { kid } },
      },
    ]);
  }),

  forgeries("attacks.issuer-types", ({ claims }) => {
    const own = String(claims["iss"]);
    return claimForgeries("iss", [
      [own],
      [own, "https://evil.example"],
      { iss: own },
      7,
      true,
      `https://evil.example/${own}`,
      `${own}.evil.example`,
      `${own}%00`,
      ` ${own}`,
      `${own}\u200b`,
    ]);
  }),

  check("attacks.audience-types", async (scene) => {
    for (const { door, claim } of doorsWithAudience(scene)) {
      await refuseForgeries(
        scene,
        ({ claims }) => {
          const honest = claims[claim];
          const own = String(Array.isArray(honest) ? honest[0] : honest);
          return claimForgeries(claim, [
            "",
            [],
            [[own]],
            { aud: own },
            7,
            true,
            `${own}.evil.example`,
            `https://evil.example/?${own}`,
            own.slice(0, -1),
            own.toUpperCase(),
            `${own} https://evil.example`,
          ]);
        },
        [door],
      );
    }
  }),

  forgeries("attacks.expiry-types", () =>
    claimForgeries("exp", ["9e9", "9999999999", null, [now() + HOUR], {}, true, 0, -1, "never"]),
  ),

  forgeries("attacks.critical", () =>
    [["b64"], ["exp"], ["x"], [], "x", [7], null].map((crit) => ({
      name: `crit ${JSON.stringify(crit)}`,
      bend: { header: { crit, b64: true, x: 1 } },
    })),
  ),

  check("attacks.cache-collisions", async (scene) => {
    for (const door of scene.doors()) {
      const app = scene.app();
      const one = await scene.specimen(door);
      await opens(app, one.token, { accept: [door] });
      const other = await scene.specimen(door, door === "m2m" ? {} : { person: scene.cast.ben });
      await opens(app, other.token, { accept: [door] });
      const [header = "", , signature = ""] = one.token.split(".");
      const [, payload = "", foreign = ""] = other.token.split(".");
      const collisions: Readonly<Record<string, string>> = {
        "another's claims under this signature": `${header}.${payload}.${signature}`,
        "this token with another's signature": `${one.token.slice(0, -signature.length)}${foreign}`,
        "one character less": one.token.slice(0, -1),
        "one character more": `${one.token}A`,
        "padding after the signature": `${one.token}==`,
      };
      for (const [what, token] of Object.entries(collisions)) {
        if (token === one.token || token === other.token) continue;
        await opensNothing(app, token, { accept: [door], what: `${what} (${door})` });
      }
    }
  }),

  check("attacks.wrong-tokens", async (scene) => {
    const { started, cast } = scene;
    const app = scene.app();
    const person = cast.ada;
    const tenant = cast.acme.external;
    const wrong: { readonly name: string; readonly token: string }[] = [
      { name: "nonsense", token: "nonsense" },
      { name: "three dots", token: "a.b.c" },
      { name: "an encrypted token", token: "a.b.c.d.e" },
      { name: "an empty object", token: `${encode({})}.${encode({})}.` },
      ...((await started.tokens.strangers?.({ person, tenant })) ?? []),
    ];
    for (const kind of ["id", "logout"] as const) {
      if (started.tokens.kinds[kind] === undefined) continue;
      const token = await started.tokens.mint({ kind, person, tenant });
      wrong.push({ name: `a token of kind ${kind}`, token });
    }
    for (const { name, token } of wrong) {
      for (const door of EVERYWHERE) {
        await opensNothing(app, token, { accept: [door], what: `${name} at ${door}` });
      }
    }
    const [door] = scene.doors();
    assert.ok(door !== undefined);
    const { token } = await scene.specimen(door);
    for (const scheme of ["Basic", "DPoP", "Token", "JWT", "BearerX"]) {
      const request = new Request(`${scene.facts.baseUrl}/notes`, {
        headers: { authorization: `${scheme} ${token}` },
      });
      refused(await app.authenticate(request, { accept: [door] }), `the scheme ${scheme}`);
    }
    const inQuery = new Request(`${scene.facts.baseUrl}/notes?access_token=${token}`);
    refused(await app.authenticate(inQuery, { accept: [door] }), "a token in the address");
  }),

  check("attacks.broken-headers", async (scene) => {
    const app = scene.app();
    const values = [
      "Bearer",
      "Bearer ",
      "Bearer %",
      "Bearer %00",
      "Bearer ..",
      "Bearer a b",
      "bearer\tx",
      "Bearer x, Bearer y",
      "Bearer " + "x".repeat(20_000),
      'Bearer realm="x"',
      "\u00a0Bearer x",
      "Bearer eyJ.eyJ.",
      `Bearer ${encode({ alg: "RS256" })}.${encode(null)}.AA`,
      `Bearer ${encode([])}.${encode({})}.AA`,
      `Bearer ${encode({ alg: "RS256" })}.!.AA`,
    ];
    for (const authorization of values) {
      const request = new Request(`${scene.facts.baseUrl}/notes`, { headers: { authorization } });
      const what = `Authorization: ${authorization.slice(0, 30)}`;
      refused(await app.authenticate(request, { accept: EVERYWHERE }), what);
    }
  }),

  check("attacks.acted-on-another", async (scene) => {
    const { cast } = scene;
    for (const door of doorsWithTenant(scene, "people")) {
      const app = scene.app();
      const own = await scene.specimen(door);
      const other = await scene.specimen(door, { person: cast.dan, tenant: cast.birch.external });
      const { id, slug } = tenantIn(await opens(app, own.token, { accept: [door] }));
      const foreign = tenantIn(await opens(app, other.token, { accept: [door] }));
      const names = [foreign.slug, foreign.id, cast.birch.external];
      for (const name of names) {
        const decoys = {
          "x-tenant": name,
          "x-organization-id": name,
          "x-org-id": name,
          cookie: `tenant=${name}; active_organization=${name}`,
          referer: `${scene.facts.baseUrl}/t/${name}/notes`,
        };
        for (const path of [
          `/notes?tenant=${name}&org_id=${name}`,
          `/t/${slug}/notes?org=${name}`,
        ]) {
          const how = { accept: [door], path, headers: decoys };
          const context = accepted(await app.present(own.token, how), `a request with decoys`);
          assert.equal(tenantIn(context).id, id, `acted on ${name}`);
        }
        const plain = await app.present(own.token, { accept: [door], path: `/t/${name}/notes` });
        refusedAs(plain, "tenant_not_found", `Ada at /t/${name}/notes`);
        const tricks = [
          `/t/${slug}/../${name}/notes`,
          `/t//${name}/notes`,
          `/t/${name}%2f..%2f${slug}/notes`,
          `/T/${name}/notes`,
          `/t/${slug};${name}/notes`,
        ];
        for (const path of tricks) {
          const outcome = await app.present(own.token, { accept: [door], path });
          if (outcome.kind === "authenticated") {
            assert.equal(outcome.context.tenant?.id, id, `${path} acted on another tenant`);
          } else refusedAs(outcome, "tenant_not_found", path);
        }
      }
    }
  }),

  check("attacks.external-ids", async (scene) => {
    const { cast } = scene;
    for (const door of doorsWithTenant(scene, "people")) {
      const app = scene.app();
      const ada = await scene.specimen(door);
      const context = await opens(app, ada.token, { accept: [door] });
      const { id, slug } = tenantIn(context);
      const path = ada.facts.tenant ?? [];
      // The vendor's words for a tenant: our own id of Acme, its slug, a number.
      for (const value of [id, slug, "1"]) {
        const token = await ada.bend({ at: { path, value } });
        const outcome = await app.present(token, { accept: [door] });
        if (outcome.kind !== "authenticated") continue;
        assert.notEqual(outcome.context.tenant?.id, id, `the id ${value} led into Acme`);
      }
      // And for a person: our own id of Ada.
      const ben = await scene.specimen(door, { person: cast.ben });
      const posing = await ben.bend({ claims: { sub: context.principal.id } });
      const outcome = await app.present(posing, { accept: [door] });
      if (outcome.kind !== "authenticated") continue;
      assert.notEqual(outcome.context.principal.id, context.principal.id, "Ben became Ada");
      assert.notDeepEqual(permissionsOf(outcome.context), permissionsOf(context));
    }
  }),

  check("attacks.other-resource", async (scene) => {
    const { otherResource } = scene.facts;
    for (const { door, claim } of doorsWithAudience(scene)) {
      await refuseForgeries(scene, () => claimForgeries(claim, [otherResource]), [door]);
      const app = scene.app();
      const { token } = await scene.specimen(door);
      await opens(app, token, { accept: [door] });
      // The honest token of this mount at one that has another audience.
      if (door === "session" || door === "m2m") continue;
      const how = { accept: [door], resource: otherResource };
      await opensNothing(app, token, { ...how, what: `our token at another resource (${door})` });
    }
  }),

  isolatedCheck("attacks.fail-open", async (scene) => {
    const app = scene.app();
    for (const mode of ["error", "unreachable"] as const) {
      await scene.started.outage(mode);
      for (const door of scene.doors()) {
        const specimen = await scene.specimen(door);
        for (const token of [specimen.token, await specimen.bend({ key: "rogue" })]) {
          const outcome = await app.present(token, { accept: [door] });
          assert.equal(outcome.kind, "refused", `somebody got in during an outage (${door})`);
        }
      }
      const anonymous = await app.browser().outcome();
      assert.equal(anonymous.kind, "anonymous");
      await scene.started.outage(null);
    }
  }),

  check("attacks.leaking-logs", leakingLogs),
];

/** Presents honest and forged tokens and a sign-in, and looks for all of them in the log. */
async function leakingLogs(scene: Scene): Promise<void> {
  const app = scene.app();
  const secrets: string[] = [];
  for (const door of scene.doors()) {
    const specimen = await scene.specimen(door);
    const past = { iat: now() - 2 * HOUR, exp: now() - HOUR };
    const tokens = [
      specimen.token,
      await specimen.bend({ key: "rogue" }),
      await specimen.bend({ claims: past }),
      await specimen.bend({ claims: { sub: ["x"] } }),
    ];
    for (const token of tokens) {
      await app.present(token, { accept: [door] });
      const [, claims = "", signature = ""] = token.split(".");
      secrets.push(token, claims, signature);
    }
  }
  if (scene.started.signIn !== undefined) {
    const browser = app.browser();
    const wish = { person: scene.cast.ada, tenant: scene.cast.acme.external };
    const answer = await browser.signInUntilAnswer(wish);
    await browser.open(answer);
    await browser.open(answer);
    secrets.push(...browser.cookies.values(), ...answer.searchParams.values());
  }
  const text = JSON.stringify(app.log);
  for (const secret of secrets.filter((one) => one.length > 15)) {
    assert.ok(!text.includes(secret), "a log line holds a token, a cookie or an answer");
  }
}
