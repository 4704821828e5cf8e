import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { DirectoryChange, DirectoryEntity } from "@tenantry/core/provider";
import type { ClerkEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapterOf, optionsFor, startEmulator, type Adapter } from "./support/adapter.ts";

let emulator: ClerkEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

const refused = (reason: string) => expect.objectContaining({ ok: false, reason });
const list = (entity: DirectoryEntity, cursor?: string) =>
  adapter.provider.directory.list(entity, cursor, adapter.tools);
const get = (entity: DirectoryEntity, external: string) =>
  adapter.provider.directory.get(entity, external, adapter.tools);

/** The changes of the webhooks that are due. */
async function news(): Promise<readonly DirectoryChange[]> {
  const changes: DirectoryChange[] = [];
  const { webhooks } = emulator.controls;
  for (const event of webhooks.pending()) {
    const verified = await receive(webhooks.sign(event));
    if (!verified.ok) throw new Error(verified.reason);
    changes.push(...verified.value.changes);
  }
  webhooks.lose();
  return changes;
}

function receive(signed: { headers: Readonly<Record<string, string>>; body: string }) {
  const raw = {
    body: new TextEncoder().encode(signed.body),
    header: (name: string) => signed.headers[name.toLowerCase()] ?? null,
  };
  return adapter.provider.webhooks.verify(raw, adapter.tools);
}

const event = (type: string, data: unknown, more = {}) =>
  emulator.controls.webhooks.sign(
    JSON.stringify({ object: "event", type, data, timestamp: Date.now(), ...more }),
  );

describe("lists", () => {
  test("have organizations, people and memberships as changes", async () => {
    const tenants = await list("tenant");
    expect(tenants).toMatchObject({
      ok: true,
      value: {
        items: [
          { entity: "tenant", external: "org_acme", data: { name: "Acme", slug: "acme" } },
          { external: "org_birch" },
          { external: "org_lighthouse" },
        ],
      },
    });
    expect(tenants.ok && "next" in tenants.value).toBe(false);
    expect(await list("user")).toMatchObject({
      value: {
        items: expect.arrayContaining([
          expect.objectContaining({
            external: "user_ada",
            data: {
              name: "Ada Ames",
              email: { value: "ada@acme.example", verified: true },
              status: "active",
            },
          }),
        ]),
      },
    });
    expect(await list("membership")).toMatchObject({
      value: {
        items: expect.arrayContaining([
          expect.objectContaining({
            external: "org_birch:user_cleo",
            data: { user: "user_cleo", tenant: "org_birch", roles: ["viewer"], status: "active" },
          }),
        ]),
      },
    });
  });

  test("go on where the last page ended", async () => {
    const { world } = emulator.controls;
    for (let index = 0; index < 450; index += 1) {
      const id = String(index).padStart(3, "0");
      world.tenants.add({ id: `org_${id}`, slug: `t-${id}`, name: id, domains: [] });
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await list("tenant", cursor);
      if (!page.ok) throw new Error(page.reason);
      seen.push(...page.value.items.map(({ external }) => external));
      cursor = page.value.next;
      pages += 1;
    } while (cursor !== undefined);
    expect([pages, seen.length, new Set(seen).size]).toEqual([3, 453, 453]);
  });

  test.each(["-1", "x", "1.5", "1e99"])("refuse the cursor %s", async (cursor) => {
    expect(await list("tenant", cursor)).toEqual(refused("cursor_malformed"));
  });

  test.each(["error", "reset"] as const)(
    "are unavailable, not empty, in an outage (%s)",
    async (mode) => {
      emulator.controls.fail({ mode });
      for (const entity of ["tenant", "user", "membership"] as const) {
        expect(await list(entity)).toEqual(refused("provider_unavailable"));
        expect(await get(entity, "org_acme:user_ada")).toEqual(refused("provider_unavailable"));
      }
    },
  );

  test("say how long to wait when Clerk is asked too often", async () => {
    emulator.controls.limitRate({ retryAfterSeconds: 12 });
    expect(await list("tenant")).toEqual({
      ok: false,
      reason: "rate_limited_unavailable",
      retryAfterSeconds: 12,
    });
  });
});

describe("asking for one", () => {
  test("gives it as it is now", async () => {
    expect(await get("tenant", "org_acme")).toMatchObject({ value: { external: "org_acme" } });
    expect(await get("user", "user_ada")).toMatchObject({ value: { external: "user_ada" } });
    expect(await get("membership", "org_acme:user_ada")).toMatchObject({
      value: { kind: "upsert", data: { roles: ["admin"] } },
    });
  });

  test("says that it is gone", async () => {
    expect(await get("tenant", "org_x")).toMatchObject({ value: { kind: "delete" } });
    expect(await get("user", "user_x")).toMatchObject({ value: { kind: "delete" } });
    for (const external of ["org_acme:user_dan", "org_x:user_ada"]) {
      const [tenant, user] = external.split(":");
      expect(await get("membership", external)).toMatchObject({
        value: { kind: "delete", entity: "membership", external, data: { tenant, user } },
      });
    }
  });

  test.each(["", "org_acme", "org_acme:", ":user_ada", "a:b:c"])(
    "refuses %j, which is no membership's name",
    async (external) => {
      expect(await get("membership", external)).toEqual(refused("external_malformed"));
    },
  );
});

describe("webhooks", () => {
  test("tell what happened to people, organizations and memberships", async () => {
    const { world } = emulator.controls;
    world.tenants.add({ id: "org_new", slug: "new", name: "New", domains: [] });
    world.users.add({ id: "user_new", email: "n@x.example", emailVerified: false, name: "N" });
    const row = { userId: "user_new", tenantId: "org_new", roles: ["viewer"] };
    world.memberships.add({ ...row, status: "active" });
    world.memberships.update("user_new", "org_new", { roles: ["admin"] });
    world.users.remove("user_new");
    world.tenants.remove("org_new");
    const external = "org_new:user_new";
    expect(await news()).toMatchObject([
      { kind: "upsert", entity: "tenant", external: "org_new", data: { name: "New" } },
      {
        kind: "upsert",
        entity: "user",
        external: "user_new",
        data: { name: "N", email: { value: "n@x.example", verified: false }, status: "active" },
      },
      { kind: "upsert", entity: "membership", external, data: { roles: ["viewer"] } },
      { kind: "upsert", entity: "membership", external, data: { roles: ["admin"] } },
      { kind: "delete", entity: "membership", external, data: { tenant: "org_new" } },
      { kind: "delete", entity: "user", external: "user_new" },
      { kind: "delete", entity: "tenant", external: "org_new" },
    ]);
  });

  test("give later changes of one thing higher versions, an end the highest", async () => {
    const { world } = emulator.controls;
    world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    world.memberships.update("user_ada", "org_acme", { roles: ["admin"] });
    world.memberships.remove("user_ada", "org_acme");
    const versions = (await news()).map((change) => ("version" in change ? change.version : 0));
    expect(versions).toHaveLength(3);
    expect(versions.toSorted((a, b) => a - b)).toEqual(versions);
    expect(new Set(versions).size).toBe(3);
  });

  test("date the end of a membership by its event, not by its last change", async () => {
    const timestamp = Date.now();
    const data = {
      organization: { id: "org_acme" },
      public_user_data: { user_id: "user_ada" },
      role: "org:admin",
      updated_at: timestamp - 60_000,
    };
    const signed = event("organizationMembership.deleted", data, { timestamp });
    expect(await receive(signed)).toMatchObject({
      value: { changes: [{ kind: "delete", entity: "membership", version: timestamp }] },
    });
  });

  test("read a time in seconds as one", async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const signed = event("user.deleted", { id: "user_x" }, { timestamp: nowSeconds });
    expect(await receive(signed)).toMatchObject({
      value: { changes: [{ version: nowSeconds * 1000 }] },
    });
  });

  test.each(["deprovisioned", "banned", "locked"])("lock out somebody who is %s", async (flag) => {
    const data = { id: "user_ada", updated_at: 1, [flag]: true };
    expect(await receive(event("user.updated", data))).toMatchObject({
      value: { changes: [{ entity: "user", data: { status: "inactive" } }] },
    });
  });

  test("say which sessions are over", async () => {
    const { sessionId } = await emulator.controls.signInFrontEnd({ person: "ada@acme.example" });
    emulator.controls.webhooks.lose();
    emulator.controls.endSessions("ada@acme.example");
    const [revoked] = emulator.controls.webhooks.pending();
    if (revoked === undefined) throw new Error("no event");
    expect(await receive(emulator.controls.webhooks.sign(revoked))).toMatchObject({
      value: { changes: [], endedSessions: [sessionId] },
    });
  });

  test("have the delivery's id, whatever the body says", async () => {
    const signed = event("email.created", { id: "x" }, { id: "evt_of_the_body" });
    expect(await receive(signed)).toEqual({
      ok: true,
      value: { eventId: signed.headers["svix-id"], changes: [] },
    });
  });

  test.each<[string, unknown]>([
    ["an organization without an id", { name: "x", updated_at: 1 }],
    ["an organization without a time", { id: "org_1", name: "x" }],
    ["a text", "x"],
  ])("make no change of %s", async (_what, data) => {
    const received = await receive(event("organization.updated", data));
    expect(received.ok ? received.value.changes : []).toEqual([]);
  });

  test.each(["", "null", "[]", "{", '{"type":"user.updated"}', '{"type":7,"data":{}}', "\u{fffd}"])(
    "refuse the body %j",
    async (body) => {
      expect(await receive(emulator.controls.webhooks.sign(body))).toEqual(refused("malformed"));
    },
  );

  test("refuse what is not signed for this endpoint, or not now", async () => {
    const { webhooks } = emulator.controls;
    const body = JSON.stringify({ type: "user.deleted", data: { id: "user_ada" } });
    const rogue = webhooks.sign(body, { secret: `whsec_${btoa("rogue")}` });
    expect(await receive(rogue)).toEqual(refused("signature_invalid"));
    const old = webhooks.sign(body, { signedAtMs: Date.now() - 400_000 });
    expect(await receive(old)).toEqual(refused("timestamp_outside_window"));
  });

  test("are not there without a secret", () => {
    const { webhookSecret: _, ...options } = optionsFor(emulator);
    const { webhooks, capabilities } = adapterOf(options).provider;
    expect([webhooks, capabilities.webhooks]).toEqual([undefined, "no"]);
  });
});

test.each([
  ["a page", "text/html", "<h1>404 Not Found</h1>"],
  ["nothing", "text/plain", ""],
  ["an object of somebody else's", "application/json", '{"message":"no route"}'],
])("nobody is gone because a gateway answers 404 with %s", async (_what, type, body) => {
  const gateway = createServer((_request, response) => {
    response.writeHead(404, { "content-type": type }).end(body);
  });
  gateway.listen(0, "127.0.0.1");
  await once(gateway, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = gateway.address() as AddressInfo;
  const options = { ...optionsFor(emulator), apiUrl: `http://127.0.0.1:${port}` };
  adapter = adapterOf(options);
  expect(await get("tenant", "org_acme")).toEqual(refused("provider_unavailable"));
  expect(await get("user", "user_ada")).toEqual(refused("provider_unavailable"));
  gateway.close();
});
