import type { Capabilities } from "@tenantry/core/provider";

/** What this adapter can do with these options; `discovered` is what each issuer's metadata decides. */
export function capabilitiesOf(options: {
  readonly orgParam: string | undefined;
  readonly orgScope: string | undefined;
  readonly recipe: string | undefined;
  readonly introspection: boolean;
  readonly mcpResource: readonly string[] | undefined;
}): Capabilities {
  // People sign in at an Entra ID tenant's own address.
  const isNamed =
    options.orgParam !== undefined || options.orgScope !== undefined || options.recipe === "entra";
  return {
    login: "yes",
    organizationHint: isNamed ? "yes" : "no",
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
    memberManagement: "no",
    invitations: "no",
    domainManagement: "no",
    portalLink: "no",
    magicLink: "no",
    impersonation: "no",
    ssoEnforcement: "no",
    scim: "no",
    mcp: options.mcpResource === undefined ? "no" : "yes",
    clientIdMetadataDocuments: "discovered",
    dynamicClientRegistration: "discovered",
    resourceBinding: "discovered",
  };
}
