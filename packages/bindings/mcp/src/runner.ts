import type { Resource } from "@modelcontextprotocol/server";
import type { LogEvent } from "@tenantry/core";
import { isRecord, type Message } from "./body.ts";
import type { Call, CallRecord } from "./call.ts";
import type { TenantlessCallContext } from "./contexts.ts";
import { decide } from "./decide.ts";
import type { PromptResult, ResourceResult, Schema, ToolResult } from "./definitions.ts";
import type { Settings } from "./options.ts";
import type {
  AnyContext,
  Registered,
  RegisteredPrompt,
  RegisteredResource,
  RegisteredTemplate,
  RegisteredTool,
} from "./registered.ts";
import { handlesOf, type States } from "./sealed.ts";
import { matchTemplate } from "./uri-template.ts";

/** What the SDK knows of one message while its handler runs. */
export interface Running {
  readonly id: string | number;
  readonly signal: AbortSignal;
  /** The opened state of the round before. */
  readonly state: string | undefined;
  readonly inputResponses: Readonly<Record<string, unknown>>;
  readonly progress: AnyContext["mcp"]["progress"];
}

/** Something that a client may be told. Engines turn it into an error of their SDK. */
export class Failure extends Error {
  readonly kind: "not_found" | "internal";
  constructor(kind: "not_found" | "internal", message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Runs handlers: with a context of their caller's own, and with nothing of ours in what they throw. */
export function createRunner(settings: Settings, states: States) {
  const { auth, log } = settings;

  /** SECURITY: asked again right before it runs, whatever the SDK was told to register. */
  function mayRun(call: Call, entry: Registered): void {
    const isExposed = call.exposed.has(entry);
    if (!isExposed || decide(auth, call.caller, entry).kind !== "allowed") {
      throw new Failure("not_found", "Not found");
    }
  }

  function contextOf(call: Call, running: Running): AnyContext {
    const { context } = call.caller;
    const { tenant } = context;
    if (tenant === null) throw new Failure("not_found", "Not found");
    return { ...common(call, running, tenant.id), auth: context, tenant: tenant.scope };
  }

  function tenantlessContext(call: Call, running: Running): TenantlessCallContext {
    const { principal, credential, authentication, actors, provider } = call.caller.context;
    return {
      ...common(call, running),
      auth: { principal, credential, authentication, actors, provider },
    };
  }

  function common(call: Call, running: Running, tenantId?: string) {
    const callId = call.records.get(running.id)?.callId ?? "";
    const place = { callId, ...(tenantId === undefined ? {} : { tenantId }) };
    return {
      signal: AbortSignal.any([running.signal, call.signal]),
      handles: handlesOf(auth, call.caller),
      callId,
      log: (line: LogEvent) => log({ ...line, fields: { ...line.fields, ...place } }),
      mcp: {
        progress: running.progress,
        state: running.state,
        inputResponses: running.inputResponses,
      },
    };
  }

  /** Runs something on record. What it throws goes to the log, under the reference the client gets. */
  async function onRecord<T>(call: Call, running: Running, work: () => Promise<T>): Promise<T> {
    const record = call.records.get(running.id);
    try {
      const result = await work();
      record?.finish(isRecord(result) && result["isError"] === true ? "error" : "ok");
      return result;
    } catch (error) {
      if (error instanceof Failure) {
        record?.finish("error", { reason: error.kind });
        throw error;
      }
      record?.finish("error", { reason: "exception" });
      throw new Failure("internal", internalText(error, record));
    }
  }

  function internalText(error: unknown, record: CallRecord | undefined): string {
    const callId = record?.callId ?? "";
    // The error may hold anything: only its name is logged here.
    const name = error instanceof Error ? error.name : "unknown";
    log({ level: "error", event: "mcp.handler_failed", reason: name, fields: { callId } });
    if (settings.exposeErrors && error instanceof Error) return error.message;
    return `Internal error (reference ${callId})`;
  }

  /** A state on its way out is sealed, whether or not the handler thought of it. */
  async function sealState<T>(call: Call, running: Running, result: T): Promise<T> {
    if (!isRecord(result) || result["resultType"] !== "input_required") return result;
    const { requestState } = result;
    if (typeof requestState !== "string") return result;
    const message = messageOf(call, running);
    return { ...result, requestState: await states.seal(call.caller, message, requestState) };
  }

  return {
    tool: (call: Call, entry: RegisteredTool, args: unknown, running: Running) =>
      onRecord<ToolResult>(call, running, async () => {
        mayRun(call, entry);
        const record = call.records.get(running.id);
        if (entry.auditResource !== undefined) record?.about(entry.auditResource(args));
        const ctx =
          entry.permissions === null ? tenantlessContext(call, running) : contextOf(call, running);
        const result = await entry.run(args, ctx);
        await checkOutput(entry.output, result);
        return sealState(call, running, result);
      }),

    resource: (
      call: Call,
      entry: RegisteredResource | RegisteredTemplate,
      uri: URL,
      running: Running,
    ) =>
      onRecord<NonNullable<ResourceResult>>(call, running, async () => {
        mayRun(call, entry);
        const ctx = contextOf(call, running);
        const result =
          entry.kind === "resource"
            ? await entry.run(uri, ctx)
            : await readTemplate(call, entry, { uri, ctx });
        if (result === null) throw new Failure("not_found", "Not found");
        return sealState(call, running, result);
      }),

    prompt: (call: Call, entry: RegisteredPrompt, args: unknown, running: Running) =>
      onRecord<PromptResult>(call, running, async () => {
        mayRun(call, entry);
        return sealState(call, running, await entry.run(args, contextOf(call, running)));
      }),

    /** The resources that a template lists for this caller. None where only a scope is missing. */
    async list(call: Call, entry: RegisteredTemplate, running: Running): Promise<Resource[]> {
      if (entry.list === undefined || decide(auth, call.caller, entry).kind !== "allowed")
        return [];
      const { list } = entry;
      const resources = await onRecord(call, running, async () => list(contextOf(call, running)));
      return [...resources];
    },

    complete: (
      call: Call,
      entry: RegisteredPrompt | RegisteredTemplate,
      argument: { readonly name: string; readonly value: string },
      running: Running,
    ) =>
      onRecord<readonly string[]>(call, running, async () => {
        mayRun(call, entry);
        const completer = entry.complete.get(argument.name);
        return completer === undefined ? [] : completer(argument.value, contextOf(call, running));
      }),

    /** The state of the round before, or null if it is none of this call's. */
    openState(call: Call, id: string | number, sealed: string): Promise<string | null> {
      const message = call.messages.get(id);
      return message === undefined
        ? Promise.resolve(null)
        : states.open(call.caller, message, sealed);
    },
  };
}

/** What {@link createRunner} makes. */
export type Runner = ReturnType<typeof createRunner>;

async function readTemplate(
  { caller }: Call,
  entry: RegisteredTemplate,
  { uri, ctx }: { readonly uri: URL; readonly ctx: AnyContext },
): Promise<ResourceResult> {
  const variables = matchTemplate(entry.uriTemplate)(uri.toString());
  if (variables === null) return null;
  const { tenant } = caller.context;
  const named = variables["tenant"];
  // SECURITY: compared with the tenant of the token, and the answer is that of an absent resource.
  if (entry.tenantInUri && named !== tenant?.slug && named !== tenant?.id) return null;
  return entry.run(uri, { ...ctx, variables });
}

/** The SDK would tell the client what is wrong with our own output. */
async function checkOutput(schema: Schema | undefined, result: ToolResult): Promise<void> {
  const isFinal = result["resultType"] !== "input_required" && result["isError"] !== true;
  if (schema === undefined || !isFinal) return;
  const checked = await schema["~standard"].validate(result["structuredContent"]);
  if (checked.issues !== undefined) throw new TypeError("The output does not fit its schema.");
}

function messageOf(call: Call, { id }: Running): Message {
  const message = call.messages.get(id);
  if (message === undefined) throw new Failure("not_found", "Not found");
  return message;
}
