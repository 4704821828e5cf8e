import { beforeEach, describe, expect, test } from "vitest";
import type { Membership, Tenant, User } from "../../src/directory/records.ts";
import { memoryStores } from "../../src/directory/memory/stores.ts";
import type { Stores } from "../../src/directory/ports.ts";
import type { SessionRecord } from "../../src/sessions/record.ts";
import { createCrossTenantGate, type CrossTenantGate } from "../../src/tenancy/cross-tenant.ts";
import { NOW_MS, bearerOf, sessionOf, tenantOf, userOf, whoOf } from "../fixtures/records.ts";

const internal = tenantOf("lighthouse", {
  domains: [
    { name: "lighthouse.example", verified: true },
    { name: "lighthouse-old.example", verified: false },
  ],
});
const customer = tenantOf("acme");
const grace = userOf("grace", { email: { value: "grace@lighthouse.example", verified: true } });

const membership = (changes: Partial<Membership> = {}): Membership => ({
  userId: grace.id,
  tenantId: internal.id,
  roles: ["support"],
  status: "active",
  versionMs: 1,
  ...changes,
});

const atHome = sessionOf({
  id: "ses_grace",
  userId: grace.id,
  tenantId: internal.id,
  roles: ["support"],
});
const stay = {
  tenantId: customer.id,
  reason: "ticket 7",
  enteredAtMs: NOW_MS - 60_000,
  untilMs: NOW_MS + 60_000,
};
const inside: SessionRecord = { ...atHome, entered: stay };

const supporter = (session = inside) =>
  whoOf({ principal: { kind: "user", id: grace.id }, tenant: internal, session });

let stores: Stores;
let nowMs = NOW_MS;

function gateOf(maxSeconds?: number): CrossTenantGate {
  return createCrossTenantGate(
    {
      internalTenant: "lighthouse",
      role: "support",
      grants: "viewer",
      ...(maxSeconds === undefined ? {} : { maxSeconds }),
    },
    {
      nowMs: () => nowMs,
      tenantById: (id) => stores.tenants.get(id),
      tenantBySlug: (slug) => stores.tenants.getBySlug(slug),
      userById: (id) => stores.users.get(id),
      async activeRoles(userId, tenantId) {
        const held = await stores.memberships.get(userId, tenantId);
        return held?.status === "active" ? held.roles : null;
      },
    },
  );
}

beforeEach(async () => {
  nowMs = NOW_MS;
  stores = memoryStores({ nowMs: () => nowMs });
  await stores.tenants.put(internal);
  await stores.tenants.put(customer);
  await stores.users.put(grace);
  await stores.memberships.apply(membership());
});

describe("a supporter of the internal tenant", () => {
  test("may enter", async () => {
    expect(await gateOf().canEnter(atHome)).toBe(true);
  });

  test("is in the tenant they entered, with the one role that is meant for it", async () => {
    expect(await gateOf().current(supporter())).toEqual({
      tenant: customer,
      role: "viewer",
      crossTenant: {
        reason: "ticket 7",
        enteredAtMs: stay.enteredAtMs,
        untilMs: stay.untilMs,
        home: { id: internal.id, slug: "lighthouse" },
      },
    });
  });

  test("stays an hour at most, unless the options say otherwise", () => {
    expect(gateOf().maxSeconds).toBe(3600);
    expect(gateOf(60).maxSeconds).toBe(60);
  });
});

describe("nobody is in another tenant", () => {
  test("without having entered", async () => {
    expect(await gateOf().current(supporter(atHome))).toBeUndefined();
  });

  test("with a bearer token, whoever it belongs to", async () => {
    const token = bearerOf({ principal: { kind: "user", id: grace.id }, tenant: internal });
    expect(await gateOf().current(token)).toBeUndefined();
  });

  test("once the time is over", async () => {
    nowMs = stay.untilMs - 1;
    expect(await gateOf().current(supporter())).toBeDefined();
    nowMs = stay.untilMs;
    expect(await gateOf().current(supporter())).toBeUndefined();
  });

  test("if nobody can tell when the time is over", async () => {
    const endless = { ...inside, entered: { ...stay, untilMs: Number.NaN } };
    expect(await gateOf().current(supporter(endless))).toBeUndefined();
  });

  test("if that tenant is gone", async () => {
    const nowhere = { ...inside, entered: { ...stay, tenantId: "tnt_gone" } };
    expect(await gateOf().current(supporter(nowhere))).toBeUndefined();
  });
});

const email = (value: string, verified = true): Partial<User> => ({ email: { value, verified } });

interface Change {
  readonly user?: Partial<User> | null;
  readonly membership?: Partial<Membership>;
  readonly internal?: Partial<Tenant> | null;
  readonly session?: Partial<typeof atHome>;
}

// Each row changes one fact about the supporter above.
describe.each([
  ["the role is gone from the membership", { membership: { roles: ["admin"] } }],
  ["the membership is suspended", { membership: { status: "suspended" } }],
  ["the membership is removed", { membership: { status: "removed" } }],
  ["the membership is only an invitation", { membership: { status: "invited" } }],
  ["the session does not attest the role", { session: { roles: ["admin"] } }],
  ["the session stands for a customer", { session: { tenantId: customer.id } }],
  ["the session stands for no tenant", { session: { tenantId: null } }],
  ["the session is somebody else's", { session: { userId: "usr_eve" } }],
  ["the person is unknown", { user: null }],
  ["the person is suspended", { user: { status: "suspended" } }],
  ["the person is deleted", { user: { status: "deleted" } }],
  ["there is no e-mail address", { user: { email: null } }],
  ["the e-mail address is not verified", { user: email("grace@lighthouse.example", false) }],
  ["the e-mail address is in another domain", { user: email("grace@acme.example") }],
  ["the domain is only claimed", { user: email("grace@lighthouse-old.example") }],
  ["row 32: the domain ends alike", { user: email("grace@evil-lighthouse.example") }],
  ["row 32: the domain is a subdomain", { user: email("grace@x.lighthouse.example") }],
  ["row 32: the domain goes on", { user: email("grace@lighthouse.example.evil.test") }],
  ["row 32: there are two at signs", { user: email("a@x@lighthouse.example") }],
  ["row 32: two at signs, ours first", { user: email("a@lighthouse.example@evil.test") }],
  ["row 32: there is no local part", { user: email("@lighthouse.example") }],
  ["row 32: there is no domain", { user: email("grace@") }],
  ["row 32: there is no at sign", { user: email("lighthouse.example") }],
  ["row 32: a blank stands behind", { user: email("grace@lighthouse.example ") }],
  ["row 32: a second address follows", { user: email("x@evil.test,grace@lighthouse.example") }],
  ["the internal tenant does not exist", { internal: null }],
  ["the internal tenant is suspended", { internal: { status: "suspended" } }],
  ["the internal tenant has no verified domain", { internal: { domains: [] } }],
] satisfies readonly (readonly [string, Change])[])("when %s", (_, change: Change) => {
  const session = { ...atHome, ...change.session };

  beforeEach(async () => {
    if (change.user === null) stores = { ...stores, users: memoryStores().users };
    else await stores.users.put({ ...grace, ...change.user });
    if (change.internal === null) stores = { ...stores, tenants: memoryStores().tenants };
    else await stores.tenants.put({ ...internal, ...change.internal });
    await stores.tenants.put(customer);
    if (change.membership) {
      await stores.memberships.apply(membership({ versionMs: 2, ...change.membership }));
    }
  });

  test("nobody may enter", async () => {
    expect(await gateOf().canEnter(session)).toBe(false);
  });

  test("a stay that began before is over", async () => {
    expect(await gateOf().current(supporter({ ...session, entered: stay }))).toBeUndefined();
  });
});

test("an upper-case domain is the same domain", async () => {
  await stores.users.put({ ...grace, ...email("Grace@Lighthouse.EXAMPLE") });
  expect(await gateOf().canEnter(atHome)).toBe(true);
});
