import { createAuth, definePermissions, type Auth } from "@tenantry/core";
import { memoryStores, type Stores } from "@tenantry/core/stores";
import { createWorld, type WorkosEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { workos } from "../src/index.ts";
import { ISSUER, optionsFor, startEmulator } from "./support/adapter.ts";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"], editor: ["notes:*"], admin: ["notes:*"], support: [] },
});

let emulator: WorkosEmulator;
let stores: Stores;
let auth: Auth;
beforeEach(async () => {
  emulator = await startEmulator();
  stores = memoryStores();
  auth = createAuth({
    baseUrl: "http://localhost:9",
    providers: [workos(optionsFor(emulator))],
    permissions,
    stores,
    secrets: ["a secret of at least thirty-two characters"],
    log: () => undefined,
  });
});
afterEach(async () => {
  auth.close();
  await emulator.close();
});

const linkOf = (kind: "user" | "tenant", external: string) =>
  stores.links.find({ instance: "workos", issuer: ISSUER, kind, external });

/** The memberships that give access here, in the vendor's words. */
async function here(): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { id: tenant } of emulator.controls.world.tenants.list()) {
    const link = await linkOf("tenant", tenant);
    if (link === null) continue;
    const { items } = await stores.memberships.listByTenant(link.local);
    for (const { userId, status, roles } of items) {
      if (status !== "active") continue;
      const [user] = await stores.links.listByLocal("user", userId);
      lines.push(`${user?.external ?? "?"} ${tenant} ${roles.join()}`);
    }
  }
  return lines.toSorted();
}

/** What the world says. */
function there(): readonly string[] {
  const { world } = emulator.controls;
  return world.tenants
    .list()
    .flatMap(({ id }) => world.memberships.inTenant(id))
    .filter(({ status }) => status === "active")
    .map(({ userId, tenantId, roles }) => `${userId} ${tenantId} ${roles.join()}`)
    .toSorted();
}

describe("when no webhook arrived", () => {
  test("a walk brings everybody, and a second one changes nothing", async () => {
    expect((await auth.directory.reconcile()).kind).toBe("done");
    expect(await here()).toEqual(there());
    expect(there().length).toBeGreaterThan(3);
    const { drift } = await auth.directory.reconcile();
    const quiet = { created: 0, updated: 0, removed: 0, newer: 0, ignored: 0 };
    expect(drift).toMatchObject({ tenant: quiet, user: quiet, membership: quiet });
  });

  test("a walk finds who left, who rose, who was locked and which organization is gone", async () => {
    await auth.directory.reconcile();
    const { world, webhooks } = emulator.controls;
    world.memberships.remove("user_cleo", "org_birch");
    world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    world.memberships.update("user_cleo", "org_acme", { status: "inactive" });
    world.users.remove("user_dan");
    webhooks.lose();
    const { kind, drift } = await auth.directory.reconcile();
    expect(kind).toBe("done");
    expect(await here()).toEqual(there());
    expect(drift.membership).toMatchObject({ removed: 1, updated: 2 });
    expect(drift.user.removed).toBe(1);

    world.tenants.remove("org_birch");
    webhooks.lose();
    expect((await auth.directory.reconcile()).drift.tenant.removed).toBe(1);
    const birch = await linkOf("tenant", "org_birch");
    expect(await auth.directory.tenantById(birch?.local ?? "")).toBeNull();
  });

  test("the vendor's log of events brings it from where it was read last", async () => {
    await auth.directory.reconcile();
    const { cursor } = await auth.directory.catchUp();
    emulator.controls.world.memberships.remove("user_cleo", "org_birch");
    emulator.controls.webhooks.lose();
    const caught = await auth.directory.catchUp(cursor === undefined ? {} : { cursor });
    expect(caught).toMatchObject({ kind: "done", drift: { membership: { removed: 1 } } });
    expect(await here()).toEqual(there());
  });
});

describe("while WorkOS is out of reach", () => {
  test("nothing is taken away, and the walk says when to come back", async () => {
    await auth.directory.reconcile();
    const before = await here();
    emulator.controls.world.memberships.remove("user_cleo", "org_birch");
    emulator.controls.limitRate({ retryAfterSeconds: 9 });
    const stopped = await auth.directory.reconcile();
    expect(stopped).toMatchObject({ kind: "unavailable", retryAfterSeconds: 9 });
    expect(await here()).toEqual(before);
    await emulator.controls.recover();
    const cursor = "cursor" in stopped ? (stopped.cursor ?? "") : "";
    expect((await auth.directory.reconcile({ cursor })).kind).toBe("done");
    expect(await here()).toEqual(there());
  });

  test("an answer of another environment takes away no more than it may", async () => {
    await auth.directory.reconcile();
    const other = await startEmulator({ world: createWorld() });
    const stranger = createAuth({
      baseUrl: "http://localhost:9",
      providers: [workos(optionsFor(other))],
      permissions,
      stores,
      secrets: ["a secret of at least thirty-two characters"],
      log: () => undefined,
    });
    expect(await stranger.directory.reconcile({ maxRemovals: 0 })).toMatchObject({
      kind: "halted",
    });
    expect(await here()).toEqual(there());
    stranger.close();
    await other.close();
  });
});
