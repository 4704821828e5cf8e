import type { IncomingMessage, ServerResponse } from "node:http";
import { findRoute, readCall, writeAnswer, type Answer, type Route } from "../http/api.ts";
import { spoil, type Outage } from "../http/outage.ts";
import { html } from "../pages/html.ts";
import { page, pageHeaders } from "../pages/layout.ts";
import type { StytchRateLimit } from "./controls.ts";
import type { StytchEndpoint } from "./endpoints.ts";
import { stytchError } from "./errors.ts";

/** The listener, with what tests switch. */
export interface StytchServer {
  serve(request: IncomingMessage, response: ServerResponse): void;
  setOutage(outage: Outage<StytchEndpoint> | null): void;
  setRateLimit(limit: StytchRateLimit | null): void;
  requests(endpoint?: StytchEndpoint): number;
  resetRequests(): void;
}

/** Makes the listener. Requests for another host name get 421. */
export function createStytchServer(
  site: () => { readonly host: string; readonly routes: readonly Route<StytchEndpoint>[] },
): StytchServer {
  const counts = new Map<StytchEndpoint, number>();
  let outage: Outage<StytchEndpoint> | null = null;
  let limit: StytchRateLimit | null = null;

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host, routes } = site();
    const url = new URL(request.url ?? "/", `http://${host}`);
    const found = findRoute(routes, request.method ?? "GET", url.pathname);
    const endpoint = found?.route.endpoint ?? "other";
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
    if (spoil(outage, endpoint, { request, response })) return;
    if (limit !== null && (limit.endpoints?.includes(endpoint) ?? true)) {
      writeAnswer(response, stytchError(429, "too_many_requests", "Too many requests."));
    } else if (request.headers.host !== host) {
      response.writeHead(421).end();
    } else if (found === null) {
      const missing = stytchError(404, "route_not_found", "There is no such route.");
      writeAnswer(response, url.pathname === "/" ? front() : missing);
    } else {
      const call = await readCall(request, url, found.params);
      writeAnswer(response, await found.route.handle(call));
    }
  }

  return {
    serve(request, response) {
      route(request, response).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : "failed";
        process.stderr.write(`stytch emulator: ${message}\n`);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    setOutage(next) {
      outage = next;
    },
    setRateLimit(next) {
      limit = next;
    },
    requests(endpoint) {
      if (endpoint !== undefined) return counts.get(endpoint) ?? 0;
      return [...counts.values()].reduce((sum, count) => sum + count, 0);
    },
    resetRequests: () => counts.clear(),
  };
}

function front(): Answer {
  const body = html`<h1>Stytch B2B emulator</h1>
    <p>Open an application and sign in there; it will send you here, or a mail to the inbox.</p>
    <div class="row"><a href="/inbox">Inbox</a></div>`;
  return { status: 200, headers: pageHeaders(), page: page("Stytch B2B emulator", body) };
}
