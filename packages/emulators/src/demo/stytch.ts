import type { VendorSettings } from "../vendors.ts";
import type { DemoParts, DemoRequest } from "./demo-provider.ts";

/** These open nothing but the emulator on this machine. */
const PROJECT_ID = "project-test-pinboard";
const SECRET = "secret-test-pinboard-emulator";
const PUBLIC_TOKEN = "public-token-test-pinboard";
const WEBHOOK_SECRET = `whsec_${btoa("pinboard stytch emulator")}`;

/** The Stytch emulator with a project for the app. Sign-in goes through the page that lists people. */
export function stytchDemo(request: DemoRequest): DemoParts<VendorSettings["stytch"]> {
  const { appUrl, port, mcp } = request;
  const settings = {
    projectId: PROJECT_ID,
    secret: SECRET,
    publicToken: PUBLIC_TOKEN,
    name: "Pinboard",
    redirectUris: [`${appUrl}/auth/callback/stytch?state={}`],
    webhookSecret: WEBHOOK_SECRET,
    webhookUrl: `${appUrl}/auth/webhooks/stytch`,
    clientDocuments: mcp?.clientDocuments ?? {},
    ...(mcp?.hostPage === true ? { authorizationUrl: `${appUrl}/auth/authorize/stytch` } : {}),
    ...(port === undefined ? {} : { port }),
  };
  const describe = ({ address = "", issuer = "" }: Readonly<Record<string, string>>) => {
    const robot = "client_id=m2m-client-test-acme-robot -d client_secret=acme-robot-secret";
    return {
      address,
      links: { instance: "stytch", issuer },
      tokenCommand: `curl -s ${address}/v1/public/${PROJECT_ID}/oauth2/token -d grant_type=client_credentials -d ${robot}`,
      env: {
        AUTH_PROVIDER: "stytch",
        STYTCH_PROJECT_ID: PROJECT_ID,
        STYTCH_SECRET: SECRET,
        STYTCH_PUBLIC_TOKEN: PUBLIC_TOKEN,
        STYTCH_API_URL: address,
        // With `magic_link` the mails are at <address>/inbox.
        STYTCH_SIGN_IN: "google",
        ...(mcp === undefined
          ? {}
          : { STYTCH_MCP_DOMAIN: address, STYTCH_MCP_RESOURCE: mcp.resources.join() }),
        STYTCH_WEBHOOK_SECRET: WEBHOOK_SECRET,
        STYTCH_ALLOW_INSECURE_LOOPBACK: "true",
      },
    };
  };
  return { settings, describe };
}
