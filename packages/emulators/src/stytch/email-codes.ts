import { textOf, type Answer, type Call } from "../http/api.ts";
import { sendCode, takeCode } from "./codes.ts";
import type { StytchContext } from "./context.ts";
import { discoveryAnswer } from "./discovery.ts";
import { good, invalid, memberNotFound, organizationNotFound, stytchError } from "./errors.ts";
import { finishSignIn } from "./finish.ts";
import { minutesOf } from "./live-sessions.ts";
import { findTenant, isActiveMember, memberObject, organizationObject } from "./objects.ts";
import { earlierFactors } from "./one-time.ts";
import { emailCodeFactor } from "./tokens.ts";

const purposeOf = (tenantId: string, email: string) => `email ${tenantId} ${email.toLowerCase()}`;
const wrongCode = () =>
  stytchError(401, "unable_to_authenticate_otp_code", "The code is wrong or expired.");

/** `POST /v1/b2b/otps/email/login_or_signup`. As with links, nobody may join by address here. */
export function sendEmailCode(context: StytchContext, { body }: Call): Answer {
  const { world, state, ids } = context;
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const user = world.userByEmail(textOf(body, "email_address") ?? "");
  const place = { userId: user?.id ?? "", tenantId: tenant.id };
  const isInvited = user !== undefined && state.invited.has(ids.memberId(place));
  if (user === undefined || !(isActiveMember(context, place) || isInvited)) return memberNotFound();
  sendCode(context, purposeOf(tenant.id, user.email), user.email);
  return good({
    member_id: ids.memberId(place),
    member_created: false,
    member: memberObject(context, place),
    organization: organizationObject(context, tenant),
  });
}

/** `POST /v1/b2b/otps/email/authenticate`. */
export async function authenticateEmailCode(
  context: StytchContext,
  { body }: Call,
): Promise<Answer> {
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const email = textOf(body, "email_address") ?? "";
  const minutes = minutesOf(body);
  if (minutes === null) return invalid("session_duration_minutes");
  const user = context.world.userByEmail(email);
  const code = textOf(body, "code") ?? "";
  if (user === undefined || !takeCode(context, purposeOf(tenant.id, user.email), code)) {
    return wrongCode();
  }
  const before = earlierFactors(context, body, user.id);
  if (before === null) return invalid("intermediate_session_token");
  return finishSignIn(context, {
    userId: user.id,
    tenantId: tenant.id,
    factors: [...before, emailCodeFactor(user.email)],
    minutes,
  });
}

/** `POST /v1/b2b/otps/email/discovery/send`. The answer is the same for an unknown address. */
export function sendDiscoveryCode(context: StytchContext, { body }: Call): Answer {
  const email = textOf(body, "email_address");
  if (email === undefined || !email.includes("@")) return invalid("email_address");
  const user = context.world.userByEmail(email);
  if (user !== undefined) sendCode(context, purposeOf("", user.email), user.email);
  return good({});
}

/** `POST /v1/b2b/otps/email/discovery/authenticate`. */
export function authenticateDiscoveryCode(context: StytchContext, { body }: Call): Answer {
  const user = context.world.userByEmail(textOf(body, "email_address") ?? "");
  const code = textOf(body, "code") ?? "";
  if (user === undefined || !takeCode(context, purposeOf("", user.email), code)) return wrongCode();
  return discoveryAnswer(context, user, { factor: emailCodeFactor(user.email), isProven: true });
}
