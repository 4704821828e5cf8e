import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { textOf, type Answer, type Call } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { good } from "./errors.ts";
import { isActiveMember } from "./objects.ts";
import { ORGANIZATION_CLAIM, SESSION_CLAIM } from "./tokens.ts";

/** `POST /v1/public/:project/oauth2/introspect` (RFC 7662). */
export async function introspect(context: StytchContext, { body }: Call): Promise<Answer> {
  const token = textOf(body, "token") ?? "";
  const claims = (await context.isOurs(token)) ? decodeJwt(token) : {};
  const { sub = "", exp = 0, client_id: clientId } = claims;
  const place = context.ids.placeOf(sub);
  const isActive =
    exp > Date.now() / 1000 &&
    claims[SESSION_CLAIM] === undefined &&
    claims[ORGANIZATION_CLAIM] !== undefined &&
    clientId === textOf(body, "client_id") &&
    !context.state.revokedTokens.has(hashOf(token)) &&
    place !== undefined &&
    isActiveMember(context, place) &&
    context.ids.memberId(place) === sub;
  return good(
    isActive ? { active: true, token_type: "access_token", ...claims } : { active: false },
  );
}

/** `POST /v1/public/:project/oauth2/revoke` (RFC 7009). */
export function revokeToken({ state }: StytchContext, { body }: Call): Answer {
  state.connectedApps.refreshTokens.delete(textOf(body, "token") ?? "");
  state.revokedTokens.add(hashOf(textOf(body, "token") ?? ""));
  return good({});
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
