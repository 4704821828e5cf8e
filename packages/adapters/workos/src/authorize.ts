import type { WorkosApi } from "./api.ts";

/** What a sign-in at the vendor is to be. */
export interface AuthorizationWish {
  readonly redirectUri: string;
  readonly flowId: string;
  /** The organization's id; empty if none was asked for. */
  readonly organization: string;
  /** A customer's own sign-in, where the vendor named one. */
  readonly connection?: string | undefined;
  readonly loginHint?: string | undefined;
  readonly fresh?: boolean;
}

/**
 * Where to sign in, with a new proof key.
 *
 * @see {@link https://workos.com/docs/reference/authkit/authentication/get-authorization-url WorkOS: authorization URL}
 */
export async function authorizationUrl(
  api: Pick<WorkosApi, "sdk">,
  wish: AuthorizationWish,
): Promise<{ readonly location: string; readonly verifier: string }> {
  const { userManagement, pkce } = await api.sdk();
  const proof = await pkce.generate();
  const { organization, connection, loginHint } = wish;
  const location = userManagement.getAuthorizationUrl({
    redirectUri: wish.redirectUri,
    // The state is core's own, which binds the flow to this browser.
    state: wish.flowId,
    codeChallenge: proof.codeChallenge,
    codeChallengeMethod: proof.codeChallengeMethod,
    ...(connection === undefined ? { provider: "authkit" } : { connectionId: connection }),
    ...(connection !== undefined || organization === "" ? {} : { organizationId: organization }),
    ...(wish.fresh === true ? { maxAge: 0 } : {}),
    ...(loginHint === undefined ? {} : { loginHint }),
  });
  return { location, verifier: proof.codeVerifier };
}
