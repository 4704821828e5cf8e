import { beforeEach, describe, expect, test } from "vitest";
import type { AuthContext } from "../src/context.ts";
import { createConnections, type ConnectionInput } from "../src/directory/connections.ts";
import { memoryStores } from "../src/directory/memory/stores.ts";
import type { Stores } from "../src/directory/ports.ts";
import { createGrant } from "../src/grant.ts";
import { definePermissions } from "../src/permissions/define-permissions.ts";
import { createGrants } from "../src/permissions/grants.ts";
import { createSealer } from "../src/sessions/seal.ts";
import { createScopeMint } from "../src/tenancy/scope.ts";
import { NOW_MS, tenantOf, whoOf } from "./fixtures/records.ts";

const catalogue = definePermissions({
  permissions: ["connections:manage", "notes:read"],
  roles: { admin: ["connections:manage"], member: ["notes:read"] },
});
type Permission = (typeof catalogue.permissions)[number];

const grants = createGrants<Permission>();
const grant = createGrant({ catalogue, grants, scopes: createScopeMint() });

const acme = tenantOf("acme", {
  domains: [
    { name: "acme.example", verified: true },
    { name: "acme-claimed.example", verified: false },
  ],
});
const globex = tenantOf("globex");

/** Someone with this role in this tenant. */
function contextOf(tenant: typeof acme | null = acme, role = "admin"): AuthContext<Permission> {
  return grant(whoOf({ tenant }), { ok: true, tenant, roles: [role], vendorPermissions: [] });
}

const SECRET = "client-secret-of-acme";

const input = (changes: Partial<ConnectionInput> = {}): ConnectionInput => ({
  id: "acme-entra",
  instance: "oidc",
  issuer: "https://login.acme.example/tenant/v2.0",
  clientId: "client-1",
  emailDomains: ["acme.example"],
  settings: { prompt: "login" },
  secrets: { clientSecret: SECRET },
  ...changes,
});

let stores: Stores;

const sealer = (secret = "s".repeat(32)) =>
  createSealer({
    secrets: [secret],
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    nowMs: () => NOW_MS,
  });

function connectionsOf(permission: Permission | undefined = "connections:manage", seal = sealer()) {
  return createConnections<Permission>({
    store: stores.connections,
    tenants: stores.tenants,
    sealer: seal,
    instances: ["oidc", "entra"],
    permission,
  });
}

beforeEach(async () => {
  stores = memoryStores();
  await stores.tenants.put(acme);
  await stores.tenants.put(globex);
});

const invalid = (reason: string) => ({ code: "request_invalid", details: { reason } });

describe("an administrator", () => {
  test("registers a provider of their own tenant, and its adapter finds it", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(), input());
    const expected = {
      id: "acme-entra",
      tenantId: acme.id,
      issuer: "https://login.acme.example/tenant/v2.0",
      clientId: "client-1",
      emailDomains: ["acme.example"],
      settings: { prompt: "login" },
      secrets: { clientSecret: SECRET },
    };
    expect(await connections.reader("oidc").get("acme-entra")).toEqual(expected);
    expect(await connections.reader("oidc").byIssuer(expected.issuer)).toEqual([expected]);
  });

  test("may leave out everything that has a default", async () => {
    const { settings: _, secrets: __, ...least } = input();
    await connectionsOf().put(contextOf(), least);
    expect(await stores.connections.get("acme-entra")).toMatchObject({
      enabled: true,
      settings: {},
      sealedSecrets: {},
    });
  });

  test("replaces one of their own", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(), input());
    await connections.put(contextOf(), input({ clientId: "client-2", enabled: false }));
    expect(await stores.connections.get("acme-entra")).toMatchObject({
      clientId: "client-2",
      enabled: false,
    });
  });

  test("removes one of their own", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(), input());
    await connections.remove(contextOf(), "acme-entra");
    expect(await stores.connections.get("acme-entra")).toBeNull();
  });
});

describe("row 35: nobody else registers or removes a provider", () => {
  test.each([
    ["a member without the permission", contextOf(acme, "member"), "connections:manage"],
    ["somebody without a tenant", contextOf(null), "connections:manage"],
    ["anybody, where the app names no permission", contextOf(), undefined],
  ] as const)("%s", async (_, by, permission) => {
    const connections = createConnections<Permission>({
      store: stores.connections,
      tenants: stores.tenants,
      sealer: sealer(),
      instances: ["oidc"],
      permission,
    });
    const denied = {
      code: "permission_denied",
      details: { reason: "connection_admin_required" },
    };
    await expect(connections.put(by, input({ id: "new" }))).rejects.toMatchObject(denied);
    await expect(connections.remove(by, "new")).rejects.toMatchObject(denied);
    expect(await stores.connections.get("new")).toBeNull();
  });

  test("an administrator has no say in another tenant, which looks like an id that is taken or absent", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(globex), input({ emailDomains: ["globex.example"] }));
    const before = await stores.connections.get("acme-entra");
    await expect(connections.put(contextOf(acme), input())).rejects.toMatchObject(
      invalid("connection_id_taken"),
    );
    const foreign: unknown = await connections
      .remove(contextOf(acme), "acme-entra")
      .catch((e) => e);
    const absent: unknown = await connections.remove(contextOf(acme), "nothing").catch((e) => e);
    expect(foreign).toMatchObject({ code: "tenant_not_found" });
    expect(foreign).toEqual(absent);
    expect(await stores.connections.get("acme-entra")).toEqual(before);
  });

  test("there is no way to name another tenant", async () => {
    const sneaky = { ...input(), tenantId: globex.id };
    await connectionsOf().put(contextOf(acme), sneaky);
    expect(await stores.connections.get("acme-entra")).toMatchObject({ tenantId: acme.id });
  });

  test("one client of one issuer belongs to one tenant", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(globex), input({ id: "g", emailDomains: [] }));
    await expect(connections.put(contextOf(acme), input({ id: "a" }))).rejects.toMatchObject(
      invalid("connection_taken"),
    );
    expect(await stores.connections.get("a")).toBeNull();
  });

  test("one issuer belongs to one tenant, whose tokens another could switch off otherwise", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(globex), input({ id: "g", emailDomains: [] }));
    await expect(
      connections.put(contextOf(acme), input({ id: "a", clientId: "another-client" })),
    ).rejects.toMatchObject(invalid("connection_taken"));
    await connections.put(contextOf(globex), input({ id: "g2", clientId: "b", emailDomains: [] }));
  });
});

describe("a connection is refused", () => {
  const put = (changes: Partial<ConnectionInput>) =>
    connectionsOf().put(contextOf(), input(changes));

  test.each(["", "-a", "A", "a_b", "a/b", "a b", "../x", "a".repeat(64)])(
    "with the id %j, which is part of an address",
    async (id) => {
      await expect(put({ id })).rejects.toMatchObject(invalid("connection_id_malformed"));
    },
  );

  test.each(["", "other", "OIDC", "constructor"])(
    "for the provider instance %j, which is not configured",
    async (instance) => {
      await expect(put({ instance })).rejects.toMatchObject(invalid("connection_instance_unknown"));
    },
  );

  test.each([
    ["plain http", "http://login.acme.example"],
    ["another scheme", "ftp://login.acme.example"],
    ["a file", "file:///etc/passwd"],
    ["a script", "javascript:alert(1)"],
    ["no scheme", "login.acme.example"],
    ["nothing", ""],
    ["a query", "https://login.acme.example/?x=1"],
    ["an empty query", "https://login.acme.example/?"],
    ["a fragment", "https://login.acme.example/#x"],
    ["an empty fragment", "https://login.acme.example/#"],
    ["a user name", "https://user@login.acme.example"],
    ["a password", "https://:secret@login.acme.example"],
    [
      "the discovery document itself",
      "https://login.acme.example/.well-known/openid-configuration",
    ],
    ["localhost", "https://localhost"],
    ["localhost with a port", "https://localhost:8443/realms/x"],
    ["localhost with a dot", "https://localhost./"],
    ["a name below localhost", "https://idp.localhost"],
    ["an IPv4 address", "https://127.0.0.1"],
    ["a public IPv4 address", "https://192.0.2.7/"],
    ["an IPv4 address in one number", "https://2130706433/"],
    ["an IPv4 address in hexadecimal", "https://0x7f.1/"],
    ["an IPv6 address", "https://[::1]/"],
    ["an IPv4 address in IPv6", "https://[::ffff:169.254.169.254]/"],
    ["a name of the inside", "https://metadata/"],
  ])("with %s as issuer", async (_, issuer) => {
    await expect(put({ issuer })).rejects.toMatchObject(invalid("connection_issuer_malformed"));
    expect(await stores.connections.get("acme-entra")).toBeNull();
  });

  test.each([
    "https://login.acme.example",
    "https://login.acme.example/",
    "https://login.acme.example:8443/realms/Acme",
    "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0",
    "https://acme.example/well-known/",
    "https://127.acme.example",
  ])("but not with the issuer %s", async (issuer) => {
    await put({ issuer });
    expect(await stores.connections.get("acme-entra")).toMatchObject({ issuer });
  });

  test.each([
    ["a domain that is only claimed", ["acme-claimed.example"]],
    ["a domain of another tenant", ["globex.example"]],
    ["a subdomain", ["x.acme.example"]],
    ["a domain that ends alike", ["evil-acme.example"]],
    ["a pattern", ["*.acme.example"]],
    ["nothing", [""]],
    ["one that is ours and one that is not", ["acme.example", "globex.example"]],
  ])("row 31: with %s", async (_, emailDomains) => {
    await expect(put({ emailDomains })).rejects.toMatchObject(
      invalid("connection_domain_not_verified"),
    );
  });

  test("row 31: with any domain, once the tenant is gone", async () => {
    stores = { ...stores, tenants: memoryStores().tenants };
    await expect(put({})).rejects.toMatchObject(invalid("connection_domain_not_verified"));
  });

  test("but not for the letter case of a domain, which is stored in lower case", async () => {
    await put({ emailDomains: ["ACME.Example"] });
    expect(await stores.connections.get("acme-entra")).toMatchObject({
      emailDomains: ["acme.example"],
    });
  });
});

describe("secrets", () => {
  test("lie in the store sealed, and differently each time", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(), input());
    const first = await stores.connections.get("acme-entra");
    await connections.put(contextOf(), input());
    const second = await stores.connections.get("acme-entra");
    expect(JSON.stringify([first, second])).not.toContain(SECRET);
    expect(first?.sealedSecrets["clientSecret"]).not.toBe(second?.sealedSecrets["clientSecret"]);
  });

  async function moved(change: (sealed: string) => Parameters<Stores["connections"]["put"]>[0]) {
    await connectionsOf().put(contextOf(), input());
    const row = await stores.connections.get("acme-entra");
    const changed = change(row?.sealedSecrets["clientSecret"] ?? "");
    await stores.connections.remove("acme-entra");
    await stores.connections.put(changed);
    return changed;
  }

  const row = {
    id: "acme-entra",
    instance: "oidc",
    tenantId: acme.id,
    issuer: "https://login.acme.example",
    clientId: "client-1",
    emailDomains: [],
    enabled: true,
    settings: {},
  };

  test.each([
    [
      "to another connection",
      (text: string) => ({ ...row, id: "other", sealedSecrets: { clientSecret: text } }),
    ],
    ["to another name", (text: string) => ({ ...row, sealedSecrets: { webhookSecret: text } })],
    ["into plain sight", () => ({ ...row, sealedSecrets: { clientSecret: SECRET } })],
    ["away", () => ({ ...row, sealedSecrets: { clientSecret: "" } })],
  ])("do not open when somebody moves them in the store %s", async (_, change) => {
    const { id } = await moved(change);
    await expect(connectionsOf().reader("oidc").get(id)).rejects.toThrow("cannot be opened");
    await expect(connectionsOf().reader("oidc").byIssuer(row.issuer)).rejects.toThrow(
      "cannot be opened",
    );
  });

  test("are not taken for empty when no configured key opens them", async () => {
    await connectionsOf().put(contextOf(), input());
    const other = connectionsOf("connections:manage", sealer("t".repeat(32)));
    await expect(other.reader("oidc").get("acme-entra")).rejects.toThrow("cannot be opened");
  });

  test("still open years later", async () => {
    await connectionsOf().put(contextOf(), input());
    const later = createSealer({
      secrets: ["s".repeat(32)],
      randomBytes: (length) => new Uint8Array(length),
      nowMs: () => NOW_MS + 20 * 365 * 24 * 3_600_000,
    });
    const found = await connectionsOf("connections:manage", later).reader("oidc").get("acme-entra");
    expect(found?.secrets).toEqual({ clientSecret: SECRET });
  });
});

describe("an adapter", () => {
  const issuer = input().issuer;

  test("does not see a connection that is switched off", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(), input({ enabled: false }));
    expect(await connections.reader("oidc").get("acme-entra")).toBeNull();
    expect(await connections.reader("oidc").byIssuer(issuer)).toEqual([]);
  });

  test("does not see a connection of another instance", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(), input());
    expect(await connections.reader("entra").get("acme-entra")).toBeNull();
    expect(await connections.reader("entra").byIssuer(issuer)).toEqual([]);
  });

  test("does not see what is not there", async () => {
    expect(await connectionsOf().reader("oidc").get("acme-entra")).toBeNull();
    expect(await connectionsOf().reader("oidc").byIssuer(issuer)).toEqual([]);
  });

  test("sees two tenants' connections of one issuer, each with its own tenant and domains", async () => {
    const connections = connectionsOf();
    await connections.put(contextOf(acme), input({ id: "a", clientId: "a" }));
    // Only an operator can give two tenants one issuer, in the store itself.
    const row = await stores.connections.get("a");
    if (row === null) throw new Error("no row");
    const shared = { id: "g", clientId: "g", tenantId: globex.id, sealedSecrets: {} };
    await stores.connections.put({ ...row, ...shared, emailDomains: ["globex.example"] });
    const found = await connections.reader("oidc").byIssuer(issuer);
    expect(found.map(({ id, tenantId, emailDomains }) => [id, tenantId, emailDomains])).toEqual([
      ["a", acme.id, ["acme.example"]],
      ["g", globex.id, ["globex.example"]],
    ]);
  });
});
