import { createServer } from "node:http";
import { memoryStores } from "@tenantry/core/stores";
import { demoWorld, startDemoProvider, type World } from "@tenantry/emulators";
import { listen } from "@tenantry/example-kit";
import { startApp } from "../src/app.ts";
import { demoMcp, seedMembersAndNotes, seedTenants } from "../src/demo.ts";

/** The server with a vendor's emulator, all in this process, over a world that can change. */
export async function deploy(
  provider: string,
  world: World = demoWorld(),
  { hostPage = false }: { readonly hostPage?: boolean } = {},
) {
  const server = createServer();
  const port = await listen(server, { host: "localhost", port: 0 });
  const baseUrl = `http://localhost:${port}`;
  const mcp = { ...demoMcp(baseUrl), hostPage };
  const demo = await startDemoProvider({ provider, appUrl: baseUrl, mcp, world });
  const stores = memoryStores();
  let recorded = 0;
  const append: typeof stores.audit.append = async (event) => {
    recorded += 1;
    await stores.audit.append(event);
  };
  await seedTenants(stores, demo.links);
  const app = await startApp({
    env: { ...demo.env, AUTH_SECRET: "a-secret-that-only-the-tests-know-and-nobody-else" },
    server,
    baseUrl,
    stores: { ...stores, audit: { ...stores.audit, append } },
    allowUnboundTokens: true,
    // Streams end soon after a member has left; in production a quarter of a minute will do.
    recheckSeconds: 1,
  });
  await seedMembersAndNotes(app);
  return {
    ...app,
    demo,
    baseUrl,
    url: `${baseUrl}/mcp`,
    /** How many events the audit trail has got. */
    auditCount: () => recorded,
    async [Symbol.asyncDispose]() {
      await app.close();
      await demo.close();
    },
  };
}
