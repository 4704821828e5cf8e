import assert from "node:assert/strict";
import type { DirectoryChange, DirectorySource } from "@tenantry/core/provider";
import type { App } from "../app/app.ts";
import { createMirror, walkList } from "../scene/mirror.ts";
import type { Scene } from "../scene/scene.ts";
import { namesOfPerson, signInAs } from "../scene/sessions.ts";
import { check, isolatedCheck, type Check } from "./check.ts";

/** The vendor's lists. */
export const directoryChecks: readonly Check[] = [
  check("directory.list.complete", async (scene) => {
    const { tenant, people } = await aTenantOf(scene, 12);
    const app = scene.app();
    const tenants = namesOf(await walkList(app, "tenant"));
    assert.equal(tenants.filter((name) => name === tenant.external).length, 1, "the tenant");
    assert.equal(new Set(tenants).size, tenants.length, "a tenant is listed twice");
    const memberships = await walkList(app, "membership");
    const own = memberships.filter((one) => dataOf(one)?.tenant === tenant.external);
    assert.equal(own.length, people.length, "memberships of one tenant");
    assert.equal(new Set(namesOf(memberships)).size, memberships.length, "one is listed twice");
  }),

  check("directory.list.true", async (scene) => {
    const { world } = scene.started;
    const { tenant } = await aTenantOf(scene, 0);
    const expected = [
      { role: "admin", status: "active" },
      { role: "editor", status: "active" },
      { role: "viewer", status: "inactive" },
      { role: "viewer", status: "pending" },
    ] as const;
    for (const { role, status } of expected) {
      const email = await scene.person();
      await world.setMember({ email, tenant: tenant.external, role, status });
    }
    const app = scene.app();
    const truth = (await truthOf(scene)).filter((row) => row.tenant === tenant.external);
    const listed = (await walkList(app, "membership"))
      .map(dataOf)
      .filter((data) => data?.tenant === tenant.external);
    const sketch = (row: { readonly roles?: readonly string[]; readonly status: string }) =>
      `${row.status === "active" ? (row.roles ?? []).join() : "-"} ${row.status}`;
    // One that is not active may be left out; it must not be listed as anything else.
    const mayBeMissing = truth.filter(({ status }) => status !== "active").map(sketch);
    const seen = listed.flatMap((data) => (data === undefined ? [] : [sketch(data)])).toSorted();
    const missing = truth.map(sketch).filter((row) => !seen.includes(row));
    assert.ok(
      missing.every((row) => mayBeMissing.includes(row)),
      `not listed: ${missing.join("; ")}`,
    );
    assert.ok(
      seen.every((row) => truth.map(sketch).includes(row)),
      `listed ${seen.join("; ")}, and the vendor has ${truth.map(sketch).join("; ")}`,
    );
  }),

  check("directory.list.removed", async (scene) => {
    const { tenant, people } = await aTenantOf(scene, 2);
    const [email = ""] = people;
    await scene.started.world.removeMember({ email, tenant: tenant.external });
    const app = scene.app();
    const active = (await walkList(app, "membership"))
      .map(dataOf)
      .filter((data) => data?.tenant === tenant.external && data.status === "active");
    assert.equal(active.length, 1, "a removed member is listed as active");
  }),

  check("directory.names", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const signed = await signInAs(app, { person: cast.ada, tenant: cast.acme.external });
    const mirror = createMirror(app);
    await mirror.apply(await walkList(app, "membership"));
    const names = namesOfPerson(signed.session);
    assert.ok(
      mirror.membership(names, cast.acme.external) !== undefined,
      `lists do not know ${names.join(" or ")} in ${cast.acme.external}`,
    );
    const users = namesOf(await walkList(app, "user"));
    const isListed = users.some((name) => names.includes(name));
    assert.ok(isListed, `lists do not know the person ${names.join(" or ")}`);
    const acme = (await walkList(app, "tenant")).find((one) => one.external === cast.acme.external);
    assert.ok(acme?.kind === "upsert" && acme.entity === "tenant");
    assert.equal(acme.data.name, cast.acme.name);
  }),

  check("directory.get", async (scene) => {
    const { cast } = scene;
    const app = scene.app();
    const source = sourceOf(app);
    for (const { external, name } of [cast.acme, cast.birch]) {
      const got = await source.get("tenant", external, app.tools);
      assert.ok(got.ok && got.value.kind === "upsert" && got.value.entity === "tenant");
      assert.equal(got.value.external, external);
      assert.equal(got.value.data.name, name);
    }
    const listed = (await walkList(app, "membership")).find(
      (one) => dataOf(one)?.tenant === cast.acme.external,
    );
    assert.ok(listed !== undefined, "no membership is listed");
    const membership = await source.get("membership", listed.external, app.tools);
    assert.ok(membership.ok, "a listed membership cannot be got");
    assert.deepEqual(dataOf(membership.value), dataOf(listed));
    const absent = await source.get("tenant", scene.unique("nothing"), app.tools);
    if (absent.ok) assert.equal(absent.value.kind, "delete", "an absent tenant is there");
    else assert.ok(!absent.reason.endsWith("_unavailable"), "an absent tenant is no outage");
  }),

  isolatedCheck("directory.outage", async (scene) => {
    const app = scene.app();
    const source = sourceOf(app);
    for (const mode of ["error", "unreachable"] as const) {
      await scene.started.outage(mode);
      const list = await source.list("membership", undefined, app.tools);
      assert.ok(!list.ok && list.reason.endsWith("_unavailable"), `a list in an outage (${mode})`);
      const one = await source.get("tenant", scene.cast.acme.external, app.tools);
      assert.ok(!one.ok && one.reason.endsWith("_unavailable"), `a thing in an outage (${mode})`);
      await scene.started.outage(null);
    }
    assert.ok((await walkList(app, "tenant")).length >= 2);
  }),

  check("directory.events", async (scene) => {
    const app = scene.app();
    const source = sourceOf(app);
    const walk = async (from: string | undefined) => {
      const changes: DirectoryChange[] = [];
      let cursor = from;
      for (let page = 0; page < 200; page += 1) {
        const read = await source.events?.(cursor, app.tools);
        assert.ok(read?.ok === true, "the event list was refused");
        changes.push(...read.value.items);
        if (read.value.next === undefined || read.value.next === cursor) return { changes, cursor };
        cursor = read.value.next;
      }
      return assert.fail("the event list does not end");
    };
    const { cursor } = await walk(undefined);
    const { tenant } = await aTenantOf(scene, 1);
    const { changes } = await walk(cursor);
    const mirror = createMirror(app);
    await mirror.apply(changes);
    const own = mirror.active().filter((line) => line.includes(` in ${tenant.external}:`));
    assert.equal(own.length, 1, "the new membership is not among the events");
    const again = await walk(cursor);
    assert.deepEqual(again.changes, changes, "the same place gives other events");
  }),

  check("directory.reconcile", async (scene) => {
    const { world } = scene.started;
    const { tenant, people } = await aTenantOf(scene, 3);
    const app = scene.app();
    await walkAll(app);
    assert.deepEqual(await membersHere(app, tenant.external), ["viewer", "viewer", "viewer"]);
    const [leaver = "", riser = ""] = people;
    await world.removeMember({ email: leaver, tenant: tenant.external });
    await world.setMember({ email: riser, tenant: tenant.external, role: "editor" });
    await scene.person({ tenant, role: "admin" });
    const drift = await walkAll(app);
    // Where a person belongs to one tenant only, who leaves it is gone as a person.
    const removed = drift.membership.removed + drift.user.removed;
    assert.ok(removed > 0, "the walk did not find who left");
    assert.deepEqual(await membersHere(app, tenant.external), ["admin", "editor", "viewer"]);
    await world.removePerson(riser);
    await walkAll(app);
    assert.deepEqual(await membersHere(app, tenant.external), ["admin", "viewer"]);
  }),

  isolatedCheck("directory.reconcile.outage", async (scene) => {
    const { tenant, people } = await aTenantOf(scene, 2);
    const app = scene.app();
    await walkAll(app);
    const [leaver = ""] = people;
    await scene.started.world.removeMember({ email: leaver, tenant: tenant.external });
    await scene.started.outage("error");
    const stopped = await app.auth.directory.reconcile();
    assert.equal(stopped.kind, "unavailable", "a walk in an outage");
    assert.equal((await membersHere(app, tenant.external)).length, 2);
    await scene.started.outage(null);
    const { cursor } = stopped;
    assert.equal((await app.auth.directory.reconcile({ cursor })).kind, "done");
    assert.deepEqual(await membersHere(app, tenant.external), ["viewer"]);
  }),
];

/** Walks the vendor's lists to their end; what was different. */
async function walkAll(app: App) {
  const walked = await app.auth.directory.reconcile({ maxRemovals: 10_000 });
  assert.equal(walked.kind, "done", "the walk does not come to its end");
  return walked.drift;
}

/** The roles of those who may enter a tenant here, sorted. */
async function membersHere(app: App, external: string): Promise<readonly string[]> {
  const tenant = await app.tenantOf(external);
  assert.ok(tenant !== null, "the walk did not bring the tenant");
  const { items } = await app.stores.memberships.listByTenant(tenant.id, { limit: 1000 });
  const members: string[] = [];
  for (const { userId, status, roles } of items) {
    const user = await app.auth.directory.currentUser(userId);
    // A role that the app does not know is none here (Stytch gives everybody one of its own).
    if (status === "active" && user !== null) members.push(roles.join());
  }
  return members.toSorted();
}

async function aTenantOf(scene: Scene, size: number) {
  const tenant = await scene.started.world.createTenant({
    slug: scene.unique("listed"),
    name: "Listed",
  });
  const people: string[] = [];
  for (let index = 0; index < size; index += 1) {
    people.push(await scene.person({ tenant, role: "viewer" }));
  }
  return { tenant, people };
}

function truthOf({ started }: Scene) {
  assert.ok(started.directory !== undefined, "the target has no directory control");
  return started.directory.memberships();
}

function sourceOf(app: App): DirectorySource {
  const { directory } = app.provider;
  assert.ok(directory !== undefined, "the adapter has no lists");
  return directory;
}

function dataOf(change: DirectoryChange) {
  return change.kind === "upsert" && change.entity === "membership" ? change.data : undefined;
}

function namesOf(changes: readonly DirectoryChange[]): readonly string[] {
  return changes.filter(({ kind }) => kind !== "delete").map(({ external }) => external);
}
