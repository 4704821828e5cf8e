/** How MCP clients come to be known by an emulator's authorization server. */
export interface ClientPolicy {
  /** Whether clients may register themselves (RFC 7591). Default: off, as in the vendors' dashboards. */
  readonly dynamicClientRegistration?: boolean;
  /** Whether a client's id may be the address of its metadata. Default: off. */
  readonly clientIdMetadataDocuments?: boolean;
  /**
   * Documents by their addresses, for clients on this machine: ids must be https addresses of the
   * public internet. What is not listed here is fetched.
   */
  readonly clientDocuments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An OAuth client that nobody has configured. All of them are public: PKCE is their proof. */
export interface ConnectClient {
  readonly clientId: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly source: "registration" | "document";
  readonly createdAtMs: number;
  /** When it last got a token; null: never. */
  lastUsedAtMs: number | null;
}

/** What a client says about itself. */
export type ClientMetadata = Pick<ConnectClient, "name" | "redirectUris">;

/** Why a client's metadata is not taken (RFC 7591 §3.2.2). */
export interface ClientRefusal {
  readonly error: "invalid_redirect_uri" | "invalid_client_metadata";
  readonly description: string;
}
