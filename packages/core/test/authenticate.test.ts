import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAuthenticate, type Steps } from "../src/authenticate.ts";
import type { AcceptedKind } from "../src/context.ts";
import { createGrant } from "../src/grant.ts";
import { reject } from "../src/internal/result.ts";
import type { LogEvent } from "../src/log.ts";
import type { Outcome } from "../src/outcome.ts";
import { createGrants } from "../src/permissions/grants.ts";
import { createScopeMint } from "../src/tenancy/scope.ts";
import {
  broken,
  catalogue,
  COOKIE,
  houseOf,
  ORIGIN,
  profileOf,
  slowly,
  tokenOf,
  watched,
} from "./fixtures/house.ts";
import { providerOf } from "./fixtures/providers.ts";
import { NOW_MS, tenantOf, whoOf } from "./fixtures/records.ts";
import { requestOf, type RequestSketch } from "./fixtures/requests.ts";

type House = Awaited<ReturnType<typeof houseOf>>;
type Headers = NonNullable<RequestSketch["headers"]>;

const bearer = (claims?: Readonly<Record<string, unknown>>): Headers => ({
  authorization: `Bearer ${tokenOf(claims)}`,
});

/** What became of a request, in one line. */
function summary(outcome: Outcome): string {
  if (outcome.kind === "refused") return outcome.error.code;
  if (outcome.kind !== "authenticated") return outcome.kind;
  const { principal, tenant, credential } = outcome.context;
  return `${principal.id} in ${tenant?.slug ?? "no tenant"} by ${credential.accepted}`;
}

async function ask(house: House, sketch: RequestSketch, mount = {}) {
  const headers = { host: "app.example.com", ...sketch.headers };
  return house.auth.authenticate(requestOf({ ...sketch, headers }), mount);
}

describe("authenticate", () => {
  test("knows a session, a person's token, a machine and an API key", async () => {
    const house = await houseOf();
    const session = await ask(house, { headers: { cookie: await house.signIn() } });
    expect(summary(session)).toBe("usr_ada in acme by session");
    expect(summary(await ask(house, { headers: bearer() }))).toBe("usr_ada in acme by access");
    const robot = await ask(house, { headers: bearer({ use: "m2m", sub: "robot" }) });
    expect(summary(robot)).toBe("tnt_robot in acme by m2m");

    if (session.kind !== "authenticated") throw new Error("the session was refused");
    const made = await house.auth.apiKeys.create(session.context, {
      name: "export",
      permissions: ["notes:read"],
    });
    if (!made.ok) throw new Error("the key was refused");
    const byKey = await ask(house, { headers: { authorization: `Bearer ${made.value.key}` } });
    expect(summary(byKey)).toBe(`${made.value.record.id} in acme by api_key`);
  });

  test("knows nobody without a credential, and asks no store", async () => {
    const asked: string[] = [];
    const house = await houseOf({}, watched(asked));
    expect(await ask(house, { target: "/t/acme" })).toEqual({ kind: "anonymous", setCookies: [] });
    expect(await ask(house, { target: "/t/nobody" })).toEqual({
      kind: "anonymous",
      setCookies: [],
    });
    expect(asked).toEqual([]);
    expect(house.events).toEqual([]);
  });

  test("reads no cookie on a mount that takes no sessions", async () => {
    const house = await houseOf();
    const headers = { cookie: await house.signIn() };
    const accept: readonly AcceptedKind[] = ["access", "m2m", "api_key"];
    expect(summary(await ask(house, { headers }, { accept }))).toBe("anonymous");
  });

  test("row 12: takes no token for another door, in both directions", async () => {
    const house = await houseOf();
    const api = await ask(house, { headers: bearer({ use: "mcp" }) });
    expect(summary(api)).toBe("credential_invalid");
    const mcp = await ask(house, { headers: bearer() }, { accept: ["mcp"] });
    expect(summary(mcp)).toBe("credential_invalid");
    const right = await ask(house, { headers: bearer({ use: "mcp" }) }, { accept: ["mcp"] });
    expect(summary(right)).toBe("usr_ada in acme by mcp");
  });

  test("row 38: refuses a write from another site, and takes it from ours", async () => {
    const house = await houseOf();
    const cookie = await house.signIn();
    const write = (origin: string) => ask(house, { method: "POST", headers: { cookie, origin } });
    expect(summary(await write("https://evil.test"))).toBe("csrf_refused");
    expect(summary(await write(ORIGIN))).toBe("usr_ada in acme by session");
  });

  test("has no fallback from a bad token to a good session", async () => {
    const house = await houseOf();
    const headers = { cookie: await house.signIn(), authorization: "Bearer a.b.c" };
    expect(summary(await ask(house, { headers }))).toBe("credential_invalid");
  });

  test("row 20: yields frozen contexts without the credential that was sent", async () => {
    const house = await houseOf();
    const cookie = await house.signIn();
    for (const headers of [{ cookie }, bearer()]) {
      const outcome = await ask(house, { headers });
      if (outcome.kind !== "authenticated") throw new Error("this was refused");
      expect(Object.isFrozen(outcome.context)).toBe(true);
      const written = JSON.stringify(outcome.context);
      const secrets = Object.values<unknown>(headers).flatMap((value) =>
        String(value).split(/[ =.]/),
      );
      for (const secret of secrets.filter((part) => part.length > 20)) {
        expect(written).not.toContain(secret);
      }
    }
  });
});

describe("row 30: one tenant per request", () => {
  // Ada belongs to Acme and Globex and came for Acme; Initech is somebody else's.
  test.each([
    ["the path", (slug: string) => ({ target: `/t/${slug}/notes` })],
    ["the host", (slug: string) => ({ headers: { host: `${slug}.app.example.com` } })],
    ["the header", (slug: string) => ({ headers: { "x-tenant": slug } })],
  ] satisfies readonly (readonly [string, (slug: string) => RequestSketch])[])(
    "named by %s",
    async (_, place: (slug: string) => RequestSketch) => {
      const house = await houseOf();
      const cookie = await house.signIn();
      const at = async (slug: string, headers: Headers) => {
        const sketch = place(slug);
        return summary(await ask(house, { ...sketch, headers: { ...sketch.headers, ...headers } }));
      };
      expect(await at("acme", { cookie })).toBe("usr_ada in acme by session");
      expect(await at("globex", { cookie })).toBe("tenant_switch_required");
      expect(await at("initech", { cookie })).toBe("tenant_not_found");
      expect(await at("nobody", { cookie })).toBe("tenant_not_found");
      expect(await at("acme", bearer())).toBe("usr_ada in acme by access");
      expect(await at("globex", bearer())).toBe("tenant_not_found");
      expect(await at("initech", bearer())).toBe("tenant_not_found");
      expect(await at("globex", bearer({ use: "m2m", sub: "robot" }))).toBe("tenant_not_found");
    },
  );

  test("refuses places that disagree, whichever of them is right", async () => {
    const house = await houseOf();
    const cookie = await house.signIn();
    const sketches: readonly RequestSketch[] = [
      { target: "/t/acme", headers: { "x-tenant": "globex" } },
      { target: "/t/globex", headers: { "x-tenant": "acme" } },
      { target: "/t/acme", headers: { host: "globex.app.example.com" } },
    ];
    for (const sketch of sketches) {
      const headers = { ...sketch.headers, cookie };
      expect(summary(await ask(house, { ...sketch, headers }))).toBe("tenant_not_found");
    }
    const router = await ask(
      house,
      { target: "/t/acme", headers: { cookie } },
      { tenant: "globex" },
    );
    expect(summary(router)).toBe("tenant_not_found");
  });

  test("row 27: takes the host from a listed proxy and from nobody else", async () => {
    const house = await houseOf();
    const headers = { "x-forwarded-host": "globex.app.example.com", ...bearer() };
    const from = async (remoteAddress: string) =>
      summary(await ask(house, { headers, remoteAddress }));
    expect(await from("192.0.2.7")).toBe("usr_ada in acme by access");
    expect(await from("10.0.0.1")).toBe("tenant_not_found");
    expect(await from("::ffff:10.0.0.1")).toBe("tenant_not_found");
  });

  test("finds no tenant for a machine that stands for none", async () => {
    const house = await houseOf();
    const headers = bearer({ use: "m2m", sub: "robot", org: null });
    expect(summary(await ask(house, { headers }))).toBe("tenant_required");
    expect(summary(await ask(house, { target: "/t/acme", headers }))).toBe("tenant_required");
  });

  test("takes a person's only membership for no tenant of a token that names none", async () => {
    const house = await houseOf();
    const outcome = await ask(house, {
      headers: bearer({ sub: "bob", org: null, roles: ["admin"] }),
    });
    expect(summary(outcome)).toBe("usr_bob in no tenant by access");
    expect(outcome.kind === "authenticated" && outcome.context.permissions.size).toBe(0);
  });

  test("knows a supporter only in the tenant they entered, and puts it on record", async () => {
    const house = await houseOf();
    const cookie = await house.signIn({
      userId: "usr_grace",
      tenantId: "tnt_lighthouse",
      roles: ["support"],
      entered: {
        tenantId: "tnt_initech",
        reason: "ticket 7",
        enteredAtMs: NOW_MS - 1000,
        untilMs: NOW_MS + 1000,
      },
    });
    const outcome = await ask(house, { target: "/t/initech/notes", headers: { cookie } });
    expect(summary(outcome)).toBe("usr_grace in initech by session");
    if (outcome.kind !== "authenticated") throw new Error("this was refused");
    expect([...outcome.context.permissions]).toEqual(["notes:read"]);
    expect(outcome.context.actors).toEqual([{ kind: "support", id: "usr_grace" }]);
    const { items } = await house.stores.audit.listByTenant("tnt_initech");
    expect(items).toMatchObject([{ type: "tenant.acted", reason: "ticket 7" }]);

    const elsewhere = await ask(house, { target: "/t/acme/notes", headers: { cookie } });
    expect(summary(elsewhere)).toBe("tenant_not_found");
  });
});

describe("row 22: what cannot be found out", () => {
  const secretive = Object.assign(new Error("password=SECRET"), { query: "SECRET" });
  const supporter = {
    userId: "usr_grace",
    tenantId: "tnt_lighthouse",
    roles: ["support"],
    entered: {
      tenantId: "tnt_initech",
      reason: "ticket 7",
      enteredAtMs: NOW_MS - 1000,
      untilMs: NOW_MS + 1000,
    },
  };

  test.each([
    ["sessions.getBySecretHash", "session", "/"],
    ["revocations.read", "session", "/"],
    ["users.get", "session", "/"],
    ["tenants.get", "session", "/"],
    ["memberships.get", "session", "/"],
    ["tenants.getBySlug", "session", "/t/globex"],
    ["revocations.read", "token", "/"],
    ["links.find", "token", "/"],
    ["users.get", "token", "/"],
    ["tenants.get", "token", "/"],
    ["memberships.get", "token", "/"],
    ["tenants.getBySlug", "token", "/t/globex"],
    ["tenants.getBySlug", "supporter", "/"],
    ["audit.append", "supporter", "/"],
  ])("because %s fails for a %s is 503 and never passes", async (method, kind, target) => {
    for (const failure of [secretive, "SECRET", null]) {
      const house = await houseOf({}, broken(method, failure));
      const headers =
        kind === "token"
          ? bearer()
          : { cookie: await house.signIn(kind === "supporter" ? supporter : {}) };
      const outcome = await ask(house, { target, headers });
      expect(summary(outcome)).toBe("store_unavailable");
      expect(JSON.stringify([outcome, house.events])).not.toContain("SECRET");
      expect(house.events.filter(({ level }) => level === "error").length).toBeGreaterThan(0);
    }
  });

  test("because the provider's keys cannot be fetched is 503, and so is every later try", async () => {
    const keys = { jwksUri: "https://idp.example/jwks" };
    const house = await houseOf({
      providers: [providerOf({ tokens: [profileOf("access", keys)] })],
    });
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(summary(await ask(house, { headers: bearer() }))).toBe("provider_unavailable");
    }
  });
});

describe("row 16: a thousand requests at a time", () => {
  test("never mix two tenants, people or kinds of credential", async () => {
    const house = await houseOf({}, slowly);
    const session = (userId: string, tenant: string) =>
      house.signIn({ userId, tenantId: `tnt_${tenant}` });
    const cookies = {
      adaInAcme: await session("usr_ada", "acme"),
      adaInGlobex: await session("usr_ada", "globex"),
      bobInGlobex: await session("usr_bob", "globex"),
    };
    const cases: readonly (readonly [RequestSketch, string])[] = [
      [{ target: "/t/acme", headers: { cookie: cookies.adaInAcme } }, "usr_ada in acme by session"],
      [
        { target: "/t/globex", headers: { cookie: cookies.adaInGlobex } },
        "usr_ada in globex by session",
      ],
      [
        { target: "/t/globex", headers: { cookie: cookies.bobInGlobex } },
        "usr_bob in globex by session",
      ],
      [{ target: "/t/acme", headers: { cookie: cookies.bobInGlobex } }, "tenant_not_found"],
      [{ target: "/t/globex", headers: { cookie: cookies.adaInAcme } }, "tenant_switch_required"],
      [{ target: "/t/acme", headers: bearer() }, "usr_ada in acme by access"],
      [{ target: "/t/globex", headers: bearer({ org: "globex" }) }, "usr_ada in globex by access"],
      [
        { target: "/t/globex", headers: bearer({ org: "globex", sub: "bob" }) },
        "usr_bob in globex by access",
      ],
      [{ target: "/t/globex", headers: bearer() }, "tenant_not_found"],
      [{ target: "/t/acme" }, "anonymous"],
    ];
    const requests = Array.from({ length: 1000 }, (_, index) => cases[index % cases.length]);
    const outcomes = await Promise.all(
      requests.map(async (one) => [summary(await ask(house, one?.[0] ?? {})), one?.[1]] as const),
    );
    expect(outcomes.filter(([actual, expected]) => actual !== expected)).toEqual([]);
  });

  test("give each request a scope of its own tenant", async () => {
    const house = await houseOf({}, slowly);
    const tenants = Array.from({ length: 100 }, (_, index) =>
      index % 2 === 0 ? "acme" : "globex",
    );
    const outcomes = await Promise.all(
      tenants.map((org) => ask(house, { headers: bearer({ org }) })),
    );
    const scopes = outcomes.map((outcome) =>
      outcome.kind === "authenticated" ? outcome.context.tenant?.scope : undefined,
    );
    expect(scopes.map((scope) => scope?.tenantId)).toEqual(tenants.map((slug) => `tnt_${slug}`));
    expect(scopes.every((scope) => house.auth.isScope(scope))).toBe(true);
  });
});

describe("row 23: whatever a stranger sends", () => {
  test("is an outcome and never an exception, and proves nobody", async () => {
    const house = await houseOf();
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "Bearer %",
        "Bearer a.b.c",
        "Bearer ..",
        `${COOKIE}=%`,
        `${COOKIE}=`,
        "text/html",
      ),
      fc.string({ unit: "binary" }).map((value) => `Bearer ${value}`),
      fc.string({ unit: "binary" }).map((value) => `${COOKIE}=${value}`),
      fc.base64String().map((value) => `Bearer ${value}.${value}.${value}`),
    );
    const lines = fc.array(text, { maxLength: 2 });
    const names = [
      "authorization",
      "cookie",
      "host",
      "x-forwarded-host",
      "x-tenant",
      "origin",
      "sec-fetch-site",
      "accept",
      "sec-fetch-dest",
    ];
    const sketch = fc.record({
      method: text,
      target: text,
      remoteAddress: text,
      headers: fc.dictionary(fc.constantFrom(...names), lines, { maxKeys: names.length }),
    });
    await fc.assert(
      fc.asyncProperty(sketch, fc.option(text, { nil: undefined }), async (sent, tenant) => {
        const mount = tenant === undefined ? {} : { tenant };
        const request = requestOf(sent);
        const outcome = await house.auth.authenticate(request, mount);
        expect(["anonymous", "refused"]).toContain(outcome.kind);
        const error = house.auth.http.guard(outcome, { kind: "auth" });
        const answer = error && house.auth.http.answer(error, request, mount);
        expect(answer?.status).toBeGreaterThanOrEqual(303);
        expect(answer?.status).not.toBe(500);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the steps", () => {
  const setCookies = ["__Host-tenantry=renewed"];
  const tenant = tenantOf("acme");
  const who = whoOf({ tenant });

  /** Steps that let one person through, each of which a test may replace. */
  function run(changes: Partial<Steps<string>>) {
    const events: LogEvent[] = [];
    const calls: string[] = [];
    const steps: Steps<string> = {
      chooseCredential: () => ({ kind: "bearer", token: "SECRET" }),
      identify: async () => ({ ok: true, who, setCookies }),
      resolveTenant: async () => ({ ok: true, tenant, roles: who.roles, vendorPermissions: [] }),
      grant: createGrant({ catalogue, grants: createGrants(), scopes: createScopeMint() }),
      checkPolicy: () => ({ ok: true }),
      recordCrossTenant: async () => {},
      ...changes,
    };
    const watchedSteps = Object.fromEntries(
      Object.entries(steps).map(([name, step]: [string, (...all: never[]) => unknown]) => [
        name,
        (...all: never[]) => {
          calls.push(name);
          return step(...all);
        },
      ]),
    ) as unknown as Steps<string>;
    const authenticate = createAuthenticate(watchedSteps, (event) => events.push(event));
    return { outcome: authenticate(requestOf()), events, calls };
  }

  test("run in the order of the page, and policy has its say before support is recorded", async () => {
    const { outcome, calls, events } = run({
      resolveTenant: async () => ({
        ok: true,
        tenant,
        roles: [],
        vendorPermissions: [],
        crossTenant: { reason: "r", enteredAtMs: 0, untilMs: 1, home: { id: "h", slug: "h" } },
      }),
    });
    expect(await outcome).toMatchObject({ kind: "authenticated", setCookies });
    expect(calls).toEqual([
      "chooseCredential",
      "identify",
      "resolveTenant",
      "grant",
      "checkPolicy",
      "recordCrossTenant",
    ]);
    expect(events).toEqual([]);
  });

  test("record nothing for somebody in their own tenant", async () => {
    const { outcome, calls } = run({});
    await outcome;
    expect(calls).not.toContain("recordCrossTenant");
  });

  test.each([
    [
      "the credential",
      { chooseCredential: () => ({ kind: "refused", code: "csrf_refused", reason: "why" }) },
      "csrf_refused",
      "chooseCredential",
      [],
    ],
    [
      "the identity",
      { identify: async () => ({ ok: false, rejection: reject("why", 5), setCookies }) },
      "credential_invalid",
      "identify",
      setCookies,
    ],
    [
      "the tenant",
      {
        resolveTenant: async () => ({
          ok: false,
          code: "tenant_not_found",
          details: { reason: "why" },
        }),
      },
      "tenant_not_found",
      "resolveTenant",
      setCookies,
    ],
    [
      "the policy",
      { checkPolicy: () => ({ ok: false, code: "mfa_required", reason: "why" }) },
      "mfa_required",
      "checkPolicy",
      setCookies,
    ],
  ] satisfies readonly (readonly [
    string,
    Partial<Steps<string>>,
    string,
    string,
    readonly string[],
  ])[])(
    "end with the first refusal, of %s, and keep the cookies of a renewal",
    async (_, changes: Partial<Steps<string>>, code, last, cookies) => {
      const { outcome, calls, events } = run(changes);
      expect(await outcome).toMatchObject({
        kind: "refused",
        error: { code, details: { reason: "why" } },
        setCookies: cookies,
      });
      expect(calls.at(-1)).toBe(last);
      expect(events).toEqual([
        { level: "info", event: "request.refused", reason: "why", fields: { code } },
      ]);
    },
  );

  test("log a refusal without a reason as such", async () => {
    const { outcome, events } = run({
      resolveTenant: async () => ({ ok: false, code: "provider_unavailable", details: {} }),
    });
    await outcome;
    expect(events).toEqual([
      { level: "error", event: "request.refused", fields: { code: "provider_unavailable" } },
    ]);
  });

  test("may end in a redirect, with its cookies", async () => {
    const { outcome, calls } = run({
      identify: async () => ({ ok: "redirect", location: "/refresh", setCookies }),
    });
    expect(await outcome).toEqual({ kind: "redirect", location: "/refresh", setCookies });
    expect(calls).toEqual(["chooseCredential", "identify"]);
  });

  const names = [
    "chooseCredential",
    "identify",
    "resolveTenant",
    "grant",
    "checkPolicy",
  ] as const satisfies readonly (keyof Steps<string>)[];

  test.each(names)("that throw never let through: %s", async (name) => {
    for (const thrown of [new TypeError("SECRET"), "SECRET", undefined]) {
      const { outcome, events } = run({
        [name]: () => {
          throw thrown;
        },
      });
      expect(await outcome).toMatchObject({
        kind: "refused",
        error: { code: "store_unavailable", status: 503 },
      });
      expect(events).toEqual([
        {
          level: "error",
          event: "authenticate.failed",
          reason: thrown instanceof Error ? "TypeError" : "unknown",
        },
        {
          level: "error",
          event: "request.refused",
          reason: "unexpected_error",
          fields: { code: "store_unavailable" },
        },
      ]);
    }
  });

  test("accept sessions, access tokens, machines and keys where the mount says nothing", async () => {
    const seen: (readonly AcceptedKind[])[] = [];
    const authenticate = createAuthenticate<string>(
      {
        ...({} as Steps<string>),
        chooseCredential(_, accept) {
          seen.push(accept);
          return { kind: "none" };
        },
      },
      () => {},
    );
    await authenticate(requestOf());
    await authenticate(requestOf(), { accept: ["mcp"] });
    expect(seen).toEqual([["session", "access", "m2m", "api_key"], ["mcp"]]);
  });
});
