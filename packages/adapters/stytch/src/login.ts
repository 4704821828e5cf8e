import type {
  LoginResume,
  LoginStart,
  LoginStep,
  ProviderTools,
  TokenProfile,
} from "@tenantry/core/provider";
import { endOf } from "./answers.ts";
import { isText } from "./claims.ts";
import { failureOf } from "./errors.ts";
import { afterDiscovery, conclude, type Concluding } from "./conclude.ts";
import { newVerifier, toOAuth, toSso, type Leaving, type LoginDeps } from "./leave.ts";
import { askEmail, fromPage, toInbox } from "./pages.ts";
import { recall, type SignInState } from "./sign-in-state.ts";

/** What both halves of a sign-in work with. */
export interface SignInDeps extends LoginDeps {
  /** The profile that session tokens in answers are verified with. */
  readonly session: TokenProfile;
}

const MAX_TOKEN = 2048;

/** Begins a sign-in: at the organization that was asked for, or with finding out which there are. */
export async function startLogin(
  request: LoginStart,
  tools: ProviderTools,
  deps: SignInDeps,
): Promise<LoginStep> {
  const state: SignInState = {
    awaits: "email",
    redirectUri: request.redirectUri,
    verifier: newVerifier(),
    organization: request.tenant?.external ?? "",
    intermediate: "",
    email: "",
    member: "",
    factor: "",
    freshSince: request.reauthenticate === true ? Math.floor(tools.nowMs() / 1000) : 0,
  };
  const { loginHint } = request;
  const leaving: Leaving = { flowId: request.flowId, state, loginHint };
  const { signIn } = deps.values;
  return guarded(async () => {
    if (signIn === "sso" && state.organization !== "") return toSso(leaving, deps);
    if (signIn !== "sso" && signIn !== "magic_link" && signIn !== "email_otp") {
      return toOAuth(leaving, signIn, deps);
    }
    return loginHint === undefined ? askEmail(state) : toInbox(leaving, loginHint, deps);
  });
}

/** Goes on with a sign-in: from one of our pages, or from Stytch. */
export async function resumeLogin(
  answer: LoginResume,
  tools: ProviderTools,
  deps: SignInDeps,
): Promise<LoginStep> {
  const state = recall(answer.state);
  if (state === null) return { kind: "refused", reason: "flow_malformed" };
  // SECURITY: one address per connection, the same at both ends (RFC 9700 §4.4.2.2).
  if (answer.redirectUri !== state.redirectUri) {
    return { kind: "refused", reason: "redirect_uri_mismatch" };
  }
  const leaving: Leaving = { flowId: answer.flowId, state };
  return guarded(async () =>
    answer.form === undefined
      ? fromStytch(answer.url, leaving, { tools, deps })
      : fromPage(answer.form, leaving, { tools, deps }),
  );
}

/** The browser is back with a token in the address, or without one. */
async function fromStytch(
  url: URL,
  leaving: Leaving,
  { tools, deps }: Concluding & { readonly deps: SignInDeps },
): Promise<LoginStep> {
  const { state } = leaving;
  if (`${url.origin}${url.pathname}` !== state.redirectUri) {
    return { kind: "refused", reason: "redirect_uri_mismatch" };
  }
  // SECURITY: only the kind that this sign-in waits for. An invitation or an impersonation that
  // somebody else began ends here.
  if (url.searchParams.get("stytch_token_type") !== state.awaits) {
    return { kind: "refused", reason: "token_type_mismatch" };
  }
  const token = url.searchParams.get("token");
  if (!isText(token) || token.length > MAX_TOKEN) {
    return { kind: "refused", reason: "access_denied" };
  }
  const { api, values } = deps;
  const pkce_code_verifier = state.verifier;
  const finish = {
    pkce_code_verifier,
    session_duration_minutes: values.sessionMinutes,
    ...(state.intermediate === "" ? {} : { intermediate_session_token: state.intermediate }),
  };
  const about = { tools, deps };
  switch (state.awaits) {
    case "discovery":
      return afterDiscovery(
        await api.call((sdk) =>
          sdk.magicLinks.discovery.authenticate({
            discovery_magic_links_token: token,
            pkce_code_verifier,
          }),
        ),
        leaving,
        about,
      );
    case "discovery_oauth":
      return afterDiscovery(
        await api.call((sdk) =>
          sdk.oauth.discovery.authenticate({ discovery_oauth_token: token, pkce_code_verifier }),
        ),
        leaving,
        about,
      );
    case "multi_tenant_magic_links": {
      const wish = { magic_links_token: token, ...finish };
      return conclude(await api.call((sdk) => sdk.magicLinks.authenticate(wish)), leaving, about);
    }
    case "oauth": {
      const wish = { oauth_token: token, ...finish };
      return conclude(await api.call((sdk) => sdk.oauth.authenticate(wish)), leaving, about);
    }
    case "sso": {
      const wish = { sso_token: token, ...finish };
      return conclude(await api.call((sdk) => sdk.sso.authenticate(wish)), leaving, about);
    }
    case "email":
    case "email_code":
    case "choice":
    case "phone":
    case "code":
      break;
  }
  return { kind: "refused", reason: "flow_malformed" };
}

async function guarded(work: () => Promise<LoginStep>): Promise<LoginStep> {
  try {
    return await work();
  } catch (error) {
    return endOf(failureOf(error).reason);
  }
}
