import { randomBytes } from "node:crypto";
import { textOf, type Answer, type Call, type Fields } from "../http/api.ts";
import { sendSms, takeCode } from "./codes.ts";
import type { StytchContext } from "./context.ts";
import { good, invalid, memberNotFound, stytchError } from "./errors.ts";
import { finishSignIn } from "./finish.ts";
import type { Place } from "./ids.ts";
import { findSession, minutesOf } from "./live-sessions.ts";
import { findTenant, memberObject, organizationObject, TOTP_CODE, totpOf } from "./objects.ts";
import { extrasOf, type Factor } from "./state.ts";
import { recoveryFactor, smsFactor, totpFactor } from "./tokens.ts";

/** How often a code of one sign-in may be wrong. The vendor's number is not documented. */
const MAX_WRONG = 10;
const RECOVERY_CODES = 8;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Somebody in the middle of a sign-in, who has named themselves as that member. */
interface Candidate extends Place {
  readonly memberId: string;
  readonly token: string;
  readonly factors: readonly Factor[];
}

/** `POST /v1/b2b/totp`: a new authenticator app. It counts from the first right code on. */
export function createTotp(context: StytchContext, { body }: Call): Promise<Answer> | Answer {
  const found = candidateOf(context, body);
  if (found === null) return intermediateNotFound();
  const { memberId } = found;
  if (extrasOf(context.state, memberId).totp) {
    return stytchError(400, "active_totp_exists", "There is an authenticator app already.");
  }
  return good({
    ...about(context, found),
    totp_registration_id: totpOf(memberId),
    secret: [...randomBytes(32)].map((byte) => BASE32[byte & 31]).join(""),
    qr_code: "data:image/png;base64,",
    recovery_codes: newRecoveryCodes(context, memberId),
  });
}

/** `POST /v1/b2b/totp/authenticate`. A wrong code leaves the intermediate session as it was. */
export function authenticateTotp(context: StytchContext, { body }: Call): Promise<Answer> | Answer {
  return authenticate(context, body, {
    isRight: () => textOf(body, "code") === TOTP_CODE,
    wrong: "unable_to_authenticate_totp",
    factor: ({ memberId }) => {
      const before = extrasOf(context.state, memberId);
      // Whoever has shown one is enrolled from now on, as at the vendor.
      context.state.extras.set(memberId, { ...before, totp: true, isEnrolled: true });
      return totpFactor(totpOf(memberId));
    },
  });
}

/** `POST /v1/b2b/otps/sms/send`, to the member's phone or, if there is none yet, to a new one. */
export async function sendSmsCode(context: StytchContext, { body }: Call): Promise<Answer> {
  const found = candidateOf(context, body) ?? (await memberOfSession(context, body));
  if (found === null) return intermediateNotFound();
  const { state } = context;
  const extras = extrasOf(state, found.memberId);
  const named = textOf(body, "mfa_phone_number");
  // Another number than the member's would let the second factor be chosen by who has the first.
  if (extras.phone !== null && named !== undefined && named !== extras.phone) {
    return invalid("mfa_phone_number");
  }
  const phone = extras.phone ?? named;
  if (phone === undefined || !/^\+[1-9]\d{6,14}$/.test(phone)) return invalid("mfa_phone_number");
  state.phones.set(found.memberId, phone);
  sendSms(context, found.memberId, phone);
  return good(about(context, found));
}

/** `POST /v1/b2b/otps/sms/authenticate`. */
export function authenticateSms(context: StytchContext, { body }: Call): Promise<Answer> | Answer {
  const { state } = context;
  return authenticate(context, body, {
    isRight: ({ memberId }) => takeCode(context, `sms ${memberId}`, textOf(body, "code") ?? ""),
    wrong: "unable_to_authenticate_otp_code",
    factor: ({ memberId }) => {
      const before = extrasOf(state, memberId);
      const phone = before.phone ?? state.phones.get(memberId) ?? "";
      const preferred = before.totp ? before.preferred : "sms_otp";
      state.extras.set(memberId, { ...before, phone, preferred, isEnrolled: true });
      return smsFactor(phone);
    },
  });
}

/** `POST /v1/b2b/recovery_codes/recover`: one of the codes that came with the app, once. */
export function recover(context: StytchContext, { body }: Call): Promise<Answer> | Answer {
  return authenticate(context, body, {
    isRight: ({ memberId }) =>
      extrasOf(context.state, memberId).totp &&
      recoveryCodesOf(context, memberId).delete(textOf(body, "recovery_code") ?? ""),
    wrong: "unable_to_authenticate_recovery_code",
    factor: ({ memberId }) => recoveryFactor(totpOf(memberId)),
    more: ({ memberId }) => ({
      recovery_codes_remaining: recoveryCodesOf(context, memberId).size,
    }),
  });
}

/** `GET /v1/b2b/recovery_codes/:organization/:member`. */
export function getRecoveryCodes(context: StytchContext, { params }: Call): Answer {
  return recoveryCodes(context, {
    organization: textOf(params, "organization"),
    member: textOf(params, "member"),
  });
}

/** `POST /v1/b2b/recovery_codes/rotate`. */
export function rotateRecoveryCodes(context: StytchContext, { body }: Call): Answer {
  const member = textOf(body, "member_id");
  context.state.recoveryCodes.delete(member ?? "");
  return recoveryCodes(context, { organization: textOf(body, "organization_id"), member });
}

function recoveryCodes(
  context: StytchContext,
  named: { readonly organization: string | undefined; readonly member: string | undefined },
): Answer {
  const tenant = findTenant(context, named.organization ?? "");
  const memberId = named.member ?? "";
  const place = context.ids.placeOf(memberId);
  if (place === undefined || place.tenantId !== tenant?.id) return memberNotFound();
  return good({
    ...about(context, { ...place, memberId }),
    recovery_codes: [...recoveryCodesOf(context, memberId)],
  });
}

/** Every "authenticate" of a second factor. */
function authenticate(
  context: StytchContext,
  body: Fields,
  how: {
    readonly isRight: (found: Candidate) => boolean;
    readonly wrong: string;
    readonly factor: (found: Candidate) => Factor;
    readonly more?: (found: Candidate) => object;
  },
): Promise<Answer> | Answer {
  const { state } = context;
  const found = candidateOf(context, body);
  if (found === null) return intermediateNotFound();
  const minutes = minutesOf(body);
  if (minutes === null) return invalid("session_duration_minutes");
  if (!how.isRight(found)) {
    const wrong = (state.wrongCodes.get(found.token) ?? 0) + 1;
    state.wrongCodes.set(found.token, wrong);
    if (wrong < MAX_WRONG) return stytchError(401, how.wrong, "The code is wrong.");
    // How the vendor goes on is not documented; the stricter reading is that the sign-in is over.
    state.intermediate.delete(found.token);
    return stytchError(429, "user_lock_limit_reached", "Too many wrong codes.");
  }
  state.intermediate.delete(found.token);
  const { userId, tenantId } = found;
  const factors = [...found.factors, how.factor(found)];
  const more = how.more?.(found);
  return finishSignIn(context, { userId, tenantId, factors, minutes }, more);
}

/** Who an intermediate session is, if the request names them as the member that they are. */
function candidateOf(context: StytchContext, body: Fields): Candidate | null {
  const token = textOf(body, "intermediate_session_token") ?? "";
  const found = context.state.intermediate.get(token);
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  if (found === undefined || tenant === undefined || found.expiresAtMs < Date.now()) return null;
  const place = { userId: found.userId, tenantId: tenant.id };
  const memberId = context.ids.memberId(place);
  // SECURITY: as the vendor must, so that nobody adds their own factor to another's sign-in.
  if (memberId !== textOf(body, "member_id")) return null;
  return { ...place, memberId, token, factors: found.factors };
}

async function memberOfSession(
  context: StytchContext,
  body: Fields,
): Promise<(Place & { readonly memberId: string }) | null> {
  const session = await findSession(context, body);
  const isNamed = session?.memberId === textOf(body, "member_id");
  return session !== null && isNamed ? session : null;
}

function about(context: StytchContext, member: Place & { readonly memberId: string }) {
  const tenant = context.world.tenants.get(member.tenantId);
  return {
    member_id: member.memberId,
    member: memberObject(context, member, member.memberId),
    organization: tenant && organizationObject(context, tenant),
  };
}

function recoveryCodesOf(context: StytchContext, memberId: string): Set<string> {
  return context.state.recoveryCodes.get(memberId) ?? new Set(newRecoveryCodes(context, memberId));
}

function newRecoveryCodes({ state }: StytchContext, memberId: string): readonly string[] {
  const codes = new Set<string>();
  while (codes.size < RECOVERY_CODES) {
    const letters = randomBytes(6).toString("hex");
    codes.add(`${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`);
  }
  state.recoveryCodes.set(memberId, codes);
  return [...codes];
}

function intermediateNotFound(): Answer {
  return stytchError(404, "intermediate_session_not_found", "The intermediate session is over.");
}
