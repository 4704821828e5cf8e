import type { ExpectedCapabilities } from "@tenantry/conformance";

const DOCS = "https://workos.com/docs";
const AUTHKIT = `${DOCS}/reference/authkit`;

/** What the WorkOS adapter declares with the options of its target. */
export const expected: ExpectedCapabilities = {
  login: { support: "yes", source: `${AUTHKIT}/authentication` },
  organizationHint: {
    support: "yes",
    source: `${AUTHKIT}/authentication/get-authorization-url`,
  },
  refresh: { support: "yes", source: `${AUTHKIT}/authentication/refresh-token` },
  switchByRefresh: { support: "yes", source: `${AUTHKIT}/authentication/refresh-token` },
  endSession: { support: "yes", source: `${AUTHKIT}/logout` },
  backchannelLogout: {
    support: "no",
    source: `${DOCS}/events (WorkOS sends session.revoked as a webhook and no logout token)`,
  },
  machineTokens: { support: "yes", source: `${DOCS}/authkit/connect/token-claims` },
  opaqueTokens: { support: "yes", source: `${AUTHKIT}/api-keys` },
  frontEndSession: { support: "yes", source: `${AUTHKIT}/session-helpers` },
  webhooks: { support: "yes", source: `${DOCS}/events/data-syncing/webhooks` },
  directoryList: { support: "yes", source: `${DOCS}/reference/organization/list` },
  directoryEvents: { support: "yes", source: `${DOCS}/events/data-syncing/events-api` },
  admin: { support: "yes", source: `${DOCS}/reference/organization/create` },
  memberManagement: { support: "yes", source: `${AUTHKIT}/organization-membership/create` },
  invitations: { support: "yes", source: `${AUTHKIT}/invitation/send` },
  domainManagement: { support: "yes", source: `${DOCS}/reference/domain-verification/create` },
  portalLink: { support: "yes", source: `${DOCS}/admin-portal` },
  magicLink: {
    support: "no",
    source: `${AUTHKIT}/magic-auth (WorkOS mails a code, not a link)`,
  },
  impersonation: { support: "yes", source: `${DOCS}/authkit/impersonation` },
  ssoEnforcement: { support: "yes", source: `${DOCS}/authkit/organization-policies` },
  scim: { support: "yes", source: `${DOCS}/authkit/directory-provisioning` },
  mcp: { support: "yes", source: `${DOCS}/authkit/mcp` },
  clientIdMetadataDocuments: { support: "discovered", source: `${DOCS}/authkit/mcp` },
  dynamicClientRegistration: { support: "discovered", source: `${DOCS}/authkit/mcp` },
  resourceBinding: { support: "yes", source: `${DOCS}/authkit/connect/token-claims` },
};
