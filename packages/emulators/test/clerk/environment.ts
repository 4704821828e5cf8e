import { createHash, randomBytes } from "node:crypto";
import { createClerkClient, type ClerkClient } from "@clerk/backend";
import {
  demoWorld,
  signInHeadless,
  startClerkEmulator,
  type ClerkEmulator,
  type ClerkEmulatorOptions,
} from "../../src/index.ts";

export const CALLBACK = "http://localhost:9/callback";
export const APP = "http://localhost:9";
const CLIENT_ID = "app_client";
const CLIENT_SECRET = "app_secret";

export function start(options: Partial<ClerkEmulatorOptions> = {}): Promise<ClerkEmulator> {
  return startClerkEmulator({
    world: demoWorld(),
    appOrigins: [APP],
    oauthApplications: [
      { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUris: [CALLBACK] },
      {
        clientId: "opaque_client",
        clientSecret: CLIENT_SECRET,
        redirectUris: [CALLBACK],
        accessTokenFormat: "opaque",
      },
    ],
    ...options,
  });
}

/** The vendor's own SDK, pointed at the emulator, with nothing of ours in it. */
export function sdkFor(emulator: ClerkEmulator, machineSecretKey?: string): ClerkClient {
  return createClerkClient({
    apiUrl: emulator.addresses.address,
    secretKey: emulator.secretKey,
    publishableKey: emulator.publishableKey,
    telemetry: { disabled: true },
    ...(machineSecretKey === undefined ? {} : { machineSecretKey }),
  });
}

/** The payload of a token, read without any check. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}

const SCOPE = "openid profile email user:org:read offline_access notes:read";

/** The browser's part of an OAuth authorization. */
export async function authorize(
  emulator: ClerkEmulator,
  how: {
    readonly person: string;
    readonly organization?: string;
    readonly scope?: string;
    readonly clientId?: string;
    readonly cancel?: boolean;
  },
) {
  const verifier = randomBytes(32).toString("base64url");
  const url = new URL(`${emulator.addresses.issuer}/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id: how.clientId ?? CLIENT_ID,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: how.scope ?? SCOPE,
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  const callback = await signInHeadless({ authorizationUrl: url, ...how });
  return { callback, verifier, url };
}

export interface TokenAnswer {
  readonly status: number;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token: string;
  readonly error?: string;
  readonly scope: string;
}

/** `POST /oauth/token`, as the application does it. */
export async function requestTokens(
  emulator: ClerkEmulator,
  form: Readonly<Record<string, string>>,
  clientId = CLIENT_ID,
): Promise<TokenAnswer> {
  const response = await fetch(`${emulator.addresses.issuer}/oauth/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${CLIENT_SECRET}`).toString("base64")}`,
    },
    body: new URLSearchParams(form),
  });
  return { status: response.status, ...((await response.json()) as Omit<TokenAnswer, "status">) };
}

/** A whole sign-in with the OAuth application. */
export async function signIn(
  emulator: ClerkEmulator,
  how: Parameters<typeof authorize>[1],
): Promise<TokenAnswer> {
  const { callback, verifier } = await authorize(emulator, how);
  const code = callback.searchParams.get("code") ?? "";
  const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
  return requestTokens(emulator, { ...form, code_verifier: verifier }, how.clientId);
}
