import type { Capabilities } from "@tenantry/core/provider";

/** What this adapter can do with these options; `discovered` is what each issuer's metadata decides. */
export function capabilitiesOf(options: {
  readonly orgParam: string | undefined;
  readonly introspection: boolean;
}): Capabilities {
  return {
    login: "yes",
    organizationHint: options.orgParam === undefined ? "no" : "yes",
    refresh: "discovered",
    switchByRefresh: "no",
    endSession: "discovered",
    backchannelLogout: "discovered",
    machineTokens: "discovered",
    opaqueTokens: options.introspection ? "yes" : "no",
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
    clientIdMetadataDocuments: "discovered",
    dynamicClientRegistration: "discovered",
    resourceBinding: "discovered",
  };
}
