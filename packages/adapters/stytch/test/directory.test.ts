import {
  externalSubject,
  type DirectoryEntity,
  type DirectorySource,
} from "@tenantry/core/provider";
import type { StytchEmulator } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapterOf, type Adapter } from "./support/adapter.ts";
import { optionsFor, startEmulator } from "./support/app.ts";

let emulator: StytchEmulator;
let adapter: Adapter;
let source: DirectorySource;
beforeAll(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
  if (adapter.provider.directory === undefined) throw new Error("there are no lists");
  source = adapter.provider.directory;
});
afterAll(() => emulator.close());

const get = (entity: DirectoryEntity, external: string) =>
  source.get(entity, external, adapter.tools);
const nameIn = (tenant: string, id: string) => externalSubject(id, { external: tenant });
const cleoIn = (slug: string) =>
  nameIn(`org_${slug}`, emulator.controls.memberId("cleo@acme.example", slug));

describe("a membership", () => {
  test("is called like the person, who is somebody in one organization only", async () => {
    const user = cleoIn("acme");
    expect(source.membershipId({ user, tenant: "org_acme" })).toBe(user);
    expect(source.membershipId({ user, tenant: "org_birch" })).toBeNull();
    expect(source.membershipId({ user: "somebody", tenant: "org_acme" })).toBeNull();
    const listed = await source.list("membership", undefined, adapter.tools);
    const names = listed.ok ? listed.value.items.map(({ external }) => external) : [];
    expect(names).toContain(user);
    expect(await get("membership", user)).toMatchObject({
      value: { kind: "upsert", external: user, data: { user, tenant: "org_acme" } },
    });
  });

  test("is found by the member alone, which is all that a webhook about its end says", async () => {
    const user = cleoIn("birch");
    const id = emulator.controls.memberId("cleo@acme.example", "birch");
    expect(await get("membership", id)).toMatchObject({ value: { external: user } });
  });

  test.each(["user", "membership"] as const)(
    "of somebody whose record is gone for good has ended: %s",
    async (entity) => {
      const user = nameIn("org_acme", "member-test-erased");
      const data = entity === "membership" ? { data: { user, tenant: "org_acme" } } : {};
      expect(await get(entity, user)).toEqual({
        ok: true,
        value: { kind: "delete", entity, external: user, version: expect.any(Number), ...data },
      });
    },
  );

  test("whose organization nobody can tell is refused, not guessed", async () => {
    expect(await get("membership", "member-test-erased")).toEqual({
      ok: false,
      reason: "member_not_found",
    });
  });

  test("in another organization than its name says is none", async () => {
    const id = emulator.controls.memberId("cleo@acme.example", "birch");
    expect(await get("membership", nameIn("org_acme", id))).toEqual({
      ok: false,
      reason: "answer_mismatch",
    });
  });

  test.each(["", "null", "[]", '["org_acme"]', '["","member-1"]', "../members", "person-1"])(
    "has no name like %j",
    async (external) => {
      expect(await get("membership", external)).toEqual({
        ok: false,
        reason: "external_malformed",
      });
    },
  );
});

test("nothing is gone while Stytch does not answer", async () => {
  const user = cleoIn("acme");
  emulator.controls.fail({ mode: "error" });
  for (const entity of ["user", "membership"] as const) {
    expect(await get(entity, user)).toEqual({ ok: false, reason: "provider_unavailable" });
  }
  expect(await get("tenant", "org_acme")).toEqual({ ok: false, reason: "provider_unavailable" });
  await emulator.controls.recover();
});
