import { createServer } from "node:http";
import { signInHeadless } from "@tenantry/emulators";
import { CALLBACK } from "./identity.ts";
import type { SignIn } from "./oauth.ts";

/** Presses the buttons of an emulator's pages: this person, this organization, allow. */
export function pressButtons(who: {
  readonly person: string;
  readonly organization: string;
}): SignIn {
  return (authorizationUrl) => signInHeadless({ authorizationUrl, ...who });
}

/** Sends a real person to their browser and waits for them. */
export const useBrowser: SignIn = (authorizationUrl) =>
  new Promise((resolve) => {
    const { port, origin } = new URL(CALLBACK);
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", origin);
      response.end("You can close this page.");
      if (url.pathname !== new URL(CALLBACK).pathname) return;
      server.close();
      server.closeAllConnections();
      resolve(url);
    });
    server.listen(Number(port), "localhost", () => console.log(`  Open ${authorizationUrl.href}`));
  });
