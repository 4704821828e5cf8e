import { isFields, textOf, type Fields } from "../http/api.ts";
import type { ClientMetadata, ClientPolicy } from "./client.ts";
import { isRefusal, readClientMetadata } from "./client-metadata.ts";

const MAX_BYTES = 5_000;
const TIMEOUT_MS = 2_500;

/**
 * Whether a client id is an address of metadata: https, with a path and without anything that would
 * let two ids name one document.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/ OAuth Client ID Metadata Document §3}
 */
export function isDocumentId(clientId: string): boolean {
  const url = URL.parse(clientId);
  return (
    url !== null &&
    url.protocol === "https:" &&
    url.pathname !== "/" &&
    url.href === clientId &&
    `${url.username}${url.password}${url.hash}${url.search}` === ""
  );
}

/**
 * The metadata at a client's id; null if there is none that can be taken. A document that names
 * another client, or a secret, is none (§4.1).
 */
export async function readClientDocument(
  clientId: string,
  documents: NonNullable<ClientPolicy["clientDocuments"]>,
): Promise<ClientMetadata | null> {
  const known = Object.hasOwn(documents, clientId) ? documents[clientId] : undefined;
  const document = known ?? (await fetchDocument(clientId));
  if (document === null || textOf(document, "client_id") !== clientId) return null;
  const method = textOf(document, "token_endpoint_auth_method") ?? "none";
  if (method.startsWith("client_secret_") || "client_secret" in document) return null;
  const metadata = readClientMetadata(document);
  return isRefusal(metadata) ? null : metadata;
}

async function fetchDocument(address: string): Promise<Fields | null> {
  try {
    const response = await fetch(address, {
      headers: { accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok || text.length > MAX_BYTES) return null;
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
