/** Where the browser comes back to. */
export const CALLBACK = "http://localhost:8976/callback";

/**
 * The client's id at authorization servers that take addresses: the document below would be served
 * there. The emulators of the demo are handed it instead.
 */
export const DOCUMENT_ID = "https://notes-agent.example/oauth/client.json";

/** What the client says about itself, in the document and when it registers. */
export const METADATA = {
  client_name: "Notes agent",
  redirect_uris: [CALLBACK],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
  // For authorization servers whose scopes are not the app's; others are asked for what the server names.
  scope: "openid offline_access",
};

export const DOCUMENT = { client_id: DOCUMENT_ID, ...METADATA };
