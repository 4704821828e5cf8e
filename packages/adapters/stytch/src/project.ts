import type { StytchValues } from "./options.ts";

/** One Stytch project as the options describe it. */
export interface Project {
  readonly id: string;
  /** Where the API is, without a slash at the end. */
  readonly apiUrl: string;
  /** The name that identities carry, whichever domain minted their token. */
  readonly issuer: string;
  /** What tokens may name in `iss`, exactly. */
  readonly issuers: readonly string[];
  readonly jwksUri: string;
}

/** The project of these options. */
export function projectOf({ projectId, apiUrl, issuers = [], mcpDomain }: StytchValues): Project {
  const isLive = projectId.startsWith("project-live-");
  const api = apiUrl ?? (isLive ? "https://api.stytch.com" : "https://test.stytch.com");
  const issuer = `stytch.com/${projectId}`;
  const domains = mcpDomain === undefined ? [] : [mcpDomain];
  return {
    id: projectId,
    apiUrl: api,
    issuer,
    // A token is minted under the domain that the browser or the SDK talked to.
    issuers: [...new Set([issuer, api, ...issuers, ...domains])],
    jwksUri: `${api}/v1/b2b/sessions/jwks/${projectId}`,
  };
}
