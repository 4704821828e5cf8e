import { describe, expect, test } from "vitest";
import { createDoor } from "../../src/http/door.ts";
import { routeMount } from "../../src/http/route-mount.ts";
import type { Outcome } from "../../src/outcome.ts";
import { houseOf, tokenOf } from "../fixtures/house.ts";
import { requestOf } from "../fixtures/requests.ts";

async function doorOf() {
  const house = await houseOf({ tenants: [] });
  return { ...house, door: createDoor<object, "notes:read" | "notes:write">(house.auth) };
}

const ada = () => requestOf({ headers: { authorization: `Bearer ${tokenOf()}` } });
const codeOf = (answer: { readonly body: string } | null) =>
  answer === null ? null : (JSON.parse(answer.body) as { error: { code: string } }).error.code;

describe("a door", () => {
  test("knows who asks by the framework's object for the request, and by no other", async () => {
    const { door } = await doorOf();
    const [mine, copy] = [{}, {}];
    expect(await door.enter(mine, ada(), {})).toEqual({ setCookies: [], answer: null });
    expect(door.get(mine)?.tenant?.slug).toBe("acme");
    expect(door.refusal(mine, { kind: "auth" }, ada)).toBeNull();
    expect(door.get(copy)).toBeNull();
    expect(codeOf(door.refusal(copy, { kind: "auth" }, ada))).toBe("misconfigured");
  });

  test("has a key for each binding of an instance, so that none believes another's", async () => {
    const { auth, door } = await doorOf();
    const second = createDoor(auth);
    const key = {};
    await door.enter(key, ada(), {});
    expect(codeOf(second.refusal(key, { kind: "auth" }, ada))).toBe("misconfigured");
  });

  test("refuses who lacks a permission, in the words of core", async () => {
    const { door } = await doorOf();
    const key = {};
    await door.enter(key, requestOf(), {});
    const refusal = door.refusal(key, { kind: "permission", permissions: ["notes:read"] }, ada);
    expect(refusal?.status).toBe(401);
    expect(codeOf(refusal)).toBe("credential_missing");
    expect(door.get(key)).toBeNull();
  });

  test("forgets what an outer mount accepted as soon as an inner one starts", async () => {
    const { door } = await doorOf();
    const key = {};
    await door.enter(key, ada(), {});
    const failing = door.enter(key, ada(), () => {
      throw new TypeError("no such parameter");
    });
    await expect(failing).rejects.toThrow("no such parameter");
    expect(door.get(key)).toBeNull();
    expect(codeOf(door.refusal(key, { kind: "auth" }, ada))).toBe("misconfigured");
  });

  test("gives a tenant's context behind a guard that asks for one, and until the next authenticate", async () => {
    const { door } = await doorOf();
    const key = {};
    const refused = /requireTenant\(\) or requirePermission\(\)/;
    expect(() => door.tenantContext(key)).toThrow(refused);
    await door.enter(key, ada(), {});
    expect(() => door.tenantContext(key)).toThrow(refused);
    expect(door.refusal(key, { kind: "permission", permissions: ["notes:read"] }, ada)).toBeNull();
    expect(door.tenantContext(key)).toBe(door.get(key));
    // What a guard has said of an outer mount says nothing of an inner one.
    await door.enter(key, ada(), { accept: ["access"] });
    expect(() => door.tenantContext(key)).toThrow(TypeError);
  });

  test("gives no tenant's context to a handler that a guard has refused", async () => {
    const { door } = await doorOf();
    const key = {};
    await door.enter(
      key,
      requestOf({ headers: { authorization: `Bearer ${tokenOf({ org: null })}` } }),
      {},
    );
    expect(codeOf(door.refusal(key, { kind: "tenant" }, ada))).toBe("tenant_required");
    expect(door.get(key)).not.toBeNull();
    expect(() => door.tenantContext(key)).toThrow(TypeError);
  });

  test("sends a browser on instead of running the handler, with the cookies it needs", async () => {
    const { auth } = await doorOf();
    const outcome: Outcome = {
      kind: "redirect",
      location: "https://idp.example/renew",
      setCookies: ["a=1"],
    };
    const door = createDoor({ ...auth, authenticate: () => Promise.resolve(outcome) });
    const { setCookies, answer } = await door.enter({}, requestOf(), {});
    expect(setCookies).toEqual(["a=1"]);
    expect(answer).toMatchObject({ status: 302, body: "" });
    expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
      "cache-control": "private, no-store",
      location: "https://idp.example/renew",
    });
  });
});

describe("row 26: a mount with a parameter of the route", () => {
  const params: Readonly<Record<string, unknown>> = { slug: "acme", many: ["acme", "globex"] };
  const param = (name: string) => params[name];

  test("takes its tenant from there", () => {
    expect(routeMount({ accept: ["access"], tenantParam: "slug" }, param)).toEqual({
      accept: ["access"],
      tenant: "acme",
    });
    expect(routeMount({ accept: ["access"] }, param)).toEqual({ accept: ["access"] });
  });

  test.each(["absent", "many"])("fails when the route has no such text: %s", (tenantParam) => {
    expect(() => routeMount({ tenantParam }, param)).toThrow(tenantParam);
  });
});
