import type { LoopbackServer } from "./loopback-server.ts";
import type { Outage } from "./outage.ts";
import type { RateLimit, SiteServer } from "./site-server.ts";

/** What a test can do to the network between an application and an emulator. */
export interface NetworkControls<Endpoint extends string> {
  /** Lets endpoints fail until `recover`. */
  fail(outage: Outage<Endpoint>): void;
  /** Answers 429 until `recover`. */
  limitRate(limit: RateLimit<Endpoint>): void;
  /** Closes the port, so that connections are refused until `recover`. */
  disconnect(): Promise<void>;
  recover(): Promise<void>;

  /** How many requests an endpoint has got, or all of them; spoiled ones included. */
  requests(endpoint?: Endpoint): number;
  resetRequests(): void;
}

/** The controls over one listener and what answers behind it. */
export function networkControls<Endpoint extends string>(
  server: SiteServer<Endpoint>,
  listener: LoopbackServer,
): NetworkControls<Endpoint> {
  return {
    fail: (outage) => server.setOutage(outage),
    limitRate: (limit) => server.setRateLimit(limit),
    disconnect: () => listener.stop(),
    async recover() {
      server.setOutage(null);
      server.setRateLimit(null);
      await listener.listen();
    },
    requests: (endpoint) => server.requests(endpoint),
    resetRequests: () => server.resetRequests(),
  };
}
