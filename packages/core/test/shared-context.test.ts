import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { AuthContext } from "../src/context.ts";
import { createGrant } from "../src/grant.ts";
import type { Outcome } from "../src/outcome.ts";
import { createGrants } from "../src/permissions/grants.ts";
import { createScopeMint } from "../src/tenancy/scope.ts";
import { subjectEpochKey } from "../src/tokens/epochs.ts";
import { catalogue, houseOf, tokenOf } from "./fixtures/house.ts";
import { bearerOf, NOW_MS, tenantOf, userOf } from "./fixtures/records.ts";
import { requestOf, type RequestSketch } from "./fixtures/requests.ts";

// Requests of one credential share their context (row 16). Whatever a request is decided by is looked
// at again each time, so nothing here may be answered out of what an earlier request was given.

const TOKEN = `Bearer ${tokenOf()}`;

/** A house whose clock can be moved, with two ways for Ada to come to Acme. */
async function open() {
  let nowMs = NOW_MS;
  const house = await houseOf({ nowMs: () => nowMs });
  const cookie = await house.signIn();
  const ask = (headers: NonNullable<RequestSketch["headers"]>, sketch: RequestSketch = {}) => {
    const all = { host: "app.example.com", ...headers, ...sketch.headers };
    return house.auth.authenticate(requestOf({ ...sketch, headers: all }));
  };
  return {
    ...house,
    nowMs: () => nowMs,
    wait: (ms: number) => (nowMs += ms),
    byToken: (sketch?: RequestSketch) => ask({ authorization: TOKEN }, sketch),
    bySession: (sketch?: RequestSketch) => ask({ cookie }, sketch),
    ask,
  };
}
type House = Awaited<ReturnType<typeof open>>;

function contextOf(outcome: Outcome): AuthContext {
  if (outcome.kind !== "authenticated") throw new Error(`this was ${summary(outcome)}`);
  return outcome.context;
}

function summary(outcome: Outcome): string {
  return outcome.kind === "refused" ? outcome.error.code : outcome.kind;
}

const WAYS = ["byToken", "bySession"] as const;

describe.each(WAYS)("requests of one credential, %s,", (way) => {
  test("share one context while nothing changes", async () => {
    const house = await open();
    const first = contextOf(await house[way]());
    expect(contextOf(await house[way]())).toBe(first);
    expect(contextOf(await house[way]({ target: "/t/acme/notes" }))).toBe(first);
  });

  const ENDS: readonly (readonly [string, string, (house: House) => unknown])[] = [
    [
      "the person",
      "account_refused",
      ({ stores }) => stores.users.put(userOf("ada", { status: "suspended" })),
    ],
    [
      "the membership",
      "credential_invalid",
      ({ join }) => join("ada", "acme", { status: "suspended", versionMs: NOW_MS }),
    ],
    [
      "the tenant",
      "tenant_suspended",
      ({ stores }) => stores.tenants.put(tenantOf("acme", { status: "suspended" })),
    ],
    [
      "the way of signing in",
      "sign_in_method_refused",
      ({ stores }) => stores.tenants.put(tenantOf("acme", { policy: { methods: ["password"] } })),
    ],
    [
      "a sign-in of that age",
      "reauthentication_required",
      (house) => {
        house.wait(200_000);
        return house.stores.tenants.put(tenantOf("acme", { policy: { maxSignInAgeSeconds: 180 } }));
      },
    ],
    ["time", "credential_expired", (house) => house.wait(7_200_000)],
  ];
  test.each(ENDS)("are refused as soon as %s is no longer accepted", async (_, code, end) => {
    const house = await open();
    const first = contextOf(await house[way]());
    await end(house);
    const outcome = await house[way]();
    expect(outcome.kind).toBe("refused");
    expect(summary(outcome)).toBe(code);
    expect(first.tenant?.slug).toBe("acme");
  });

  const CHANGES: readonly (readonly [string, (house: House) => unknown, object])[] = [
    [
      "a lesser role",
      ({ join }) => join("ada", "acme", { roles: ["member"], versionMs: NOW_MS }),
      // A credential older than the demotion keeps no role that exceeds it.
      { roles: [] },
    ],
    [
      "another name of the person",
      ({ stores }) => stores.users.put(userOf("ada", { name: "Ada L." })),
      { principal: { name: "Ada L." } },
    ],
    [
      "another placement",
      ({ stores }) => stores.tenants.put(tenantOf("acme", { placement: "us-1" })),
      { tenant: { scope: { tenantId: "tnt_acme", placement: "us-1" } } },
    ],
    [
      "another name of the tenant",
      ({ stores }) => stores.tenants.put(tenantOf("acme", { name: "Acme & Co." })),
      { tenant: { name: "Acme & Co." } },
    ],
  ];
  test.each(CHANGES)(
    "see %s at once, and who was first keeps what was true then",
    async (...one) => {
      const [, change, seen] = one;
      const house = await open();
      const first = contextOf(await house[way]());
      const before = JSON.stringify(first);
      await change(house);
      const second = contextOf(await house[way]());
      expect(second).not.toBe(first);
      expect(second).toMatchObject(seen);
      expect(house.auth.isScope(second.tenant?.scope)).toBe(true);
      expect(JSON.stringify(first)).toBe(before);
      expect(first.permissions.has("notes:write")).toBe(true);
      expect(second.permissions.has("notes:write")).toBe(second.roles.includes("admin"));
    },
  );

  test.each([
    ["path", { target: "/t/globex/notes" }],
    ["host", { headers: { host: "globex.app.example.com" } }],
    ["header", { headers: { "x-tenant": "globex" } }],
  ])("share nothing with one whose %s names another tenant", async (_, sketch) => {
    const house = await open();
    const first = contextOf(await house[way]());
    const foreign = await house[way](sketch);
    expect(summary(foreign)).toMatch(/^tenant_(?:not_found|switch_required)$/);
    expect(contextOf(await house[way]())).toBe(first);
  });

  test("cannot be changed by a handler that is given it first", async () => {
    const house = await open();
    const first = contextOf(await house[way]());
    const before = JSON.stringify(first);
    for (const object of objectsIn(first)) {
      for (const name of [...Object.keys(object), "root", "toJSON"]) {
        expect(Reflect.set(object, name, "stolen")).toBe(false);
        expect(Reflect.defineProperty(object, name, { value: "stolen" })).toBe(false);
        expect(Reflect.deleteProperty(object, name) && Object.hasOwn(object, name)).toBe(false);
      }
      expect(Reflect.setPrototypeOf(object, { root: true })).toBe(false);
    }
    expect(JSON.stringify(contextOf(await house[way]()))).toBe(before);
  });
});

function* objectsIn(value: unknown): Generator<object> {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const member of Object.values(value)) yield* objectsIn(member);
}

test("a revoked token is refused, though its context was shared a moment ago", async () => {
  const house = await open();
  expect(contextOf(await house.byToken())).toBe(contextOf(await house.byToken()));
  const { instance, issuer } = contextOf(await house.byToken()).provider;
  await house.stores.revocations.raise([await subjectEpochKey(instance, issuer, "ada")], NOW_MS);
  expect(summary(await house.byToken())).toBe("credential_invalid");
});

test("two credentials of one person that say the same have a context each", async () => {
  const house = await open();
  const one = await house.byToken();
  const other = await house.ask({ authorization: `Bearer ${tokenOf({ jti: "another" })}` });
  expect(contextOf(other)).toEqual(contextOf(one));
  expect(contextOf(other)).not.toBe(contextOf(one));
});

test("a context is forgotten with its credential", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const grant = createGrant({ catalogue, grants: createGrants(), scopes: createScopeMint() });
  const made = (() => {
    const tenant = tenantOf("acme");
    const who = bearerOf({ tenant, roles: ["member"], authentication: { method: "sso" } });
    return new WeakRef(grant(who, { ok: true, tenant, roles: ["member"], vendorPermissions: [] }));
  })();
  expect(made.deref()).toBeDefined();
  // What was just looked at stays until the turn ends.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect();
  expect(made.deref()).toBeUndefined();
});
