import { WorkOS } from "@workos-inc/node";
import {
  demoWorld,
  signInHeadless,
  startWorkosEmulator,
  type SignInHeadlessOptions,
  type WorkosEmulator,
  type WorkosEmulatorOptions,
} from "../../src/index.ts";

export const CLIENT_ID = "client_app";
export const API_KEY = "sk_test_app";
export const CALLBACK = "http://localhost:9/callback";
export const AFTER_LOGOUT = "http://localhost:9/";

/** The vendor's own SDK, pointed at the emulator, with nothing of ours in it. */
export function sdkFor(emulator: { readonly port: number }): WorkOS {
  return new WorkOS(API_KEY, {
    clientId: CLIENT_ID,
    apiHostname: "localhost",
    port: emulator.port,
    https: false,
    maxRetries: 0,
  });
}

export function start(options: Partial<WorkosEmulatorOptions> = {}): Promise<WorkosEmulator> {
  return startWorkosEmulator({
    world: demoWorld(),
    clientId: CLIENT_ID,
    apiKey: API_KEY,
    redirectUris: [CALLBACK],
    logoutUris: [AFTER_LOGOUT],
    ...options,
  });
}

export interface SdkSignIn extends Omit<SignInHeadlessOptions, "authorizationUrl"> {
  readonly organizationId?: string;
  readonly maxAge?: number;
}

/** The browser's part of a sign-in, begun by the SDK. */
export async function visit(workos: WorkOS, how: SdkSignIn) {
  const { organizationId, maxAge, ...headless } = how;
  const { codeVerifier, codeChallenge, codeChallengeMethod } = await workos.pkce.generate();
  const authorizationUrl = workos.userManagement.getAuthorizationUrl({
    provider: "authkit",
    redirectUri: CALLBACK,
    state: "state-1",
    codeChallenge,
    codeChallengeMethod,
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(maxAge === undefined ? {} : { maxAge }),
  });
  return { callback: await signInHeadless({ authorizationUrl, ...headless }), codeVerifier };
}

/** A whole sign-in by the SDK. */
export async function signIn(workos: WorkOS, how: SdkSignIn) {
  const { callback, codeVerifier } = await visit(workos, how);
  const code = callback.searchParams.get("code") ?? "";
  return workos.userManagement.authenticateWithCode({ code, codeVerifier });
}

/** The payload of a token, read without any check. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}
