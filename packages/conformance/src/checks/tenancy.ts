import assert from "node:assert/strict";
import {
  accepted,
  arrived,
  opens,
  permissionsOf,
  refusedAs,
  signedIn,
  tenantIn,
} from "../scene/expect.ts";
import type { Scene, TokenDoor } from "../scene/scene.ts";
import { Skip } from "../scene/skip.ts";
import { valueAt, type Specimen } from "../scene/specimen.ts";
import { check, type Check } from "./check.ts";

/** One request, one tenant. */
export const tenancyChecks: readonly Check[] = [
  check("tenancy.token.own", async (scene) => {
    const { cast } = scene;
    for (const door of doorsWithTenant(scene, "people")) {
      const app = scene.app();
      const inAcme = await scene.specimen(door, { person: cast.cleo });
      const inBirch = await scene.specimen(door, {
        person: cast.cleo,
        tenant: cast.birch.external,
      });
      const acme = tenantIn(await opens(app, inAcme.token, { accept: [door] }));
      const birch = tenantIn(await opens(app, inBirch.token, { accept: [door] }));
      assert.equal(acme.id, (await app.tenantOf(cast.acme.external))?.id, `Acme (${door})`);
      assert.equal(birch.id, (await app.tenantOf(cast.birch.external))?.id, `Birch (${door})`);
      assert.notEqual(acme.id, birch.id, `Acme and Birch are one tenant (${door})`);
    }
  }),

  check("tenancy.token.foreign", async (scene) => {
    const { cast } = scene;
    for (const door of doorsWithTenant(scene, "people")) {
      const app = scene.app();
      const own = await scene.specimen(door);
      const { slug } = tenantIn(await opens(app, own.token, { accept: [door] }));
      const other = await scene.specimen(door, { person: cast.dan, tenant: cast.birch.external });
      const foreign = tenantIn(await opens(app, other.token, { accept: [door] })).slug;
      accepted(
        await app.present(own.token, { accept: [door], path: `/t/${slug}/notes` }),
        "own path",
      );
      for (const path of [`/t/${foreign}/notes`, "/t/nowhere/notes"]) {
        const outcome = await app.present(own.token, { accept: [door], path });
        refusedAs(outcome, "tenant_not_found", `Ada at ${path} (${door})`);
      }
    }
  }),

  check("tenancy.token.none", async (scene) => {
    for (const door of doorsWithTenant(scene, "people")) {
      const app = scene.app();
      const specimen = await scene.specimen(door);
      const { slug } = tenantIn(await opens(app, specimen.token, { accept: [door] }));
      // Ada has one tenant only, so there is something to guess.
      for (const token of await withoutTenant(scene, specimen)) {
        const outcome = await app.present(token, { accept: [door] });
        if (outcome.kind === "refused") continue;
        const context = accepted(outcome, `a token without a tenant (${door})`);
        assert.equal(context.tenant, null, `a tenant was guessed (${door})`);
        assert.deepEqual(permissionsOf(context), [], `permissions without a tenant (${door})`);
        const guarded = app.auth.http.guard(outcome, { kind: "tenant" });
        assert.equal(guarded?.code, "tenant_required");
        const inPath = await app.present(token, { accept: [door], path: `/t/${slug}/notes` });
        refusedAs(inPath, "tenant_not_found", `a token without a tenant at /t/${slug} (${door})`);
      }
    }
  }),

  check("tenancy.token.malformed", async (scene) => {
    const { external } = scene.cast.acme;
    const values = [
      [external, scene.cast.birch.external],
      { id: external },
      7,
      true,
      "",
      ` ${external}`,
      `${external} `,
      `${external}\u0000`,
      external.toUpperCase(),
      external.slice(0, -1),
      `${external},${scene.cast.birch.external}`,
    ];
    for (const door of doorsWithTenant(scene, "all")) {
      const app = scene.app();
      const specimen = await scene.specimen(door);
      const { id } = tenantIn(await opens(app, await specimen.bend({}), { accept: [door] }));
      const path = specimen.facts.tenant ?? [];
      for (const value of values.filter((one) => one !== external)) {
        const token = await specimen.bend({ at: { path, value } });
        const outcome = await app.present(token, { accept: [door] });
        if (outcome.kind !== "authenticated") continue;
        const what = `the tenant claim ${JSON.stringify(value)} (${door})`;
        assert.notEqual(outcome.context.tenant?.id, id, `${what} led into Acme`);
        // Some vendors name the organization by an object's key; it is still not Acme.
        if (value === "" || Array.isArray(value) || /^(number|boolean)$/.test(typeof value)) {
          assert.equal(outcome.context.tenant, null, `${what} led into a tenant`);
        }
      }
    }
  }),

  check("tenancy.distinct", async (scene) => {
    const { started } = scene;
    const tenants = [
      await started.world.createTenant({ slug: scene.unique("twin"), name: "Twin" }),
      await started.world.createTenant({ slug: scene.unique("twin"), name: "Twin" }),
    ];
    const [door] = doorsWithTenant(scene, "people");
    assert.ok(door !== undefined);
    const app = scene.app();
    const ids: string[] = [];
    for (const tenant of tenants) {
      const person = await scene.person({ tenant, role: "viewer" });
      const { token } = await scene.specimen(door, { person, tenant: tenant.external });
      ids.push(tenantIn(await opens(app, token, { accept: [door] })).id);
    }
    assert.equal(new Set(ids).size, 2, "two tenants of one name are one tenant");
  }),

  check("tenancy.stable", async (scene) => {
    const { cast, started } = scene;
    const app = scene.app();
    const ids = new Map<string, string>();
    for (const door of doorsWithTenant(scene, "all")) {
      const people = door === "m2m" ? [undefined] : [cast.ada, cast.ben];
      for (const person of people) {
        const { token } = await scene.specimen(door, person === undefined ? {} : { person });
        const context = await opens(app, token, { accept: [door] });
        ids.set(`${door} of ${person ?? "the robot"}`, tenantIn(context).id);
      }
    }
    if (started.signIn !== undefined) {
      for (const person of [cast.ada, cast.cleo]) {
        const browser = app.browser();
        arrived(await browser.signIn({ person, tenant: cast.acme.external }));
        ids.set(`session of ${person}`, tenantIn(await signedIn(browser)).id);
      }
    }
    assert.equal(new Set(ids.values()).size, 1, `Acme is ${JSON.stringify([...ids])}`);
  }),

  check("tenancy.session.own", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    for (const { external } of [cast.acme, cast.birch]) {
      const browser = app.browser();
      arrived(await browser.signIn({ person: cast.cleo, tenant: external }));
      const { id, slug } = tenantIn(await signedIn(browser));
      assert.equal(id, (await app.tenantOf(external))?.id);
      accepted(await browser.outcome(`/t/${slug}/notes`), "a session at its own path");
    }
  }),

  check("tenancy.session.other", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const elsewhere = app.browser();
    arrived(await elsewhere.signIn({ person: cast.cleo, tenant: cast.birch.external }));
    const { slug } = tenantIn(await signedIn(elsewhere));
    const browser = app.browser();
    arrived(await browser.signIn({ person: cast.cleo, tenant: cast.acme.external }));
    // A vendor with one subject per tenant knows two people here, and then there is nothing to tell.
    const samePerson =
      (await signedIn(browser)).principal.id === (await signedIn(elsewhere)).principal.id;
    const code = samePerson ? "tenant_switch_required" : "tenant_not_found";
    refusedAs(await browser.outcome(`/t/${slug}/notes`), code, "Cleo of Acme at Birch's path");
  }),

  check("tenancy.session.foreign", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const dan = app.browser();
    arrived(await dan.signIn({ person: cast.dan, tenant: cast.birch.external }));
    const { slug } = tenantIn(await signedIn(dan));
    const browser = app.browser();
    arrived(await browser.signIn({ person: cast.ada, tenant: cast.acme.external }));
    for (const path of [`/t/${slug}/notes`, "/t/nowhere/notes"]) {
      refusedAs(await browser.outcome(path), "tenant_not_found", `Ada at ${path}`);
    }
  }),
];

/** The kinds whose tokens name a tenant. Skips if there are none. */
export function doorsWithTenant(scene: Scene, which: "all" | "people"): readonly TokenDoor[] {
  const doors = scene.doors(which).filter((door) => scene.started.tokens.kinds[door]?.tenant);
  if (doors.length === 0) throw new Skip("no signed token of this vendor names a tenant");
  return doors;
}

/** The token with its tenant cut out, and one that the vendor issues without a tenant if it does. */
async function withoutTenant(scene: Scene, specimen: Specimen): Promise<readonly string[]> {
  const path = specimen.facts.tenant ?? [];
  assert.equal(
    typeof valueAt(specimen.claims, path),
    "string",
    "the target's tenant path is wrong",
  );
  const cut = await specimen.bend({ at: { path, value: undefined } });
  const whole =
    path.length > 1 ? [await specimen.bend({ claims: { [path[0] ?? ""]: undefined } })] : [];
  return [cut, ...whole];
}
