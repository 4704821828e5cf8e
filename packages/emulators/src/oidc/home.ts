import type { ServerResponse } from "node:http";
import { homePage } from "../pages/home-page.ts";
import { pageHeaders } from "../pages/layout.ts";
import { audiencesOf, type OidcEmulatorOptions } from "./options.ts";

/** Serves `/`: where one is, who exists, and the way out of the emulator's own session. */
export function serveHome(
  response: ServerResponse,
  { issuer, options }: { readonly issuer: string; readonly options: OidcEmulatorOptions },
): void {
  const body = homePage({
    issuer,
    audiences: audiencesOf(options).map((each) => each.audience),
    clients: options.clients.map((client) => client.name ?? client.clientId),
    services: options.world.services.list().map((service) => service.clientId),
    signOutUrl: `${issuer}/session/end`,
  });
  response.writeHead(200, pageHeaders()).end(body);
}
