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
import { newVerifier, toMail, toOAuth, toSso, type Leaving, type LoginDeps } from "./leave.ts";
import { afterDiscovery, conclude } from "./conclude.ts";
import { keep, recall, type SignInState } from "./sign-in-state.ts";

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
    member: "",
    factor: "",
    freshSince: request.reauthenticate === true ? Math.floor(tools.nowMs() / 1000) : 0,
  };
  const { loginHint } = request;
  const leaving: Leaving = { flowId: request.flowId, state, loginHint };
  const { signIn } = deps.values;
  return guarded(async () => {
    if (signIn === "sso" && state.organization !== "") return toSso(leaving, deps);
    if (signIn !== "sso" && signIn !== "magic_link") return toOAuth(leaving, signIn, deps);
    return loginHint === undefined ? askEmail(state) : toMail(leaving, loginHint, deps);
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

interface With {
  readonly tools: ProviderTools;
  readonly deps: SignInDeps;
}

/** One of our pages: the address, the chosen organization, or a code. */
async function fromPage(
  form: Readonly<Record<string, string>>,
  leaving: Leaving,
  { tools, deps }: With,
): Promise<LoginStep> {
  const { state } = leaving;
  const { values, api } = deps;
  const session_duration_minutes = values.sessionMinutes;
  const { intermediate: intermediate_session_token } = state;
  switch (state.awaits) {
    case "email": {
      const email = form["email"]?.trim() ?? "";
      if (!/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email)) return askEmail(state);
      return toMail(leaving, email, deps);
    }
    case "choice": {
      const organization = form["choice"] ?? "";
      if (organization === "") return { kind: "refused", reason: "organization_none" };
      const answer = await api.call((sdk) =>
        sdk.discovery.intermediateSessions.exchange({
          intermediate_session_token,
          organization_id: organization,
          session_duration_minutes,
        }),
      );
      return conclude(answer, { ...leaving, state: { ...state, organization } }, { tools, deps });
    }
    case "code": {
      const wish = {
        organization_id: state.organization,
        member_id: state.member,
        code: form["code"]?.trim() ?? "",
        intermediate_session_token,
        session_duration_minutes,
      };
      const answer = await api.call((sdk) =>
        state.factor === "sms" ? sdk.otps.sms.authenticate(wish) : sdk.totps.authenticate(wish),
      );
      return conclude(answer, leaving, { tools, deps });
    }
    case "discovery":
    case "discovery_oauth":
    case "multi_tenant_magic_links":
    case "oauth":
    case "sso":
      break;
  }
  return { kind: "refused", reason: "flow_malformed" };
}

/** The browser is back with a token in the address, or without one. */
async function fromStytch(url: URL, leaving: Leaving, { tools, deps }: With): Promise<LoginStep> {
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
    case "choice":
    case "code":
      break;
  }
  return { kind: "refused", reason: "flow_malformed" };
}

function askEmail(state: SignInState): LoginStep {
  return {
    kind: "prompt",
    title: "Sign in",
    fields: [{ name: "email", label: "E-mail address", type: "email", autocomplete: "email" }],
    state: keep({ ...state, awaits: "email" }),
  };
}

async function guarded(work: () => Promise<LoginStep>): Promise<LoginStep> {
  try {
    return await work();
  } catch (error) {
    return endOf(failureOf(error).reason);
  }
}
