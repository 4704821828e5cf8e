import type { LogEvent } from "../../../../core/src/log.ts";
import { createTokenVerifier, type TokenVerifier } from "../../../../core/src/tokens/verify.ts";
import type { LoginFlow, LoginStep, Provider, ProviderTools } from "@tenantry/core/provider";
import {
  demoWorld,
  signInHeadless,
  startWorkosEmulator,
  type SignInHeadlessOptions,
  type WorkosEmulator,
  type WorkosEmulatorOptions,
} from "@tenantry/emulators";
import {
  workos,
  type WorkosOptions,
  type WorkosProvider,
  type WorkosRuntime,
} from "../../src/index.ts";

export const CLIENT_ID = "client_app";
export const API_KEY = "sk_test_management_key";
export const API = "https://api.example.test";
export const CALLBACK = "http://localhost:9/auth/callback/workos";
const AFTER_LOGOUT = "http://localhost:9/";
export const FLOW = "flow-0123456789abcdef0123456789abcdef";
const WEBHOOK_SECRET = "whsec_test";
/** What ids are linked under, whatever a token's issuer is. */
export const ISSUER = `https://api.workos.com/user_management/${CLIENT_ID}`;

/** The adapter with core's own token engine behind it. */
export interface Adapter {
  readonly provider: Required<Omit<WorkosProvider, "browserSession" | "profilesFor">> &
    Pick<Provider, "browserSession">;
  readonly login: Required<LoginFlow>;
  readonly tools: ProviderTools;
  readonly verifier: TokenVerifier;
  readonly log: readonly LogEvent[];
}

export function startEmulator(
  options: Partial<WorkosEmulatorOptions> = {},
): Promise<WorkosEmulator> {
  return startWorkosEmulator({
    world: demoWorld(),
    clientId: CLIENT_ID,
    apiKey: API_KEY,
    redirectUris: [CALLBACK],
    logoutUris: [AFTER_LOGOUT],
    resources: [API, "https://other.example.test"],
    webhookSecret: WEBHOOK_SECRET,
    ...options,
  });
}

/** Options for the environment that {@link startEmulator} makes. */
export function optionsFor(
  emulator: Pick<WorkosEmulator, "addresses">,
  more: Partial<WorkosOptions> = {},
): WorkosOptions {
  return {
    apiKey: API_KEY,
    clientId: CLIENT_ID,
    apiUrl: emulator.addresses.address,
    authkitDomain: emulator.addresses.authkit,
    webhookSecret: [WEBHOOK_SECRET],
    allowInsecureLoopback: true,
    ...more,
  };
}

/** Makes the adapter as an app would, and the tools that core would lend it. */
export function adapterOf(
  options: WorkosOptions,
  surroundings: { readonly nowMs?: () => number; readonly runtime?: WorkosRuntime } = {},
): Adapter {
  const { nowMs = Date.now, runtime } = surroundings;
  const provider = workos(options, runtime);
  const log: LogEvent[] = [];
  const verifier = createTokenVerifier({
    providers: [provider],
    nowMs,
    fetch: globalThis.fetch,
    log: (event) => log.push(event),
  });
  return {
    provider: provider as unknown as Adapter["provider"],
    // The manifest says that the parts are there, and `defineProvider` has compared the two.
    login: provider.login as Required<LoginFlow>,
    tools: verifier.toolsFor(provider),
    verifier,
    log,
  };
}

export interface SignIn extends Omit<SignInHeadlessOptions, "authorizationUrl"> {
  /** The organization asked for, as the vendor knows it. */
  readonly wanted?: string;
  readonly reauthenticate?: boolean;
  /** Changes the callback address before it comes back to the adapter. */
  readonly tamper?: (callback: URL) => URL;
  /** Changes where the adapter sends the browser. */
  readonly detour?: (location: URL) => URL;
}

/** A whole sign-in through the vendor's own pages, as far as the adapter's next step. */
export async function signIn({ login, tools }: Adapter, how: SignIn): Promise<LoginStep> {
  const { wanted, reauthenticate, tamper, detour, ...headless } = how;
  const start = await login.start(
    {
      flowId: FLOW,
      redirectUri: CALLBACK,
      ...(reauthenticate === undefined ? {} : { reauthenticate }),
      ...(wanted === undefined ? {} : { tenant: { external: wanted } }),
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

type Step<K extends LoginStep["kind"]> = Extract<LoginStep, { kind: K }>;

/** A step that must be of this kind. */
export function expectStep<K extends LoginStep["kind"]>(step: LoginStep, kind: K): Step<K> {
  if (step.kind !== kind) throw new Error(`sign-in went on with ${JSON.stringify(step)}`);
  return step as Step<K>;
}

/** A sign-in that must succeed. */
export async function signedIn(adapter: Adapter, how: SignIn): Promise<Step<"done">> {
  return expectStep(await signIn(adapter, how), "done");
}

/** Answers one of core's pages. */
export function answer(
  { login, tools }: Adapter,
  step: { readonly state: Step<"prompt">["state"] },
  form: Readonly<Record<string, string>>,
): Promise<LoginStep> {
  const place = { flowId: FLOW, redirectUri: CALLBACK, url: new URL(CALLBACK) };
  return login.resume({ ...place, form, state: step.state }, tools);
}

/** The refresh token of a sign-in that must have one. */
export function refreshTokenOf({ tokens }: Step<"done">): string {
  if (tokens?.refreshToken === undefined) throw new Error("there is no refresh token");
  return tokens.refreshToken;
}

/** Presents a token as a bearer token; its profile, or the reason why not. */
export async function bearer(
  { verifier }: Adapter,
  token: string,
  request: { readonly accept?: readonly string[]; readonly resource?: string } = {},
): Promise<string> {
  const { accept = ["session", "access", "m2m", "mcp", "api_key"], resource } = request;
  const result = await verifier.verify(token, {
    accept: accept as readonly "session"[],
    ...(resource === undefined ? {} : { resource }),
  });
  return result.ok ? result.value.profile.id : result.reason;
}
