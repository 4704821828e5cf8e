import { NO_CAPABILITIES, type Capabilities } from "@tenantry/core/provider";

// #region capabilities
/** What Acme ID can do. The suite compares it with the parts that are there. */
export const capabilities: Capabilities = {
  ...NO_CAPABILITIES,
  login: "yes",
  organizationHint: "yes",
  machineTokens: "yes",
};
// #endregion capabilities
