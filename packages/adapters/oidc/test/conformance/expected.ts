import type { ExpectedCapabilities } from "@tenantry/conformance";

const OIDC = "https://openid.net/specs/openid-connect-core-1_0.html";
const NOTHING = `${OIDC} (the specification has no such interface)`;

/** What the OIDC adapter declares with the options of its target. */
export const expected: ExpectedCapabilities = {
  login: { support: "yes", source: `${OIDC}#CodeFlowAuth` },
  organizationHint: {
    support: "yes",
    source:
      "https://auth0.com/docs/manage-users/organizations/configure-organizations/invite-members",
  },
  refresh: { support: "discovered", source: `${OIDC}#RefreshTokens` },
  switchByRefresh: { support: "no", source: `${OIDC}#RefreshingAccessToken` },
  endSession: {
    support: "discovered",
    source: "https://openid.net/specs/openid-connect-rpinitiated-1_0.html",
  },
  backchannelLogout: {
    support: "discovered",
    source: "https://openid.net/specs/openid-connect-backchannel-1_0.html",
  },
  machineTokens: {
    support: "discovered",
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-4.4",
  },
  opaqueTokens: { support: "yes", source: "https://www.rfc-editor.org/rfc/rfc7662" },
  frontEndSession: { support: "no", source: NOTHING },
  webhooks: { support: "no", source: NOTHING },
  directoryList: { support: "no", source: NOTHING },
  directoryEvents: { support: "no", source: NOTHING },
  admin: { support: "no", source: NOTHING },
  memberManagement: { support: "no", source: NOTHING },
  invitations: { support: "no", source: NOTHING },
  domainManagement: { support: "no", source: NOTHING },
  portalLink: { support: "no", source: NOTHING },
  magicLink: { support: "no", source: NOTHING },
  impersonation: { support: "no", source: NOTHING },
  ssoEnforcement: { support: "no", source: NOTHING },
  scim: { support: "no", source: NOTHING },
  mcp: {
    support: "yes",
    source: "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization",
  },
  clientIdMetadataDocuments: {
    support: "discovered",
    source: "https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/",
  },
  dynamicClientRegistration: {
    support: "discovered",
    source: "https://www.rfc-editor.org/rfc/rfc7591",
  },
  resourceBinding: { support: "discovered", source: "https://www.rfc-editor.org/rfc/rfc8707" },
};
