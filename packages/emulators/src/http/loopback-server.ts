import { createServer, type RequestListener, type Server } from "node:http";

/** A server on loopback addresses only, at one port, that can go away and come back. */
export interface LoopbackServer {
  readonly port: number;
  /** Closes the port: connections are refused until `listen` is called. */
  stop(): Promise<void>;
  /** Opens the same port again. Does nothing while it is open. */
  listen(): Promise<void>;
}

/**
 * Starts a server that `http://localhost:<port>` reaches whichever of the two loopback addresses
 * the caller's resolver prefers. Rejects when the port is taken.
 */
export async function startLoopbackServer(
  handler: RequestListener,
  wantedPort = 0,
): Promise<LoopbackServer> {
  let servers = await openBoth(handler, wantedPort);
  const port = portOf(servers);

  return {
    port,
    async stop() {
      const closing = servers;
      servers = [];
      await Promise.all(closing.map(close));
    },
    async listen() {
      if (servers.length === 0) servers = await openBoth(handler, port);
    },
  };
}

async function openBoth(handler: RequestListener, wantedPort: number): Promise<Server[]> {
  for (let attempt = 0; ; attempt += 1) {
    const first = await open(handler, wantedPort, "127.0.0.1");
    try {
      const second = await open(handler, portOf([first]), "::1");
      return [first, second];
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      // A machine without IPv6 is fine; a stranger on the other address would get our callers.
      if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return [first];
      await close(first);
      if (code !== "EADDRINUSE" || wantedPort !== 0 || attempt === 9) throw error;
    }
  }
}

function open(handler: RequestListener, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once("error", reject);
    server.listen({ port, host, ...(host === "::1" ? { ipv6Only: true } : {}) }, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function portOf(servers: readonly Server[]): number {
  const address = servers[0]?.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}
