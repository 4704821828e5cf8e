import { createHash } from "node:crypto";
import { textOf, type Answer, type Call, type Fields } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { invalid, stytchError } from "./errors.ts";
import { finishSignIn } from "./finish.ts";
import { newSecret } from "./ids.ts";
import { minutesOf } from "./live-sessions.ts";
import type { Factor, OneTimeToken } from "./state.ts";

const TOKEN_MS = 60 * 60_000;

/** What a browser brings back, by what it is good for: the vendor's names. */
export const TOKEN_TYPES: Readonly<Record<OneTimeToken["kind"], string>> = {
  magic_link: "multi_tenant_magic_links",
  discovery_magic_link: "discovery",
  oauth: "oauth",
  discovery_oauth: "discovery_oauth",
  sso: "sso",
  impersonation: "multi_tenant_impersonation",
};

/** Makes a value that is good for one exchange. */
export function issueToken(
  { state }: StytchContext,
  about: Omit<OneTimeToken, "expiresAtMs">,
): string {
  const token = newSecret();
  state.tokens.set(token, { ...about, expiresAtMs: Date.now() + TOKEN_MS });
  return token;
}

/**
 * Takes a value: once, in time, and with the verifier of its challenge (RFC 7636 §4.6). One with a
 * wrong verifier is used up as well, which is the stricter reading.
 */
export function takeToken(
  { state }: StytchContext,
  kind: OneTimeToken["kind"],
  body: Fields,
): OneTimeToken | Answer {
  const name = kind === "magic_link" ? "magic_links_token" : FIELDS[kind];
  const value = textOf(body, name) ?? "";
  const found = state.tokens.get(value);
  if (found?.kind !== kind || found.expiresAtMs < Date.now()) {
    return stytchError(
      404,
      `unable_to_auth_${kind}`,
      "The token was not found or was used already.",
    );
  }
  state.tokens.delete(value);
  const verifier = textOf(body, "pkce_code_verifier");
  const isRight =
    found.challenge === null
      ? verifier === undefined
      : verifier !== undefined &&
        createHash("sha256").update(verifier).digest("base64url") === found.challenge;
  return isRight ? found : stytchError(400, "pkce_mismatch", "The code verifier is wrong.");
}

const FIELDS: Readonly<Record<OneTimeToken["kind"], string>> = {
  magic_link: "magic_links_token",
  discovery_magic_link: "discovery_magic_links_token",
  oauth: "oauth_token",
  discovery_oauth: "discovery_oauth_token",
  sso: "sso_token",
  impersonation: "impersonation_token",
};

/** Serves every "authenticate" of an organization's own sign-in. */
export async function authenticateToken(
  context: StytchContext,
  { body }: Call,
  kind: "magic_link" | "oauth" | "sso" | "impersonation",
): Promise<Answer> {
  const taken = takeToken(context, kind, body);
  if ("status" in taken) return taken;
  const before = earlierFactors(context, body, taken.userId);
  if (before === null) return invalid("intermediate_session_token");
  const minutes = kind === "impersonation" ? 60 : minutesOf(body);
  if (minutes === null) return invalid("session_duration_minutes");
  return finishSignIn(context, {
    userId: taken.userId,
    tenantId: taken.tenantId ?? "",
    factors: [...before, taken.factor],
    minutes,
  });
}

/** What the same person proved before, if the request says so; null if it is another's. */
export function earlierFactors(
  { state }: StytchContext,
  body: Fields,
  userId: string,
): readonly Factor[] | null {
  const token = textOf(body, "intermediate_session_token");
  if (token === undefined) return [];
  const found = state.intermediate.get(token);
  state.intermediate.delete(token);
  return found?.userId === userId && found.expiresAtMs > Date.now() ? found.factors : null;
}
