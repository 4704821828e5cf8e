import {
  createMcpHandler,
  type AuthInfo,
  type McpHttpHandler,
  type McpRequestContext,
} from "@modelcontextprotocol/server";
import type { Call } from "./call.ts";
import type { Change, Engine, EngineParts } from "./engine.ts";
import { buildServer } from "./server-v2.ts";

/** What every tenant has to itself: the SDK's handler, with an event bus of its own. */
interface House {
  readonly handler: McpHttpHandler;
  open: number;
}

/** The official SDK, version 2: protocol 2026-07-28, and the one before for older clients. */
export function engineV2({ settings, registry, runner }: EngineParts): Engine {
  // SECURITY: a bus or a handler shared between tenants would tell one what happens at the other.
  const houses = new Map<string, House>();
  // SECURITY: the SDK carries this object from request to handler. Its identity is the caller;
  // nothing in it is.
  const calls = new WeakMap<AuthInfo, Call>();

  function callOf(authInfo: AuthInfo | undefined): Call {
    const call = authInfo === undefined ? undefined : calls.get(authInfo);
    if (call === undefined) throw new TypeError("A request came past the pipeline.");
    return call;
  }

  function houseOf(tenantKey: string): House {
    const known = houses.get(tenantKey);
    if (known !== undefined) return known;
    const handler = createMcpHandler(
      ({ authInfo, era }: McpRequestContext) =>
        buildServer({ settings, registry, runner, callOf }, callOf(authInfo), era),
      {
        legacy: settings.legacy === "reject" ? "reject" : "stateless",
        maxRequestBodySize: settings.maxBodyBytes,
        onerror(error) {
          settings.log({ level: "debug", event: "mcp.sdk_error", reason: error.name });
        },
      },
    );
    const house: House = { handler, open: 0 };
    houses.set(tenantKey, house);
    return house;
  }

  return {
    isModern: true,
    async serve(request, call, { parsedBody, tenantKey }) {
      const house = houseOf(tenantKey);
      house.open += 1;
      let isReleased = false;
      const released = () => {
        if (isReleased) return;
        isReleased = true;
        house.open -= 1;
        if (house.open === 0 && houses.get(tenantKey) === house) houses.delete(tenantKey);
      };
      const { credential } = call.caller.context;
      const authInfo: AuthInfo = {
        // SECURITY: not the token. Handlers, and what they log, never see it.
        token: "withheld",
        clientId: credential.clientId ?? "",
        scopes: [...(credential.scopes ?? [])],
        expiresAt: Math.floor(credential.expiresAtMs / 1000),
        resourceMetadataUrl: call.caller.endpoint.metadataUrl,
      };
      calls.set(authInfo, call);
      try {
        const options = parsedBody === undefined ? { authInfo } : { authInfo, parsedBody };
        return { response: await house.handler.fetch(request, options), released };
      } catch (error) {
        released();
        throw error;
      }
    },
    publish(tenantKey, change: Change) {
      houses.get(tenantKey)?.handler.bus.publish(change);
    },
    async close() {
      await Promise.all([...houses.values()].map(({ handler }) => handler.close()));
      houses.clear();
    },
  };
}
