import type { Identity } from "@tenantry/core/provider";
import { isText } from "./claims.ts";
import type { IssuerClient } from "./client.ts";
import { failureOf } from "./errors.ts";
import type { Registration } from "./registration.ts";

/**
 * Adds name and e-mail address from the userinfo endpoint when the ID token has no address. Only
 * these: the answer is not signed, so it decides neither organization nor roles. Without an answer
 * the identity stays as it was. Throws if the answer is about somebody else.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse OpenID Connect Core 1.0 §5.3.2}
 */
export async function withUserinfo(
  identity: Identity,
  from: {
    readonly client: IssuerClient;
    readonly accessToken: string;
    readonly registration: Registration;
  },
): Promise<Identity> {
  const { library, configuration, metadata } = from.client;
  const { rules, entra } = from.registration;
  // Entra ID's userinfo knows people by another subject, and addresses that nobody has verified.
  const isWanted =
    rules.userinfo && entra === undefined && metadata.userinfo_endpoint !== undefined;
  if (!isWanted || identity.email !== undefined) return identity;
  try {
    // SECURITY: the subject must be the ID token's, or another person's address could be attached.
    const claims = await library.fetchUserInfo(configuration, from.accessToken, identity.subject);
    const { email, email_verified: verified, name } = claims;
    return {
      ...identity,
      ...(isText(email) ? { email: { value: email, verified: verified === true } } : {}),
      ...(identity.name === undefined && isText(name) ? { name } : {}),
    };
  } catch (error) {
    if (failureOf(error).reason === "response_attribute_mismatch") throw error;
    return identity;
  }
}
