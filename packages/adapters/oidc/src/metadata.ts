import * as z from "zod/mini";
import { isLoopback } from "@tenantry/core/config";
import { entraTemplate } from "./entra/tenants.ts";
import { MetadataUnavailable } from "./errors.ts";

const words = z.optional(z.array(z.string()));
const endpoint = z.optional(z.string().check(z.maxLength(2048)));

/** The members of a metadata document that this adapter uses. Others are dropped. */
const schema = z.object({
  issuer: z.string(),
  jwks_uri: z.string().check(z.maxLength(2048)),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  userinfo_endpoint: endpoint,
  introspection_endpoint: endpoint,
  end_session_endpoint: endpoint,
  pushed_authorization_request_endpoint: endpoint,
  require_pushed_authorization_requests: z.optional(z.boolean()),
  authorization_response_iss_parameter_supported: z.optional(z.boolean()),
  token_endpoint_auth_methods_supported: words,
  introspection_endpoint_auth_methods_supported: words,
  id_token_signing_alg_values_supported: words,
});

/** What an issuer says about itself (OpenID Connect Discovery 1.0 §3). */
export type ProviderMetadata = z.infer<typeof schema>;

/**
 * Checks a metadata document. Throws {@link MetadataUnavailable}: wrong shape, addresses that are
 * not https, or an issuer that is not exactly the one that was asked (§4.3).
 */
export function parseMetadata(
  document: unknown,
  issuer: string,
  options: { readonly allowInsecureLoopback: boolean },
): ProviderMetadata {
  const parsed = schema.safeParse(document);
  if (!parsed.success) throw new MetadataUnavailable("metadata_malformed");
  const metadata = parsed.data;
  // SECURITY: the exact string, or one issuer could pose as another of the same host.
  // The one exception names no issuer of tokens: what many Entra ID tenants share is a template.
  if (metadata.issuer !== issuer && metadata.issuer !== entraTemplate(issuer))
    throw new MetadataUnavailable("metadata_issuer_mismatch");
  for (const [name, value] of Object.entries(metadata)) {
    if (name !== "jwks_uri" && !name.endsWith("_endpoint")) continue;
    // SECURITY: browsers are sent to some of these, so not even their scheme is believed.
    if (typeof value === "string" && !isEndpoint(value, options)) {
      throw new MetadataUnavailable("metadata_malformed");
    }
  }
  return metadata;
}

function isEndpoint(
  value: string,
  { allowInsecureLoopback }: { readonly allowInsecureLoopback: boolean },
): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (url.protocol === "https:") return true;
  return allowInsecureLoopback && url.protocol === "http:" && isLoopback(url.hostname);
}
