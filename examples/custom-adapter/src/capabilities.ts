import type { Capabilities } from "@tenantry/core/provider";

// #region capabilities
/** What Acme ID can do. The suite compares it with the parts that are there. */
export const capabilities: Capabilities = {
  login: "yes",
  organizationHint: "yes",
  machineTokens: "yes",
  refresh: "no",
  switchByRefresh: "no",
  endSession: "no",
  backchannelLogout: "no",
  opaqueTokens: "no",
  frontEndSession: "no",
  webhooks: "no",
  directoryList: "no",
  directoryEvents: "no",
  admin: "no",
  portalLink: "no",
  magicLink: "no",
  impersonation: "no",
  ssoEnforcement: "no",
  scim: "no",
  mcp: "no",
  clientIdMetadataDocuments: "no",
  dynamicClientRegistration: "no",
  resourceBinding: "no",
};
// #endregion capabilities
