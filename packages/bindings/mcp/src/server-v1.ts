import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ServerNotification,
  type ServerRequest,
  type ServerResult,
} from "@modelcontextprotocol/sdk/types.js";
import { isRecord } from "./body.ts";
import type { Call } from "./call.ts";
import type { Schema } from "./definitions.ts";
import type { EngineParts } from "./engine.ts";
import type { Registered } from "./registered.ts";
import { Failure, type Running } from "./runner.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Of<K extends Registered["kind"]> = Extract<Registered, { readonly kind: K }>;

/** A server for one request, which knows only what its caller may know of. */
export function buildServerV1(parts: EngineParts, call: Call): Server {
  const { settings, registry } = parts;
  const kinds = new Set(registry.all().map(({ kind }) => kind));
  const hasResources = kinds.has("resource") || kinds.has("template");
  const server = new Server(settings.serverInfo, {
    capabilities: {
      ...(kinds.has("tool") ? { tools: {} } : {}),
      ...(kinds.has("prompt") ? { prompts: {} } : {}),
      ...(hasResources ? { resources: {} } : {}),
      ...(kinds.has("prompt") || kinds.has("template") ? { completions: {} } : {}),
    },
    ...(settings.instructions === undefined ? {} : { instructions: settings.instructions }),
  });
  if (kinds.has("tool")) setTools(server, parts, call);
  if (kinds.has("prompt")) setPrompts(server, parts, call);
  if (hasResources) setResources(server, parts, call);
  if (kinds.has("prompt") || kinds.has("template")) setCompletions(server, parts, call);
  return server;
}

/** What this caller may know of, in the order of registration. */
function exposedOf<K extends Registered["kind"]>(
  { registry }: EngineParts,
  call: Call,
  kind: K,
): readonly Of<K>[] {
  return registry
    .all()
    .filter((entry): entry is Of<K> => entry.kind === kind && call.exposed.has(entry));
}

function setTools(server: Server, parts: EngineParts, call: Call): void {
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: exposedOf(parts, call, "tool").map((tool) => ({
      name: tool.name,
      ...shown(tool),
      inputSchema: jsonSchema(tool.input, "input"),
      ...(tool.output === undefined ? {} : { outputSchema: jsonSchema(tool.output, "output") }),
      ...(tool.annotations === undefined ? {} : { annotations: tool.annotations }),
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = exposedOf(parts, call, "tool").find(({ name }) => name === params.name);
    if (tool === undefined) throw notFound(`Tool ${params.name} not found`);
    const args = await validated(tool.input, params.arguments ?? {});
    if (!args.ok) return toolError(`Invalid arguments for tool ${tool.name}`);
    try {
      return final(await parts.runner.tool(call, tool, args.value, runningOf(extra)));
    } catch (error) {
      if (error instanceof Failure && error.kind === "internal") return toolError(error.message);
      throw told(error);
    }
  });
}

function setPrompts(server: Server, parts: EngineParts, call: Call): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: exposedOf(parts, call, "prompt").map((prompt) => ({
      name: prompt.name,
      ...shown(prompt),
      arguments: promptArguments(prompt.args),
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, async ({ params }, extra) => {
    const prompt = exposedOf(parts, call, "prompt").find(({ name }) => name === params.name);
    if (prompt === undefined) throw notFound(`Prompt ${params.name} not found`);
    const args = await validated(prompt.args, params.arguments ?? {});
    if (!args.ok) throw notFound(`Invalid arguments for prompt ${prompt.name}`);
    return attempt(async () =>
      final(await parts.runner.prompt(call, prompt, args.value, runningOf(extra))),
    );
  });
}

function setResources(server: Server, parts: EngineParts, call: Call): void {
  server.setRequestHandler(ListResourcesRequestSchema, (_request, extra) =>
    attempt(async () => {
      const templates = await Promise.all(
        exposedOf(parts, call, "template").map((template) =>
          parts.runner.list(call, template, runningOf(extra)),
        ),
      );
      const fixed = exposedOf(parts, call, "resource").map((resource) => ({
        uri: resource.uri,
        name: resource.name,
        ...shown(resource),
        ...mimeType(resource),
      }));
      return { resources: [...fixed, ...templates.flat()] };
    }),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: exposedOf(parts, call, "template").map((template) => ({
      uriTemplate: template.uriTemplate,
      name: template.name,
      ...shown(template),
      ...mimeType(template),
    })),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, extra) => {
    const absent = () => new McpError(ErrorCode.InvalidParams, `Resource ${params.uri} not found`);
    const entry = parts.registry.resource(params.uri);
    if (entry === undefined || !call.exposed.has(entry)) throw absent();
    return attempt(
      async () =>
        final(await parts.runner.resource(call, entry, new URL(params.uri), runningOf(extra))),
      absent,
    );
  });
}

function setCompletions(server: Server, parts: EngineParts, call: Call): void {
  server.setRequestHandler(CompleteRequestSchema, async ({ params }, extra) => {
    const { ref, argument } = params;
    const entry =
      ref.type === "ref/prompt"
        ? parts.registry.prompt(ref.name)
        : parts.registry.template(ref.uri);
    if (entry === undefined || !call.exposed.has(entry)) {
      throw notFound("The reference was not found");
    }
    return attempt(async () => {
      const values = await parts.runner.complete(call, entry, argument, runningOf(extra));
      return { completion: { values: values.slice(0, 100), hasMore: values.length > 100 } };
    });
  });
}

function runningOf({ requestId, signal, _meta: meta, sendNotification }: Extra): Running {
  const token = meta?.progressToken;
  return {
    id: requestId,
    signal,
    state: undefined,
    inputResponses: {},
    async progress(progress, total, message) {
      if (token === undefined) return;
      await sendNotification({
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

/** Several rounds came with 2026-07-28, which this SDK does not speak. */
function final(result: object): object {
  if (isRecord(result) && result["resultType"] === "input_required") {
    throw new Failure("internal", "This call needs a client of protocol 2026-07-28.");
  }
  return result;
}

async function attempt(
  work: () => Promise<object>,
  absent = () => notFound("Not found"),
): Promise<ServerResult> {
  try {
    return await work();
  } catch (error) {
    throw told(error, absent);
  }
}

/** Our failures as the SDK's errors. Nothing else ever comes out of the runner. */
function told(error: unknown, absent = () => notFound("Not found")): unknown {
  if (!(error instanceof Failure)) return error;
  return error.kind === "not_found"
    ? absent()
    : new McpError(ErrorCode.InternalError, error.message);
}

function notFound(message: string): McpError {
  return new McpError(ErrorCode.InvalidParams, message);
}

function toolError(text: string): ServerResult {
  return { content: [{ type: "text", text }], isError: true };
}

function shown(entry: Pick<Registered, "title" | "description" | "icons">) {
  return {
    ...(entry.title === undefined ? {} : { title: entry.title }),
    ...(entry.description === undefined ? {} : { description: entry.description }),
    ...(entry.icons === undefined ? {} : { icons: entry.icons }),
  };
}

function mimeType(entry: { readonly mimeType: string | undefined }) {
  return entry.mimeType === undefined ? {} : { mimeType: entry.mimeType };
}

function jsonSchema(schema: Schema | undefined, side: "input" | "output"): object {
  if (schema === undefined) return { type: "object", properties: {} };
  return schema["~standard"].jsonSchema[side]({ target: "draft-2020-12" });
}

function promptArguments(schema: Schema | undefined): readonly object[] {
  const json: unknown = jsonSchema(schema, "input");
  if (!isRecord(json) || !isRecord(json["properties"])) return [];
  const required: readonly unknown[] = Array.isArray(json["required"]) ? json["required"] : [];
  return Object.keys(json["properties"]).map((name) => ({
    name,
    required: required.includes(name),
  }));
}

async function validated(
  schema: Schema | undefined,
  args: unknown,
): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false }> {
  if (schema === undefined) return { ok: true, value: undefined };
  const result = await schema["~standard"].validate(args);
  return result.issues === undefined ? { ok: true, value: result.value } : { ok: false };
}
