import type { Answer } from "../../http/api.ts";
import type { StytchContext } from "../context.ts";
import { permissionScopes } from "../rbac.ts";

/** The scopes that every project has. */
export const OWN_SCOPES = ["openid", "profile", "email", "phone", "offline_access"];

/** `/.well-known/oauth-authorization-server` of the project domain (RFC 8414). */
export function serveMetadata(context: StytchContext): Answer {
  const { origin, options } = context;
  return {
    status: 200,
    body: {
      issuer: origin,
      // A page of the application; the emulator has one to stand in for it.
      authorization_endpoint: options.authorizationUrl ?? `${origin}/oauth/authorize`,
      token_endpoint: `${origin}/v1/oauth2/token`,
      ...(options.dynamicClientRegistration === true
        ? { registration_endpoint: `${origin}/v1/oauth2/register` }
        : {}),
      introspection_endpoint: `${origin}/v1/oauth2/introspect`,
      revocation_endpoint: `${origin}/v1/oauth2/revoke`,
      jwks_uri: `${origin}/.well-known/jwks.json`,
      scopes_supported: [...OWN_SCOPES, ...permissionScopes(context)],
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: ["none"],
      code_challenge_methods_supported: ["S256"],
      client_id_metadata_document_supported: options.clientIdMetadataDocuments !== false,
    },
  };
}
