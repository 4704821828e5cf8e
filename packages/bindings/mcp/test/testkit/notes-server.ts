import { randomUUID } from "node:crypto";

/** One way in which a server can be careless. */
export type Defect =
  | "reads across tenants"
  | "writes across tenants"
  | "tenant taken from arguments"
  | "tenant taken from a header"
  | "tenant taken from the body's _meta"
  | "no tenant means the first one"
  | "audience unchecked"
  | "removed members served"
  | "garbage served"
  | "refused without a challenge"
  | "challenge without resource metadata"
  | "challenge accuses nobody"
  | "foreign told from absent"
  | "error with another's text"
  | "prompts across tenants"
  | "resources across tenants"
  | "completions across tenants"
  | "lists unfiltered"
  | "roles unchecked"
  | "forbidden told from unknown"
  | "header names the tool"
  | "lists may be shared"
  | "state bound to nobody"
  | "state bound to the tenant only"
  | "state unsigned"
  | "tasks without owner"
  | "sessions without owner"
  | "anybody ends a session"
  | "one bus for all"
  | "streams outlive tokens"
  | "streams outlive members"
  | "answers mixed by id"
  | "answers without audit";

interface Caller {
  readonly tenant: string | null;
  readonly subject: string;
  readonly may: readonly string[];
  readonly audience?: string;
  readonly expiresAtMs?: number;
}

interface Note {
  readonly id: string;
  text: string;
}

interface Rpc {
  readonly id: unknown;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const EVERYTHING = ["notes_list", "notes_read", "notes_edit", "notes_confirm", "digest"];
const URL_OF_SERVER = "http://notes.test/mcp";

/**
 * A small MCP server of two tenants, written out by hand so that each of its checks can be left out.
 * Without a defect it leaks nothing.
 */
export function notesServer(defect?: Defect) {
  const broken = (one: Defect) => one === defect;
  const callers = new Map<string, Caller>([
    ["token-a", { tenant: "acme", subject: "ann", may: EVERYTHING }],
    ["token-b", { tenant: "globex", subject: "bob", may: EVERYTHING }],
    ["token-low", { tenant: "acme", subject: "leo", may: ["notes_list"] }],
    ["token-nobody", { tenant: null, subject: "nora", may: EVERYTHING }],
    ["token-other", { tenant: "acme", subject: "ann", may: EVERYTHING, audience: "other" }],
    ["key-a", { tenant: "acme", subject: "key:a", may: EVERYTHING }],
    ["key-b", { tenant: "globex", subject: "key:b", may: EVERYTHING }],
    ["token-removed", { tenant: "acme", subject: "removed", may: EVERYTHING }],
  ]);
  const members = new Set([...callers.values()].map(({ subject }) => subject));
  members.delete("removed");
  const notes = new Map<string, Note[]>([
    ["acme", [{ id: "n-1", text: "canary-of-acme" }]],
    ["globex", [{ id: "n-2", text: "canary-of-globex" }]],
  ]);
  const sessions = new Map<string, string>();
  const subscribed = new Map<string, string[]>();
  const states = new Map<string, { readonly tenant: string; readonly subject: string }>();
  const streams = new Set<{ tenant: string; send(message: object): void }>();
  const lastById = new Map<unknown, object>();
  let events = 0;

  function callerOf(request: Request): Caller | null {
    const token = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return null;
    const caller = callers.get(token) ?? (broken("garbage served") ? callers.get("token-a") : null);
    if (!caller) return null;
    if (caller.audience !== undefined && !broken("audience unchecked")) return null;
    if ((caller.expiresAtMs ?? Infinity) <= Date.now()) return null;
    return members.has(caller.subject) || broken("removed members served") ? caller : null;
  }

  function unauthorized(request: Request): Response {
    if (broken("refused without a challenge")) return new Response(null, { status: 403 });
    const presented = request.headers.has("authorization");
    const accuses = presented || broken("challenge accuses nobody");
    const metadata = broken("challenge without resource metadata")
      ? 'realm="notes"'
      : 'resource_metadata="http://notes.test/.well-known/oauth-protected-resource/mcp"';
    return new Response(null, {
      status: 401,
      headers: {
        "www-authenticate": `Bearer ${accuses ? 'error="invalid_token", ' : ""}${metadata}`,
      },
    });
  }

  function tenantOf(caller: Caller, request: Request, { params }: Rpc): string | null {
    const args = record(params["arguments"]);
    const claimed =
      (broken("tenant taken from arguments") ? args["tenantId"] : undefined) ??
      (broken("tenant taken from a header") ? request.headers.get("x-tenant-id") : undefined) ??
      (broken("tenant taken from the body's _meta") ? record(params["_meta"])["orgId"] : undefined);
    const fallback = broken("no tenant means the first one") ? "acme" : null;
    return typeof claimed === "string" ? claimed : (caller.tenant ?? fallback);
  }

  const readable = (tenant: string, everywhere: boolean) =>
    everywhere ? [...notes.values()].flat() : (notes.get(tenant) ?? []);

  function missing(id: string): never {
    const foreign = [...notes.values()].flat().find((note) => note.id === id);
    if (foreign && broken("foreign told from absent")) throw new Error("not your note");
    if (foreign && broken("error with another's text")) throw new Error(`no: ${foreign.text}`);
    throw new Error(`no note ${id}`);
  }

  function call(caller: Caller, tenant: string, request: Request, { params }: Rpc): object {
    const args = record(params["arguments"]);
    const name = String(params["name"]);
    const judged = broken("header names the tool") ? request.headers.get("mcp-name") : name;
    if (!EVERYTHING.includes(name)) throw new Error(`${name} not found`);
    if (!caller.may.includes(judged ?? name) && !broken("roles unchecked")) {
      throw new Error(broken("forbidden told from unknown") ? "forbidden" : `${name} not found`);
    }
    if (name === "notes_list") return text(readable(tenant, false).map((note) => note.text));
    if (name === "notes_confirm") return confirm(caller, tenant, params);
    const id = String(args["id"]);
    const writes = name === "notes_edit";
    const everywhere = broken(writes ? "writes across tenants" : "reads across tenants");
    const note = readable(tenant, everywhere).find((one) => one.id === id) ?? missing(id);
    if (!writes) return text([note.text]);
    if (!notes.get(tenant)?.includes(note)) {
      note.text = "overwritten";
      throw new Error(`no note ${id}`);
    }
    return text(["kept"]);
  }

  function confirm(caller: Caller, tenant: string, params: Rpc["params"]): object {
    const given = params["requestState"];
    if (typeof given !== "string") {
      const requestState = `state-${randomUUID()}`;
      states.set(requestState, { tenant, subject: caller.subject });
      return { resultType: "input_required", inputRequests: {}, requestState };
    }
    const state = states.get(given);
    if (state === undefined && !broken("state unsigned")) throw new Error("no such state");
    const ok =
      broken("state bound to nobody") ||
      state === undefined ||
      (state.tenant === tenant &&
        (state.subject === caller.subject || broken("state bound to the tenant only")));
    if (!ok) throw new Error("no such state");
    return text(["confirmed"]);
  }

  function listen(caller: Caller, tenant: string, uris: readonly unknown[]): Response {
    let stop = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const write = (message: object) =>
          controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`));
        const stream = {
          tenant,
          send: (message: object) => (uris.length > 0 ? write(message) : undefined),
        };
        streams.add(stream);
        write({ method: "notifications/subscriptions/acknowledged" });
        const timer = setInterval(() => {
          const expired = (caller.expiresAtMs ?? Infinity) <= Date.now();
          const left = !members.has(caller.subject);
          if (
            (expired && !broken("streams outlive tokens")) ||
            (left && !broken("streams outlive members"))
          ) {
            stop();
            controller.close();
          }
        }, 20);
        stop = () => {
          clearInterval(timer);
          streams.delete(stream);
        };
      },
      cancel: () => stop(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  async function answer(
    caller: Caller,
    tenant: string,
    request: Request,
    rpc: Rpc,
  ): Promise<object> {
    const { method, params } = rpc;
    const visible = (names: readonly string[]) =>
      names
        .filter((name) => caller.may.includes(name) || broken("lists unfiltered"))
        .map((name) => ({ name }));
    const cacheScope = broken("lists may be shared") ? "public" : "private";
    switch (method) {
      case "initialize":
        return { protocolVersion: "2025-11-25", capabilities: {} };
      case "tools/list":
        return { tools: visible(EVERYTHING.filter((name) => name !== "digest")), cacheScope };
      case "prompts/list":
        return { prompts: visible(["digest"]), cacheScope };
      case "resources/list":
        return { resources: [], cacheScope };
      case "resources/templates/list":
        return { resourceTemplates: [{ uriTemplate: "notes://note/{id}" }], cacheScope };
      case "tools/call":
        return call(caller, tenant, request, rpc);
      case "prompts/get": {
        const { name } = params;
        const may = caller.may.includes("digest") || broken("roles unchecked");
        if (name !== "digest" || !may) throw new Error(`${String(name)} not found`);
        const all = readable(tenant, broken("prompts across tenants"));
        return { messages: all.map((note) => note.text) };
      }
      case "resources/read": {
        const id = String(params["uri"]).replace("notes://note/", "");
        const all = caller.may.includes("notes_read")
          ? readable(tenant, broken("resources across tenants"))
          : [];
        const note = all.find((one) => one.id === id);
        if (note === undefined) throw new Error("no such resource");
        return { contents: [{ text: note.text }] };
      }
      case "completion/complete": {
        const all = readable(tenant, broken("completions across tenants"));
        return { completion: { values: all.map((note) => note.text) } };
      }
      case "tasks/get":
        if (caller.subject === "ann" || broken("tasks without owner")) return { status: "working" };
        throw new Error("no such task");
      default:
        throw new Error("no such method");
    }
  }

  async function handle(request: Request): Promise<Response> {
    const caller = callerOf(request);
    if (!broken("answers without audit")) events += 1;
    if (caller === null) return unauthorized(request);
    const session = request.headers.get("mcp-session-id");
    if (session !== null) {
      const owner = sessions.get(session);
      const careless =
        broken("sessions without owner") ||
        (request.method === "DELETE" && broken("anybody ends a session"));
      if (owner === undefined || (owner !== caller.subject && !careless)) {
        return new Response(null, { status: 404 });
      }
    }
    if (request.method === "DELETE") {
      sessions.delete(session ?? "");
      // A careless server may still answer as if nothing had happened.
      return new Response(null, { status: broken("anybody ends a session") ? 404 : 204 });
    }
    if (request.method === "GET" && session !== null && caller.tenant !== null) {
      return listen(caller, caller.tenant, subscribed.get(session) ?? []);
    }
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const body = record(await request.json());
    const rpc: Rpc = {
      id: body["id"],
      method: String(body["method"]),
      params: record(body["params"]),
    };
    const headers = new Headers({ "content-type": "application/json" });
    if (rpc.method === "initialize") {
      const id = randomUUID();
      sessions.set(id, caller.subject);
      headers.set("mcp-session-id", id);
    }
    const tenant = tenantOf(caller, request, rpc);
    if (tenant === null) return Response.json({ error: "tenant_required" }, { status: 403 });
    if (rpc.method === "subscriptions/listen") {
      const wanted = record(rpc.params["notifications"])["resourceSubscriptions"];
      return listen(caller, tenant, Array.isArray(wanted) ? wanted : []);
    }
    if (rpc.method === "resources/subscribe") {
      subscribed.set(session ?? "", [String(rpc.params["uri"])]);
      return Response.json({ id: rpc.id, result: {} });
    }
    let message: object;
    try {
      message = { id: rpc.id, result: await answer(caller, tenant, request, rpc) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : "failed";
      message = { id: rpc.id, error: { code: -32602, message: reason } };
    }
    if (broken("answers mixed by id") && rpc.method === "tools/call") {
      lastById.set(rpc.id, message);
      await new Promise((resolve) => setTimeout(resolve, 1)); // others get their turn
      message = lastById.get(rpc.id) ?? message;
    }
    return new Response(JSON.stringify(message), { headers });
  }

  return {
    url: URL_OF_SERVER,
    fetch: (input: RequestInfo | URL, init?: RequestInit) => handle(new Request(input, init)),
    auditCount: async () => events,
    /** A note of Acme's changes: those who listen are told. */
    async touch() {
      for (const stream of streams) {
        if (stream.tenant !== "acme" && !broken("one bus for all")) continue;
        stream.send({
          method: "notifications/resources/updated",
          params: { uri: "notes://note/n-1" },
        });
      }
    },
    async expiring() {
      const expiresAtMs = Date.now() + 200;
      callers.set("token-short", { tenant: "acme", subject: "ann", may: EVERYTHING, expiresAtMs });
      return { token: "token-short", expiresAtMs };
    },
    async leaving() {
      members.add("lea");
      callers.set("token-lea", { tenant: "acme", subject: "lea", may: EVERYTHING });
      return { token: "token-lea", remove: async () => void members.delete("lea") };
    },
  };
}

function text(lines: readonly string[]): object {
  return { content: lines.map((line) => ({ type: "text", text: line })) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
