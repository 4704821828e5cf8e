import type { Answer } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { sendSms } from "./codes.ts";
import { good, memberNotFound } from "./errors.ts";
import { newSecret, type Place } from "./ids.ts";
import { isActiveMember, memberObject, organizationObject, totpOf } from "./objects.ts";
import { beginSession, sessionAnswer } from "./live-sessions.ts";
import { extrasOf, rulesOf, type Factor, type MfaMethod } from "./state.ts";

const INTERMEDIATE_MS = 10 * 60_000;

/** What a factor is called among `allowed_auth_methods`; `impersonated` is none and always enough. */
function methodOf({ type, delivery_method: delivery }: Factor): string {
  return type === "oauth" ? delivery.replace(/^oauth_(.*)$/, "$1_oauth") : type;
}

/** Which second factor somebody showed; a recovery code stands for the authenticator app. */
function secondOf({ type }: Factor): MfaMethod | null {
  if (type === "totp" || type === "recovery_codes") return "totp";
  return type === "otp" ? "sms_otp" : null;
}

/** Somebody who has proved something and wants a session. */
export interface SignIn extends Place {
  readonly factors: readonly Factor[];
  readonly minutes: number;
}

/**
 * What every "authenticate" answers: a session, or what the organization asks for besides. Somebody
 * who is no active member is not found: whether the vendor says more is not documented.
 */
export async function finishSignIn(
  context: StytchContext,
  signIn: SignIn,
  more: object = {},
): Promise<Answer> {
  acceptInvitation(context, signIn);
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
      ...more,
    });
  }
  const tenant = context.world.tenants.get(signIn.tenantId);
  const { mfa_required: mfa } = missing;
  const isInitiated =
    mfa !== null && missing.primary_required === null && sendsSms(context, signIn);
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
    ...(isInitiated ? { mfa_required: { ...mfa, secondary_auth_initiated: "sms_otp" } } : {}),
    ...MORE,
  });
}

/** Whoever was invited is a member as soon as they have proved the address. */
function acceptInvitation({ state, ids, world }: StytchContext, place: Place): void {
  const { userId, tenantId } = place;
  if (world.memberships.get(userId, tenantId) === undefined) return;
  if (state.invited.delete(ids.memberId(place))) {
    world.memberships.update(userId, tenantId, { status: "active" });
  }
}

/** Sends the code at once to somebody whose way it is, as the vendor does. */
function sendsSms(context: StytchContext, place: Place): boolean {
  const memberId = context.ids.memberId(place);
  const { phone, totp, preferred } = extrasOf(context.state, memberId);
  if (phone === null || (totp && preferred === "totp")) return false;
  sendSms(context, memberId, phone);
  return true;
}

/** Members of some answers that say nothing here. */
const MORE = { reset_sessions: false, reset_session: false, method_id: "", member_device: null };

/** What an organization asks for that somebody has not shown; null if nothing. */
export function missingOf(
  { state, ids }: StytchContext,
  { userId, tenantId, factors }: Place & Pick<SignIn, "factors">,
) {
  const { authMethods, mfaRequired, mfaMethods } = rulesOf(state, tenantId);
  const memberId = ids.memberId({ userId, tenantId });
  const { isBreakglass, isEnrolled, totp, phone } = extrasOf(state, memberId);
  if (factors.some(({ type }) => type === "impersonated")) return null;
  const primary_required =
    authMethods === null ||
    isBreakglass ||
    factors.some((factor) => authMethods.includes(methodOf(factor)))
      ? null
      : { allowed_auth_methods: authMethods };
  const isSecond = (factor: Factor) => {
    const second = secondOf(factor);
    return second !== null && (mfaMethods?.includes(second) ?? true);
  };
  const mfa_required =
    (mfaRequired || isEnrolled) && !factors.some(isSecond)
      ? {
          // Null for somebody who has to begin with one.
          member_options:
            totp || phone !== null
              ? {
                  mfa_phone_number: phone ?? "",
                  totp_registration_id: totp ? totpOf(memberId) : "",
                }
              : null,
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
