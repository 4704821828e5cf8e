import { randomUUID } from "node:crypto";
import type { OAuthClientProvider, OAuthDiscoveryState } from "@modelcontextprotocol/client";
import { DOCUMENT_ID, CALLBACK, METADATA } from "./identity.ts";

type ClientInformation = Awaited<ReturnType<OAuthClientProvider["clientInformation"]>>;
type Tokens = Awaited<ReturnType<OAuthClientProvider["tokens"]>>;

/** Lets a person say yes at an address, and returns where the browser was sent back to. */
export type SignIn = (authorizationUrl: URL) => Promise<URL>;

/** What the SDK keeps for one connection. A real client keeps it in the system's key chain. */
export interface ConnectionMemory extends OAuthClientProvider {
  /** What the browser came back with, once somebody has signed in. */
  answer(): URLSearchParams;
  /** How often somebody had to sign in. */
  signIns(): number;
  /** How this client became known. */
  registration(): "document" | "registration" | undefined;
  /** The access token, for what the README shows only. */
  accessToken(): string | undefined;
  /** As if the access token had expired. */
  spoilAccessToken(): void;
}

/** Makes an empty memory. */
export function createMemory(signIn: SignIn): ConnectionMemory {
  let information: ClientInformation;
  let tokens: Tokens;
  let verifier = "";
  let discovered: OAuthDiscoveryState | undefined;
  let state = "";
  let callback: URL | undefined;
  let count = 0;
  return {
    redirectUrl: CALLBACK,
    clientMetadataUrl: DOCUMENT_ID,
    clientMetadata: METADATA,
    state: () => (state = randomUUID()),
    clientInformation: () => information,
    saveClientInformation: (saved) => void (information = saved),
    tokens: () => tokens,
    saveTokens: (saved) => void (tokens = saved),
    codeVerifier: () => verifier,
    saveCodeVerifier: (saved) => void (verifier = saved),
    discoveryState: () => discovered,
    saveDiscoveryState: (saved) => void (discovered = saved),
    async redirectToAuthorization(url) {
      count += 1;
      callback = await signIn(url);
    },
    answer() {
      const answer = callback?.searchParams ?? new URLSearchParams();
      callback = undefined;
      if (answer.get("state") !== state) throw new Error("the answer belongs to another sign-in");
      return answer;
    },
    signIns: () => count,
    registration: () =>
      information === undefined
        ? undefined
        : information.client_id === DOCUMENT_ID
          ? "document"
          : "registration",
    accessToken: () => tokens?.access_token,
    spoilAccessToken() {
      if (tokens !== undefined) tokens = { ...tokens, access_token: "expired" };
    },
  };
}
