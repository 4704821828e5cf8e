import type { LoginStep, ProviderTools, TokenProfile } from "@tenantry/core/provider";
import type { DiscoveredOrganization } from "stytch";
import { endOf, otherMemberships, readAnswer, type Answer } from "./answers.ts";
import { toEmailCode, toMail, toOAuth, toSso, type Leaving, type LoginDeps } from "./leave.ts";
import { OAUTH_PROVIDERS } from "./options.ts";
import { secondFactor } from "./second-factor.ts";
import { keep, type SignInState } from "./sign-in-state.ts";

const CLOCK_TOLERANCE_MS = 30_000;

/** What ends a sign-in works with. */
export interface Concluding {
  readonly tools: ProviderTools;
  readonly deps: LoginDeps & { readonly session: TokenProfile };
}

/** An answer of any "authenticate" call. */
export type Finished = Answer & {
  readonly intermediate_session_token?: string;
  readonly primary_required?: { readonly allowed_auth_methods: readonly string[] } | null;
  readonly mfa_required?: {
    readonly member_options?: {
      readonly mfa_phone_number: string;
      readonly totp_registration_id: string;
    } | null;
    readonly secondary_auth_initiated?: string | null;
  } | null;
};

/** Somebody has proved an address: which of their organizations shall it be? */
export async function afterDiscovery(
  answer: {
    readonly intermediate_session_token: string;
    readonly discovered_organizations: readonly DiscoveredOrganization[];
  },
  leaving: Leaving,
  about: Concluding,
): Promise<LoginStep> {
  // Entering accepts an invitation, as its link would. Whoever could only join is not offered to.
  const choices = answer.discovered_organizations.flatMap(
    ({ organization, membership, member_authenticated: isEnough }) =>
      organization !== undefined &&
      (membership?.type === "active_member" || membership?.type === "invited_member")
        ? [
            {
              external: organization.organization_id,
              name: organization.organization_name,
              slug: organization.organization_slug,
              ...(isEnough ? {} : { needsStepUp: true }),
            },
          ]
        : [],
  );
  const [only, second] = choices;
  if (only === undefined) return { kind: "refused", reason: "organization_none" };
  const { intermediate_session_token } = answer;
  if (second !== undefined) {
    const state = { ...leaving.state, intermediate: intermediate_session_token };
    return { kind: "chooseTenant", choices, state: keep({ ...state, awaits: "choice" }) };
  }
  const { api, values } = about.deps;
  const organization = only.external;
  const exchanged = await api.call((sdk) =>
    sdk.discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: organization,
      session_duration_minutes: values.sessionMinutes,
    }),
  );
  return conclude(exchanged, { ...leaving, state: { ...leaving.state, organization } }, about);
}

/** A session ends the sign-in; otherwise the organization asks for more. */
export async function conclude(
  answer: Finished,
  leaving: Leaving,
  about: Concluding,
): Promise<LoginStep> {
  if (answer.member_authenticated === false) return stepUp(answer, leaving, about);
  const { tools, deps } = about;
  const read = await readAnswer(answer, tools, deps.session);
  if (!read.ok) return endOf(read.reason);
  const { identity, tokens } = read.value;
  const { organization, freshSince } = leaving.state;
  const { tenant } = identity;
  // SECURITY: the organization that was asked for or chosen, and no other one.
  if (tenant === null || !("external" in tenant) || tenant.external !== organization) {
    return { kind: "refused", reason: "organization_mismatch" };
  }
  const { atMs = 0 } = identity.authentication;
  if (freshSince !== 0 && atMs < freshSince * 1000 - CLOCK_TOLERANCE_MS) {
    return { kind: "refused", reason: "reauthentication_not_attested" };
  }
  const items = await otherMemberships(answer, deps.api);
  return { kind: "done", identity, tokens, memberships: { items, complete: false } };
}

/** What the organization wants besides. Until then nobody is signed in. */
async function stepUp(answer: Finished, leaving: Leaving, about: Concluding): Promise<LoginStep> {
  const { deps } = about;
  const { intermediate_session_token: intermediate = "", primary_required: primary } = answer;
  const organization = answer.organization.organization_id;
  const { organization: asked } = leaving.state;
  if (asked !== "" && asked !== organization) {
    return { kind: "refused", reason: "organization_mismatch" };
  }
  const state: SignInState = { ...leaving.state, organization, intermediate };
  const next: Leaving = { ...leaving, state };
  return primary === null || primary === undefined
    ? secondFactor(answer, state, deps)
    : otherMethod(primary.allowed_auth_methods, next, { answer, deps });
}

/** One of the methods that the organization allows: SSO first, and the app's own before the rest. */
async function otherMethod(
  allowed: readonly string[],
  next: Leaving,
  { answer, deps }: { readonly answer: Finished; readonly deps: LoginDeps },
): Promise<LoginStep> {
  const { signIn } = deps.values;
  if (allowed.includes("sso")) {
    const { location, state } = await toSso(next, deps);
    return { kind: "stepUp", reason: "sso", location, state };
  }
  const provider = [...OAUTH_PROVIDERS]
    .toSorted((one, other) => Number(other === signIn) - Number(one === signIn))
    .find((name) => allowed.includes(`${name}_oauth`));
  if (provider !== undefined) return toOAuth(next, provider, deps);
  const { email_address: email } = answer.member;
  const isCode = allowed.includes("email_otp");
  if (isCode && (signIn === "email_otp" || !allowed.includes("magic_link"))) {
    return toEmailCode(next, email, deps);
  }
  if (allowed.includes("magic_link")) return toMail(next, email, deps);
  // Passwords are typed at Stytch's own components, or nowhere.
  return { kind: "refused", reason: "sign_in_method_unsupported" };
}
