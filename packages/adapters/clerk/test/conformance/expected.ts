import type { ExpectedCapabilities } from "@tenantry/conformance";

const DOCS = "https://clerk.com/docs";
const OAUTH = `${DOCS}/guides/configure/auth-strategies/oauth/how-clerk-implements-oauth`;
const BACKEND = `${DOCS}/reference/backend`;

/** What the Clerk adapter declares with the options of its target. */
export const expected: ExpectedCapabilities = {
  login: { support: "yes", source: OAUTH },
  organizationHint: {
    support: "no",
    source: `${OAUTH}#organizations-and-oauth (the person chooses on the consent screen; no parameter names one)`,
  },
  refresh: { support: "yes", source: `${OAUTH}#token-expiration-and-management` },
  switchByRefresh: {
    support: "no",
    source: `${OAUTH}#organizations-and-oauth (the organization is chosen once, at consent)`,
  },
  endSession: {
    support: "no",
    source: `${OAUTH}#authorization-server-metadata (no end_session_endpoint, and ID tokens name no session)`,
  },
  backchannelLogout: {
    support: "no",
    source: `${DOCS}/guides/development/webhooks/overview (Clerk sends session events as webhooks and no logout token)`,
  },
  machineTokens: { support: "yes", source: `${DOCS}/guides/development/machine-auth/m2m-tokens` },
  opaqueTokens: { support: "yes", source: `${DOCS}/guides/development/machine-auth/api-keys` },
  frontEndSession: { support: "yes", source: `${DOCS}/guides/how-clerk-works/overview` },
  webhooks: { support: "yes", source: `${DOCS}/guides/development/webhooks/overview` },
  directoryList: {
    support: "yes",
    source: `${BACKEND}/organization/get-instance-organization-membership-list`,
  },
  directoryEvents: {
    support: "no",
    source: `${BACKEND}/overview (the Backend API has no list of events)`,
  },
  admin: { support: "yes", source: `${BACKEND}/organization/create-organization` },
  memberManagement: {
    support: "yes",
    source: `${BACKEND}/organization/update-organization-membership`,
  },
  invitations: {
    support: "yes",
    source: `${BACKEND}/organization/create-organization-invitation`,
  },
  domainManagement: {
    support: "yes",
    source: `${BACKEND}/organization/create-organization-domain`,
  },
  portalLink: {
    support: "no",
    source: `${BACKEND}/overview (admin portal links are in the OpenAPI specification only, without documents or SDK: https://github.com/clerk/openapi-specs)`,
  },
  magicLink: {
    support: "no",
    source: `${DOCS}/guides/development/custom-flows/authentication/email-links (only Clerk's own pages and browser SDK send them)`,
  },
  impersonation: { support: "yes", source: `${DOCS}/guides/users/impersonation` },
  ssoEnforcement: {
    support: "no",
    source: `${DOCS}/guides/configure/auth-strategies/enterprise-connections/overview (by e-mail domain, with no switch per organization)`,
  },
  scim: {
    support: "yes",
    source: `${DOCS}/guides/configure/auth-strategies/enterprise-connections/directory-sync`,
  },
  mcp: { support: "yes", source: `${DOCS}/guides/ai/mcp/build-mcp-server` },
  clientIdMetadataDocuments: {
    support: "discovered",
    source: `${OAUTH}#client-id-metadata-documents`,
  },
  dynamicClientRegistration: {
    support: "discovered",
    source: `${OAUTH}#dynamic-client-registration`,
  },
  resourceBinding: {
    support: "no",
    source: `${OAUTH}#authorization-server-metadata (access tokens name no audience by default)`,
  },
};
