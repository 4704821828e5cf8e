import type { AuthRequest } from "@tenantry/core/http";
import { admit } from "./admit.ts";
import { readBody, type Body, type Message } from "./body.ts";
import type { Call, Caller, CallRecord, Endpoint } from "./call.ts";
import { createEndpoints } from "./endpoints.ts";
import type { Engine } from "./engine.ts";
import { preflight, refuseAtDoor, setCors } from "./front-door.ts";
import { filterListen } from "./listen.ts";
import { metadataResponse } from "./metadata.ts";
import type { Settings } from "./options.ts";
import type { Policy, Ruling } from "./policy.ts";
import { refusal, rpcError, setPrivate } from "./responses.ts";
import { serveSession, serveSubscription, sessionIdOf, sessionNotFound } from "./session-routes.ts";
import type { Sessions } from "./sessions.ts";
import { refuseRulings } from "./step-up.ts";
import { cutShort, type Streams } from "./streams.ts";
import type { Trail } from "./trail.ts";

/** What the pipeline is made of. */
export interface PipelineParts {
  readonly settings: Settings;
  readonly policy: Policy;
  readonly trail: Trail;
  readonly streams: Streams;
  readonly engine: Engine;
  /** Null: every request stands alone. */
  readonly sessions: Sessions | null;
}

/** The tenant whose handler, bus and streams a caller shares. Nobody's tenant is nobody's. */
function tenantKeyOf({ context: { tenant } }: Caller): string {
  return tenant === null ? "" : tenant.id;
}

/** One request becomes one response, in an order that does not change. Never throws. */
export function createPipeline(parts: PipelineParts) {
  const { settings, policy, trail, streams, engine, sessions } = parts;
  const placeOf = createEndpoints(settings);

  return async function handle(request: Request, neutral: AuthRequest): Promise<Response> {
    // 1. The metadata of this resource, for everybody.
    const place = placeOf(neutral.target);
    if (place.kind === "elsewhere") return refusal(404, "route_not_found");
    if (place.kind === "metadata") {
      return metadataResponse(neutral.method, place.endpoint, settings);
    }
    // 2. A name of ours, and no page of somebody else's.
    const refusedAtDoor = refuseAtDoor(neutral, request.url, settings);
    if (refusedAtDoor !== null) return refusedAtDoor;
    let response: Response;
    try {
      response =
        neutral.method === "OPTIONS"
          ? preflight()
          : await serve(request, { neutral, endpoint: place.endpoint });
    } catch (error) {
      const name = error instanceof Error ? error.name : "unknown";
      settings.log({ level: "error", event: "mcp.request_failed", reason: name });
      response = refusal(503, "store_unavailable");
    }
    setCors(response.headers, neutral, settings);
    return response;
  };

  async function serve(
    request: Request,
    { neutral, endpoint }: { readonly neutral: AuthRequest; readonly endpoint: Endpoint },
  ): Promise<Response> {
    // 3 to 7. One bearer token, genuine and for this resource, of somebody who belongs there now,
    // through a client that the tenant accepts, for the tenant that the path names.
    const admitted = await admit(neutral, endpoint, settings);
    if (!admitted.ok) {
      const { refused, response } = admitted;
      if (refused !== null) {
        trail.denied(refused.caller, { method: "", reason: refused.reason });
      }
      return response;
    }
    const { caller } = admitted;

    // 8. The body, once. It selects the policy, and no header does.
    if (neutral.method !== "POST") {
      return serveSession({ neutral, caller, client: request.signal }, parts);
    }
    const sessionId = sessions === null ? null : sessionIdOf(neutral);
    if (sessionId !== null && sessions?.has(sessionId, caller) !== true) return sessionNotFound();
    const body = await readBody(request, settings.maxBodyBytes);
    if (body.kind !== "messages") return refuseBody(body);

    // 9. What each message asks for.
    const rulings = body.messages.map((message) => policy.rule(caller, message));
    const refused = refuseRulings(rulings, caller, parts);
    if (refused !== null) return refused;
    const [ruling] = rulings;
    if (ruling !== undefined && !body.isBatch) {
      const answer = serveSubscription(ruling, { neutral, caller }, parts);
      if (answer !== null) return answer;
    }
    const records = await attempts(rulings, caller);
    if (records === null) return refusal(503, "store_unavailable");

    // 10 and 11. The tenant's own handler, and a stream that ends in time.
    const response = await dispatch(request, { caller, body, rulings, records });
    const isStart = body.messages.some(({ method }) => method === "initialize");
    if (sessions !== null && isStart && response.ok) {
      response.headers.set("mcp-session-id", sessions.start(caller, tenantKeyOf(caller)));
    }
    return response;
  }

  /** The calls that may run, on record. Null: one could not be put there, and none runs. */
  async function attempts(
    rulings: readonly Ruling[],
    caller: Caller,
  ): Promise<ReadonlyMap<string | number, CallRecord> | null> {
    const records = new Map<string | number, CallRecord>();
    for (const { message, entry, isHidden, isCall } of rulings) {
      if (!isCall || message.id === null || entry === undefined) continue;
      const method = message.method ?? "";
      if (isHidden) {
        trail.denied(caller, { method, entry, reason: "permission" });
        continue;
      }
      const record = await trail.attempt(caller, method, entry);
      if (record === null) return null;
      records.set(message.id, record);
    }
    return records;
  }

  async function dispatch(
    request: Request,
    {
      caller,
      body,
      rulings,
      records,
    }: {
      readonly caller: Caller;
      readonly body: Body & { readonly kind: "messages" };
      readonly rulings: readonly Ruling[];
      readonly records: Call["records"];
    },
  ): Promise<Response> {
    const tenantKey = tenantKeyOf(caller);
    const watch = streams.watch(caller, { tenantKey, client: request.signal });
    const call: Call = {
      caller,
      exposed: new Set(rulings.flatMap(({ exposed }) => exposed)),
      messages: byId(body.messages),
      records,
      signal: watch.signal,
    };
    let release = () => {};
    const over = () => {
      watch.end();
      release();
      // Whatever never came to its handler, or was cut off in it.
      for (const record of records.values()) record.finish("error", { reason: "not_run" });
    };
    try {
      const parsedBody = filterListen(body.parsed, (uri) => policy.canRead(caller, uri));
      const forwarded = withoutCredentials(request, { caller, signal: watch.signal });
      const serving = engine.serve(forwarded, call, { parsedBody, tenantKey });
      const served = await Promise.race([serving, aborted(watch.signal)]);
      if (served === null) {
        over();
        void serving.then(({ released }) => released()).catch(() => {});
        return cutOff(caller);
      }
      release = served.released;
      const { headers } = served.response;
      const isStream = headers.get("content-type")?.startsWith("text/event-stream") === true;
      const response = cutShort(served.response, watch, over);
      setPrivate(response.headers, isStream);
      return response;
    } catch (error) {
      over();
      throw error;
    }
  }

  /** It took longer than its token lived, or its caller was removed meanwhile. */
  function cutOff({ endpoint }: Caller): Response {
    const challenge = { error: "invalid_token", scopes: settings.baselineScopes } as const;
    return refusal(401, "credential_expired", { challenge, endpoint });
  }
}

function refuseBody({ kind }: Exclude<Body, { readonly kind: "messages" }>): Response {
  const [status, code, text] = BODY_ERRORS[kind];
  return rpcError(status, code, text);
}

const BODY_ERRORS = {
  too_large: [413, -32_000, "The request body is too large"],
  not_json_type: [415, -32_000, "Unsupported Media Type: Content-Type must be application/json"],
  not_json: [400, -32_700, "Parse error: the body is not JSON"],
  unreadable: [400, -32_700, "Parse error: the body is not JSON"],
} as const;

function byId(messages: readonly Message[]): ReadonlyMap<string | number, Message> {
  return new Map(
    messages.flatMap((message) => (message.id === null ? [] : [[message.id, message] as const])),
  );
}

/** What the SDK sees: the canonical address, and no header that holds a credential. */
function withoutCredentials(
  request: Request,
  { caller, signal }: { readonly caller: Caller; readonly signal: AbortSignal },
): Request {
  const headers = new Headers(request.headers);
  // SECURITY: a handler that passed them on would hand its caller's token to somebody else.
  for (const name of ["authorization", "cookie", "proxy-authorization"]) headers.delete(name);
  for (const name of ["content-length", "transfer-encoding"]) headers.delete(name);
  return new Request(caller.endpoint.resource, { method: "POST", headers, signal });
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener("abort", () => resolve(null), { once: true });
  });
}
