import type { Answer } from "../../http/api.ts";
import type { WorkosContext } from "../context.ts";

/** The scopes of a person's grant; the vendor has no others. */
export const SCOPES = ["openid", "profile", "email", "offline_access"];

/**
 * Metadata of the AuthKit domain (RFC 8414). The OpenID document lacks what MCP clients look for, as
 * it does at the vendor.
 */
export function serveMetadata(context: WorkosContext, document: "oauth" | "openid"): Answer {
  const { authkitOrigin: issuer, options } = context;
  const endpoint = (path: string) => `${issuer}/oauth2/${path}`;
  return {
    status: 200,
    body: {
      issuer,
      authorization_endpoint: endpoint("authorize"),
      token_endpoint: endpoint("token"),
      jwks_uri: endpoint("jwks"),
      introspection_endpoint: endpoint("introspection"),
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      grant_types_supported: ["authorization_code", "client_credentials", "refresh_token"],
      scopes_supported: SCOPES,
      token_endpoint_auth_methods_supported: ["none", "client_secret_post", "client_secret_basic"],
      ...(document === "openid"
        ? { id_token_signing_alg_values_supported: ["RS256"], subject_types_supported: ["public"] }
        : {
            code_challenge_methods_supported: ["S256"],
            ...(options.dynamicClientRegistration === true
              ? { registration_endpoint: endpoint("register") }
              : {}),
            ...(options.clientIdMetadataDocuments === true
              ? { client_id_metadata_document_supported: true }
              : {}),
          }),
    },
  };
}
