import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Served } from "@tenantry/binding-suite";
import type { Express } from "express";

/** A running app, stopped at the end of its block. */
export interface Running extends Served {
  readonly origin: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function serve(app: Express): Promise<Running> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    address,
    origin: `http://127.0.0.1:${address.port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
