import { createHash } from "node:crypto";
import { textOf, type Answer, type Call, type Fields } from "../http/api.ts";
import type { WorkosContext } from "./context.ts";
import { apiError, oauthError, unprocessable } from "./errors.ts";
import { answerTokens, openSession } from "./sessions.ts";
import type { PendingStep, SignedIn } from "./state.ts";
import { stepAnswer } from "./steps.ts";

const GRANT = "urn:workos:oauth:grant-type:";

/** `POST /user_management/authenticate`: every grant goes through here. */
export async function serveAuthenticate(context: WorkosContext, { body }: Call): Promise<Answer> {
  const { clientId, apiKey } = context.options;
  // Server-side clients prove themselves with the management key; public ones are not emulated.
  if (textOf(body, "client_id") !== clientId || textOf(body, "client_secret") !== apiKey) {
    return oauthError("invalid_client", "Invalid client ID or secret.");
  }
  switch (textOf(body, "grant_type") ?? "") {
    case "authorization_code":
      return exchangeCode(context, body);
    case "refresh_token":
      return refresh(context, body);
    case `${GRANT}organization-selection`:
      return finishPending(context, body, "organization");
    case `${GRANT}email-verification:code`:
      return finishPending(context, body, "email");
    case `${GRANT}mfa-totp`:
      return finishPending(context, body, "mfa");
    case `${GRANT}magic-auth:code`:
      return exchangeMagicCode(context, body);
    default:
      return oauthError("unsupported_grant_type", "The grant type is not supported.");
  }
}

async function exchangeCode(context: WorkosContext, body: Fields): Promise<Answer> {
  const value = textOf(body, "code") ?? "";
  const code = context.state.codes.get(value);
  context.state.codes.delete(value); // one use, whatever comes of it
  const proof = textOf(body, "code_verifier");
  const isGood =
    code !== undefined &&
    code.expiresAtMs > Date.now() &&
    (code.challenge === null ? proof === undefined : challengeOf(proof ?? "") === code.challenge);
  if (!isGood) {
    return oauthError("invalid_grant", "The code has expired or is invalid.");
  }
  const step = context.behaviour.steps.shift();
  if (step !== undefined) return stepAnswer(context, step, code);
  return begin(context, code);
}

/** Membership is looked at again: it may have ended since the browser left. */
async function begin(context: WorkosContext, signedIn: SignedIn): Promise<Answer> {
  const refusal = refusePlace(context, signedIn.userId, signedIn.organizationId);
  return refusal ?? answerTokens(context, openSession(context, signedIn));
}

/**
 * The refresh grant. Single use: a token that was used before is `invalid_grant`. The documentation
 * names no grace period, so there is none here.
 *
 * Without `organization_id` the session's last one is meant (workos.com/changelog, 2025-07-25). A
 * refusal for an organization does not use the token up; what the vendor does then is not documented,
 * but its own SDKs go on with the old token.
 */
async function refresh(context: WorkosContext, body: Fields): Promise<Answer> {
  const { state } = context;
  const token = textOf(body, "refresh_token") ?? "";
  const session = state.sessions.get(state.refreshTokens.get(token) ?? "");
  if (session === undefined || session.status !== "active") {
    return oauthError("invalid_grant", "The refresh token is invalid or was used before.");
  }
  if (context.world.users.get(session.userId) === undefined) {
    return oauthError("invalid_grant", "The user was deleted.");
  }
  const organizationId = textOf(body, "organization_id") ?? session.organizationId;
  const refusal = refusePlace(context, session.userId, organizationId);
  if (refusal !== null) return refusal;
  state.refreshTokens.delete(token);
  session.organizationId = organizationId;
  return answerTokens(context, session);
}

/** Why a session of this person cannot stand for this organization; null if it can. */
export function refusePlace(
  { world }: WorkosContext,
  userId: string,
  organizationId: string | null,
): Answer | null {
  if (organizationId === null) return null;
  if (world.tenants.get(organizationId) === undefined) {
    return oauthError("organization_not_found", "The organization could not be found.");
  }
  if (world.memberships.get(userId, organizationId)?.status !== "active") {
    return oauthError(
      "organization_membership_not_found",
      "The user is not an active member of the organization.",
    );
  }
  return null;
}

async function finishPending(
  context: WorkosContext,
  body: Fields,
  step: PendingStep,
): Promise<Answer> {
  const { state, world } = context;
  const token = textOf(body, "pending_authentication_token") ?? "";
  const pending = state.pending.get(token);
  if (pending?.step !== step || pending.expiresAtMs <= Date.now()) {
    return apiError(
      400,
      "invalid_pending_authentication_token",
      "The pending authentication token is invalid or has expired.",
    );
  }
  let { signedIn } = pending;
  if (step === "organization") {
    const organizationId = textOf(body, "organization_id") ?? "";
    if (world.memberships.get(signedIn.userId, organizationId)?.status !== "active") {
      return apiError(400, "invalid_organization_id", "The organization ID is invalid.");
    }
    signedIn = { ...signedIn, organizationId };
  } else {
    const email = world.users.get(signedIn.userId)?.email ?? "";
    const challenge = state.challenges.get(textOf(body, "authentication_challenge_id") ?? "");
    const isRight = textOf(body, "code") === state.mail.get(email);
    if (!isRight || (step === "mfa" && challenge !== signedIn.userId)) {
      return apiError(400, "invalid_one_time_code", "The code is incorrect.");
    }
  }
  state.pending.delete(token);
  return begin(context, signedIn);
}

async function exchangeMagicCode(context: WorkosContext, body: Fields): Promise<Answer> {
  const email = textOf(body, "email");
  const user = context.world.userByEmail(email ?? "");
  if (email === undefined || user === undefined) return unprocessable("email");
  if (context.state.mail.get(user.email) !== textOf(body, "code")) {
    return apiError(400, "invalid_one_time_code", "The code is incorrect.");
  }
  context.state.mail.delete(user.email);
  const places = context.world.activeMembershipsOf(user.id);
  const signedIn: SignedIn = {
    userId: user.id,
    organizationId: places.length === 1 ? (places[0]?.tenant.id ?? null) : null,
    method: "MagicAuth",
    authTimeSeconds: Math.floor(Date.now() / 1000),
    impersonator: null,
  };
  return places.length > 1
    ? stepAnswer(context, "organization_selection_required", signedIn)
    : begin(context, signedIn);
}

/** RFC 7636 §4.2, S256. */
export function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}
