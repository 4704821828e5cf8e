import type { Capabilities } from "@tenantry/core/provider";
import type { Instance } from "./instance.ts";

/** What this adapter can do with these options. */
export function capabilitiesOf({ application, values }: Instance): Capabilities {
  const login = application === null ? "no" : "yes";
  return {
    login,
    // The person chooses the organization on the consent screen; no parameter names it.
    organizationHint: "no",
    refresh: login,
    switchByRefresh: "no",
    // Neither an address nor an id to end a session by: ID tokens name none.
    endSession: "no",
    backchannelLogout: "no",
    machineTokens: "yes",
    opaqueTokens: "yes",
    frontEndSession: values.frontEnd ? "yes" : "no",
    webhooks: values.webhookSecret === undefined ? "no" : "yes",
    directoryList: "yes",
    directoryEvents: "no",
    admin: "yes",
    memberManagement: "yes",
    invitations: "yes",
    domainManagement: "yes",
    portalLink: "no",
    magicLink: "no",
    impersonation: "yes",
    ssoEnforcement: "no",
    scim: "yes",
    mcp: "yes",
    // Switches in the vendor's dashboard; its metadata tells.
    clientIdMetadataDocuments: "discovered",
    dynamicClientRegistration: "discovered",
    resourceBinding: "no",
  };
}
