import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { signInHeadless } from "@tenantry/emulators";

/** A person with a browser, whom a runtime under test can ask to go through the provider's pages. */
export async function startPerson(person: string, organization: string) {
  const server = createServer((request, response) => {
    void text(request)
      .then((authorizationUrl) => signInHeadless({ authorizationUrl, person, organization }))
      .then(
        (callback) => response.end(callback.href),
        () => response.writeHead(500).end(),
      );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
