import type { LoginStep } from "@tenantry/core/provider";
import type { Finished } from "./conclude.ts";
import { failureOf } from "./errors.ts";
import { askCode, type LoginDeps } from "./leave.ts";
import { keep, type SignInState } from "./sign-in-state.ts";

/** Types of errors after which another code would not help. */
const OVER = [
  "intermediate_session_not_found",
  "member_locked",
  "member_not_found",
  "organization_not_found",
];
const PHONE = /^\+[1-9]\d{6,14}$/;
const WRONG = "That code is not right, or not good any more.";

/**
 * Asks for the second factor that an organization wants: the one that the member prefers, or a first
 * one, set up here. Until a code is right nobody is signed in.
 *
 * @see {@link https://stytch.com/docs/b2b/guides/mfa/backend Stytch: MFA}
 */
export async function secondFactor(
  { mfa_required: required, member, organization }: Finished,
  before: SignInState,
  deps: LoginDeps,
): Promise<LoginStep> {
  const { totp_registration_id: totp, mfa_phone_number: phone } = required?.member_options ?? {};
  const state: SignInState = { ...before, member: member.member_id };
  const isRestricted = organization.mfa_methods === "RESTRICTED";
  const allows = (method: string) =>
    !isRestricted || organization.allowed_mfa_methods.includes(method);
  const hasApp = Boolean(totp) && allows("totp");
  if (phone && allows("sms_otp") && (!hasApp || member.default_mfa_method === "sms_otp")) {
    if (!required?.secondary_auth_initiated) await sendSms(state, undefined, deps);
    return askSms(state);
  }
  if (hasApp) return askApp(state);
  if (!totp && allows("totp")) return beginApp(state, deps);
  if (!phone && allows("sms_otp")) return askPhone(state);
  return { kind: "refused", reason: "second_factor_unsupported" };
}

/** Registers an authenticator app. It counts at Stytch once a code of it was right. */
async function beginApp(state: SignInState, { api }: LoginDeps): Promise<LoginStep> {
  const { secret, recovery_codes: codes } = await api.call((sdk) =>
    sdk.totps.create(candidateOf(state)),
  );
  return {
    kind: "prompt",
    title: "Set up your authenticator app",
    text: [
      `This organization asks for a second factor. Add this key to your authenticator app: ${secret}`,
      `Keep these recovery codes; each one replaces the app once: ${codes.join(", ")}`,
    ],
    fields: [
      {
        name: "code",
        label: "Code that the app shows now",
        type: "otp",
        autocomplete: "one-time-code",
      },
    ],
    state: keep({ ...state, awaits: "code", factor: "totp" }),
  };
}

/** The page with the member's first phone number. */
export async function withPhone(
  form: Readonly<Record<string, string>>,
  state: SignInState,
  deps: LoginDeps,
): Promise<LoginStep> {
  const phone = (form["phone"] ?? "").replaceAll(/[\s().-]/g, "");
  const isSent = PHONE.test(phone) && (await codeOrNull(() => sendSms(state, phone, deps)));
  return isSent ? askSms(state) : askPhone(state, "That is no number that a code can be sent to.");
}

/** The page with a code of a second factor; again, if it was wrong. */
export async function withCode(
  form: Readonly<Record<string, string>>,
  state: SignInState,
  { api, values }: LoginDeps,
): Promise<Finished | LoginStep> {
  const code = (form["code"] ?? "").replaceAll(/\s/g, "");
  const wish = { ...candidateOf(state), session_duration_minutes: values.sessionMinutes };
  const finished = await codeOrNull<Finished>(() =>
    api.call<Finished>((sdk) => {
      if (state.factor === "sms") return sdk.otps.sms.authenticate({ ...wish, code });
      return /^\d{6}$/.test(code)
        ? sdk.totps.authenticate({ ...wish, code })
        : sdk.recoveryCodes.recover({ ...wish, recovery_code: code });
    }),
  );
  if (finished !== null) return finished;
  return state.factor === "sms" ? askSms(state, WRONG) : askApp(state, WRONG);
}

/** What a code was good for; null if it was wrong. Throws everything else. */
export async function codeOrNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "unavailable" || OVER.includes(failure.reason)) throw error;
    return null;
  }
}

async function sendSms(
  state: SignInState,
  phone: string | undefined,
  { api }: LoginDeps,
): Promise<true> {
  await api.call((sdk) =>
    sdk.otps.sms.send({
      ...candidateOf(state),
      ...(phone === undefined ? {} : { mfa_phone_number: phone }),
    }),
  );
  return true;
}

function candidateOf(state: SignInState) {
  return {
    organization_id: state.organization,
    member_id: state.member,
    intermediate_session_token: state.intermediate,
  };
}

function askApp(state: SignInState, text?: string): LoginStep {
  const asked: SignInState = { ...state, awaits: "code", factor: "totp" };
  const label = "Code of your authenticator app, or a recovery code";
  return askCode(asked, label, { ...(text === undefined ? {} : { text }), type: "text" });
}

function askSms(state: SignInState, text?: string): LoginStep {
  const asked: SignInState = { ...state, awaits: "code", factor: "sms" };
  return askCode(asked, "Code that was sent to your phone", text === undefined ? {} : { text });
}

function askPhone(state: SignInState, text?: string): LoginStep {
  return {
    kind: "prompt",
    title: "Set up a second factor",
    text: [
      "This organization asks for a code that is sent to your phone.",
      ...(text ? [text] : []),
    ],
    fields: [
      {
        name: "phone",
        label: "Phone number with country code, such as +1 202 555 0123",
        type: "text",
        autocomplete: "tel",
      },
    ],
    state: keep({ ...state, awaits: "phone" }),
  };
}
