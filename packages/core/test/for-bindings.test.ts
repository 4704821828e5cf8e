import { expect, test } from "vitest";
import { createAuth } from "../src/create-auth.ts";
import type { AuthContext } from "../src/context.ts";
import { definePermissions } from "../src/permissions/define-permissions.ts";
import { PermissionSet } from "../src/permissions/permission-set.ts";
import { memoryStores, type AuditEvent } from "../src/stores.ts";
import { createScopeMint } from "../src/tenancy/scope.ts";
import { NO_CAPABILITIES } from "../src/provider/capabilities.ts";
import { providerOf } from "./fixtures/providers.ts";

const permissions = definePermissions({
  permissions: ["notes:read", "clients:admin"],
  roles: { admin: ["*"] },
});

const CLIENT = {
  clientId: "c1",
  name: null,
  registration: "dynamic",
  redirectUris: ["https://agent.example/"],
} as const;

function open(append?: (event: AuditEvent) => Promise<void>) {
  let nowMs = 1_000_000;
  const stores = memoryStores();
  const auth = createAuth({
    baseUrl: "https://app.example.com",
    providers: [
      providerOf({
        capabilities: { ...NO_CAPABILITIES, mcp: "yes" },
        mcp: {
          authorizationServers: ["https://as.example"],
          resourceBinding: true,
          clientIdMetadataDocuments: true,
          dynamicClientRegistration: true,
          tenantScopes: [],
          permissionScopes: true,
          clients: {
            list: async () => ({ ok: true, value: { items: [CLIENT] } }),
            get: async (clientId) => ({ ok: true, value: clientId === "c1" ? CLIENT : null }),
          },
        },
      }),
      providerOf({ vendor: "plain" }),
    ],
    permissions,
    clientPermission: "clients:admin",
    secrets: ["a secret that only the tests know, 32+"],
    stores: append === undefined ? stores : { ...stores, audit: { ...stores.audit, append } },
    nowMs: () => nowMs,
    log: () => {},
  });
  return { auth, stores, pass: (ms: number) => void (nowMs += ms) };
}

function contextOf(clientId?: string): AuthContext<(typeof permissions.permissions)[number]> {
  return {
    principal: { kind: "user", id: "u1" },
    tenant: { id: "t1", slug: "t1", name: "t1", scope: createScopeMint().mint("t1", null) },
    roles: [],
    permissions: new PermissionSet(permissions.permissions),
    credential: {
      kind: "bearer",
      accepted: "mcp",
      ...(clientId === undefined ? {} : { clientId }),
      expiresAtMs: 1,
    },
    authentication: { method: "unknown" },
    actors: [],
    provider: { vendor: "acme", instance: "acme", issuer: "https://as.example" },
  };
}

test("what a binding seals opens at its place, until it expires, and nowhere else", async () => {
  const { auth, pass } = open();
  const sealed = await auth.http.seal({ a: 1 }, { place: "here", expiresInSeconds: 10 });
  expect(await auth.http.open(sealed, { place: "here" })).toEqual({ a: 1 });
  expect(await auth.http.open(sealed, { place: "there" })).toBeNull();
  expect(await auth.http.open(`${sealed}x`, { place: "here" })).toBeNull();
  pass(10_000);
  expect(await auth.http.open(sealed, { place: "here" })).toBeNull();
});

test("what a binding records has the context's tenant and principal, and says whether it is kept", async () => {
  const { auth, stores } = open();
  const event = {
    type: "app.event",
    outcome: "ok",
    details: { name: "x", subjectId: null },
  } as const;
  expect(await auth.http.record(contextOf(), event)).toBe(true);
  const { items } = await stores.audit.listByTenant("t1");
  expect(items).toMatchObject([{ type: "app.event", principal: { kind: "user", id: "u1" } }]);
  const down = open(() => Promise.reject(new Error("down")));
  expect(await down.auth.http.record(contextOf(), event)).toBe(false);
});

test("the providers with an MCP part are told, and the catalogue is the one it was made with", () => {
  const { auth } = open();
  expect(auth.mcpProviders.map(({ instance }) => instance)).toEqual(["acme"]);
  expect(auth.permissions).toBe(permissions);
});

test("rules about clients know the vendor's redirect addresses, and are on record", async () => {
  const { auth, stores } = open();
  await auth.clients.decide(contextOf(), { kind: "host", host: "agent.example" }, "allow");
  expect(await auth.clients.check(contextOf("c1"), "deny")).toBe("allowed");
  expect(await auth.clients.check(contextOf("c2"), "deny")).toBe("denied");
  expect((await auth.clients.list(contextOf())).items).toHaveLength(1);
  await auth.clients.forget(contextOf(), { kind: "host", host: "agent.example" });
  expect(await auth.clients.check(contextOf("c1"), "deny")).toBe("denied");
  const { items } = await stores.audit.listByTenant("t1");
  expect(items.map(({ type, details }) => [type, details["decision"]])).toEqual(
    expect.arrayContaining([
      ["client.decided", "allow"],
      ["client.decided", "forgotten"],
    ]),
  );
});

test("the clients of each vendor that lists them are counted", async () => {
  const { auth } = open();
  expect(await auth.clients.tidy()).toMatchObject([
    { ok: true, value: { instance: "acme", total: 1, dynamic: 1, unknownUse: 1, stale: [] } },
  ]);
});
