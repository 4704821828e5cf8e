import type { LogEvent } from "../../../../core/src/log.ts";
import { createTokenVerifier, type TokenVerifier } from "../../../../core/src/tokens/verify.ts";
import type {
  AuthRequest,
  CookieJar,
  FrontEndPage,
  LoginFlow,
  LoginStep,
  ProviderTools,
} from "@tenantry/core/provider";
import {
  demoWorld,
  signInHeadless,
  startClerkEmulator,
  type ClerkEmulator,
  type ClerkEmulatorOptions,
  type SignInHeadlessOptions,
} from "@tenantry/emulators";
import {
  clerk,
  type ClerkOptions,
  type ClerkProvider,
  type ClerkRuntime,
} from "../../src/index.ts";

export const APP = "https://app.example.test";
export const API = "https://api.example.test";
export const CALLBACK = `${APP}/auth/callback/clerk`;
export const CLIENT = { clientId: "sign_in_client", clientSecret: "sign_in_secret" };
export const FLOW = "flow-0123456789abcdef0123456789abcdef";
const WEBHOOK_SECRET = `whsec_${btoa("adapter tests")}`;

type Parts = Required<
  Pick<ClerkProvider, "opaque" | "webhooks" | "directory" | "admin" | "browserSession" | "tokens">
>;

/** The adapter with core's own token engine behind it. */
export interface Adapter {
  readonly provider: ClerkProvider & Parts;
  readonly login: Required<LoginFlow>;
  readonly tools: ProviderTools;
  readonly verifier: TokenVerifier;
  readonly log: readonly LogEvent[];
}

export function startEmulator(options: Partial<ClerkEmulatorOptions> = {}): Promise<ClerkEmulator> {
  return startClerkEmulator({
    world: demoWorld(),
    appOrigins: [APP],
    oauthApplications: [{ ...CLIENT, redirectUris: [CALLBACK] }],
    webhookSecret: WEBHOOK_SECRET,
    ...options,
  });
}

/** Options for the instance that {@link startEmulator} makes. */
export function optionsFor(
  emulator: Pick<ClerkEmulator, "addresses" | "secretKey" | "publishableKey">,
  more: Partial<ClerkOptions> = {},
): ClerkOptions {
  return {
    secretKey: emulator.secretKey,
    publishableKey: emulator.publishableKey,
    apiUrl: emulator.addresses.address,
    frontendApiUrl: emulator.addresses.issuer,
    oauthClientId: CLIENT.clientId,
    oauthClientSecret: CLIENT.clientSecret,
    frontEnd: true,
    authorizedParties: [APP],
    audience: [API],
    webhookSecret: [WEBHOOK_SECRET],
    allowInsecureLoopback: true,
    ...more,
  };
}

/** Makes the adapter as an app would, and the tools that core would lend it. */
export function adapterOf(
  options: ClerkOptions,
  surroundings: { readonly nowMs?: () => number; readonly runtime?: ClerkRuntime } = {},
): Adapter {
  const { nowMs = Date.now, runtime } = surroundings;
  const provider = clerk(options, runtime);
  const log: LogEvent[] = [];
  const verifier = createTokenVerifier({
    providers: [provider],
    nowMs,
    fetch: globalThis.fetch,
    log: (event) => log.push(event),
  });
  return {
    // The manifest says that the parts are there, and `defineProvider` has compared the two.
    provider: provider as Adapter["provider"],
    login: provider.login as Required<LoginFlow>,
    tools: verifier.toolsFor(provider),
    verifier,
    log,
  };
}

export interface SignIn extends Omit<SignInHeadlessOptions, "authorizationUrl"> {
  readonly reauthenticate?: boolean;
  readonly loginHint?: string;
  /** Changes the callback address before it comes back to the adapter. */
  readonly tamper?: (callback: URL) => URL;
  /** Changes where the adapter sends the browser. */
  readonly detour?: (location: URL) => URL;
}

/** A whole sign-in through the vendor's own pages. */
export async function signIn({ login, tools }: Adapter, how: SignIn): Promise<LoginStep> {
  const { reauthenticate, loginHint, tamper, detour, ...headless } = how;
  const start = await login.start(
    {
      flowId: FLOW,
      redirectUri: CALLBACK,
      ...(reauthenticate === undefined ? {} : { reauthenticate }),
      ...(loginHint === undefined ? {} : { loginHint }),
    },
    tools,
  );
  if (start.kind !== "redirect") return start;
  const location = new URL(start.location);
  const callback = await signInHeadless({
    authorizationUrl: detour === undefined ? location : detour(location),
    ...headless,
  });
  const url = tamper === undefined ? callback : tamper(callback);
  return login.resume({ flowId: FLOW, redirectUri: CALLBACK, url, state: start.state }, tools);
}

/** A sign-in that must succeed. */
export async function signedIn(adapter: Adapter, how: SignIn) {
  const step = await signIn(adapter, how);
  if (step.kind !== "done") throw new Error(`sign-in went on with ${JSON.stringify(step)}`);
  return step;
}

/** Verifies a token as the app's API does. */
export async function verify(
  { verifier }: Adapter,
  token: string,
  accept: readonly ("session" | "access" | "m2m" | "mcp")[] = ["session", "access", "m2m"],
  resource?: string,
) {
  const request = { accept, ...(resource === undefined ? {} : { resource }) };
  const verified = await verifier.verify(token, request);
  return verified.ok
    ? { ok: true as const, door: verified.value.profile.kind, ...verified.value.identity }
    : verified;
}

/** Cookies as core reads them. */
export function jarOf(cookies: Readonly<Record<string, string | readonly string[]>>): CookieJar {
  const pairs = Object.entries(cookies).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : value.map((one) => [name, one] as const),
  );
  return {
    names: pairs.map(([name]) => name),
    all: (name) => pairs.filter(([own]) => own === name).map(([, value]) => value),
  };
}

/** A page that a browser opens. */
export function pageOf(jar: CookieJar, target = "/notes"): FrontEndPage {
  const request: AuthRequest = { method: "GET", target, header: () => [] };
  return { jar, request, url: new URL(APP + target) };
}

/** The claims of a token, read without any check. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}
