import assert from "node:assert/strict";
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
import { Skip } from "../scene/skip.ts";
import type { OpaqueControls } from "../target/parts.ts";
import { NotPossible } from "../target/world.ts";
import type { Door } from "../app/app.ts";
import { check, type Check } from "./check.ts";

const EVERYWHERE: readonly Door[] = ["session", "access", "m2m", "mcp", "api_key"];

/** Machines, and credentials that only the vendor can read. */
export const machineChecks: readonly Check[] = [
  check("machine.tenant", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    for (const [robot, tenant] of robotsOf(scene)) {
      const context = await opens(app, await mintFor(scene, robot, tenant), { accept: ["m2m"] });
      assert.equal(context.principal.kind, "service");
      assert.equal(tenantIn(context).id, (await app.tenantOf(tenant))?.id);
    }
    assert.notEqual(
      (await app.tenantOf(cast.acme.external))?.id,
      (await app.tenantOf(cast.birch.external))?.id,
      "two machines' tenants are one",
    );
  }),

  check("machine.foreign", async (scene) => {
    const app = scene.app();
    const [[own, home], [other, foreign]] = robotsOf(scene);
    const token = await mintFor(scene, own, home);
    const { slug } = tenantIn(await opens(app, token, { accept: ["m2m"] }));
    const foreignToken = await mintFor(scene, other, foreign);
    const elsewhere = tenantIn(await opens(app, foreignToken, { accept: ["m2m"] })).slug;
    const at = async (path: string) => app.present(token, { accept: ["m2m"], path });
    accepted(await at(`/t/${slug}/notes`), "a machine at its own path");
    refusedAs(await at(`/t/${elsewhere}/notes`), "tenant_not_found", "a machine elsewhere");
    refusedAs(await at("/t/nowhere/notes"), "tenant_not_found", "a machine nowhere");
  }),

  check("machine.unbound", async (scene) => {
    const { started } = scene;
    const app = scene.app();
    const [[robot, tenant]] = robotsOf(scene);
    // Somebody's machine has been here, so there is a tenant that could be guessed.
    const known = tenantIn(
      await opens(app, await mintFor(scene, robot, tenant), { accept: ["m2m"] }),
    );
    const stray = await started.world.createMachine?.({
      name: scene.unique("stray"),
      tenant: null,
      role: "editor",
    });
    assert.ok(stray !== undefined, "the target has no world.createMachine");
    const token = await started.tokens.mint({ kind: "m2m", machine: stray.external });
    for (const path of ["/notes", `/t/${known.slug}/notes`]) {
      refused(
        await app.present(token, { accept: ["m2m"], path }),
        `a machine of nobody at ${path}`,
      );
    }
  }),

  check("machine.distinct", async (scene) => {
    const app = scene.app();
    const ids: string[] = [];
    for (const [robot, tenant] of robotsOf(scene)) {
      const context = await opens(app, await mintFor(scene, robot, tenant), { accept: ["m2m"] });
      ids.push(context.principal.id);
    }
    assert.equal(new Set(ids).size, ids.length, "two machines are one principal");
    for (const id of ids)
      assert.equal(await app.stores.users.get(id), null, "a machine is a person");
  }),

  check("machine.opaque.honest", async (scene) => {
    const { cast } = scene;
    for (const opaque of opaquesOf(scene)) {
      const app = scene.app();
      const ids = new Set<string>();
      for (const { external } of [cast.acme, cast.birch]) {
        const { credential } = await opaque.issue({ tenant: external, role: "editor" });
        const context = await opens(app, credential, { accept: [opaque.kind] });
        assert.equal(tenantIn(context).id, (await app.tenantOf(external))?.id);
        assert.deepEqual(permissionsOf(context), ["notes:read", "notes:write"]);
        ids.add(tenantIn(context).id);
      }
      assert.equal(ids.size, 2, "two tenants' credentials act in one");
    }
  }),

  eachOpaque("machine.opaque.unknown", async (scene, opaque, door) => {
    const app = scene.app();
    const what = "a credential that was never issued";
    await opensNothing(app, opaque.unknown(), { accept: [door], what });
    const { credential } = await opaque.issue({ tenant: scene.cast.acme.external, role: "viewer" });
    await opens(app, credential, { accept: [door] });
    for (const altered of [`${credential.slice(0, -1)}~`, credential.slice(0, -2)]) {
      await opensNothing(app, altered, { accept: [door], what: "an altered credential" });
    }
  }),

  eachOpaque("machine.opaque.revoked", async (scene, opaque, door) => {
    const { credential } = await opaque.issue({ tenant: scene.cast.acme.external, role: "viewer" });
    await opens(scene.app(), credential, { accept: [door] });
    await opaque.revoke(credential);
    // A new app, because a good answer may be remembered for a minute.
    await opensNothing(scene.app(), credential, { accept: [door], what: "a revoked credential" });
  }),

  eachOpaque("machine.opaque.expired", async (scene, opaque, door) => {
    const { credential } = await opaque.issue({
      tenant: scene.cast.acme.external,
      role: "viewer",
      expiresInSeconds: -3600,
    });
    await opensNothing(scene.app(), credential, { accept: [door], what: "an expired credential" });
  }),

  eachOpaque("machine.opaque.unbound", async (scene, opaque, door) => {
    const { credential } = await opaque.issue({ tenant: null, role: "editor" });
    const app = scene.app();
    const bound = await opaque.issue({ tenant: scene.cast.acme.external, role: "viewer" });
    const { slug } = tenantIn(await opens(app, bound.credential, { accept: [door] }));
    const outcome = await app.present(credential, { accept: [door] });
    if (outcome.kind === "authenticated") {
      assert.equal(outcome.context.tenant, null, "a tenant was guessed");
    }
    const inPath = await app.present(credential, { accept: [door], path: `/t/${slug}/notes` });
    refused(inPath, "a credential of nobody in a tenant's path");
  }),

  eachOpaque("machine.opaque.kind", async (scene, opaque, door) => {
    const { credential } = await opaque.issue({ tenant: scene.cast.acme.external, role: "viewer" });
    const app = scene.app();
    await opens(app, credential, { accept: [door] });
    for (const other of EVERYWHERE.filter((one) => one !== door)) {
      const what = `an opaque credential of kind ${door} at ${other}`;
      await opensNothing(app, credential, { accept: [other], what });
    }
  }),
];

/** The two machines, each with its tenant. */
function robotsOf({ cast }: Scene) {
  assert.ok(cast.robots !== null, "the cast has no machines");
  return [
    [cast.robots.acme.external, cast.acme.external],
    [cast.robots.birch.external, cast.birch.external],
  ] as const;
}

function mintFor({ started }: Scene, machine: string, tenant: string): Promise<string> {
  if (started.tokens.kinds.m2m === undefined) {
    throw new Skip("machines of this vendor have opaque credentials only");
  }
  return started.tokens.mint({ kind: "m2m", machine, tenant });
}

/** A check of each kind of opaque credential. A skip only if it can be asked of none. */
function eachOpaque(
  cites: string,
  run: (scene: Scene, opaque: OpaqueControls, door: Door) => Promise<void>,
): Check {
  return check(cites, async (scene) => {
    const all = opaquesOf(scene);
    const impossible: string[] = [];
    for (const opaque of all) {
      try {
        await run(scene, opaque, opaque.kind);
      } catch (error) {
        if (!NotPossible.is(error)) throw error;
        impossible.push(error.reason);
      }
    }
    if (impossible.length === all.length) throw new NotPossible(impossible.join("; "));
  });
}

/** The controls of opaque credentials, one for each kind. */
export function opaquesOf({ started }: Scene): readonly OpaqueControls[] {
  const { opaque = [], provider } = started;
  const kinds = (all: readonly Pick<OpaqueControls, "kind">[]) =>
    all.map(({ kind }) => kind).sort();
  assert.deepEqual(
    kinds(opaque),
    kinds(provider.opaque ?? []),
    "the target has not exactly one opaque control for each kind",
  );
  assert.ok(opaque.length > 0, "the target has no opaque control");
  return opaque;
}
