import { describe, expect, test } from "vitest";
import { clientHosts, documentHost, rememberedLookup } from "../../src/clients/client-hosts.ts";
import { createClientRules, type UnlistedClients } from "../../src/clients/client-rules.ts";
import type { AuthContext } from "../../src/context.ts";
import { AuthError } from "../../src/errors.ts";
import { PermissionSet } from "../../src/permissions/permission-set.ts";
import type { RegisteredClient } from "../../src/provider.ts";
import { memoryStores } from "../../src/stores.ts";
import { createScopeMint } from "../../src/tenancy/scope.ts";

const mint = createScopeMint();

function contextOf(
  changes: {
    readonly tenantId?: string | null;
    readonly clientId?: string;
    readonly permissions?: readonly string[];
    readonly actors?: AuthContext["actors"];
    readonly kind?: "user" | "service";
  } = {},
): AuthContext {
  const { tenantId = "t1", clientId, permissions = [], actors = [], kind = "user" } = changes;
  return {
    principal: { kind, id: "u1" },
    tenant:
      tenantId === null
        ? null
        : { id: tenantId, slug: tenantId, name: tenantId, scope: mint.mint(tenantId, null) },
    roles: [],
    permissions: new PermissionSet(permissions),
    credential: {
      kind: "bearer",
      accepted: "mcp",
      ...(clientId === undefined ? {} : { clientId }),
      expiresAtMs: 1,
    },
    authentication: { method: "unknown" },
    actors,
    provider: { vendor: "v", instance: "i", issuer: "https://i.example" },
  };
}

const admin = contextOf({ permissions: ["clients:admin"] });

function open(registered: Readonly<Record<string, readonly string[]>> = {}) {
  const { clients: store } = memoryStores();
  const asked: string[] = [];
  const rules = createClientRules<string>({
    store,
    nowMs: () => 7,
    permission: "clients:admin",
    lookup: async ({ clientId }) => {
      asked.push(clientId);
      const redirectUris = registered[clientId];
      return redirectUris === undefined
        ? null
        : { clientId, name: null, registration: "dynamic", redirectUris };
    },
    decided: async () => {},
  });
  const check = (clientId: string, unlisted: UnlistedClients = "deny") =>
    rules.check(contextOf({ clientId }), unlisted);
  return { store, rules, check, asked };
}

describe("a rule", () => {
  test("of the client itself decides before those of its host", async () => {
    const { rules, check } = open();
    const clientId = "https://agent.example/one.json";
    await rules.decide(admin, { kind: "host", host: "agent.example" }, "deny");
    expect(await check(clientId, "allow")).toBe("denied");
    await rules.decide(admin, { kind: "client", instance: "i", clientId }, "allow");
    expect(await check(clientId)).toBe("allowed");
    await rules.forget(admin, { kind: "client", instance: "i", clientId });
    expect(await check(clientId)).toBe("denied");
  });

  test("is about one instance: another vendor's client of the same name is another client", async () => {
    const { rules, check } = open();
    const clientId = "agent";
    await rules.decide(admin, { kind: "client", instance: "other", clientId }, "allow");
    expect(await check(clientId)).toBe("denied");
  });

  test("of a host decides for all redirect addresses or for none", async () => {
    const { rules, check } = open({
      good: ["https://agent.example/callback"],
      mixed: ["https://agent.example/callback", "https://evil.example/callback"],
      none: [],
    });
    await rules.decide(admin, { kind: "host", host: "agent.example" }, "allow");
    expect(await check("good")).toBe("allowed");
    expect(await check("mixed")).toBe("denied");
    expect(await check("none")).toBe("denied");
  });

  test("that denies one of the hosts outweighs one that allows another", async () => {
    const { rules, check } = open({ mixed: ["https://a.example/", "https://b.example/"] });
    await rules.decide(admin, { kind: "host", host: "a.example" }, "allow");
    await rules.decide(admin, { kind: "host", host: "b.example" }, "deny");
    expect(await check("mixed", "allow")).toBe("denied");
  });

  test("about the rest is the tenant's own, before the app's", async () => {
    const { rules, check } = open();
    await rules.decide(admin, { kind: "default" }, "deny");
    expect(await check("agent", "allow")).toBe("denied");
    await rules.decide(admin, { kind: "default" }, "allow");
    expect(await check("agent", "deny")).toBe("allowed");
  });

  test("of another tenant says nothing here", async () => {
    const { rules, check } = open();
    const other = contextOf({ tenantId: "t2", permissions: ["clients:admin"] });
    await rules.decide(other, { kind: "default" }, "allow");
    await rules.decide(other, { kind: "client", instance: "i", clientId: "agent" }, "allow");
    expect(await check("agent")).toBe("denied");
  });
});

describe("a client that no rule names", () => {
  test("is put on the list once, and stays refused until somebody decides", async () => {
    const { rules, check } = open();
    expect(await check("agent", "ask")).toBe("pending");
    expect(await check("agent", "ask")).toBe("pending");
    const { items } = await rules.list(admin);
    expect(items).toEqual([
      {
        tenantId: "t1",
        subject: "client:i:agent",
        decision: "pending",
        firstSeenAtMs: 7,
        decidedAtMs: null,
        decidedBy: null,
      },
    ]);
    await rules.decide(admin, { kind: "client", instance: "i", clientId: "agent" }, "deny");
    expect(await check("agent", "ask")).toBe("denied");
  });

  test("fills no list without end", async () => {
    const { rules, check } = open();
    for (let index = 0; index < 120; index += 1) {
      expect(await check(`agent-${index}`, "ask")).toBe("pending");
    }
    expect((await rules.list(admin, { limit: 1000 })).items).toHaveLength(100);
  });

  test("without an id is nobody's allowed one", async () => {
    const { rules } = open();
    expect(await rules.check(contextOf(), "deny")).toBe("denied");
    expect(await rules.check(contextOf(), "ask")).toBe("denied");
    expect(await rules.check(contextOf(), "allow")).toBe("allowed");
  });

  test("is not asked about at the vendor while no rule names a host", async () => {
    const { check, asked } = open({ agent: ["https://agent.example/"] });
    await check("agent", "allow");
    expect(asked).toEqual([]);
  });
});

describe("who decides", () => {
  test.each([
    ["lacks the permission", contextOf()],
    ["has no tenant", contextOf({ tenantId: null, permissions: ["clients:admin"] })],
    [
      "is an agent of the administrator",
      contextOf({
        permissions: ["clients:admin"],
        actors: [{ kind: "client", id: "agent" }],
      }),
    ],
    ["is a machine", contextOf({ permissions: ["clients:admin"], kind: "service" })],
  ])("is nobody who %s", async (_name, by) => {
    const { rules, store } = open();
    const attempts = [
      () => rules.decide(by, { kind: "default" }, "allow"),
      () => rules.forget(by, { kind: "default" }),
      () => rules.list(by),
    ];
    for (const attempt of attempts) {
      const refused = await attempt().catch((error: unknown) => error);
      expect(AuthError.is(refused) && refused.code).toBe("permission_denied");
    }
    expect((await store.listByTenant("t1")).items).toEqual([]);
  });

  test("names a host, and not something around it", async () => {
    const { rules } = open();
    for (const host of ["", "*", "*.example", "A.example", "a.example/", "a b", "a:443", "-a"]) {
      const refused = await rules
        .decide(admin, { kind: "host", host }, "allow")
        .catch((error: unknown) => error);
      expect(AuthError.is(refused) && refused.code).toBe("request_invalid");
    }
  });
});

describe("the hosts of a client", () => {
  test("are that of its metadata document, if its id is the address of one", () => {
    expect(documentHost("https://agent.example/client.json")).toBe("agent.example");
    expect(documentHost("https://user@agent.example/client.json")).toBeNull();
    expect(documentHost("http://agent.example/client.json")).toBeNull();
    expect(documentHost("agent.example")).toBeNull();
  });

  test("of a custom scheme are no host that a rule could allow", async () => {
    const hosts = await clientHosts({ instance: "i", clientId: "native" }, async () => ({
      clientId: "native",
      name: null,
      registration: "dynamic",
      redirectUris: ["com.agent:/callback", "no address"],
    }));
    expect(hosts).toEqual(["", ""]);
  });

  test("are asked once for all who want to know, and again after a while", async () => {
    let nowMs = 0;
    const asked: string[] = [];
    const client: RegisteredClient = {
      clientId: "c",
      name: null,
      registration: "dynamic",
      redirectUris: [],
    };
    const lookup = rememberedLookup(
      async ({ clientId }) => {
        asked.push(clientId);
        return { ok: true, value: client };
      },
      () => nowMs,
    );
    const key = { instance: "i", clientId: "c" };
    await Promise.all([lookup(key), lookup(key), lookup(key)]);
    await lookup(key);
    expect(asked).toEqual(["c"]);
    await lookup({ ...key, instance: "j" });
    expect(asked).toHaveLength(2);
    nowMs = 11 * 60_000;
    await lookup(key);
    expect(asked).toHaveLength(3);
  });

  test("that could not be found out are an error, and are asked again", async () => {
    let isUp = false;
    const lookup = rememberedLookup(
      async () =>
        isUp ? { ok: true, value: null } : { ok: false, reason: "provider_unavailable" },
      () => 0,
    );
    const key = { instance: "i", clientId: "c" };
    await expect(lookup(key)).rejects.toThrow("cannot be read");
    isUp = true;
    expect(await lookup(key)).toBeNull();
  });
});
