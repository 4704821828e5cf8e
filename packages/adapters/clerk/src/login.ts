import {
  isUnavailable,
  type FlowState,
  type LoginResume,
  type LoginStart,
  type LoginStep,
  type ProviderTools,
  type VendorTokens,
} from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import { isText } from "./claims.ts";
import { failureOf, type Failure } from "./errors.ts";
import type { Instance, OAuthApplication } from "./instance.ts";
import type { Members } from "./members.ts";
import { checkReachable, oauthClient } from "./oauth.ts";
import { idTokenProfile } from "./tokens.ts";

/** What both halves of a login work with. */
export interface LoginDeps {
  readonly instance: Instance;
  readonly application: OAuthApplication;
  readonly api: ClerkApi;
  readonly members: Members;
}

/** What a flow remembers between leaving for Clerk and coming back. Core seals it. */
interface Remembered {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly verifier: string;
}

/**
 * Sends the browser to Clerk: code flow with PKCE, state and nonce. The organization cannot be named:
 * the person chooses it on Clerk's consent screen, and core compares.
 */
export async function startLogin(request: LoginStart, deps: LoginDeps): Promise<LoginStep> {
  const { instance, application, api } = deps;
  try {
    await checkReachable(instance, api);
    const { library, configuration } = await oauthClient(instance, application, api);
    const verifier = library.randomPKCECodeVerifier();
    const remembered: Remembered = {
      clientId: application.clientId,
      redirectUri: request.redirectUri,
      nonce: library.randomNonce(),
      verifier,
    };
    const { href } = library.buildAuthorizationUrl(configuration, {
      redirect_uri: request.redirectUri,
      scope: application.scopes.join(" "),
      state: request.flowId,
      nonce: remembered.nonce,
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      // Clerk does not say when somebody signed in, so a fresh sign-in is asked for and never assumed.
      ...(request.reauthenticate === true ? { prompt: "login" } : {}),
      ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
    });
    return { kind: "redirect", location: href, state: { ...remembered } };
  } catch (error) {
    return stepOf(failureOf(error));
  }
}

/**
 * Takes the browser back: exchanges the code, verifies the ID token with core's engine, and asks the
 * Backend API for the roles, which the token does not have.
 */
export async function resumeLogin(
  answer: LoginResume,
  tools: ProviderTools,
  deps: LoginDeps,
): Promise<LoginStep> {
  const { instance, application, api, members } = deps;
  const remembered = recall(answer.state);
  if (remembered === null) return { kind: "refused", reason: "flow_malformed" };
  const address = `${answer.url.origin}${answer.url.pathname}`;
  // SECURITY: one address per provider, the same at both ends (RFC 9700 §4.4.2.2).
  if (address !== remembered.redirectUri || answer.redirectUri !== remembered.redirectUri) {
    return { kind: "refused", reason: "redirect_uri_mismatch" };
  }
  if (remembered.clientId !== application.clientId) {
    return { kind: "refused", reason: "connection_changed" };
  }
  try {
    const { library, configuration } = await oauthClient(instance, application, api);
    const response = await library.authorizationCodeGrant(configuration, new URL(answer.url), {
      expectedState: answer.flowId,
      expectedNonce: remembered.nonce,
      pkceCodeVerifier: remembered.verifier,
      idTokenExpected: true,
    });
    const { id_token: idToken } = response;
    if (idToken === undefined) return { kind: "refused", reason: "id_token_missing" };
    const verified = await tools.verify(idToken, idTokenProfile(instance, application));
    if (!verified.ok) return refusal(verified.reason);
    // SECURITY: binds the token to this browser's flow; without it a stolen code could be injected.
    if (verified.value.token.claims["nonce"] !== remembered.nonce) {
      return { kind: "refused", reason: "nonce_mismatch" };
    }
    const completed = await members.complete(verified.value.identity);
    if (!completed.ok) return refusal(completed.reason);
    const { identity, memberships } = completed.value;
    return { kind: "done", identity, memberships, tokens: vendorTokens(response) };
  } catch (error) {
    return stepOf(failureOf(error));
  }
}

/**
 * The tokens worth keeping. When to refresh is core's default: the access token lives for a day, and
 * that is too long not to look whether somebody still belongs here.
 */
export function vendorTokens(response: { readonly refresh_token?: string }): VendorTokens {
  const { refresh_token: refreshToken } = response;
  return refreshToken === undefined ? {} : { refreshToken };
}

function stepOf({ kind, reason }: Failure): LoginStep {
  return { kind, reason };
}

function refusal(reason: string): LoginStep {
  return { kind: isUnavailable(reason) ? "unavailable" : "refused", reason };
}

function recall(state: FlowState): Remembered | null {
  const { clientId, redirectUri, nonce, verifier } = state;
  return isText(clientId) && isText(redirectUri) && isText(nonce) && isText(verifier)
    ? { clientId, redirectUri, nonce, verifier }
    : null;
}
