import { once } from "node:events";
import { createServer } from "node:http";
import { createAuth, pathTenant } from "@tenantry/core";
import type { DemoProvider } from "@tenantry/emulators";
import { createApp } from "../../src/app.ts";
import { openDataFile } from "../../src/data-file.ts";
import { fileStores } from "../../src/file-stores.ts";
import { listen } from "@tenantry/example-kit";
import { createNotes } from "../../src/notes.ts";
import { permissions } from "../../src/permissions.ts";
import { providers } from "../../src/providers.ts";

/** Where this app is, whatever it is deployed with. */
export interface Place {
  readonly port: number;
  readonly dataFile: string;
}

/**
 * The app with one provider or several, over what its data file holds. The first provider is the one
 * that sign-in uses when nothing else decides. Sessions end with a deployment, as in the demo.
 */
export async function deploy(
  { port, dataFile }: Place,
  demos: readonly Pick<DemoProvider, "links" | "env">[],
) {
  const data = openDataFile(dataFile);
  const stores = await fileStores(data);
  const auth = createAuth({
    baseUrl: `http://localhost:${port}`,
    providers: await Promise.all(
      demos.map(async ({ links, env }) => {
        const load = providers[links.instance];
        if (load === undefined) throw new Error(`the app has no provider ${links.instance}`);
        return (await load()).fromEnv(env);
      }),
    ),
    permissions,
    secrets: ["a secret that every deployment of this app has"],
    stores,
    tenants: [pathTenant("/t/:tenant")],
  });
  const notes = createNotes((value) => auth.isScope(value), data.section("notes"));
  const server = createServer(createApp({ auth, stores, notes, people: [] }));
  await listen(server, { host: "localhost", port });
  return {
    auth,
    url: `http://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      auth.close();
    },
  };
}
