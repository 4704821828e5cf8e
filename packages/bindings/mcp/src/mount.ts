import { fromWebRequest, type AuthRequest } from "@tenantry/core/http";
import type { Endpoint } from "./call.ts";
import { createEndpoints } from "./endpoints.ts";
import type { Change, EngineFactory } from "./engine.ts";
import { inspect, type Inspection } from "./inspect.ts";
import { metadataResponse } from "./metadata.ts";
import { nodeHandler, type McpNodeHandler } from "./node.ts";
import type { McpOptions } from "./options.ts";
import { createPipeline } from "./pipeline.ts";
import { createPolicy } from "./policy.ts";
import { createRegistration, type Registration } from "./register.ts";
import { createRegistry } from "./registry.ts";
import { refusal } from "./responses.ts";
import { createRunner } from "./runner.ts";
import { createStates } from "./sealed.ts";
import { createSessions } from "./sessions.ts";
import { settingsOf } from "./settings.ts";
import { createStreams } from "./streams.ts";
import { createTrail } from "./trail.ts";

/** Tells the open subscriptions of one tenant what has changed. Resolves when they were told. */
export interface Notifier {
  /** Subscribers of this address hear of it. */
  resourceUpdated(uri: string): Promise<void>;
  toolsChanged(): Promise<void>;
  promptsChanged(): Promise<void>;
  resourcesChanged(): Promise<void>;
}

/** An MCP server: a protected resource of OAuth, whose every call is a request of one tenant. */
export interface Mcp<P extends string> extends Registration<P> {
  /** Answers a request to the endpoints or to their metadata; 404 for all others. Never throws. */
  fetch(request: Request, peer?: { readonly remoteAddress?: string }): Promise<Response>;
  /** For Express, Fastify and `node:http`: other paths go to `next`, where there is one. */
  node(): McpNodeHandler;
  /** The metadata that a path stands for (RFC 9728), or null for all other requests. */
  metadata(request: Request): Response | null;
  /** The subscriptions of one tenant, by its local id. */
  notify(tenantId: string): Notifier;
  /** What is registered, with its permission, and what would be refused to whom. */
  inspect(): Inspection;
  /** Ends all streams. The server answers nothing afterwards. */
  close(): Promise<void>;
}

/** Makes a server over an engine. */
export function createMount<P extends string>(
  options: McpOptions<P>,
  engineFactory: EngineFactory,
): Mcp<P> {
  const settings = settingsOf(options);
  const { auth } = settings;
  const registry = createRegistry();
  let isServing = false;
  let isClosed = false;

  const policy = createPolicy(auth, registry);
  const trail = createTrail(settings);
  const streams = createStreams(settings);
  const runner = createRunner(settings, createStates(auth));
  const engine = engineFactory({ settings, registry, runner });
  const sessions =
    settings.legacy === "sessions" && engine.isModern ? createSessions(settings.nowMs) : null;
  const pipeline = createPipeline({ settings, policy, trail, streams, engine, sessions });
  const placeOf = createEndpoints(settings);
  const registration = createRegistration<P>({
    registry,
    isPermission: (name) => auth.permissions.isPermission(name),
    isServing: () => isServing,
  });

  async function handle(request: Request, neutral: AuthRequest): Promise<Response> {
    if (isClosed) return refusal(503, "store_unavailable");
    if (!isServing) warn();
    isServing = true;
    return pipeline(request, neutral);
  }

  /** Once, when everything is registered: what an operator should know. */
  function warn(): void {
    for (const { level, about, message } of inspect(registry, settings).findings) {
      if (level !== "warning") continue;
      settings.log({ level: "warn", event: "mcp.finding", reason: message, fields: { about } });
    }
  }

  async function publish(tenantId: string, change: Change): Promise<void> {
    // SECURITY: an empty id would be the handler of those who have no tenant.
    if (tenantId === "") throw new TypeError("notify needs the id of a tenant.");
    await streams.recheck(tenantId);
    engine.publish(tenantId, change);
    sessions?.publish(tenantId, change);
  }

  return {
    ...registration,
    fetch: (request, peer) => handle(request, fromWebRequest(request, peer?.remoteAddress)),
    node: () => nodeHandler({ handle, isOurs: (target) => placeOf(target).kind !== "elsewhere" }),
    metadata(request) {
      const { target, method } = fromWebRequest(request);
      const place = placeOf(target);
      const endpoint: Endpoint | null = place.kind === "metadata" ? place.endpoint : null;
      return endpoint === null ? null : metadataResponse(method, endpoint, settings);
    },
    notify: (tenantId) => ({
      resourceUpdated: (uri) => publish(tenantId, { kind: "resource_updated", uri }),
      toolsChanged: () => publish(tenantId, { kind: "tools_list_changed" }),
      promptsChanged: () => publish(tenantId, { kind: "prompts_list_changed" }),
      resourcesChanged: () => publish(tenantId, { kind: "resources_list_changed" }),
    }),
    inspect: () => inspect(registry, settings),
    async close() {
      isClosed = true;
      streams.close();
      await engine.close();
    },
  };
}
