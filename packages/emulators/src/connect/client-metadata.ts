import { textOf, textsOf, type Fields } from "../http/api.ts";
import type { ClientMetadata, ClientRefusal } from "./client.ts";

const MAX_REDIRECT_URIS = 10;

/**
 * Reads what a client says about itself (RFC 7591 §2), in a registration or in a document. Scopes are
 * left out: a client registers those of its first challenge, and would never get beyond them.
 */
export function readClientMetadata(body: Fields): ClientMetadata | ClientRefusal {
  const redirectUris = textsOf(body, "redirect_uris") ?? [];
  const [first] = redirectUris;
  if (first === undefined || redirectUris.length > MAX_REDIRECT_URIS) {
    return refuse("invalid_redirect_uri", `Name one to ${MAX_REDIRECT_URIS} redirect_uris.`);
  }
  if (!redirectUris.every(isRedirectUri)) {
    return refuse(
      "invalid_redirect_uri",
      "A redirect URI must be https, http on this machine, or a scheme of the client's own.",
    );
  }
  const grantTypes = textsOf(body, "grant_types") ?? ["authorization_code"];
  if (!grantTypes.includes("authorization_code")) {
    return refuse("invalid_client_metadata", "grant_types must contain authorization_code.");
  }
  return { name: textOf(body, "client_name") ?? "A client without a name", redirectUris };
}

/** Whether a value is a refusal. */
export function isRefusal(value: object): value is ClientRefusal {
  return "error" in value;
}

/** https anywhere, plain http on this machine only, or a private-use scheme (RFC 8252 §7). */
function isRedirectUri(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.hash !== "" || value.includes("#") || value.includes("*")) return false;
  if (url.username !== "" || url.password !== "") return false;
  if (url.protocol === "https:") return true;
  if (url.protocol === "http:") return isLoopback(url);
  // RFC 8252 §7.1: the reverse of a domain name, so `javascript:` and `data:` are none.
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol);
}

/** Whether an address is on the very machine that opens it. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

function refuse(error: ClientRefusal["error"], description: string): ClientRefusal {
  return { error, description };
}
