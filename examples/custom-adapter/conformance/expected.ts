import type { ExpectedCapabilities } from "@tenantry/conformance";

const MANUAL = "https://id.acme.example/docs";
const ABSENT = `${MANUAL} (Acme ID has no such interface)`;

/** Written down here and not taken from the adapter, so that the adapter cannot drop one unnoticed. */
export const expected: ExpectedCapabilities = {
  login: { support: "yes", source: `${MANUAL}/sign-in` },
  organizationHint: { support: "yes", source: `${MANUAL}/sign-in#workspace` },
  machineTokens: { support: "yes", source: `${MANUAL}/machines` },
  refresh: { support: "no", source: ABSENT },
  switchByRefresh: { support: "no", source: ABSENT },
  endSession: { support: "no", source: ABSENT },
  backchannelLogout: { support: "no", source: ABSENT },
  opaqueTokens: { support: "no", source: ABSENT },
  frontEndSession: { support: "no", source: ABSENT },
  webhooks: { support: "no", source: ABSENT },
  directoryList: { support: "no", source: ABSENT },
  directoryEvents: { support: "no", source: ABSENT },
  admin: { support: "no", source: ABSENT },
  memberManagement: { support: "no", source: ABSENT },
  invitations: { support: "no", source: ABSENT },
  domainManagement: { support: "no", source: ABSENT },
  portalLink: { support: "no", source: ABSENT },
  magicLink: { support: "no", source: ABSENT },
  impersonation: { support: "no", source: ABSENT },
  ssoEnforcement: { support: "no", source: ABSENT },
  scim: { support: "no", source: ABSENT },
  mcp: { support: "no", source: ABSENT },
  clientIdMetadataDocuments: { support: "no", source: ABSENT },
  dynamicClientRegistration: { support: "no", source: ABSENT },
  resourceBinding: { support: "no", source: ABSENT },
};
