import type { DirectoryChange, DirectoryEntity } from "@tenantry/core/provider";
import type { SignedWebhook, WorkosEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapterOf, optionsFor, startEmulator, type Adapter } from "./support/adapter.ts";

let emulator: WorkosEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

function receive({ headers, body }: SignedWebhook, nowMs = Date.now()) {
  const raw = {
    body: new TextEncoder().encode(body),
    header: (name: string) => headers[name.toLowerCase()] ?? null,
  };
  return adapter.provider.webhooks.verify(raw, { ...adapter.tools, nowMs: () => nowMs });
}

async function received(): Promise<readonly DirectoryChange[]> {
  const changes: DirectoryChange[] = [];
  for (const event of emulator.controls.webhooks.pending()) {
    const result = await receive(emulator.controls.webhooks.sign(event));
    if (!result.ok) throw new Error(result.reason);
    expect(result.value.eventId).toBe(event.id);
    changes.push(...result.value.changes);
  }
  emulator.controls.webhooks.lose();
  return changes;
}

async function walk(entity: DirectoryEntity): Promise<readonly DirectoryChange[]> {
  const items: DirectoryChange[] = [];
  let cursor: string | undefined;
  do {
    const page = await adapter.provider.directory.list(entity, cursor, adapter.tools);
    if (!page.ok) throw new Error(page.reason);
    items.push(...page.value.items);
    cursor = page.value.next;
  } while (cursor !== undefined);
  return items;
}

describe("webhooks", () => {
  test("tell of people", async () => {
    const { world } = emulator.controls;
    world.users.add({
      id: "user_fay",
      email: "Fay@x.example",
      emailVerified: false,
      name: "Fay Fox",
    });
    world.users.remove("user_fay");
    expect(await received()).toEqual([
      {
        kind: "upsert",
        entity: "user",
        external: "user_fay",
        version: expect.any(Number),
        data: { name: "Fay Fox", email: { value: "Fay@x.example", verified: false } },
      },
      { kind: "delete", entity: "user", external: "user_fay", version: expect.any(Number) },
    ]);
  });

  test("tell of organizations, and have them fetched when only a domain changed", async () => {
    const { world } = emulator.controls;
    world.tenants.update("org_acme", { name: "Acme Inc" });
    world.tenants.update("org_acme", { domains: [{ domain: "acme.example", verified: false }] });
    world.tenants.update("org_acme", { domains: [{ domain: "acme.example", verified: true }] });
    const changes = await received();
    expect(changes[0]).toMatchObject({
      kind: "upsert",
      entity: "tenant",
      external: "org_acme",
      data: { name: "Acme Inc", domains: [{ domain: "acme.example", verified: true }] },
    });
    expect(changes.at(-1)).toEqual({ kind: "refetch", entity: "tenant", external: "org_acme" });
  });

  test.each(["active", "pending", "inactive"] as const)(
    "tell of memberships as they are: %s",
    async (status) => {
      emulator.controls.world.memberships.update("user_ben", "org_acme", { status });
      expect(await received()).toMatchObject([
        {
          kind: "upsert",
          entity: "membership",
          data: { user: "user_ben", tenant: "org_acme", roles: ["viewer"], status },
        },
      ]);
    },
  );

  test("tell whose membership is gone, later than anything said before", async () => {
    const { world } = emulator.controls;
    world.memberships.update("user_ben", "org_acme", { roles: ["editor"] });
    world.memberships.remove("user_ben", "org_acme");
    world.memberships.add({
      userId: "user_ben",
      tenantId: "org_acme",
      roles: ["admin"],
      status: "active",
    });
    const changes = await received();
    expect(changes).toMatchObject([
      { kind: "upsert", data: { roles: ["editor"] } },
      { kind: "delete", entity: "membership", data: { user: "user_ben", tenant: "org_acme" } },
      { kind: "upsert", data: { roles: ["admin"] } },
    ]);
    const versions = changes.flatMap((change) => ("version" in change ? [change.version] : []));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
    const names = changes.map(({ external }) => external);
    expect(new Set(names).size).toBe(1);
  });

  test("that tell of something else bring no changes", async () => {
    emulator.controls.world.roles.update("editor", { permissions: [] });
    expect(await received()).toEqual([]);
  });

  const EVENT = {
    object: "event",
    id: "event_1",
    event: "user.updated",
    created_at: "2026-01-01T00:00:00.000Z",
    data: { id: "user_1", email: "a@b.example", updated_at: "2026-01-01T00:00:00.000Z" },
  };
  const sign = (body: unknown, how = {}) =>
    emulator.controls.webhooks.sign(typeof body === "string" ? body : JSON.stringify(body), how);

  test.each([
    ["no event", {}],
    ["no id", { ...EVENT, id: undefined }],
    ["no data", { ...EVENT, data: null }],
    ["no time", { ...EVENT, created_at: "yesterday" }],
    ["data without an id", { ...EVENT, data: { ...EVENT.data, id: "" } }],
    ["data without a time", { ...EVENT, data: { ...EVENT.data, updated_at: undefined } }],
    ["a deletion of nobody", { ...EVENT, event: "user.deleted", data: {} }],
    ["a membership of nobody", { ...EVENT, event: "organization_membership.deleted", data: {} }],
    ["a domain of nobody", { ...EVENT, event: "organization_domain.verified", data: {} }],
    ["a session without an id", { ...EVENT, event: "session.revoked", data: {} }],
    ["a list", [EVENT]],
    ["no JSON", "{"],
  ])("that hold %s are refused, though signed", async (_what, body) => {
    expect(await receive(sign(body))).toEqual({ ok: false, reason: "event_malformed" });
  });

  test("give no access for a status that is not known", async () => {
    const data = {
      user_id: "user_1",
      organization_id: "org_1",
      status: "honorary",
      role: { slug: "admin" },
      updated_at: EVENT.created_at,
    };
    const result = await receive(
      sign({ ...EVENT, event: "organization_membership.updated", data }),
    );
    expect(result).toMatchObject({ value: { changes: [{ data: { status: "inactive" } }] } });
  });

  test.each([
    ["with another secret", { secret: "whsec_other" }, "signature_invalid"],
    ["ten minutes ago", { signedAtMs: Date.now() - 600_000 }, "timestamp_outside_window"],
    ["ten minutes from now", { signedAtMs: Date.now() + 600_000 }, "timestamp_outside_window"],
  ])("that were signed %s are refused", async (_what, how, reason) => {
    expect(await receive(sign(EVENT, how))).toEqual({ ok: false, reason });
  });

  test("are verified on the bytes as they came", async () => {
    const { headers, body } = sign(EVENT);
    const changed = { headers, body: body.replace("user_1", "user_2") };
    expect(await receive(changed)).toEqual({ ok: false, reason: "signature_invalid" });
  });

  test("are there only with a secret", () => {
    const { webhookSecret: _secret, ...options } = optionsFor(emulator);
    expect(adapterOf(options).provider.webhooks).toBeUndefined();
  });
});

describe("lists", () => {
  test("hold every organization, person and membership once, in pages", async () => {
    const { world } = emulator.controls;
    for (let index = 0; index < 120; index += 1) {
      const id = `user_${index}`;
      world.users.add({ id, email: `${index}@x.example`, emailVerified: true, name: `P ${index}` });
      world.memberships.add({ userId: id, tenantId: "org_birch", roles: [], status: "active" });
    }
    world.memberships.update("user_1", "org_birch", { status: "inactive" });
    const tenants = await walk("tenant");
    expect(tenants.map(({ external }) => external)).toEqual([
      "org_acme",
      "org_birch",
      "org_lighthouse",
    ]);
    expect(await walk("user")).toHaveLength(126);
    const memberships = await walk("membership");
    expect(memberships).toHaveLength(127);
    expect(new Set(memberships.map(({ external }) => external)).size).toBe(127);
    const one = memberships.find(({ external }) => external === "org_birch/user_1");
    expect(one).toMatchObject({ data: { status: "inactive", roles: ["member"] } });
  });

  test("are empty where nobody is", async () => {
    for (const { id } of emulator.controls.world.tenants.list()) {
      emulator.controls.world.tenants.remove(id);
    }
    expect(await walk("membership")).toEqual([]);
    expect(await walk("tenant")).toEqual([]);
  });

  test("are not cut short by an outage", async () => {
    emulator.controls.fail({ mode: "error" });
    const page = await adapter.provider.directory.list("user", undefined, adapter.tools);
    expect(page).toEqual({ ok: false, reason: "provider_unavailable" });
  });

  test("name one thing as it is now, or say that it is gone", async () => {
    const get = (entity: DirectoryEntity, external: string) =>
      adapter.provider.directory.get(entity, external, adapter.tools);
    expect(await get("user", "user_ada")).toMatchObject({ value: { data: { name: "Ada Ames" } } });
    expect(await get("tenant", "org_acme")).toMatchObject({ value: { data: { name: "Acme" } } });
    expect(await get("membership", "org_acme/user_ada")).toMatchObject({
      value: { kind: "upsert", data: { status: "active", roles: ["admin"] } },
    });
    expect(await get("user", "user_none")).toMatchObject({
      value: { kind: "delete", external: "user_none" },
    });
    expect(await get("tenant", "org_none")).toMatchObject({ value: { kind: "delete" } });
    expect(await get("membership", "org_birch/user_ada")).toMatchObject({
      value: { kind: "delete", data: { user: "user_ada", tenant: "org_birch" } },
    });
    expect(await get("membership", "om_1")).toEqual({ ok: false, reason: "not_found" });
    emulator.controls.fail({ mode: "reset" });
    expect(await get("user", "user_ada")).toEqual({ ok: false, reason: "provider_unavailable" });
  });

  test("are refused when they are not what the documentation says", async () => {
    const fetch = async () =>
      Response.json({ object: "list", data: [{ id: "user_1" }], list_metadata: {} });
    adapter = adapterOf(optionsFor(emulator), { runtime: { fetch } });
    const page = await adapter.provider.directory.list("user", undefined, adapter.tools);
    expect(page).toEqual({ ok: false, reason: "response_malformed_unavailable" });
  });
});

test.each([
  ["a page", () => new Response("<h1>404 Not Found</h1>", { status: 404 })],
  ["an object of somebody else's", () => Response.json({ message: "no route" }, { status: 404 })],
])("nobody is gone because a gateway answers 404 with %s", async (_what, answer) => {
  adapter = adapterOf(optionsFor(emulator), { runtime: { fetch: async () => answer() } });
  for (const [entity, external] of [
    ["tenant", "org_acme"],
    ["user", "user_ada"],
    ["membership", "org_acme/user_ada"],
  ] as const) {
    const got = await adapter.provider.directory.get(entity, external, adapter.tools);
    expect(got).toEqual({ ok: false, reason: "provider_unavailable" });
  }
});

describe("the list of events", () => {
  test("goes on from where it stopped", async () => {
    const read = async (cursor?: string) => {
      const page = await adapter.provider.directory.events?.(cursor, adapter.tools);
      if (page?.ok !== true) throw new Error("there are no events");
      return page.value;
    };
    const { world } = emulator.controls;
    world.users.update("user_ada", { name: "One" });
    world.roles.update("editor", { permissions: [] });
    world.users.update("user_ada", { name: "Two" });
    const first = await read();
    expect(first.items).toMatchObject([{ data: { name: "One" } }, { data: { name: "Two" } }]);
    expect(await read(first.next)).toEqual({ items: [] });
    world.memberships.remove("user_ada", "org_acme");
    expect((await read(first.next)).items).toMatchObject([{ kind: "delete" }]);
  });
});
