import type { LoginStep } from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { failureOf } from "./errors.ts";
import type { StytchValues } from "./options.ts";
import type { Project } from "./project.ts";
import { keep, type SignInState } from "./sign-in-state.ts";

/** What every step of a sign-in works with. */
export interface LoginDeps {
  readonly project: Project;
  readonly api: StytchApi;
  readonly values: StytchValues;
}

/** Where a step of a sign-in goes out from. */
export interface Leaving {
  readonly flowId: string;
  readonly state: SignInState;
  /** The address to begin with at the provider, where one is known. */
  readonly loginHint?: string | undefined;
}

/** A new proof key: 256 random bits (RFC 7636 §4.1). */
export function newVerifier(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** Sends the browser to an OAuth provider: for one organization, or to find out which there are. */
export async function toOAuth(
  leaving: Leaving,
  provider: string,
  deps: LoginDeps,
): Promise<LoginStep> {
  const { organization } = leaving.state;
  const { loginHint } = leaving;
  const isFresh = leaving.state.freshSince !== 0;
  const more = {
    ...(loginHint === undefined ? {} : { provider_login_hint: loginHint }),
    ...(isFresh ? { provider_prompt: "login" } : {}),
  };
  return organization === ""
    ? redirect(leaving, deps, {
        awaits: "discovery_oauth",
        path: `/v1/b2b/public/oauth/${provider}/discovery/start`,
        query: { discovery_redirect_url: returnUrl(leaving), ...more },
      })
    : redirect(leaving, deps, {
        awaits: "oauth",
        path: `/v1/b2b/public/oauth/${provider}/start`,
        query: { organization_id: organization, ...bothUrls(leaving), ...more },
      });
}

/** Sends the browser to the organization's own provider. */
export async function toSso(
  leaving: Leaving,
  deps: LoginDeps,
): Promise<LoginStep & { kind: "redirect" }> {
  return redirect(leaving, deps, {
    awaits: "sso",
    path: "/v1/public/sso/start",
    query: { organization_id: leaving.state.organization, ...bothUrls(leaving) },
  });
}

/** Sends a mail with a link, and says nothing about whether anybody has that address. */
export async function toMail(
  leaving: Leaving,
  email: string,
  { api }: LoginDeps,
): Promise<LoginStep> {
  const { state } = leaving;
  const pkce_code_challenge = await challengeOf(state.verifier);
  if (state.organization === "") {
    await quietly(() =>
      api.call((sdk) =>
        sdk.magicLinks.email.discovery.send({
          email_address: email,
          discovery_redirect_url: returnUrl(leaving),
          pkce_code_challenge,
        }),
      ),
    );
    return { kind: "checkMail", email, state: keep({ ...state, awaits: "discovery" }) };
  }
  const urls = bothUrls(leaving);
  await quietly(() =>
    api.call((sdk) =>
      sdk.magicLinks.email.loginOrSignup({
        organization_id: state.organization,
        email_address: email,
        pkce_code_challenge,
        ...urls,
      }),
    ),
  );
  return {
    kind: "checkMail",
    email,
    state: keep({ ...state, awaits: "multi_tenant_magic_links" }),
  };
}

/** Sends a mail with a code, for the page that asks for it next; says as little. */
export async function toEmailCode(
  { state }: Leaving,
  email: string,
  { api }: LoginDeps,
): Promise<LoginStep> {
  const { organization: organization_id } = state;
  const email_address = email;
  await quietly(() =>
    api.call<unknown>((sdk) =>
      organization_id === ""
        ? sdk.otps.email.discovery.send({ email_address })
        : sdk.otps.email.loginOrSignup({ organization_id, email_address }),
    ),
  );
  return askEmailCode({ ...state, email });
}

/** Asks for the code that a mail had in it. */
export function askEmailCode(state: SignInState, how: CodePage = {}): LoginStep {
  return askCode({ ...state, awaits: "email_code" }, `Code that was sent to ${state.email}`, how);
}

/** How a page that asks for a code differs from the others. */
export interface CodePage {
  /** What was wrong with the last code. */
  readonly text?: string;
  /** Default: digits only. */
  readonly type?: "text";
}

/** Asks for a code. */
export function askCode(state: SignInState, label: string, how: CodePage): LoginStep {
  const { text, type = "otp" } = how;
  return {
    kind: "prompt",
    title: "Enter your code",
    ...(text === undefined ? {} : { text: [text] }),
    fields: [{ name: "code", label, type, autocomplete: "one-time-code" }],
    state: keep(state),
  };
}

/**
 * Asks Stytch for a mail. That it knows no such member goes no further: the visitor may be anybody,
 * and sees the same page for every address.
 */
async function quietly(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "unavailable" || failure.reason === "organization_not_found") throw error;
  }
}

async function redirect(
  { state }: Leaving,
  { project, values }: LoginDeps,
  to: {
    readonly awaits: SignInState["awaits"];
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
  },
): Promise<LoginStep & { kind: "redirect" }> {
  const url = new URL(to.path, project.apiUrl);
  url.search = new URLSearchParams({
    public_token: values.publicToken,
    pkce_code_challenge: await challengeOf(state.verifier),
    ...to.query,
  }).toString();
  return { kind: "redirect", location: url.href, state: keep({ ...state, awaits: to.awaits }) };
}

/** The callback with core's state: tokens in addresses are bound to nobody otherwise. */
function returnUrl({ flowId, state }: Leaving): string {
  const url = new URL(state.redirectUri);
  url.searchParams.set("state", flowId);
  return url.href;
}

function bothUrls(leaving: Leaving) {
  const url = returnUrl(leaving);
  return { login_redirect_url: url, signup_redirect_url: url };
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64Url(new Uint8Array(digest));
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
