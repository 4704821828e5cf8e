import { textOf, type Answer, type Call } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { invalid, stytchError } from "./errors.ts";
import { finishSignIn } from "./finish.ts";
import { findTenant, TOTP_CODE, totpOf } from "./objects.ts";
import { minutesOf } from "./live-sessions.ts";
import { totpFactor } from "./tokens.ts";

/** `POST /v1/b2b/totp/authenticate`. A wrong code leaves the intermediate session as it was. */
export async function authenticateTotp(context: StytchContext, { body }: Call): Promise<Answer> {
  const { state, ids } = context;
  const token = textOf(body, "intermediate_session_token") ?? "";
  const found = state.intermediate.get(token);
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  const place = { userId: found?.userId ?? "", tenantId: tenant?.id ?? "" };
  if (
    found === undefined ||
    found.expiresAtMs < Date.now() ||
    // SECURITY: as the vendor must, so that nobody adds their own factor to another's sign-in.
    ids.memberId(place) !== textOf(body, "member_id")
  ) {
    return stytchError(404, "intermediate_session_not_found", "The intermediate session is over.");
  }
  const minutes = minutesOf(body);
  if (minutes === null) return invalid("session_duration_minutes");
  if (textOf(body, "code") !== TOTP_CODE) {
    return stytchError(401, "unable_to_authenticate_totp", "The code is wrong.");
  }
  state.intermediate.delete(token);
  const factors = [...found.factors, totpFactor(totpOf(found.userId))];
  return finishSignIn(context, { ...place, factors, minutes });
}
