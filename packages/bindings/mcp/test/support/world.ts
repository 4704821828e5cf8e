import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createAuth, definePermissions, type LogEvent, type TenantScope } from "@tenantry/core";
import { memoryStores, type AuditEvent, type Stores } from "@tenantry/core/stores";
import type { McpFacts } from "@tenantry/core/provider";
import { createMcp, type Mcp, type McpOptions } from "@tenantry/mcp";
import { z } from "zod";
import { createTestProvider, type Someone, type TokenFacts } from "./provider.ts";

export type P = "notes:read" | "notes:write" | "admin:clients";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write", "admin:clients"],
  roles: {
    viewer: ["notes:read"],
    editor: ["notes:read", "notes:write"],
    admin: ["*"],
    nobody: [],
  },
});

export const ada: Someone = { subject: "ada", organization: "acme", role: "editor" };
export const ben: Someone = { subject: "ben", organization: "acme", role: "viewer" };
export const dan: Someone = { subject: "dan", organization: "birch", role: "editor" };
export const eve: Someone = { subject: "eve", organization: null, role: "editor" };

/** Notes of two tenants, as a data layer keeps them: by scope, and by nothing else. */
export function createNotes() {
  const byTenant = new Map<string, Map<string, string>>();
  const of = (scope: TenantScope) => {
    const notes = byTenant.get(scope.tenantId) ?? new Map<string, string>();
    byTenant.set(scope.tenantId, notes);
    return notes;
  };
  return {
    list: (scope: TenantScope) => [...of(scope).entries()],
    get: (scope: TenantScope, id: string) => of(scope).get(id) ?? null,
    put: (scope: TenantScope, id: string, text: string) => void of(scope).set(id, text),
  };
}

export type Notes = ReturnType<typeof createNotes>;

/** What a test may choose. */
export interface WorldOptions {
  readonly mcp?: Partial<Omit<McpOptions<P>, "auth" | "resource">>;
  readonly facts?: Partial<McpFacts>;
  /** Another provider beside the first. */
  readonly second?: Partial<McpFacts>;
  /** Where the endpoints of one tenant each are. Default: there are none. */
  readonly tenantPath?: string;
  readonly register?: (mcp: Mcp<P>, notes: Notes) => void;
  readonly create?: (options: McpOptions<P>) => Mcp<P>;
  /** How the server is mounted. Default: `node()` on `node:http`. */
  readonly mount?: (mcp: Mcp<P>) => RequestListener;
}

/** Stores of which some can be made to fail. */
function breakable(stores: Stores, broken: ReadonlySet<string>): Stores {
  const entries = Object.entries(stores).map(([name, store]: [string, object]) => [
    name,
    new Proxy(store, {
      get(target, key, receiver): unknown {
        if (broken.has(name)) throw new Error("The store is down.");
        return Reflect.get(target, key, receiver);
      },
    }),
  ]);
  return Object.fromEntries(entries) as Stores;
}

/** A running server, its directory, and tokens for it. */
export async function createWorld(options: WorldOptions = {}) {
  let listener: RequestListener = (_req, res) => {
    res.end();
  };
  const server = createServer((req, res) => listener(req, res)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const { provider, token, machineToken, personToken } = await createTestProvider(
    options.facts === undefined ? {} : { facts: options.facts },
  );
  const second = await createTestProvider({ instance: "second", facts: options.second ?? {} });
  const broken = new Set<string>();
  const stores = breakable(memoryStores(), broken);
  const audited: AuditEvent[] = [];
  /** The keys under which core has asked whether something was revoked. */
  const epochs: string[] = [];
  const logged: LogEvent[] = [];
  const auth = createAuth({
    baseUrl: "http://localhost:3000",
    providers: options.second === undefined ? [provider] : [provider, second.provider],
    permissions,
    secrets: ["a secret that only the tests know, 32+"],
    clientPermission: "admin:clients",
    stores: {
      ...stores,
      revocations: {
        raise: (...args) => stores.revocations.raise(...args),
        read(keys) {
          epochs.push(...keys);
          return stores.revocations.read(keys);
        },
      },
      audit: {
        listByTenant: (...args) => stores.audit.listByTenant(...args),
        async append(event) {
          await stores.audit.append(event);
          audited.push(event);
        },
      },
    },
    log: (event) => logged.push(event),
  });

  const resource = `${origin}/mcp`;
  const notes = createNotes();
  const mcp = (options.create ?? createMcp<P>)({
    auth,
    resource,
    serverInfo: { name: "notes", version: "1.0.0" },
    baselineScopes: ["notes:read"],
    log: (event) => logged.push(event),
    ...(options.tenantPath === undefined
      ? {}
      : { tenantResource: `${origin}${options.tenantPath}` }),
    ...options.mcp,
  });
  (options.register ?? registerNotes)(mcp, notes);
  const node = mcp.node();
  listener = options.mount === undefined ? (req, res) => node(req, res) : options.mount(mcp);

  const tokenFor = (who: Someone, facts: Partial<TokenFacts> = {}) =>
    token(who, { resource, scope: "notes:read notes:write", ...facts });

  /** What core makes of somebody's token. */
  async function contextBy(bearer: string, how: Parameters<typeof auth.authenticate>[1]) {
    const outcome = await auth.authenticate(
      {
        method: "POST",
        target: "/mcp",
        header: (name) => (name === "authorization" ? [`Bearer ${bearer}`] : []),
      },
      how,
    );
    if (outcome.kind !== "authenticated") throw new Error(`They are ${outcome.kind}.`);
    return outcome.context;
  }

  /** What core makes of somebody who acts for themselves: their tenant's scope and local ids. */
  const contextOf = async (who: Someone) =>
    contextBy(await personToken(who), { accept: ["access"] });

  return {
    origin,
    resource,
    auth,
    stores,
    mcp,
    notes,
    audited,
    logged,
    provider,
    machineToken,
    token: tokenFor,
    tokenOfSecond: (who: Someone) => second.token(who, { resource, scope: "notes:read" }),
    /** From now on this store cannot answer. */
    breakStore: (name: keyof Stores) => void broken.add(name),
    contextOf,
    /** The same of an agent of theirs. */
    contextOfAgent: async (who: Someone) =>
      contextBy(await tokenFor(who, { scope: "*" }), { accept: ["mcp"], resource }),
    /** Revokes what a person's tokens rest on, as another process does: in the store they share. */
    async revokeTokensOf(who: Someone) {
      epochs.length = 0;
      await contextBy(await tokenFor(who), { accept: ["mcp"], resource });
      await stores.revocations.raise([...epochs], Date.now() + 1000);
    },
    /** Somebody who administers the tenant of a member. */
    adminOf: ({ organization }: Someone) =>
      contextOf({ subject: `admin-${organization}`, organization, role: "admin" }),
    /** A local API key that a member answers for. */
    async apiKey(who: Someone, granted: readonly P[]) {
      const made = await auth.apiKeys.create(await contextOf(who), {
        name: "test",
        permissions: granted,
      });
      if (!made.ok) throw new Error(made.reason);
      return made.value.key;
    },
    async put(who: Someone, id: string, text: string) {
      const { tenant } = await contextOf(who);
      if (tenant !== null) notes.put(tenant.scope, id, text);
      return tenant?.id ?? "";
    },
    async [Symbol.asyncDispose]() {
      await mcp.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

const said = (text: string) => ({ content: [{ type: "text" as const, text }] });

/** A server as an app would write it. */
export function registerNotes(mcp: Mcp<P>, notes: Notes): void {
  mcp.tool("list_notes", { permission: "notes:read" }, (_args, { tenant }) =>
    said(JSON.stringify(notes.list(tenant))),
  );
  mcp.tool(
    "add_note",
    {
      permission: "notes:write",
      input: z.object({ id: z.string(), text: z.string() }),
      auditResource: ({ id }) => `note:${id}`,
    },
    ({ id, text }, { tenant }) => {
      notes.put(tenant, id, text);
      return said("added");
    },
  );
  mcp.tool(
    "note_of",
    {
      permission: "notes:read",
      input: z.object({ id: z.string(), organization_id: z.string() }),
      tenantArg: "must-equal",
    },
    ({ id }, { tenant }) => said(notes.get(tenant, id) ?? "none"),
  );
  mcp.tool("fail", { permission: "notes:read" }, () => {
    throw new Error("password=hunter2 at db-7");
  });
  mcp.tool("wait", { permission: "notes:read" }, async (_args, { signal, mcp: protocol }) => {
    await protocol.progress(1, 2);
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    return said("waited");
  });
  mcp.tool(
    "approve",
    { permission: "notes:write", input: z.object({ id: z.string() }) },
    ({ id }, { mcp: { state } }) =>
      state === undefined
        ? {
            resultType: "input_required" as const,
            inputRequests: {
              sure: {
                method: "elicitation/create" as const,
                params: {
                  mode: "form" as const,
                  message: "Sure?",
                  requestedSchema: { type: "object" as const, properties: {} },
                },
              },
            },
            requestState: `asked:${id}`,
          }
        : said(state),
  );
  mcp.tool("mint", { permission: "notes:read" }, async (_args, { handles }) =>
    said(await handles.mint("cursor", "after:7")),
  );
  mcp.tool(
    "open",
    { permission: "notes:read", input: z.object({ handle: z.string() }) },
    async ({ handle }, { handles }) => said(JSON.stringify(await handles.open("cursor", handle))),
  );
  mcp.tenantlessTool("whoami", { reason: "It says who asks." }, (_args, { auth }) =>
    said(auth.principal.id),
  );
  mcp.resource("about", { permission: "notes:read", uri: "notes://about" }, (uri, { tenant }) => ({
    contents: [{ uri: uri.href, text: tenant.tenantId }],
  }));
  mcp.resourceTemplate(
    "note",
    {
      permission: "notes:read",
      uriTemplate: "notes://{tenant}/{id}",
      list: ({ tenant, auth }) =>
        notes.list(tenant).map(([id]) => ({ name: id, uri: `notes://${auth.tenant?.slug}/${id}` })),
      complete: {
        id: (value, { tenant }) =>
          notes
            .list(tenant)
            .map(([id]) => id)
            .filter((id) => id.startsWith(value)),
      },
    },
    (uri, { tenant, variables }) => {
      const text = notes.get(tenant, String(variables["id"]));
      return text === null ? null : { contents: [{ uri: uri.href, text }] };
    },
  );
  mcp.prompt(
    "summarise",
    {
      permission: "notes:read",
      args: z.object({ id: z.string() }),
      complete: { id: (_value, { tenant }) => notes.list(tenant).map(([id]) => id) },
    },
    ({ id }, { tenant }) => ({
      messages: [
        {
          role: "user" as const,
          content: { type: "text" as const, text: `Summarise ${notes.get(tenant, id)}` },
        },
      ],
    }),
  );
}
