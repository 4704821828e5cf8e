import assert from "node:assert/strict";
import type { DirectoryChange, Result } from "@tenantry/core/provider";
import type { App } from "../app/app.ts";
import type { RawDelivery, WebhookControls } from "../target/parts.ts";
import { createMirror } from "../scene/mirror.ts";
import type { Scene } from "../scene/scene.ts";
import { namesOfPerson, signInAs } from "../scene/sessions.ts";
import { check, type Check } from "./check.ts";

const TEN_MINUTES = 600;

/** Changes that the vendor reports by itself. */
export const webhookChecks: readonly Check[] = [
  check("webhooks.honest", async (scene) => {
    const { app, deliveries } = await aLife(scene);
    const changes = await changesOf(app, deliveries);
    assert.ok(changes.length > 0, "adding a member became no change");
    const known = ["tenant", "user", "membership"];
    assert.ok(changes.every(({ entity }) => known.includes(entity)));
  }),

  check("webhooks.signature.forged", async (scene) => {
    const { app, hooks, body } = await aDelivery(scene);
    assert.ok((await verify(app, await hooks.sign(body, HONEST))).ok, "the honest signature");
    const forged = await hooks.sign(body, { secret: "rogue", ageSeconds: 0 });
    await refusedDelivery(app, forged, "a delivery signed with another secret");
  }),

  check("webhooks.signature.missing", async (scene) => {
    const { app, hooks, body } = await aDelivery(scene);
    const honest = await hooks.sign(body, HONEST);
    let dropped = 0;
    for (const name of Object.keys(honest.headers).filter((one) => one !== "content-type")) {
      const headers = Object.fromEntries(
        Object.entries(honest.headers).filter(([one]) => one !== name),
      );
      await refusedDelivery(app, { ...honest, headers }, `a delivery without ${name}`);
      await refusedDelivery(
        app,
        { ...honest, headers: { ...honest.headers, [name]: "" } },
        `a delivery with an empty ${name}`,
      );
      dropped += 1;
    }
    assert.ok(dropped > 0, "the vendor's deliveries have no signature");
  }),

  check("webhooks.body.altered", async (scene) => {
    const { app, hooks, body } = await aDelivery(scene);
    const honest = await hooks.sign(body, HONEST);
    const flipped = Uint8Array.from(body);
    const last = flipped.length - 1;
    flipped[last] = (flipped[last] ?? 0) ^ 1;
    const spaced = new Uint8Array([...body, 0x20]);
    const empty = new Uint8Array();
    for (const altered of [flipped, spaced, empty]) {
      await refusedDelivery(app, { ...honest, body: altered }, "a delivery with another body");
    }
  }),

  check("webhooks.time.past", async (scene) => {
    const { app, hooks, body } = await aDelivery(scene);
    assert.ok((await verify(app, await hooks.sign(body, HONEST))).ok, "the honest signature");
    const old = await hooks.sign(body, { secret: "current", ageSeconds: TEN_MINUTES });
    await refusedDelivery(app, old, "a delivery that was signed ten minutes ago");
  }),

  check("webhooks.time.future", async (scene) => {
    const { app, hooks, body } = await aDelivery(scene);
    assert.ok((await verify(app, await hooks.sign(body, HONEST))).ok, "the honest signature");
    const early = await hooks.sign(body, { secret: "current", ageSeconds: -TEN_MINUTES });
    await refusedDelivery(app, early, "a delivery from ten minutes ahead");
  }),

  check("webhooks.event.identity", async (scene) => {
    const { app, hooks, deliveries } = await aLife(scene);
    const ids: string[] = [];
    for (const delivery of deliveries) {
      const id = await eventId(app, delivery);
      assert.equal(await eventId(app, delivery), id, "a repeated delivery is another event");
      const again = await hooks.sign(delivery.body, HONEST);
      assert.equal(
        await eventId(app, again),
        id,
        "a delivery that was signed anew is another event",
      );
      ids.push(id);
    }
    assert.equal(new Set(ids).size, ids.length, "two events have one id");
  }),

  check("webhooks.order", async (scene) => {
    const { app, deliveries, person, tenant } = await aLife(scene);
    const inOrder = createMirror(app);
    await inOrder.apply(await changesOf(app, deliveries));
    assert.equal(inOrder.membership(person, tenant)?.status, "active");
    // Some vendors give everybody a role of their own besides (Stytch: `stytch_member`).
    const { roles = [] } = inOrder.membership(person, tenant) ?? {};
    assert.deepEqual(
      roles.filter((role) => scene.facts.roles.includes(role)),
      ["admin"],
    );
    for (let round = 0; round < 12; round += 1) {
      const order =
        round === 0 ? deliveries.toReversed() : shuffle(deliveries, () => scene.random());
      const mirror = createMirror(app);
      // Some of them twice, because deliveries are repeated.
      await mirror.apply(await changesOf(app, [...order, ...order.slice(0, 2)]));
      assert.deepEqual(mirror.active(), inOrder.active(), "another order led to another state");
    }
  }),

  check("webhooks.tenant", async (scene) => {
    const { app, deliveries, person, tenant } = await aLife(scene);
    const mirror = createMirror(app);
    await mirror.apply(await changesOf(app, deliveries));
    assert.ok(
      mirror.membership(person, tenant) !== undefined,
      `no change names ${person.join(" or ")} in ${tenant}: ${mirror.active().join("; ")}`,
    );
    assert.equal(mirror.membership(person, scene.cast.birch.external), undefined);
  }),

  check("webhooks.removal", async (scene) => {
    const { app, hooks, deliveries, person, tenant, email } = await aLife(scene);
    await pause();
    await scene.started.world.removeMember({ email, tenant });
    const removal = await hooks.take();
    const removed = await changesOf(app, removal);
    for (const order of [
      [await changesOf(app, deliveries), removed],
      [removed, await changesOf(app, deliveries)],
    ]) {
      const mirror = createMirror(app);
      for (const changes of order) await mirror.apply(changes);
      const left = mirror.membership(person, tenant);
      assert.notEqual(left?.status, "active", "someone who was removed is still active");
    }
  }),

  check("webhooks.route", async (scene) => {
    const { app, hooks, deliveries, tenant, email } = await aLife(scene);
    for (const delivery of deliveries) assert.equal(await post(scene, app, delivery), 200);
    const { browser } = await signInAs(app, { person: email, tenant });
    await pause();
    await scene.started.world.removeMember({ email, tenant });
    for (const delivery of await hooks.take()) {
      const forged = await hooks.sign(delivery.body, { secret: "rogue", ageSeconds: 0 });
      assert.equal(await post(scene, app, forged), 400, "a forged delivery");
      assert.equal(await post(scene, app, delivery), 200, "a genuine delivery");
      assert.equal(await post(scene, app, delivery), 200, "a repeated delivery");
    }
    const outcome = await browser.outcome();
    const left = outcome.kind === "authenticated" ? outcome.context.tenant : null;
    assert.equal(left, null, "somebody who was removed is still in the tenant");
    // What was true before the removal, delivered once more, brings nobody back.
    for (const delivery of deliveries)
      await post(scene, app, await hooks.sign(delivery.body, HONEST));
    const later = await browser.outcome();
    const back = later.kind === "authenticated" ? later.context.tenant : null;
    assert.equal(back, null, "old deliveries brought somebody back");
  }),

  check("webhooks.malformed", async (scene) => {
    const { app, hooks } = await aDelivery(scene);
    for (const text of [
      "",
      "null",
      "7",
      "[]",
      "{}",
      "{",
      '{"type":"nothing.known"}',
      '{"event":{}}',
    ]) {
      const delivery = await hooks.sign(new TextEncoder().encode(text), HONEST);
      const verified = await verify(app, delivery);
      if (verified.ok) assert.deepEqual(verified.value.changes, [], `changes from ${text}`);
    }
  }),
];

const HONEST = { secret: "current", ageSeconds: 0 } as const;

function hooksOf({ started }: Scene): WebhookControls {
  assert.ok(started.webhooks !== undefined, "the target has no webhooks control");
  return started.webhooks;
}

/** Somebody joins a tenant and rises in it; what the vendor reports of that. */
async function aLife(scene: Scene) {
  const hooks = hooksOf(scene);
  const app = scene.app();
  const tenant = scene.cast.acme.external;
  await hooks.take();
  const email = await scene.person();
  await pause();
  await scene.started.world.setMember({ email, tenant, role: "viewer" });
  await pause();
  await scene.started.world.setMember({ email, tenant, role: "admin" });
  const deliveries = await hooks.take();
  assert.ok(deliveries.length > 0, "the vendor reported nothing");
  const { session } = await signInAs(app, { person: email, tenant });
  await hooks.take();
  return { hooks, app, tenant, email, deliveries, person: namesOfPerson(session) };
}

/** One genuine delivery. */
async function aDelivery(scene: Scene) {
  const hooks = hooksOf(scene);
  await hooks.take();
  await scene.person({ tenant: scene.cast.acme, role: "viewer" });
  const [delivery] = await hooks.take();
  assert.ok(delivery !== undefined, "the vendor reported nothing");
  return { app: scene.app(), hooks, delivery, body: delivery.body };
}

/** Two changes of one thing must not have one time. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

async function post({ facts }: Scene, app: App, delivery: RawDelivery): Promise<number> {
  const path = `/auth/webhooks/${app.provider.instance}`;
  const response = await app.auth.routes.handle(
    new Request(facts.baseUrl + path, {
      method: "POST",
      headers: delivery.headers,
      body: Uint8Array.from(delivery.body),
    }),
  );
  return response.status;
}

type Verified = Result<{
  readonly eventId: string;
  readonly changes: readonly DirectoryChange[];
}>;

function verify(app: App, { headers, body }: RawDelivery): Promise<Verified> {
  const { webhooks } = app.provider;
  assert.ok(webhooks !== undefined, "the adapter has no webhooks");
  const header = (name: string) => headers[name.toLowerCase()] ?? null;
  return webhooks.verify({ body, header }, app.tools);
}

async function changesOf(
  app: App,
  deliveries: readonly RawDelivery[],
): Promise<readonly DirectoryChange[]> {
  const changes: DirectoryChange[] = [];
  for (const delivery of deliveries) {
    const verified = await verify(app, delivery);
    assert.ok(verified.ok, `a genuine delivery was refused: ${verified.ok ? "" : verified.reason}`);
    changes.push(...verified.value.changes);
  }
  return changes;
}

async function eventId(app: App, delivery: RawDelivery): Promise<string> {
  const verified = await verify(app, delivery);
  assert.ok(verified.ok, "a genuine delivery was refused");
  return verified.value.eventId;
}

async function refusedDelivery(app: App, delivery: RawDelivery, what: string): Promise<void> {
  const verified = await verify(app, delivery);
  assert.ok(!verified.ok, `${what} was accepted`);
  assert.ok(!verified.reason.endsWith("_unavailable"), `${what} is no outage`);
}

function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
