import { randomInt } from "node:crypto";
import type { Answer } from "../http/api.ts";
import type { RequiredStep } from "./behaviour.ts";
import type { WorkosContext } from "./context.ts";
import { apiError, oauthError } from "./errors.ts";
import { userObject } from "./objects.ts";
import { newId } from "./stamps.ts";
import type { PendingStep, SignedIn } from "./state.ts";

const PENDING_MS = 10 * 60_000;

/**
 * The answer of an exchange that needs one more step, or that is refused by a policy. The bodies are
 * those of https://workos.com/docs/reference/authkit/authentication-errors.
 */
export function stepAnswer(context: WorkosContext, step: RequiredStep, signedIn: SignedIn): Answer {
  const user = context.world.users.get(signedIn.userId);
  if (user === undefined) return oauthError("invalid_grant", "The user was deleted.");
  const places = context.world.activeMembershipsOf(user.id);
  const stepUp = (message: string, more: object): Answer => apiError(403, step, message, more);
  switch (step) {
    case "organization_selection_required":
      return stepUp("The user must choose an organization to finish their authentication.", {
        pending_authentication_token: pend(context, "organization", signedIn),
        user: userObject(context, user),
        organizations: places.map(({ tenant }) => ({ id: tenant.id, name: tenant.name })),
      });
    case "email_verification_required":
      sendCode(context, user.email);
      return stepUp("Email ownership must be verified before authentication.", {
        pending_authentication_token: pend(context, "email", signedIn),
        email: user.email,
        email_verification_id: newId("email_verification"),
      });
    case "mfa_challenge":
      sendCode(context, user.email);
      return stepUp("The user must complete an MFA challenge to finish authenticating.", {
        pending_authentication_token: pend(context, "mfa", signedIn),
        user: userObject(context, user),
        authentication_factors: [{ id: `auth_factor_${user.id}`, type: "totp" }],
      });
    case "mfa_enrollment":
      return stepUp("The user must enroll in MFA to finish authenticating.", {
        pending_authentication_token: pend(context, "mfa", signedIn),
        user: userObject(context, user),
      });
    case "radar_challenge":
    case "authentication_method_not_allowed":
      return stepUp("This sign-in is not allowed.", {
        pending_authentication_token: pend(context, "mfa", signedIn),
      });
    case "sso_required":
      return oauthError(step, "User must authenticate using one of the matching connections.", {
        email: user.email,
        connection_ids: places.map(({ tenant }) => connectionOf(tenant.id)),
      });
    case "organization_authentication_methods_required":
      break;
  }
  return oauthError(step, "Use an authentication method that the organization allows.", {
    email: user.email,
    sso_connection_ids: places.map(({ tenant }) => connectionOf(tenant.id)),
    auth_methods: { apple_oauth: false, password: false, magic_auth: false },
  });
}

/** The one SSO connection of an organization. */
export function connectionOf(tenantId: string): string {
  return tenantId.replace(/^org_/, "conn_");
}

/** Sends a one-time code: to a mail box that tests read, because there is no mail here. */
export function sendCode({ state }: WorkosContext, email: string): string {
  const code = String(randomInt(100_000, 1_000_000));
  state.mail.set(email, code);
  return code;
}

function pend({ state }: WorkosContext, step: PendingStep, signedIn: SignedIn): string {
  const token = newId("pending");
  state.pending.set(token, { step, signedIn, expiresAtMs: Date.now() + PENDING_MS });
  return token;
}
