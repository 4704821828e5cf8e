import type { IssuerClient } from "./client.ts";
import { PushedRequestImpossible } from "./errors.ts";
import type { Registration } from "./registration.ts";

/**
 * The address to send a browser to. Where the issuer takes requests by the back channel it gets this
 * one there, and the browser carries only a reference: nobody can read or change it on the way.
 *
 * Throws {@link PushedRequestImpossible} if the options and the issuer cannot both be satisfied, and
 * what {@link failureOf} understands if the issuer does not take the request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9126 RFC 9126}
 */
export async function authorizationUrl(
  { library, configuration, metadata }: IssuerClient,
  parameters: Record<string, string>,
  { rules }: Pick<Registration, "rules">,
): Promise<string> {
  const {
    pushed_authorization_request_endpoint: endpoint,
    require_pushed_authorization_requests: isRequired = false,
  } = metadata;
  // SECURITY: never the other way instead. Who asks for the back channel does not want the front one.
  if (isRequired && rules.pushedRequests === "off") {
    throw new PushedRequestImpossible("pushed_requests_required");
  }
  if (endpoint === undefined && (isRequired || rules.pushedRequests === "required")) {
    throw new PushedRequestImpossible("pushed_requests_not_offered");
  }
  const isPushed = endpoint !== undefined && rules.pushedRequests !== "off";
  const url = isPushed
    ? await library.buildAuthorizationUrlWithPAR(configuration, parameters)
    : library.buildAuthorizationUrl(configuration, parameters);
  return url.href;
}
