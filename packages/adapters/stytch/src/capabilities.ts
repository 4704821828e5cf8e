import type { Capabilities } from "@tenantry/core/provider";
import type { StytchValues } from "./options.ts";

/** What this adapter can do with these options. */
export function capabilitiesOf({ frontEnd, webhookSecret, mcpDomain }: StytchValues): Capabilities {
  const isMcp = mcpDomain === undefined ? "no" : "yes";
  return {
    login: "yes",
    organizationHint: "yes",
    refresh: "yes",
    switchByRefresh: "yes",
    // A call ends the session at sign-out; there is no page to send the browser to.
    endSession: "yes",
    backchannelLogout: "no",
    machineTokens: "yes",
    opaqueTokens: "no",
    frontEndSession: frontEnd ? "yes" : "no",
    webhooks: webhookSecret === undefined ? "no" : "yes",
    directoryList: "yes",
    directoryEvents: "no",
    admin: "yes",
    memberManagement: "yes",
    invitations: "yes",
    domainManagement: "no",
    portalLink: "no",
    magicLink: "yes",
    impersonation: "yes",
    ssoEnforcement: "yes",
    scim: "yes",
    mcp: isMcp,
    clientIdMetadataDocuments: isMcp,
    // A switch in the dashboard.
    dynamicClientRegistration: mcpDomain === undefined ? "no" : "discovered",
    // Every token of the project has the same audience, unless it is set to another for all.
    resourceBinding: "no",
  };
}
