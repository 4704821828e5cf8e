import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Express } from "express";

/** A running app. */
export interface Running {
  readonly origin: string;
  readonly port: number;
  /** Sends bytes as they are and gives what comes back: for what `fetch` would tidy up. */
  raw(request: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function serve(app: Express): Promise<Running> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    raw: (request) => exchange(port, request),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  socket.write(request, "latin1");
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}

/** A request as text, with `connection: close` so that the answer has an end. */
export function message(
  line: string,
  headers: readonly (readonly [string, string])[] = [],
  body = "",
): string {
  const length = body === "" ? [] : [["content-length", String(Buffer.byteLength(body))] as const];
  const all = [["host", "app.example.test"], ["connection", "close"], ...headers, ...length];
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n${body}`;
}
