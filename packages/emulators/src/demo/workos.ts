import type { VendorSettings } from "../vendors.ts";
import { resourcesOf, type DemoParts, type DemoRequest } from "./demo-provider.ts";

/** These open nothing but the emulator on this machine. */
const CLIENT_ID = "client_pinboard";
const API_KEY = "sk_test_pinboard_emulator";
const WEBHOOK_SECRET = "whsec_pinboard_emulator";

/** The WorkOS emulator with an environment for the app. */
export function workosDemo(request: DemoRequest): DemoParts<VendorSettings["workos"]> {
  const { appUrl, port, mcp, apiAudience = `${appUrl}/api` } = request;
  const settings = {
    clientId: CLIENT_ID,
    apiKey: API_KEY,
    name: "Pinboard",
    redirectUris: [`${appUrl}/auth/callback/workos`],
    logoutUris: [`${appUrl}/`],
    resources: [apiAudience, ...resourcesOf(mcp)],
    clientIdMetadataDocuments: mcp !== undefined,
    clientDocuments: mcp?.clientDocuments ?? {},
    webhookSecret: WEBHOOK_SECRET,
    webhookUrl: `${appUrl}/auth/webhooks/workos`,
    ...(mcp?.hostPage === true ? { loginUri: `${appUrl}/auth/authorize/workos` } : {}),
    ...(port === undefined ? {} : { port }),
  };
  const describe = ({ address = "", authkit = "" }: Readonly<Record<string, string>>) => {
    return {
      address,
      // What the adapter links ids under: the environment, wherever its API is.
      links: {
        instance: "workos",
        issuer: `https://api.workos.com/user_management/${CLIENT_ID}`,
      },
      tokenCommand: `curl -s ${authkit}/oauth2/token -d grant_type=client_credentials -d client_id=acme-robot -d client_secret=acme-robot-secret`,
      env: {
        AUTH_PROVIDER: "workos",
        WORKOS_CLIENT_ID: CLIENT_ID,
        WORKOS_API_KEY: API_KEY,
        WORKOS_API_URL: address,
        WORKOS_AUTHKIT_DOMAIN: authkit,
        ...(mcp?.hostPage === true ? { WORKOS_STANDALONE_CONNECT: "true" } : {}),
        WORKOS_WEBHOOK_SECRET: WEBHOOK_SECRET,
        WORKOS_ALLOW_INSECURE_LOOPBACK: "true",
      },
    };
  };
  return { settings, describe };
}
