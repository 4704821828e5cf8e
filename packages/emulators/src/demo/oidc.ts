import type { OidcEmulatorOptions } from "../oidc/options.ts";
import { resourcesOf, type DemoParts, type DemoRequest } from "./demo-provider.ts";

/** These open nothing but the emulator on this machine. */
const CLIENT_ID = "pinboard";
const CLIENT_SECRET = "pinboard-secret";

/** The OIDC emulator with a client for the app. */
export function oidcDemo(request: DemoRequest): DemoParts<Omit<OidcEmulatorOptions, "world">> {
  const { appUrl, port, mcp, apiAudience = `${appUrl}/api` } = request;
  const settings = {
    audiences: [apiAudience, ...resourcesOf(mcp)],
    // MCP clients register themselves here; at other vendors their id is an address.
    dynamicClientRegistration: mcp !== undefined,
    clients: [
      {
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        name: "Pinboard",
        redirectUris: [`${appUrl}/auth/callback/oidc`],
        postLogoutRedirectUris: [`${appUrl}/`],
      },
    ],
    ...(port === undefined ? {} : { port }),
  };
  const describe = ({ issuer = "" }: Readonly<Record<string, string>>) => {
    return {
      address: issuer,
      links: { instance: "oidc", issuer },
      tokenCommand: `curl -s -u acme-robot:acme-robot-secret -d grant_type=client_credentials -d 'scope=notes:read notes:write' -d resource=${apiAudience} ${issuer}/token`,
      env: {
        AUTH_PROVIDER: "oidc",
        OIDC_ISSUER: issuer,
        OIDC_ALLOW_INSECURE_LOOPBACK: "true",
        OIDC_CLIENT_ID: CLIENT_ID,
        OIDC_CLIENT_SECRET: CLIENT_SECRET,
        OIDC_SCOPES: "openid profile email offline_access",
        OIDC_AUDIENCE: apiAudience,
        OIDC_ORG_CLAIM: "org_id",
        OIDC_ORG_SLUG_CLAIM: "org_slug",
        OIDC_ORG_NAME_CLAIM: "org_name",
        OIDC_ORG_UNKNOWN: "provision",
        OIDC_ORGS_CLAIM: "organizations",
        OIDC_ORG_PARAM: "organization",
        OIDC_ROLES_CLAIM: "roles",
        ...(mcp === undefined ? {} : { OIDC_MCP_RESOURCE: mcp.resources.join() }),
      },
    };
  };
  return { settings, describe };
}
