import { describe, expect, test } from "vitest";
import { ok, reject } from "../../../src/internal/result.ts";
import { memoryStores } from "../../../src/directory/memory/stores.ts";
import { NO_CAPABILITIES } from "../../../src/provider/capabilities.ts";
import type { DirectoryChange, DirectorySource } from "../../../src/provider/directory.ts";
import { providerOf } from "../../fixtures/providers.ts";
import {
  clockAt,
  createVendor,
  INSTANCE,
  ISSUER,
  openApp,
  sourceOf,
  UNAVAILABLE,
  type Vendor,
} from "./kit.ts";

/** A vendor with Ada and Bob in Acme and Ada in Birch, and an app that has walked its lists once. */
async function mirrored(
  options: {
    /** Stands before every question to the vendor. */
    readonly before?: (question: string) => ReturnType<typeof reject> | null;
    readonly around?: (source: DirectorySource) => DirectorySource;
  } = {},
) {
  const clock = clockAt();
  const vendor = createVendor(clock);
  vendor.tenant("acme");
  vendor.tenant("birch");
  for (const name of ["ada", "bob"]) vendor.user(name);
  vendor.member("ada", "acme", "admin");
  vendor.member("bob", "acme");
  vendor.member("ada", "birch");
  const questions: string[] = [];
  let before: (question: string) => ReturnType<typeof reject> | null = () => null;
  const source = sourceOf(vendor, (question) => {
    questions.push(question);
    return before(question);
  });
  const app = openApp(options.around?.(source) ?? source, { clock });
  const first = await app.auth.directory.reconcile();
  expect(first.kind).toBe("done");
  before = options.before ?? before;
  questions.length = 0;
  clock.ms += 60_000;
  return { ...app, vendor, clock, first, questions };
}

const NOTHING = { created: 0, updated: 0, removed: 0, newer: 0, ignored: 0 };

describe("a walk through a vendor's lists", () => {
  test("brings what no webhook brought, and says what that was", async () => {
    const { first, membership } = await mirrored();
    expect(first.drift).toEqual({
      tenant: { ...NOTHING, seen: 2, created: 2, unchanged: 0 },
      user: { ...NOTHING, seen: 2, created: 2, unchanged: 0 },
      membership: { ...NOTHING, seen: 3, created: 3, unchanged: 0 },
    });
    expect(await membership("ada", "acme")).toMatchObject({ status: "active", roles: ["admin"] });
  });

  test("changes nothing where nothing drifted, and asks about nothing by itself", async () => {
    const app = await mirrored();
    const { drift } = await app.auth.directory.reconcile();
    expect(drift).toEqual({
      tenant: { ...NOTHING, seen: 2, unchanged: 2 },
      user: { ...NOTHING, seen: 2, unchanged: 2 },
      membership: { ...NOTHING, seen: 3, unchanged: 3 },
    });
    expect(app.questions.filter((question) => question.startsWith("get"))).toEqual([]);
  });

  test("corrects roles and names", async () => {
    const app = await mirrored();
    app.vendor.member("ada", "acme", "support");
    app.vendor.tenant("acme", "Acme Inc.");
    const { drift } = await app.auth.directory.reconcile();
    expect([drift.tenant.updated, drift.membership.updated]).toEqual([1, 1]);
    expect(await app.membership("ada", "acme")).toMatchObject({ roles: ["support"] });
  });

  test("leaves what is newer here: an administrator's removal stays until the vendor attests anew", async () => {
    const app = await mirrored();
    const [user, tenant] = [await app.localOf("user", "bob"), await app.localOf("tenant", "acme")];
    await app.auth.directory.removeMember(user, tenant);
    const walked = await app.auth.directory.reconcile();
    expect(walked.drift.membership).toMatchObject({ newer: 1, unchanged: 2 });
    expect((await app.membership("bob", "acme"))?.status).toBe("removed");
    app.clock.ms += 1;
    app.vendor.member("bob", "acme");
    await app.auth.directory.reconcile();
    expect((await app.membership("bob", "acme"))?.status).toBe("active");
  });
});

describe("what the vendor has no more", () => {
  test("goes, after the vendor was asked about it by name, and is put on record", async () => {
    const app = await mirrored();
    app.vendor.dropMember("bob", "acme");
    app.vendor.dropTenant("birch");
    const { kind, drift } = await app.auth.directory.reconcile();
    expect([kind, drift.tenant.removed, drift.membership.removed]).toEqual(["done", 1, 1]);
    expect(app.questions).toContain("get membership acme/bob");
    expect((await app.membership("bob", "acme"))?.status).toBe("removed");
    const birch = await app.localOf("tenant", "birch");
    expect((await app.stores.tenants.get(birch))?.status).toBe("deleted");
    const acme = await app.localOf("tenant", "acme");
    const [event] = (await app.stores.audit.listByTenant(acme)).items;
    expect(event).toMatchObject({
      type: "membership.ended",
      principal: { kind: "system", id: `reconcile:${INSTANCE}` },
      details: { userId: await app.localOf("user", "bob"), status: "removed" },
    });
  });

  test("is found by a walk that begins in the very moment when the last one ended", async () => {
    const app = await mirrored();
    app.clock.ms -= 60_000;
    app.vendor.dropMember("bob", "acme");
    app.clock.ms -= 1;
    const { drift } = await app.auth.directory.reconcile();
    expect(drift.membership.removed).toBe(1);
  });

  test("is a person: their places and the account go", async () => {
    const app = await mirrored();
    app.vendor.dropUser("ada");
    const { drift } = await app.auth.directory.reconcile();
    expect(drift.user.removed).toBe(1);
    const user = await app.localOf("user", "ada");
    expect((await app.stores.users.get(user))?.status).toBe("deleted");
    expect((await app.membership("ada", "acme"))?.status).toBe("removed");
  });

  test("is not what a list leaves out while its pages shift", async () => {
    const app = await mirrored({
      around: (source) => ({
        ...source,
        async list(entity, cursor, tools) {
          const page = await source.list(entity, cursor, tools);
          const isBob = (one: { external: string }) => one.external.endsWith("bob");
          return page.ok
            ? ok({ ...page.value, items: page.value.items.filter((one) => !isBob(one)) })
            : page;
        },
      }),
    });
    await app.apply(app.vendor.get("user", "bob"));
    await app.apply(app.vendor.get("membership", "acme/bob"));
    const { kind, drift } = await app.auth.directory.reconcile();
    expect([kind, drift.user.removed, drift.membership.removed]).toEqual(["done", 0, 0]);
    expect(drift.membership.seen).toBe(3);
    expect((await app.membership("bob", "acme"))?.status).toBe("active");
  });

  test("is not what the vendor answers with something else", async () => {
    const app = await mirrored({
      around: (source) => ({
        ...source,
        get: async () => ok({ kind: "delete", entity: "tenant", external: "other", version: 1 }),
      }),
    });
    app.vendor.dropMember("bob", "acme");
    const { kind, drift } = await app.auth.directory.reconcile();
    expect([kind, drift.membership.removed, drift.membership.ignored]).toEqual(["done", 0, 1]);
    expect((await app.membership("bob", "acme"))?.status).toBe("active");
    expect(app.logs).toContainEqual(
      expect.objectContaining({ event: "directory.check_failed", reason: "answer_mismatch" }),
    );
  });

  test("is not what the vendor would rather not talk about", async () => {
    const app = await mirrored({
      before: (question) => (question.startsWith("get") ? reject("not_allowed") : null),
    });
    app.vendor.dropMember("bob", "acme");
    const { kind, drift } = await app.auth.directory.reconcile();
    expect([kind, drift.membership.ignored]).toEqual(["done", 1]);
    expect((await app.membership("bob", "acme"))?.status).toBe("active");
  });
});

describe("another vendor's people and tenants", () => {
  /** A person and a tenant that only another provider, or another issuer of this one, knows. */
  async function withForeign(source: { readonly instance: string; readonly issuer: string }) {
    const app = await mirrored();
    const { auth } = app;
    for (const change of foreignChanges(app.vendor)) await auth.directory.apply(source, change);
    const local = async (kind: "tenant" | "user", external: string) =>
      (await app.stores.links.find({ ...source, kind, external }))?.local ?? "";
    const place = [await local("user", "zoe"), await local("tenant", "zinc")] as const;
    return { ...app, place };
  }

  test.each([
    ["instance", { instance: "other-idp", issuer: ISSUER }],
    ["issuer", { instance: INSTANCE, issuer: "https://other.example" }],
  ])("are no business of this one: another %s", async (_what, source) => {
    const app = await withForeign(source);
    const { drift } = await app.auth.directory.reconcile();
    expect(drift.membership.removed + drift.user.removed + drift.tenant.removed).toBe(0);
    expect((await app.stores.memberships.get(...app.place))?.status).toBe("active");
    expect(app.questions.filter((question) => question.startsWith("get"))).toEqual([]);
  });

  test("keep a place that this vendor never had, though it knows the person and the tenant", async () => {
    const other = { instance: "other-idp", issuer: ISSUER };
    const app = await mirrored();
    const [bob, birch] = [await app.localOf("user", "bob"), await app.localOf("tenant", "birch")];
    // Bob signs in to Birch through the other vendor.
    for (const [kind, local] of [
      ["user", bob],
      ["tenant", birch],
    ] as const) {
      const link = { ...other, kind, external: `x-${local}`, local, evidence: "admin" } as const;
      await app.stores.links.add({ ...link, createdAtMs: 1 });
    }
    const attested = { userId: bob, tenantId: birch, roles: ["member"], status: "active" } as const;
    await app.stores.memberships.apply({ ...attested, versionMs: app.clock.ms });
    app.clock.ms += 1000;
    await app.auth.directory.reconcile();
    expect((await app.stores.memberships.get(bob, birch))?.status).toBe("active");

    // One that this vendor did list goes when it has it no more.
    app.vendor.dropMember("bob", "acme");
    app.clock.ms += 1000;
    await app.auth.directory.reconcile();
    expect((await app.membership("bob", "acme"))?.status).toBe("removed");
  });

  test("share a local tenant: who is in one of its organizations is in it", async () => {
    const app = await mirrored();
    app.vendor.tenant("acme-eu");
    const acme = await app.localOf("tenant", "acme");
    const key = { instance: INSTANCE, issuer: ISSUER, external: "acme-eu" };
    await app.auth.directory.linkTenant(key, acme);
    app.clock.ms += 1000;
    const { drift } = await app.auth.directory.reconcile();
    expect(drift.membership).toMatchObject({ removed: 0, seen: 3 });
    expect((await app.membership("bob", "acme"))?.status).toBe("active");
  });

  test("do not take a cursor of this one's walk", async () => {
    const app = await mirrored();
    const paused = await app.auth.directory.reconcile({ maxPages: 1 });
    const other = openApp(sourceOf(app.vendor), {
      clock: app.clock,
      auth: { providers: [providerNamed("other-idp", sourceOf(app.vendor))] },
    });
    const cursor = "cursor" in paused ? paused.cursor : "";
    for (const foreign of [cursor, "", "not a cursor", btoa("[1]")]) {
      expect(await other.auth.directory.reconcile({ cursor: foreign })).toMatchObject({
        kind: "refused",
        reason: "cursor_invalid",
      });
    }
  });
});

describe("a vendor that does not answer", () => {
  test.each(["list tenant", "list user", "list membership"])(
    "at %s takes nothing away, and the walk goes on where it stopped",
    async (question) => {
      let isDown = true;
      const app = await mirrored({
        before: (asked) => (isDown && asked === question ? UNAVAILABLE : null),
      });
      app.vendor.dropMember("bob", "acme");
      const stopped = await app.auth.directory.reconcile();
      expect(stopped).toMatchObject({
        kind: "unavailable",
        reason: "provider_unavailable",
        retryAfterSeconds: 7,
      });
      expect((await app.membership("bob", "acme"))?.status).toBe("active");
      isDown = false;
      const cursor = "cursor" in stopped ? stopped.cursor : "";
      const { kind, drift } = await app.auth.directory.reconcile({ cursor });
      expect([kind, drift.membership.removed]).toEqual(["done", 1]);
    },
  );

  test("when asked by name takes nothing away", async () => {
    const app = await mirrored({
      before: (question) => (question.startsWith("get") ? UNAVAILABLE : null),
    });
    app.vendor.dropMember("bob", "acme");
    expect(await app.auth.directory.reconcile()).toMatchObject({ kind: "unavailable" });
    expect((await app.membership("bob", "acme"))?.status).toBe("active");
  });

  test("because it throws is one that does not answer", async () => {
    const app = await mirrored({
      before: () => {
        throw new Error("sk_secret");
      },
    });
    const stopped = await app.auth.directory.reconcile();
    expect(stopped).toMatchObject({ kind: "unavailable", reason: "provider_unavailable" });
    expect(JSON.stringify([stopped, app.logs])).not.toContain("sk_secret");
  });

  test("with a list that never ends is refused", async () => {
    const app = await mirrored();
    const endless = openApp(
      {
        ...sourceOf(app.vendor),
        list: async () => ok({ items: [], next: "again" }),
      },
      { clock: app.clock },
    );
    expect(await endless.auth.directory.reconcile()).toMatchObject({
      kind: "refused",
      reason: "list_endless",
    });
  });
});

describe("one call", () => {
  test("goes as far as it is let, and the next one goes on", async () => {
    const app = await mirrored();
    app.vendor.dropMember("bob", "acme");
    const kinds: string[] = [];
    let step = await app.auth.directory.reconcile({ maxPages: 1 });
    while (step.kind === "paused") {
      kinds.push(step.kind);
      expect(app.questions.length).toBeLessThanOrEqual(1);
      app.questions.length = 0;
      step = await app.auth.directory.reconcile({ cursor: step.cursor, maxPages: 1 });
    }
    expect(kinds.length).toBeGreaterThan(4);
    expect(step).toMatchObject({
      kind: "done",
      drift: { tenant: { seen: 2 }, user: { seen: 2 }, membership: { seen: 2, removed: 1 } },
    });
  });

  test("stops between two questions when it is told to", async () => {
    const stop = new AbortController();
    const app = await mirrored({
      before: (question) => {
        if (question.startsWith("get")) stop.abort();
        return null;
      },
    });
    for (const user of ["ada", "bob"]) app.vendor.dropMember(user, "acme");
    const { signal } = stop;
    const paused = await app.auth.directory.reconcile({ signal });
    expect(paused).toMatchObject({ kind: "paused", drift: { membership: { removed: 1 } } });
    const cursor = "cursor" in paused ? paused.cursor : "";
    expect(await app.auth.directory.reconcile({ cursor, signal })).toEqual(paused);
    const done = await app.auth.directory.reconcile({ cursor });
    expect(done).toMatchObject({ kind: "done", drift: { membership: { removed: 2 } } });
  });

  test("takes away no more than it may before somebody has looked", async () => {
    const app = await mirrored();
    // The key of another environment: nothing is there, and everything by name is gone.
    for (const tenant of ["acme", "birch"]) app.vendor.dropTenant(tenant);
    for (const user of ["ada", "bob"]) app.vendor.dropUser(user);
    const halted = await app.auth.directory.reconcile({ maxRemovals: 1 });
    expect(halted).toMatchObject({ kind: "halted", drift: { tenant: { removed: 1 } } });
    const ada = await app.localOf("user", "ada");
    expect((await app.stores.users.get(ada))?.status).toBe("active");
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: "error", reason: "too_many_removals" }),
    );
    const cursor = "cursor" in halted ? halted.cursor : "";
    const done = await app.auth.directory.reconcile({ cursor, maxRemovals: 10 });
    expect(done).toMatchObject({
      kind: "done",
      drift: { tenant: { removed: 2 }, user: { removed: 2 } },
    });
  });

  test("that fails at a store loses nothing", async () => {
    const clock = clockAt();
    const vendor = createVendor(clock);
    vendor.tenant("acme");
    const stores = memoryStores({ nowMs: () => clock.ms });
    let isDown = true;
    const app = openApp(sourceOf(vendor), {
      clock,
      stores: {
        ...stores,
        revocations: {
          ...stores.revocations,
          raise: async (...request) => {
            if (isDown) throw new Error("postgres://secret");
            return stores.revocations.raise(...request);
          },
        },
      },
    });
    const stopped = await app.auth.directory.reconcile();
    expect(stopped).toMatchObject({ kind: "unavailable", reason: "store_unavailable" });
    expect(JSON.stringify([stopped, app.logs])).not.toContain("secret");
    isDown = false;
    const cursor = "cursor" in stopped ? stopped.cursor : "";
    expect(await app.auth.directory.reconcile({ cursor })).toMatchObject({ kind: "done" });
  });

  test("at a provider that is not there, or has no lists, is a mistake in the program", async () => {
    const app = await mirrored();
    await expect(app.auth.directory.reconcile({ instance: "nobody" })).rejects.toThrow(
      'no provider instance "nobody"',
    );
    const whole = sourceOf(app.vendor);
    const lists: DirectorySource = {
      list: (...asked) => whole.list(...asked),
      get: (...asked) => whole.get(...asked),
      membershipId: (place) => whole.membershipId(place),
    };
    const silent = openApp(lists, { clock: app.clock });
    await expect(silent.auth.directory.catchUp()).rejects.toThrow("has no events");
    const listless = openApp(lists, {
      clock: app.clock,
      auth: { providers: [providerNamed(INSTANCE)] },
    });
    await expect(listless.auth.directory.reconcile()).rejects.toThrow("has no lists");
  });

  test("is on record when the walk is done", async () => {
    const clock = clockAt();
    const vendor = createVendor(clock);
    vendor.tenant("acme");
    const recorded: unknown[] = [];
    const stores = memoryStores({ nowMs: () => clock.ms });
    const app = openApp(sourceOf(vendor), {
      clock,
      stores: {
        ...stores,
        audit: { ...stores.audit, append: async (one) => void recorded.push(one) },
      },
    });
    await app.auth.directory.reconcile();
    expect(recorded).toContainEqual(
      expect.objectContaining({
        type: "directory.reconciled",
        details: { instance: INSTANCE, created: 1, updated: 0, removed: 0 },
      }),
    );
  });
});

describe("the vendor's log of events", () => {
  test("brings what webhooks lost, from where the last call stopped", async () => {
    const app = await mirrored();
    const { cursor } = await app.auth.directory.catchUp();
    app.vendor.dropMember("bob", "acme");
    app.vendor.member("ada", "acme", "viewer");
    const caught = await app.auth.directory.catchUp(cursor === undefined ? {} : { cursor });
    expect(caught).toMatchObject({
      kind: "done",
      drift: { membership: { seen: 2, removed: 1, updated: 1 } },
    });
    expect((await app.membership("bob", "acme"))?.status).toBe("removed");
  });

  test("goes on after an outage where it stopped, and no event is skipped", async () => {
    let pages = 0;
    const clock = clockAt();
    const vendor = createVendor(clock);
    for (const name of ["a", "b", "c", "d", "e"]) vendor.tenant(name);
    const app = openApp(
      sourceOf(vendor, () => {
        pages += 1;
        return pages === 2 ? UNAVAILABLE : null;
      }),
      { clock },
    );
    const stopped = await app.auth.directory.catchUp();
    expect(stopped).toMatchObject({ kind: "unavailable", retryAfterSeconds: 7, cursor: "3" });
    const caught = await app.auth.directory.catchUp({ cursor: stopped.cursor ?? "" });
    expect(caught).toMatchObject({ kind: "done", cursor: "5", drift: { tenant: { created: 2 } } });
  });

  test("is read as far as it is let", async () => {
    const app = await mirrored();
    const paused = await app.auth.directory.catchUp({ maxPages: 1 });
    expect(paused).toMatchObject({ kind: "paused", cursor: "3" });
    const aborted = await app.auth.directory.catchUp({ signal: AbortSignal.abort() });
    expect(aborted).toMatchObject({ kind: "paused" });
    expect(aborted).not.toHaveProperty("cursor");
  });

  test("is begun anew when the vendor does not take the place any more", async () => {
    const app = await mirrored({
      before: (question) => (question === "events" ? reject("cursor_expired") : null),
    });
    expect(await app.auth.directory.catchUp({ cursor: "old" })).toMatchObject({
      kind: "refused",
      reason: "cursor_expired",
    });
  });
});

function foreignChanges(vendor: Vendor): readonly DirectoryChange[] {
  const version = vendor.log.length;
  return [
    { kind: "upsert", entity: "tenant", external: "zinc", version, data: { name: "Zinc" } },
    { kind: "upsert", entity: "user", external: "zoe", version, data: { name: "Zoe" } },
    {
      kind: "upsert",
      entity: "membership",
      external: "zinc/zoe",
      version,
      data: { user: "zoe", tenant: "zinc", roles: ["member"], status: "active" },
    },
  ];
}

function providerNamed(instance: string, directory?: DirectorySource) {
  return providerOf({
    vendor: instance,
    ...(directory === undefined ? {} : { directory, issuer: ISSUER }),
    capabilities: {
      ...NO_CAPABILITIES,
      directoryList: directory === undefined ? "no" : "yes",
      directoryEvents: directory?.events === undefined ? "no" : "yes",
    },
  });
}
