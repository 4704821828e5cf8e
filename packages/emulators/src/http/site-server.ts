import type { IncomingMessage, ServerResponse } from "node:http";
import { pageHeaders } from "../pages/layout.ts";
import { noticePage, type PageLink } from "../pages/notice-pages.ts";
import { findRoute, readCall, writeAnswer, type Answer, type Route } from "./api.ts";
import { spoil, type Outage } from "./outage.ts";

/** Endpoints that answer 429. */
export interface RateLimit<Endpoint extends string> {
  /** Default: the answer does not say it. */
  readonly retryAfterSeconds?: number;
  /** Default: all. */
  readonly endpoints?: readonly Endpoint[];
}

/** One address of an emulator with what it serves. */
export interface Site<Endpoint extends string> {
  /** As a browser or an SDK writes it into `Host`. */
  readonly host: string;
  readonly routes: readonly Route<Endpoint>[];
  /** Said on the front page. */
  readonly about: string;
  /** What else the front page leads to. */
  readonly link?: PageLink;
}

/** The listener behind all addresses of an emulator, with what tests switch. */
export interface SiteServer<Endpoint extends string> {
  serve(request: IncomingMessage, response: ServerResponse): void;
  setOutage(outage: Outage<Endpoint> | null): void;
  setRateLimit(limit: RateLimit<Endpoint> | null): void;
  /** How many requests an endpoint has got, or all of them; spoiled ones included. */
  requests(endpoint?: Endpoint): number;
  resetRequests(): void;
}

/** What differs between vendors. */
export interface SiteServerOptions<Endpoint extends string> {
  readonly vendor: string;
  readonly sites: () => readonly Site<Endpoint>[];
  /** What requests that no route takes are counted as. */
  readonly other: Endpoint;
  readonly notFound: () => Answer;
  /** 429; when it may be tried again is added. */
  readonly limited: () => Answer;
}

/** Makes the listener. A request with a `Host` that is none of the addresses gets 421. */
export function createSiteServer<Endpoint extends string>(
  options: SiteServerOptions<Endpoint>,
): SiteServer<Endpoint> {
  const { vendor, sites, other, notFound, limited } = options;
  const counts = new Map<Endpoint, number>();
  let outage: Outage<Endpoint> | null = null;
  let rateLimit: RateLimit<Endpoint> | null = null;

  const isLimited = (endpoint: Endpoint): boolean =>
    rateLimit !== null &&
    (rateLimit.endpoints === undefined || rateLimit.endpoints.includes(endpoint));

  const front = ({ about, link }: Site<Endpoint>): Answer => {
    const advice = "Open an application and sign in there; it will send you here.";
    const page = noticePage(`${vendor} emulator`, [advice, about], link);
    return { status: 200, headers: pageHeaders(), page };
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const site = sites().find(({ host }) => host === request.headers.host);
    const url = new URL(request.url ?? "/", `http://${site?.host ?? "localhost"}`);
    const found = findRoute(site?.routes ?? [], request.method ?? "GET", url.pathname);
    const endpoint = found?.route.endpoint ?? other;
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
    if (spoil(outage, endpoint, { request, response })) return;
    if (isLimited(endpoint)) {
      const seconds = rateLimit?.retryAfterSeconds;
      const retryAfter = seconds === undefined ? {} : { "retry-after": String(seconds) };
      const refusal = limited();
      writeAnswer(response, { ...refusal, headers: { ...refusal.headers, ...retryAfter } });
    } else if (site === undefined) {
      response.writeHead(421).end();
    } else if (found === null) {
      writeAnswer(response, url.pathname === "/" ? front(site) : notFound());
    } else {
      writeAnswer(response, await found.route.handle(await readCall(request, url, found.params)));
    }
  }

  return {
    serve(request, response) {
      answer(request, response).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : "failed";
        process.stderr.write(`${vendor} emulator: ${reason}\n`);
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
