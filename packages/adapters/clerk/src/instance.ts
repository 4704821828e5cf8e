import type { ClerkValues } from "./options.ts";
import { hostOfKey } from "./publishable-key.ts";

/** One Clerk instance, as far as tokens and sign-in look at it. */
export interface Instance {
  /** The Frontend API: what tokens name in `iss`, and what ids are linked under. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** A development instance knows browsers by a token of their own. */
  readonly isDevelopment: boolean;
  /** The OAuth application that sign-in uses. */
  readonly application: OAuthApplication | null;
  readonly values: ClerkValues;
}

/** This app as an OAuth client. */
export interface OAuthApplication {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scopes: readonly string[];
}

/** Reads the options. */
export function instanceOf(values: ClerkValues): Instance {
  const { publishableKey, frontendApiUrl, oauthClientId, oauthClientSecret, scopes } = values;
  const issuer = frontendApiUrl ?? `https://${hostOfKey(publishableKey) ?? ""}`;
  return {
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    isDevelopment: publishableKey.startsWith("pk_test_"),
    application:
      oauthClientId === undefined
        ? null
        : { clientId: oauthClientId, clientSecret: oauthClientSecret, scopes },
    values,
  };
}
