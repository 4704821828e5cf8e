import type { StytchEmulator } from "@tenantry/emulators";
import type { RawWebhook } from "@tenantry/core/provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapterOf, type Adapter } from "./support/adapter.ts";
import { optionsFor, startEmulator } from "./support/app.ts";

const SECRET = `whsec_${btoa("webhooks of the adapter's tests")}`;

let emulator: StytchEmulator;
let adapter: Adapter;
beforeAll(async () => {
  emulator = await startEmulator();
  adapter = adapterOf({ ...optionsFor(emulator), webhookSecret: [SECRET] });
});
afterAll(() => emulator.close());

type Signing = Parameters<StytchEmulator["controls"]["webhooks"]["sign"]>[1];

async function read(event: object | string, how: Signing = {}) {
  const text = typeof event === "string" ? event : JSON.stringify(event);
  const { headers, body } = emulator.controls.webhooks.sign(text, { secret: SECRET, ...how });
  const raw: RawWebhook = {
    body: new TextEncoder().encode(body),
    header: (name) => headers[name.toLowerCase()] ?? null,
  };
  return adapter.provider.webhooks?.verify(raw, adapter.tools);
}

const member = {
  member_id: "member-test-1",
  organization_id: "organization-test-1",
  email_address: "ada@acme.example",
  email_address_verified: true,
  name: "Ada",
  status: "active",
  roles: [
    { role_id: "admin", sources: [{ type: "direct_assignment" }] },
    { role_id: "auditor", sources: [{ type: "sso_connection_group" }] },
    { role_id: "editor", sources: [{ type: "scim_connection_group" }] },
    { role_id: "guest", sources: [{ type: "email_assignment" }] },
  ],
  updated_at: "2026-01-02T00:00:00Z",
};
const event = (more: object = {}) => ({
  project_id: "project-test-app",
  event_id: "event-test-1",
  action: "UPDATE",
  object_type: "member",
  source: "DIRECT",
  id: "member-test-1",
  timestamp: "2026-01-02T00:00:01Z",
  vertical: "B2B",
  member,
  ...more,
});
const changes = async (more: object) => {
  const news = await read(event(more));
  return news?.ok === true ? news.value.changes : news;
};

describe("a webhook", () => {
  test("of a member is about the person there, with the roles that are the record's own", async () => {
    expect(await changes({})).toMatchObject([
      { entity: "user", data: { email: { value: "ada@acme.example", verified: true } } },
      {
        entity: "membership",
        external: JSON.stringify(["organization-test-1", "member-test-1"]),
        version: Date.parse(member.updated_at),
        data: {
          tenant: "organization-test-1",
          roles: ["admin", "editor", "guest"],
          status: "active",
        },
      },
    ]);
  });

  test.each([
    ["pending", "pending"],
    ["invited", "pending"],
    ["deactivated", "inactive"],
    ["a word of tomorrow", "inactive"],
  ])("of a member who is %s gives no access", async (status, expected) => {
    expect(await changes({ member: { ...member, status } })).toMatchObject([
      {},
      { data: { status: expected } },
    ]);
  });

  test.each(["DIRECT", "DASHBOARD", "SCIM"])(
    "of a deletion by %s says neither whose nor where, so the record is asked for",
    async (source) => {
      const { member: _, ...rest } = event({ source, action: "DELETE" });
      const news = await read(rest);
      expect(news).toMatchObject({
        value: { changes: [{ kind: "refetch", entity: "membership", external: "member-test-1" }] },
      });
    },
  );

  test("of an organization that is deleted ends the tenant", async () => {
    const about = { object_type: "organization", id: "organization-test-1", member: undefined };
    expect(await changes({ ...about, action: "DELETE" })).toEqual([
      {
        kind: "delete",
        entity: "tenant",
        external: "organization-test-1",
        version: Date.parse("2026-01-02T00:00:01Z"),
      },
    ]);
    expect(await changes(about)).toMatchObject([{ kind: "refetch", entity: "tenant" }]);
  });

  test.each(["scim_group", "idp_group", "saml_connection", "scim_connection", "session"])(
    "about a %s changes nothing here",
    async (object_type) => {
      expect(await changes({ object_type })).toEqual([]);
    },
  );

  test("of another vertical changes nothing", async () => {
    expect(await changes({ vertical: "CONSUMER" })).toEqual([]);
  });

  test("of another project of the same endpoint is refused", async () => {
    const news = await read(event({ project_id: "project-live-app" }));
    expect(news).toMatchObject({ ok: false, reason: "project_mismatch" });
  });

  test("is one event by its delivery's id, whatever its body says", async () => {
    expect(await read(event(), { messageId: "msg_1" })).toMatchObject({
      value: { eventId: "msg_1" },
    });
  });

  test.each<[string, string | object, Signing, string]>([
    ["that is no JSON", "{", {}, "webhook_malformed"],
    ["that is a list", "[]", {}, "webhook_malformed"],
    ["without an id", { ...event(), id: undefined }, {}, "webhook_malformed"],
    ["of somebody else's", event(), { secret: `whsec_${btoa("other")}` }, "signature_invalid"],
    [
      "of six minutes ago",
      event(),
      { signedAtMs: Date.now() - 360_000 },
      "timestamp_outside_window",
    ],
    [
      "of six minutes ahead",
      event(),
      { signedAtMs: Date.now() + 360_000 },
      "timestamp_outside_window",
    ],
  ])("%s is refused", async (_, body, how, reason) => {
    expect(await read(body, how)).toMatchObject({ ok: false, reason });
  });
});
