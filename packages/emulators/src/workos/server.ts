import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  findRoute,
  readCall,
  writeAnswer,
  type Answer,
  type Call,
  type Route,
} from "../http/api.ts";
import { spoil, type Outage } from "../http/outage.ts";
import { pageHeaders } from "../pages/layout.ts";
import { noticePage } from "../pages/notice-pages.ts";
import type { RateLimit } from "./controls.ts";
import type { WorkosEndpoint } from "./endpoints.ts";
import { notFound, unauthorized } from "./errors.ts";

/** One address of the emulator with what it serves. */
export interface Site {
  /** As a browser or an SDK writes it into `Host`. */
  readonly host: string;
  readonly routes: readonly Route<WorkosEndpoint>[];
  /** Said on the front page. */
  readonly about: string;
}

/** The listener behind both addresses, with what tests switch. */
export interface WorkosServer {
  serve(request: IncomingMessage, response: ServerResponse): void;
  setOutage(outage: Outage<WorkosEndpoint> | null): void;
  setRateLimit(limit: RateLimit | null): void;
  requests(endpoint?: WorkosEndpoint): number;
  resetRequests(): void;
}

/** Makes the listener. */
export function createWorkosServer(sites: () => readonly Site[]): WorkosServer {
  const counts = new Map<WorkosEndpoint, number>();
  let outage: Outage<WorkosEndpoint> | null = null;
  let rateLimit: RateLimit | null = null;

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const site = sites().find(({ host }) => host === request.headers.host);
    const url = new URL(request.url ?? "/", `http://${site?.host ?? "localhost"}`);
    const found = findRoute(site?.routes ?? [], request.method ?? "GET", url.pathname);
    const endpoint = found?.route.endpoint ?? "other";
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
    if (spoil(outage, endpoint, { request, response })) return;
    if (isLimited(rateLimit, endpoint)) {
      writeAnswer(response, {
        status: 429,
        headers: { "retry-after": String(rateLimit?.retryAfterSeconds ?? 1) },
        body: { message: "Rate limit exceeded." },
      });
    } else if (site === undefined) {
      response.writeHead(421).end();
    } else if (found !== null) {
      const call = await readCall(request, url, found.params);
      writeAnswer(response, await found.route.handle(call));
    } else {
      writeAnswer(response, url.pathname === "/" ? front(site) : notFound("requested path"));
    }
  }

  return {
    serve(request, response) {
      route(request, response).catch((error: unknown) => {
        process.stderr.write(
          `workos emulator: ${error instanceof Error ? error.message : "failed"}\n`,
        );
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    setOutage(next) {
      outage = next;
    },
    setRateLimit(next) {
      rateLimit = next;
    },
    requests(endpoint) {
      if (endpoint !== undefined) return counts.get(endpoint) ?? 0;
      return [...counts.values()].reduce((sum, count) => sum + count, 0);
    },
    resetRequests: () => counts.clear(),
  };
}

/** Refuses calls without the management key (https://workos.com/docs/reference/api-keys). */
export function requireKey(apiKey: string): (call: Call) => Answer | null {
  const expected = Buffer.from(`Bearer ${apiKey}`);
  return ({ headers }) => {
    const given = Buffer.from(headers.authorization ?? "");
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    return isRight ? null : unauthorized;
  };
}

function isLimited(limit: RateLimit | null, endpoint: WorkosEndpoint): boolean {
  return limit !== null && (limit.endpoints === undefined || limit.endpoints.includes(endpoint));
}

function front({ about }: Site): Answer {
  const advice = "Open an application and sign in there; it will send you here.";
  return {
    status: 200,
    headers: pageHeaders(),
    page: noticePage("WorkOS emulator", [advice, about]),
  };
}
