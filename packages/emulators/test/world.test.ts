import { describe, expect, test } from "vitest";
import { createWorld, demoWorld, type WorldChange } from "../src/index.ts";

describe("the demo world", () => {
  test("has three tenants with their own verified domains", () => {
    const tenants = demoWorld().tenants.list();
    expect(tenants.map((each) => [each.id, each.slug, each.domains])).toEqual([
      ["org_acme", "acme", [{ domain: "acme.example", verified: true }]],
      ["org_birch", "birch", [{ domain: "birch.example", verified: true }]],
      ["org_lighthouse", "lighthouse", [{ domain: "lighthouse.example", verified: true }]],
    ]);
  });

  test("has six people with verified e-mails and their places", () => {
    const world = demoWorld();
    const places = world.users.list().map((user) => {
      const active = world.activeMembershipsOf(user.id);
      return [user.email, ...active.map(({ tenant, roles }) => `${tenant.slug}:${roles.join()}`)];
    });
    expect(places).toEqual([
      ["ada@acme.example", "acme:admin"],
      ["ben@acme.example", "acme:viewer"],
      ["cleo@acme.example", "acme:editor", "birch:viewer"],
      ["dan@birch.example", "birch:admin"],
      ["eve@birch.example", "birch:viewer"],
      ["sam@lighthouse.example", "lighthouse:support"],
    ]);
    expect(world.users.list().every((user) => user.emailVerified)).toBe(true);
  });

  test("has a machine for each customer and one that belongs to nobody", () => {
    const services = demoWorld().services.list();
    expect(services.map((each) => [each.clientId, each.tenantId])).toEqual([
      ["acme-robot", "org_acme"],
      ["birch-robot", "org_birch"],
      ["stray-robot", null],
    ]);
  });

  test("is a new world on each call", () => {
    demoWorld().users.remove("user_ada");
    expect(demoWorld().users.get("user_ada")).toBeDefined();
  });
});

describe("a world", () => {
  test("tells listeners of each change, in order, with the row before and after", () => {
    const world = demoWorld();
    const heard: WorldChange[] = [];
    const stop = world.onChange((change) => heard.push(change));
    world.memberships.update("user_ben", "org_acme", { roles: ["editor"] });
    world.users.remove("user_dan");
    stop();
    world.users.remove("user_eve");

    expect(heard.map(({ entity }) => entity)).toEqual(["membership", "membership", "user"]);
    expect(heard[0]?.before).toMatchObject({ userId: "user_ben", roles: ["viewer"] });
    expect(heard[0]?.after).toMatchObject({ userId: "user_ben", roles: ["editor"] });
    expect(heard[1]?.before).toMatchObject({ userId: "user_dan", tenantId: "org_birch" });
    expect(heard[2]).not.toHaveProperty("after");
    const sequences = heard.map((change) => change.sequence);
    expect(sequences).toEqual([sequences[0], sequences[0]! + 1, sequences[0]! + 2]);
  });

  test("takes memberships and machines away with their tenant", () => {
    const world = demoWorld();
    world.tenants.remove("org_birch");
    expect(world.memberships.inTenant("org_birch")).toEqual([]);
    expect(world.services.get("birch-robot")).toBeUndefined();
    expect(world.activeMembershipsOf("user_cleo").map(({ tenant }) => tenant.slug)).toEqual([
      "acme",
    ]);
  });

  test.each(["pending", "inactive"] as const)("gives no access for a %s membership", (status) => {
    const world = demoWorld();
    world.memberships.update("user_ada", "org_acme", { status });
    expect(world.activeMembershipsOf("user_ada")).toEqual([]);
  });

  test("finds people by e-mail whatever the case, and tenants by slug or id", () => {
    const world = demoWorld();
    expect(world.userByEmail("ADA@acme.Example")?.id).toBe("user_ada");
    expect(world.tenantBySlugOrId("acme")?.id).toBe("org_acme");
    expect(world.tenantBySlugOrId("org_acme")?.slug).toBe("acme");
    expect(world.tenantBySlugOrId("nobody")).toBeUndefined();
  });

  test("survives a trip through JSON", () => {
    const data = demoWorld().snapshot();
    expect(createWorld(JSON.parse(JSON.stringify(data))).snapshot()).toEqual(data);
  });

  test("does not hand out rows that can be changed behind its back", () => {
    const roles = ["viewer"];
    const world = createWorld({ roles: [{ slug: "viewer", name: "Viewer", permissions: [] }] });
    world.tenants.add({ id: "org_x", slug: "x", name: "X", domains: [] });
    world.users.add({ id: "user_x", email: "x@x.example", emailVerified: true, name: "X" });
    world.memberships.add({ userId: "user_x", tenantId: "org_x", roles, status: "active" });
    roles.push("admin");
    const row = world.memberships.get("user_x", "org_x");
    expect(row?.roles).toEqual(["viewer"]);
    expect(Object.isFrozen(row) && Object.isFrozen(row?.roles)).toBe(true);
  });

  const contradictions: readonly (readonly [
    string,
    (world: ReturnType<typeof demoWorld>) => void,
  ])[] = [
    ["an e-mail twice", (w) => w.users.update("user_ben", { email: "Ada@acme.example" })],
    ["a slug twice", (w) => w.tenants.update("org_birch", { slug: "acme" })],
    [
      "a slug that is another tenant's id",
      (w) => w.tenants.update("org_birch", { slug: "org_acme" }),
    ],
    ["a key that changes", (w) => w.users.update("user_ben", { id: "user_benjamin" })],
    ["an update of nobody", (w) => w.users.update("user_nobody", { name: "Nobody" })],
    ["the same person twice", (w) => w.users.add(w.users.list()[0]!)],
    [
      "a membership of nobody",
      (w) => w.memberships.add({ userId: "x", tenantId: "org_acme", roles: [], status: "active" }),
    ],
    [
      "a membership in nothing",
      (w) => w.memberships.add({ userId: "user_ada", tenantId: "x", roles: [], status: "active" }),
    ],
    ["an unknown role", (w) => w.memberships.update("user_ada", "org_acme", { roles: ["king"] })],
    ["a machine of no known tenant", (w) => w.services.update("stray-robot", { tenantId: "x" })],
  ];
  test.each(contradictions)("refuses %s", (_what, change) => {
    const world = demoWorld();
    const before = world.snapshot();
    expect(() => change(world)).toThrow(TypeError);
    expect(world.snapshot()).toEqual(before);
  });
});
