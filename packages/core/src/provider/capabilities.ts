/** `discovered`: the part is there, and each installation's own metadata decides. */
export type Support = "yes" | "no" | "discovered";

/** What a provider can do. The suite, the docs table and start-up checks read it. */
export interface Capabilities {
  readonly login: Support;
  /** The login request can name the organization. The answer is compared either way. */
  readonly organizationHint: Support;
  readonly refresh: Support;
  /** Switching the organization without a new login, through a refresh that names it. */
  readonly switchByRefresh: Support;
  /** Signing out ends the vendor's session too: the browser is sent there, or a call does it. */
  readonly endSession: Support;
  readonly backchannelLogout: Support;
  readonly machineTokens: Support;
  /** Opaque tokens or vendor API keys, checked at the vendor. */
  readonly opaqueTokens: Support;
  readonly frontEndSession: Support;
  readonly webhooks: Support;
  readonly directoryList: Support;
  readonly directoryEvents: Support;
  /** Tenants can be created at the vendor. */
  readonly admin: Support;
  /** Roles can be given, and memberships ended. */
  readonly memberManagement: Support;
  /** People can be invited, and invitations taken back. */
  readonly invitations: Support;
  /** E-mail domains can be added, unverified, and removed. */
  readonly domainManagement: Support;
  readonly portalLink: Support;
  readonly magicLink: Support;
  readonly impersonation: Support;
  readonly ssoEnforcement: Support;
  readonly scim: Support;
  readonly mcp: Support;
  readonly clientIdMetadataDocuments: Support;
  readonly dynamicClientRegistration: Support;
  /** Tokens carry the requested `resource` as audience (RFC 8707). */
  readonly resourceBinding: Support;
}

/**
 * The manifest of a provider that can do nothing but sign tokens. For providers with few abilities,
 * and in tests: spread it and say what is there, `{ ...NO_CAPABILITIES, login: "yes" }`. An adapter
 * of a vendor with many abilities writes every line itself, so that a capability that is added here
 * asks it for an answer.
 */
export const NO_CAPABILITIES: Capabilities = Object.freeze({
  login: "no",
  organizationHint: "no",
  refresh: "no",
  switchByRefresh: "no",
  endSession: "no",
  backchannelLogout: "no",
  machineTokens: "no",
  opaqueTokens: "no",
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
  mcp: "no",
  clientIdMetadataDocuments: "no",
  dynamicClientRegistration: "no",
  resourceBinding: "no",
});
