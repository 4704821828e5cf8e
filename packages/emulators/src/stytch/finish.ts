import type { Answer } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { good, memberNotFound } from "./errors.ts";
import { newSecret, type Place } from "./ids.ts";
import { isActiveMember, memberObject, organizationObject, totpOf } from "./objects.ts";
import { beginSession, sessionAnswer } from "./live-sessions.ts";
import { rulesOf, type Factor } from "./state.ts";

const INTERMEDIATE_MS = 10 * 60_000;
const SECOND_FACTORS = ["totp"];

/** Somebody who has proved something and wants a session. */
export interface SignIn extends Place {
  readonly factors: readonly Factor[];
  readonly minutes: number;
}

/**
 * What every "authenticate" answers: a session, or what the organization asks for besides. Somebody
 * who is no active member is not found: whether the vendor says more is not documented.
 */
export async function finishSignIn(context: StytchContext, signIn: SignIn): Promise<Answer> {
  if (!isActiveMember(context, signIn)) return memberNotFound();
  const missing = missingOf(context, signIn);
  if (missing === null) {
    const session = beginSession(context, signIn, signIn);
    return good({
      ...(await sessionAnswer(context, session)),
      member_authenticated: true,
      intermediate_session_token: "",
      primary_required: null,
      mfa_required: null,
      ...MORE,
    });
  }
  const tenant = context.world.tenants.get(signIn.tenantId);
  return good({
    member_authenticated: false,
    session_token: "",
    session_jwt: "",
    member_session: null,
    intermediate_session_token: beginIntermediate(context, signIn),
    member_id: context.ids.memberId(signIn),
    organization_id: signIn.tenantId,
    member: memberObject(context, signIn),
    organization: tenant && organizationObject(context, tenant),
    ...missing,
    ...MORE,
  });
}

/** Members of some answers that say nothing here. */
const MORE = { reset_sessions: false, reset_session: false, method_id: "", member_device: null };

/** What an organization asks for that somebody has not shown; null if nothing. */
export function missingOf(
  { state }: StytchContext,
  { userId, tenantId, factors }: Place & Pick<SignIn, "factors">,
) {
  const { ssoRequired, mfaRequired } = rulesOf(state, tenantId);
  const primary_required =
    ssoRequired && !factors.some(({ type }) => type === "sso")
      ? { allowed_auth_methods: ["sso"] }
      : null;
  const mfa_required =
    mfaRequired && !factors.some(({ type }) => SECOND_FACTORS.includes(type))
      ? {
          member_options: { mfa_phone_number: "", totp_registration_id: totpOf(userId) },
          secondary_auth_initiated: null,
        }
      : null;
  return primary_required === null && mfa_required === null
    ? null
    : { primary_required, mfa_required };
}

/** Remembers what somebody has proved until they have proved the rest. */
export function beginIntermediate(
  { state }: StytchContext,
  {
    userId,
    factors,
    tenantId,
  }: {
    readonly userId: string;
    readonly factors: readonly Factor[];
    readonly tenantId: string | null;
  },
): string {
  const token = newSecret();
  const expiresAtMs = Date.now() + INTERMEDIATE_MS;
  state.intermediate.set(token, { userId, factors, tenantId, expiresAtMs });
  return token;
}
