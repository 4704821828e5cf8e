import type { Server } from "node:http";
import type { Auth } from "@tenantry/core";
import { createAuthFromEnv } from "@tenantry/core/config";
import { nodeAuth } from "@tenantry/core/node";
import { memoryStores, type Stores } from "@tenantry/core/stores";
import { createNotes, type Notes } from "./notes.ts";
import { permissions, type Permission, type Role } from "./permissions.ts";
import { providers } from "./providers.ts";
import { createNotesServer } from "./tools.ts";

/** A server that serves. */
export interface App {
  readonly auth: Auth<Permission, Role>;
  readonly stores: Stores;
  readonly notes: Notes;
  close(): Promise<void>;
}

/** Everything this app says about authentication. The rest is in the environment. */
export async function startApp(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly server: Server;
  readonly baseUrl: string;
  readonly stores?: Stores;
  readonly allowUnboundTokens: boolean;
  readonly recheckSeconds?: number;
}): Promise<App> {
  const { env, server, baseUrl, stores = memoryStores() } = options;
  const auth = await createAuthFromEnv({ env, baseUrl, providers, permissions, stores });
  const notes = createNotes();
  const mcp = createNotesServer({ ...options, auth, notes });
  const serve = mcp.node();
  // Where the provider leaves it to the app to ask people about clients: sign-in, and the page that asks.
  const ask = nodeAuth(auth).authRoutes();
  server.on("request", (request, response) => {
    const handle = request.url?.startsWith(`${auth.routes.path}/`) ? ask : serve;
    handle(request, response);
  });
  return {
    auth,
    stores,
    notes,
    async close() {
      await mcp.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
