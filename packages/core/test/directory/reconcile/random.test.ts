import * as fc from "fast-check";
import { expect, test } from "vitest";
import { memoryStores } from "../../../src/directory/memory/stores.ts";
import type { Stores } from "../../../src/directory/ports.ts";
import type { DirectoryChange } from "../../../src/provider/directory.ts";
import {
  clockAt,
  createVendor,
  openApp,
  sourceOf,
  UNAVAILABLE,
  type App,
  type Vendor,
} from "./kit.ts";

const USERS = ["ada", "bob", "cleo", "dan", "eve"];
const TENANTS = ["one", "two", "three", "four"];
const ROLES = ["member", "support", "admin"];
const STATUSES = ["active", "active", "pending", "inactive"] as const;

const deed = fc.record({
  what: fc.constantFrom("tenant", "user", "member", "member", "member", "leave", "drop", "close"),
  user: fc.constantFrom(...USERS),
  tenant: fc.constantFrom(...TENANTS),
  role: fc.constantFrom(...ROLES),
  status: fc.constantFrom(...STATUSES),
  /** How often the webhook of it arrives, and when. */
  arrivals: fc.array(fc.nat(100), { maxLength: 2 }),
});
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

/** What fails on the way: the nth question to the vendor, the nth call of a store. */
const trouble = fc.record({
  vendor: fc.array(fc.nat(60), { maxLength: 6 }),
  store: fc.array(fc.nat(400), { maxLength: 6 }),
  maxPages: fc.integer({ min: 1, max: 6 }),
  /** A crash: the job goes on from the cursor before the last one, or from the beginning. */
  crashes: fc.array(fc.nat(20), { maxLength: 3 }),
});

test("after losses, repetitions, disorder, outages and crashes the vendor's state holds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 40 }),
      fc.array(deed, { maxLength: 10 }),
      trouble,
      async (before, during, troubles) => {
        const clock = clockAt();
        const vendor = createVendor(clock);
        for (const tenant of TENANTS.slice(1)) vendor.tenant(tenant);
        for (const user of USERS.slice(1)) vendor.user(user);
        const gone = new Set<string>();
        const world = createTrouble(troubles);
        const waiting = [...during];
        const source = sourceOf(vendor, () => {
          // The vendor's world goes on while its lists are read.
          const next = waiting.pop();
          if (next !== undefined) act(vendor, next, gone);
          return world.vendorFails() ? UNAVAILABLE : null;
        });
        const app = openApp(source, {
          clock,
          stores: world.around(memoryStores({ nowMs: () => clock.ms })),
        });

        await deliver(app, happen(vendor, before, gone));
        clock.ms += 1000;
        world.begin();
        await walk(app, clock, troubles);
        world.end();
        for (const left of waiting.splice(0)) act(vendor, left, gone);
        // What happened while it walked is what the next walk is for.
        clock.ms += 1000;
        expect((await app.auth.directory.reconcile()).kind).toBe("done");
        await expectSame(app, vendor);

        // Whatever arrives late changes nothing any more.
        await deliver(app, vendor.log.toReversed());
        await expectSame(app, vendor);
        // News of places of people who are gone is tidied up once, and then there is no drift.
        clock.ms += 1000;
        await app.auth.directory.reconcile();
        clock.ms += 1000;
        const again = await app.auth.directory.reconcile();
        const { tenant, user, membership } = again.drift;
        for (const drift of [tenant, user, membership]) {
          expect(drift).toMatchObject({ created: 0, updated: 0, removed: 0 });
        }
      },
    ),
    { numRuns: 300 },
  );
});

/** Does what happens at the vendor; gives the webhooks that arrive, in the order of their arrival. */
function happen(vendor: Vendor, deeds: readonly Deed[], gone: Set<string>) {
  const arriving: { readonly at: number; readonly change: DirectoryChange }[] = [];
  for (const one of deeds) {
    const from = vendor.log.length;
    act(vendor, one, gone);
    for (const change of vendor.log.slice(from)) {
      arriving.push(...one.arrivals.map((at) => ({ at, change })));
    }
  }
  return arriving.toSorted((a, b) => a.at - b.at).map(({ change }) => change);
}

function act(vendor: Vendor, { what, user, tenant, role, status }: Deed, gone: Set<string>) {
  const isThere = vendor.has("user", user) && vendor.has("tenant", tenant);
  // Vendors never give an id out again.
  if (what === "tenant" && !gone.has(tenant)) vendor.tenant(tenant, `${tenant} ${role}`);
  if (what === "user" && !gone.has(user)) vendor.user(user, `${user} ${role}`);
  if (what === "member" && isThere) vendor.member(user, tenant, role, status);
  if (what === "leave") vendor.dropMember(user, tenant);
  if (what === "drop") {
    vendor.dropUser(user);
    gone.add(user);
  }
  if (what === "close") {
    vendor.dropTenant(tenant);
    gone.add(tenant);
  }
}

async function deliver(app: App, changes: readonly DirectoryChange[]) {
  for (const change of changes) expect((await app.apply(change)).ok).toBe(true);
}

/** A job that is paused, fails and crashes, and is started again each time. */
async function walk(
  app: App,
  clock: { ms: number },
  { maxPages, crashes }: { readonly maxPages: number; readonly crashes: readonly number[] },
) {
  let cursors: readonly string[] = [];
  for (let turn = 0; turn < 500; turn += 1) {
    clock.ms += 1;
    const cursor = cursors.at(-1);
    const step = await app.auth.directory.reconcile({
      maxPages,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (step.kind === "done") return;
    expect(["paused", "unavailable"]).toContain(step.kind);
    if (crashes.includes(turn)) cursors = cursors.slice(0, -1);
    else if ("cursor" in step) cursors = [...cursors, step.cursor];
  }
  expect.fail("the walk does not end");
}

function createTrouble(plan: {
  readonly vendor: readonly number[];
  readonly store: readonly number[];
}) {
  let isOn = false;
  let [questions, calls] = [0, 0];
  const fail = () => {
    if (!isOn) return;
    calls += 1;
    if (plan.store.includes(calls)) throw new Error("the store is down");
  };
  return {
    begin: () => void (isOn = true),
    end: () => void (isOn = false),
    vendorFails: () => isOn && plan.vendor.includes((questions += 1)),
    around: (stores: Stores): Stores =>
      Object.fromEntries(
        Object.entries(stores).map(([port, methods]: [string, object]) => [
          port,
          Object.fromEntries(
            Object.entries(methods).map(([name, call]) => [
              name,
              async (...values: readonly unknown[]) => {
                fail();
                return (call as (...all: readonly unknown[]) => unknown)(...values);
              },
            ]),
          ),
        ]),
      ) as unknown as Stores,
  };
}

/** Everybody may do here what they may do at the vendor, and everything is called what it is there. */
async function expectSame(app: App, vendor: Vendor) {
  for (const tenant of TENANTS) {
    const local = await app.stores.tenants.get(await app.localOf("tenant", tenant));
    const isOpen = vendor.has("tenant", tenant);
    expect(local !== null && local.status === "active").toBe(isOpen);
    const theirs = vendor.get("tenant", tenant);
    const name = theirs.kind === "upsert" && theirs.entity === "tenant" && theirs.data.name;
    expect(isOpen && local?.name).toBe(name);
    for (const user of USERS) {
      const membership = vendor.get("membership", `${tenant}/${user}`);
      const roles =
        membership.kind === "upsert" &&
        membership.entity === "membership" &&
        membership.data.status === "active"
          ? membership.data.roles
          : null;
      const here = await app.membership(user, tenant);
      const person = await app.auth.directory.currentUser(await app.localOf("user", user));
      const active = isOpen && person !== null && here?.status === "active" ? here.roles : null;
      expect({ user, tenant, roles: active }).toEqual({ user, tenant, roles });
      expect(person !== null).toBe(vendor.has("user", user));
    }
  }
}
