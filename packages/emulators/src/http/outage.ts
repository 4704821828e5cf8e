import type { IncomingMessage, ServerResponse } from "node:http";

/** `error` answers 500, `hang` never answers, `reset` cuts the connection. */
export type OutageMode = "error" | "hang" | "reset";

/** A part of an emulator that is down. */
export interface Outage<Endpoint extends string> {
  readonly mode: OutageMode;
  /** Default: all endpoints. */
  readonly endpoints?: readonly Endpoint[];
}

/** Spoils a request when its endpoint is down; returns false when the request may go on. */
export function spoil<Endpoint extends string>(
  outage: Outage<Endpoint> | null,
  endpoint: Endpoint,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
): boolean {
  if (outage === null) return false;
  if (outage.endpoints !== undefined && !outage.endpoints.includes(endpoint)) return false;
  if (outage.mode === "error") {
    exchange.response.writeHead(500, { "content-type": "text/plain" }).end("emulated outage\n");
  } else if (outage.mode === "reset") {
    exchange.request.socket.destroy();
  }
  return true;
}
