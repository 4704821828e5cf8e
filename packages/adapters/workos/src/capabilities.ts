import type { Capabilities } from "@tenantry/core/provider";

/** What this adapter can do with these options. */
export function capabilitiesOf(options: {
  readonly authkitDomain: string | undefined;
  readonly webhookSecret: readonly string[] | undefined;
  readonly cookiePassword: string | undefined;
}): Capabilities {
  const connect = options.authkitDomain === undefined ? "no" : "yes";
  // Two switches in the vendor's dashboard, off by default; its metadata tells.
  const registration = options.authkitDomain === undefined ? "no" : "discovered";
  return {
    login: "yes",
    organizationHint: "yes",
    refresh: "yes",
    switchByRefresh: "yes",
    endSession: "yes",
    backchannelLogout: "no",
    machineTokens: connect,
    opaqueTokens: "yes",
    frontEndSession: options.cookiePassword === undefined ? "no" : "yes",
    webhooks: options.webhookSecret === undefined ? "no" : "yes",
    directoryList: "yes",
    directoryEvents: "yes",
    admin: "yes",
    memberManagement: "yes",
    invitations: "yes",
    domainManagement: "yes",
    portalLink: "yes",
    magicLink: "no",
    impersonation: "yes",
    ssoEnforcement: "yes",
    scim: "yes",
    mcp: connect,
    clientIdMetadataDocuments: registration,
    dynamicClientRegistration: registration,
    resourceBinding: connect,
  };
}
