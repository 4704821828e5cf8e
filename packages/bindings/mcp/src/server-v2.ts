import {
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  type AuthInfo,
  type CacheHint,
  type McpServerOptions,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Call } from "./call.ts";
import type { EngineParts } from "./engine.ts";
import type { Registered, RegisteredPrompt, RegisteredTemplate } from "./registered.ts";
import { Failure, type Running } from "./runner.ts";

/** What building needs besides the parts. */
export interface ServerParts extends EngineParts {
  readonly callOf: (authInfo: AuthInfo | undefined) => Call;
}

const LISTS = [
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "server/discover",
] as const;

/** A server for one request, which knows only what its caller may know of. */
export function buildServer(parts: ServerParts, call: Call, era: "legacy" | "modern"): McpServer {
  const { settings } = parts;
  const server = new McpServer(settings.serverInfo, optionsFor(parts, call, era));
  // In the order of registration, whatever was asked first: a list must not change from call to call.
  for (const entry of parts.registry.all()) {
    if (call.exposed.has(entry)) register(server, entry, parts);
  }
  if (hasCompletions(parts)) setCompletions(server, parts);
  return server;
}

function optionsFor(
  { settings, registry, runner, callOf }: ServerParts,
  call: Call,
  era: "legacy" | "modern",
): McpServerOptions {
  const kinds = new Set(registry.all().map(({ kind }) => kind));
  // Without sessions, clients of the older protocol have no stream on which to hear of changes.
  const listChanged = era === "modern" || settings.legacy === "sessions";
  const { expiresAtMs } = call.caller.context.credential;
  const ttlMs = Math.max(0, Math.min(settings.listTtlMs, expiresAtMs - settings.nowMs()));
  // SECURITY: a list is this caller's. A shared cache would show it to others.
  const hint: CacheHint = { ttlMs, cacheScope: "private" };
  return {
    // The same for every caller: what is registered at all, not what this one may use.
    capabilities: {
      ...(kinds.has("tool") ? { tools: { listChanged } } : {}),
      ...(kinds.has("prompt") ? { prompts: { listChanged } } : {}),
      ...(kinds.has("resource") || kinds.has("template")
        ? { resources: { listChanged, subscribe: listChanged } }
        : {}),
    },
    ...(settings.instructions === undefined ? {} : { instructions: settings.instructions }),
    cacheHints: Object.fromEntries(LISTS.map((method) => [method, hint])),
    requestState: {
      async verify(state, ctx) {
        const opened = await runner.openState(callOf(ctx.http?.authInfo), ctx.mcpReq.id, state);
        if (opened === null) throw new TypeError("This state is not this caller's.");
        return opened;
      },
    },
  };
}

function register(server: McpServer, entry: Registered, parts: ServerParts): void {
  const { runner, callOf } = parts;
  const common = {
    ...(entry.title === undefined ? {} : { title: entry.title }),
    ...(entry.description === undefined ? {} : { description: entry.description }),
    ...(entry.icons === undefined ? {} : { icons: [...entry.icons] }),
  };
  switch (entry.kind) {
    case "tool": {
      const config = {
        ...common,
        ...(entry.output === undefined ? {} : { outputSchema: entry.output }),
        ...(entry.annotations === undefined ? {} : { annotations: entry.annotations }),
      };
      const run = (args: unknown, ctx: ServerContext) =>
        told(() => runner.tool(callOf(ctx.http?.authInfo), entry, args, runningOf(ctx)));
      if (entry.input === undefined) {
        server.registerTool(entry.name, config, (ctx) => run(undefined, ctx));
      } else {
        server.registerTool(entry.name, { ...config, inputSchema: entry.input }, run);
      }
      return;
    }
    case "prompt": {
      const run = (args: unknown, ctx: ServerContext) =>
        told(() => runner.prompt(callOf(ctx.http?.authInfo), entry, args, runningOf(ctx)));
      if (entry.args === undefined) {
        server.registerPrompt(entry.name, common, (ctx) => run(undefined, ctx));
      } else {
        server.registerPrompt(entry.name, { ...common, argsSchema: entry.args }, run);
      }
      return;
    }
    case "resource":
    case "template": {
      const config = {
        ...common,
        ...(entry.mimeType === undefined ? {} : { mimeType: entry.mimeType }),
      };
      const read = (uri: URL, ctx: ServerContext) =>
        told(
          () => runner.resource(callOf(ctx.http?.authInfo), entry, uri, runningOf(ctx)),
          () => new ResourceNotFoundError(uri.toString()),
        );
      if (entry.kind === "resource") {
        server.registerResource(entry.name, entry.uri, config, read);
        return;
      }
      const template = new ResourceTemplate(entry.uriTemplate, {
        list:
          entry.list === undefined
            ? undefined
            : async (ctx) => ({
                resources: await told(() =>
                  runner.list(callOf(ctx.http?.authInfo), entry, runningOf(ctx)),
                ),
              }),
      });
      server.registerResource(entry.name, template, config, (uri, _variables, ctx) =>
        read(uri, ctx),
      );
    }
  }
}

function completable(entry: Registered): entry is RegisteredPrompt | RegisteredTemplate {
  return (entry.kind === "prompt" || entry.kind === "template") && entry.complete.size > 0;
}

function hasCompletions({ registry }: ServerParts): boolean {
  return registry.all().some(completable);
}

/** Completions are ours: the SDK's would run without a permission and without a tenant. */
function setCompletions(server: McpServer, { runner, registry, callOf }: ServerParts): void {
  server.server.registerCapabilities({ completions: {} });
  server.server.setRequestHandler("completion/complete", async (request, ctx) => {
    const { ref, argument } = request.params;
    const entry =
      ref.type === "ref/prompt" ? registry.prompt(ref.name) : registry.template(ref.uri);
    const call = callOf(ctx.http?.authInfo);
    if (entry === undefined || !call.exposed.has(entry)) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "The reference was not found");
    }
    const values = await told(() => runner.complete(call, entry, argument, runningOf(ctx)));
    return { completion: { values: values.slice(0, 100), hasMore: values.length > 100 } };
  });
}

function runningOf({ mcpReq }: ServerContext): Running {
  const state: unknown = mcpReq.requestState();
  const { _meta: meta } = mcpReq;
  const token = meta?.progressToken;
  return {
    id: mcpReq.id,
    signal: mcpReq.signal,
    state: typeof state === "string" ? state : undefined,
    inputResponses: mcpReq.inputResponses ?? {},
    async progress(progress, total, message) {
      if (token === undefined) return;
      await mcpReq.notify({
        method: "notifications/progress",
        params: {
          progressToken: token,
          progress,
          ...(total === undefined ? {} : { total }),
          ...(message === undefined ? {} : { message }),
        },
      });
    },
  };
}

/** Our failures as the SDK's errors. Nothing else ever comes out of the runner. */
async function told<T>(
  work: () => Promise<T>,
  notFound = () => new ProtocolError(ProtocolErrorCode.InvalidParams, "Not found"),
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw error.kind === "not_found"
      ? notFound()
      : new ProtocolError(ProtocolErrorCode.InternalError, error.message);
  }
}
