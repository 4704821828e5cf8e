import type { Answer } from "../http/api.ts";
import type { ClerkContext } from "./context.ts";
import { json } from "./errors.ts";
import { BUILT_IN_SCOPES } from "./options.ts";

/** All scopes of the instance. */
export function scopesOf({ world, options }: ClerkContext): readonly string[] {
  const custom = world.services.list().flatMap(({ scopes }) => scopes);
  return [...new Set([...BUILT_IN_SCOPES, ...custom, ...(options.scopes ?? [])])];
}

/**
 * The metadata of the authorization server, as the vendor's example has it: no end-session endpoint,
 * no `prompt` values, no audience (https://clerk.com/docs/guides/configure/auth-strategies/oauth/how-clerk-implements-oauth).
 */
export function serveMetadata(context: ClerkContext, kind: "oauth" | "openid"): Answer {
  const { issuer, options } = context;
  return json({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/token/revoke`,
    introspection_endpoint: `${issuer}/oauth/token_info`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    ...(kind === "openid" ? { userinfo_endpoint: `${issuer}/oauth/userinfo` } : {}),
    ...(options.dynamicClientRegistration === true
      ? { registration_endpoint: `${issuer}/oauth/register` }
      : {}),
    ...(options.clientIdMetadataDocuments === true
      ? { client_id_metadata_document_supported: true }
      : {}),
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "none"],
    scopes_supported: scopesOf(context),
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "email", "name", "org_id"],
    code_challenge_methods_supported: ["S256"],
  });
}
