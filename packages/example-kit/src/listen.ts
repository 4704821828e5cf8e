import type { Server } from "node:http";

/** Listens and tells the port, which the system chooses for 0. Rejects with a sentence for people. */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Error(busy(port)) : error);
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function busy(port: number): string {
  return `Port ${port} is in use. Stop what uses it, or choose another: PORT=${port + 1}`;
}

/** A port number from a variable, or the default. Throws `TypeError` naming the variable. */
export function readPort(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined || value === "") return otherwise;
  const port = Number(value);
  if (/^\d+$/.test(value) && port < 65_536) return port;
  throw new TypeError(`${name} must be a port number.`);
}
