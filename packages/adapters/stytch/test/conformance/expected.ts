import type { ExpectedCapabilities } from "@tenantry/conformance";

const DOCS = "https://stytch.com/docs";
const B2B = `${DOCS}/b2b/api`;
const APPS = `${DOCS}/connected-apps`;

/** What the Stytch adapter declares with the options of its target. */
export const expected: ExpectedCapabilities = {
  login: { support: "yes", source: `${B2B}/oauth-google-start` },
  organizationHint: { support: "yes", source: `${B2B}/oauth-google-start` },
  refresh: { support: "yes", source: `${B2B}/authenticate-session` },
  switchByRefresh: { support: "yes", source: `${B2B}/exchange-session` },
  endSession: {
    support: "yes",
    source: `${B2B}/revoke-session (by a call; there is no page to send a browser to)`,
  },
  backchannelLogout: {
    support: "no",
    source: `${DOCS}/workspace-management/webhooks (no event of a session, and no logout tokens)`,
  },
  machineTokens: { support: "yes", source: `${DOCS}/api-reference/b2b/api/m2m/token` },
  opaqueTokens: {
    support: "no",
    source: `${DOCS}/b2b/guides/m2m/overview (machines have clients; there are no API keys)`,
  },
  frontEndSession: {
    support: "yes",
    source: `${DOCS}/b2b/sdks/resources/cookies-and-session-management`,
  },
  webhooks: { support: "yes", source: `${DOCS}/workspace-management/webhooks` },
  directoryList: { support: "yes", source: `${B2B}/search-members` },
  directoryEvents: {
    support: "no",
    source: `${DOCS}/workspace-management/event-logs (a log of 30 days in the dashboard, without an API of members)`,
  },
  admin: { support: "yes", source: `${B2B}/create-organization` },
  memberManagement: { support: "yes", source: `${B2B}/update-member` },
  invitations: { support: "yes", source: `${B2B}/send-invite-email` },
  domainManagement: {
    support: "no",
    source: `${B2B}/organization-object (email_allowed_domains let people in at once; nobody proves them)`,
  },
  portalLink: {
    support: "no",
    source: `${DOCS}/b2b/guides/ui-components/overview (embedded components; nothing to link to)`,
  },
  magicLink: { support: "yes", source: `${B2B}/send-login-signup-email` },
  impersonation: { support: "yes", source: `${B2B}/authenticate-impersonation-token` },
  ssoEnforcement: { support: "yes", source: `${B2B}/organization-object` },
  scim: { support: "yes", source: `${DOCS}/b2b/guides/scim/overview` },
  mcp: { support: "yes", source: `${APPS}/overview` },
  clientIdMetadataDocuments: { support: "yes", source: `${APPS}/overview` },
  dynamicClientRegistration: { support: "discovered", source: `${APPS}/overview` },
  resourceBinding: {
    support: "no",
    source: `${DOCS}/api-reference/b2b/api/connected-apps/overview (the audience of every token is the project)`,
  },
};
