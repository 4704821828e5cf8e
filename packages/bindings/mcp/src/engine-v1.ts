import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Engine, EngineParts } from "./engine.ts";
import { buildServerV1 } from "./server-v1.ts";

/** The official SDK, version 1: protocol 2025-11-25 and before, without sessions. */
export function engineV1(parts: EngineParts): Engine {
  return {
    isModern: false,
    async serve(request, call, { parsedBody }) {
      // SECURITY: a server and a transport for this request alone. Shared ones have sent answers to
      // the wrong client (CVE-2026-25536).
      const server = buildServerV1(parts, call);
      const transport = new WebStandardStreamableHTTPServerTransport({});
      await server.connect(transport);
      const released = () => {
        transport.close().catch(() => {});
        server.close().catch(() => {});
      };
      try {
        return { response: await transport.handleRequest(request, { parsedBody }), released };
      } catch (error) {
        released();
        throw error;
      }
    },
    // Without sessions nobody listens.
    publish() {},
    async close() {},
  };
}
