import {
  matchesResource,
  ok,
  reject,
  tenantOfResource,
  type ConsentGiver,
  type ConsentPage,
  type Result,
} from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { rejectionOf } from "./errors.ts";

/** An authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2). */
interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly resources: readonly string[];
  /** The slug of the tenant whose address is among them. */
  readonly tenant: string | null;
}

/** What a client gets that asks for nothing in particular: to know who it is. */
const NO_SCOPE = "openid";

/**
 * The page that Stytch's authorization endpoint is in the application. The member is named with their
 * organization, so that no session token of the vendor's is needed; Stytch checks client, redirect
 * address and scopes.
 *
 * @see {@link https://stytch.com/docs/b2b/api/connected-app-authorize-start Stytch: OAuth authorize start}
 */
export function consentPage(
  api: Pick<StytchApi, "call" | "read">,
  resources: readonly string[],
): ConsentPage {
  return {
    async start({ query, who }) {
      const request = readRequest(query, resources);
      if (!request.ok) return request;
      const { clientId, redirectUri, scopes } = request.value;
      try {
        const found = await api.read((sdk) =>
          sdk.idp.oauth.authorizeStart({ ...wireOf(request.value, who), scopes: [...scopes] }),
        );
        // SECURITY: what is shown and what is granted are about one client, member and organization.
        const isAsked =
          found.client.client_id === clientId &&
          found.member_id === who.subject &&
          found.organization.organization_id === who.tenant.external;
        if (!isAsked) return reject("consent_mismatch");
        const name = found.client.client_name;
        const { tenant } = request.value;
        return ok({
          kind: "grant",
          ...(tenant === null ? {} : { tenant }),
          client: { clientId, name: name === "" ? null : name, redirectUri },
          scopes: found.scope_results
            .filter((one) => one.is_grantable && scopes.includes(one.scope))
            .map((one) => one.scope),
        });
      } catch (error) {
        return rejectionOf(error);
      }
    },

    async decide({ query, who, granted, scopes }) {
      const request = readRequest(query, resources);
      if (!request.ok) return request;
      const { challenge, state, nonce, resources: wanted } = request.value;
      try {
        const { redirect_uri: location } = await api.call((sdk) =>
          sdk.idp.oauth.authorize({
            ...wireOf(request.value, who),
            consent_granted: granted,
            scopes: [...scopes],
            code_challenge: challenge,
            ...(state === null ? {} : { state }),
            ...(nonce === null ? {} : { nonce }),
            ...(wanted.length === 0 ? {} : { resources: [...wanted] }),
          }),
        );
        return ok({ location });
      } catch (error) {
        return rejectionOf(error);
      }
    },
  };
}

function wireOf({ clientId, redirectUri }: AuthorizationRequest, who: ConsentGiver) {
  return {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    organization_id: who.tenant.external,
    member_id: who.subject,
  };
}

const ONCE = [
  "client_id",
  "redirect_uri",
  "response_type",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
];
/** The base64url of a SHA-256. */
const CHALLENGE = /^[\w-]{43}$/;

function readRequest(query: URLSearchParams, own: readonly string[]): Result<AuthorizationRequest> {
  // RFC 6749 §3.1: at most once. Two readers could take different ones.
  if (ONCE.some((name) => query.getAll(name).length > 1)) return reject("parameter_repeated");
  const [clientId, redirectUri] = [query.get("client_id"), query.get("redirect_uri")];
  if (clientId === null || redirectUri === null || query.get("response_type") !== "code") {
    return reject("authorization_request_malformed");
  }
  const challenge = query.get("code_challenge") ?? "";
  // SECURITY: the vendor's call has no method, so whoever says `plain`, or nothing, is refused here.
  if (query.get("code_challenge_method") !== "S256" || !CHALLENGE.test(challenge)) {
    return reject("code_challenge_missing");
  }
  const resources = query.getAll("resource");
  // SECURITY: the token would be good here all the same, although it was asked for elsewhere.
  if (!resources.every((one) => matchesResource(own, one))) return reject("resource_foreign");
  const tenants = new Set(resources.flatMap((one) => tenantOfResource(own, one) ?? []));
  const [tenant = null] = tenants;
  if (tenants.size > 1) return reject("resource_of_two_tenants");
  const scopes = (query.get("scope") ?? NO_SCOPE).split(" ").filter((scope) => scope !== "");
  return ok({
    clientId,
    redirectUri,
    scopes: [...new Set(scopes)],
    challenge,
    state: query.get("state"),
    nonce: query.get("nonce"),
    resources,
    tenant,
  });
}
