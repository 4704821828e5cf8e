import type { WorkosValues } from "./options.ts";

const WORKOS = "https://api.workos.com";

/** One WorkOS environment, as tokens and links see it. */
export interface Environment {
  readonly clientId: string;
  /** What `iss` of session tokens may be. */
  readonly issuers: readonly string[];
  readonly jwksUri: string;
  /** Audiences that a JWT template adds; none if there is no such template. */
  readonly audience: readonly string[];
  /** The authorization server of Connect, if tokens of it are accepted. */
  readonly connect: { readonly issuer: string; readonly jwksUri: string } | null;
  readonly clientIdAudience: boolean;
  /** Whether people choose the organization of an MCP client on the app's own page. */
  readonly standaloneConnect: boolean;
  /**
   * Whose ids these are, in links: the environment's, whichever of its issuers a token names, so that
   * one organization is one tenant in session tokens, machines' tokens, API keys and webhooks.
   */
  readonly issuer: string;
}

/** The environment that the options describe. */
export function environmentOf(values: WorkosValues): Environment {
  const { clientId, apiUrl, authkitDomain } = values;
  const variants = [WORKOS, apiUrl].flatMap((origin) => [
    origin,
    `${origin}/`,
    `${origin}/user_management/${clientId}`,
  ]);
  return {
    clientId,
    issuers: values.issuers ?? [...new Set(variants)],
    jwksUri: `${apiUrl}/sso/jwks/${clientId}`,
    audience: values.audience ?? [],
    connect:
      authkitDomain === undefined
        ? null
        : { issuer: authkitDomain, jwksUri: `${authkitDomain}/oauth2/jwks` },
    clientIdAudience: values.clientIdAudience,
    standaloneConnect: values.standaloneConnect,
    issuer: `${WORKOS}/user_management/${clientId}`,
  };
}
