/** The options that rules between options look at. */
export interface CheckedOptions {
  readonly apiUrl: string;
  readonly frontendApiUrl: string | undefined;
  readonly oauthClientId: string | undefined;
  readonly oauthClientSecret: string | undefined;
  readonly scopes: readonly string[];
  readonly frontEnd: boolean;
  readonly authorizedParties: readonly string[] | undefined;
  readonly accessClients: readonly string[] | undefined;
  readonly mcpClients: readonly string[] | undefined;
  readonly allowInsecureLoopback: boolean;
}

/** What is wrong about options that are each right: one text for each problem. */
export function problemsBetween(options: CheckedOptions): readonly string[] {
  const { oauthClientId, oauthClientSecret, accessClients = [], mcpClients = [] } = options;
  const urls = [options.apiUrl, options.frontendApiUrl ?? "", ...(options.authorizedParties ?? [])];
  const wrong: readonly (readonly [boolean, string])[] = [
    [
      oauthClientId === undefined && oauthClientSecret !== undefined,
      'option "oauthClientSecret" (variable CLERK_OAUTH_CLIENT_SECRET) needs "oauthClientId" (variable CLERK_OAUTH_CLIENT_ID)',
    ],
    [
      oauthClientId === undefined && !options.frontEnd,
      'nobody can sign in: option "oauthClientId" (variable CLERK_OAUTH_CLIENT_ID) or "frontEnd" (variable CLERK_FRONT_END) is needed',
    ],
    [
      options.frontEnd && options.authorizedParties === undefined,
      'option "frontEnd" (variable CLERK_FRONT_END) needs "authorizedParties" (variable CLERK_AUTHORIZED_PARTIES)',
    ],
    [
      !options.scopes.includes("openid"),
      'option "scopes" (variable CLERK_SCOPES) must contain openid',
    ],
    [
      // SECURITY: a token for one door must open no other, and the client is all that tells them apart.
      mcpClients.some((client) => accessClients.includes(client) || client === oauthClientId),
      'option "mcpClients" (variable CLERK_MCP_CLIENTS) must not contain clients of the API or of sign-in',
    ],
    [
      urls.some((url) => url.startsWith("http:")) && !options.allowInsecureLoopback,
      'option "apiUrl" (variable CLERK_API_URL), "frontendApiUrl" (variable CLERK_FRONTEND_API_URL) or "authorizedParties" (variable CLERK_AUTHORIZED_PARTIES) is plain http: for development on this machine set "allowInsecureLoopback" (variable CLERK_ALLOW_INSECURE_LOOPBACK)',
    ],
  ];
  return wrong.filter(([isWrong]) => isWrong).map(([, problem]) => problem);
}
