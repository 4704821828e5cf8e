import type { VendorSettings } from "../vendors.ts";
import type { DemoParts, DemoRequest } from "./demo-provider.ts";

/** These open nothing but the emulator on this machine. */
const SECRET_KEY = "sk_test_pinboard_emulator";
const CLIENT_ID = "pinboard";
/** Clients that register themselves have ids that nobody knows before; this marks their tokens. */
const MCP_SCOPE = "mcp:use";
/** What an agent is given beside the app's own. */
export const CLERK_AGENT_SCOPES = ["openid", "user:org:read", MCP_SCOPE] as const;
const CLIENT_SECRET = "pinboard-secret";
const WEBHOOK_SECRET = `whsec_${btoa("pinboard clerk emulator")}`;

/** The Clerk emulator with an OAuth application for the app. */
export function clerkDemo(request: DemoRequest): DemoParts<VendorSettings["clerk"]> {
  const { appUrl, port, mcp, apiAudience = `${appUrl}/api` } = request;
  const settings = {
    secretKey: SECRET_KEY,
    appOrigins: [appUrl],
    scopes: [MCP_SCOPE],
    dynamicClientRegistration: mcp !== undefined,
    oauthApplications: [
      {
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        name: "Pinboard",
        redirectUris: [`${appUrl}/auth/callback/clerk`],
      },
    ],
    webhookSecret: WEBHOOK_SECRET,
    webhookUrl: `${appUrl}/auth/webhooks/clerk`,
    ...(port === undefined ? {} : { port }),
  };
  const describe = ({ address = "", issuer = "" }: Readonly<Record<string, string>>) => {
    const claims = JSON.stringify({ org_id: "org_acme", org_roles: ["editor"] });
    const wish = `{"token_format":"jwt","seconds_until_expiration":300,"claims":${claims}}`;
    return {
      address,
      links: { instance: "clerk", issuer },
      tokenCommand: `curl -s ${address}/v1/m2m_tokens -H 'authorization: Bearer acme-robot-secret' -H 'content-type: application/json' -d '${wish}' | sed 's/"token"/"access_token"/'`,
      env: {
        AUTH_PROVIDER: "clerk",
        CLERK_SECRET_KEY: SECRET_KEY,
        CLERK_PUBLISHABLE_KEY: `pk_test_${btoa(`${new URL(issuer).host}$`)}`,
        CLERK_API_URL: address,
        CLERK_FRONTEND_API_URL: issuer,
        CLERK_OAUTH_CLIENT_ID: CLIENT_ID,
        CLERK_OAUTH_CLIENT_SECRET: CLIENT_SECRET,
        CLERK_AUDIENCE: [apiAudience, ...(mcp?.resources ?? [])].join(),
        ...(mcp === undefined ? {} : { CLERK_MCP_SCOPE: MCP_SCOPE }),
        // Whoever holds a machine's secret writes its tokens' claims; here that is the demo itself.
        CLERK_MACHINE_ORG_CLAIM: "org_id",
        CLERK_MACHINE_ROLES_CLAIM: "org_roles",
        CLERK_WEBHOOK_SIGNING_SECRET: WEBHOOK_SECRET,
        CLERK_ALLOW_INSECURE_LOOPBACK: "true",
      },
    };
  };
  return { settings, describe };
}
