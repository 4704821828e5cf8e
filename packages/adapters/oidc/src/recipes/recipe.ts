/** Options that a recipe may give. Checked with all others once they are put together. */
export interface RecipeSettings {
  readonly audienceClaim?: "aud" | "client_id";
  readonly accessTokenTyp?: "at+jwt" | "lenient";
  readonly accessTokenRoles?: "token" | "directory";
  readonly scopes?: readonly string[];
  readonly prompt?: string;
  readonly rolesClaim?: readonly string[];
  readonly rolesFormat?: "list" | "organizations-by-role" | "organization:role";
  readonly rolesOrgClaim?: readonly string[];
  readonly groupsClaim?: readonly string[];
  readonly permissionsClaim?: readonly string[];
  readonly machineClaim?: readonly string[];
  readonly machineValue?: string;
  readonly orgClaim?: readonly string[];
  readonly orgSlugClaim?: readonly string[];
  readonly orgNameClaim?: readonly string[];
  readonly orgUnknown?: "refuse" | "provision";
  readonly orgsClaim?: readonly string[];
  readonly orgParam?: string;
  readonly orgScope?: string;
}

/** How to read the tokens of a well-known provider, and what to set up there. */
export interface Recipe {
  readonly title: string;
  /** What its issuers look like. */
  readonly issuer: string;
  readonly settings: RecipeSettings;
  /** For the page of recipes: what to do, and what to know. */
  readonly notes: readonly string[];
  /** Public pages that say so. */
  readonly sources: readonly string[];
}
