import type { LogEvent } from "../../../../core/src/log.ts";
import { createTokenVerifier, type TokenVerifier } from "../../../../core/src/tokens/verify.ts";
import type { LoginFlow, LoginStep, OpenConnection, ProviderTools } from "@tenantry/core/provider";
import {
  demoWorld,
  signInHeadless,
  startOidcEmulator,
  type EmulatorClient,
  type OidcEmulator,
  type OidcEmulatorOptions,
  type SignInHeadlessOptions,
} from "@tenantry/emulators";
import { oidc, type OidcOptions, type OidcProvider, type OidcRuntime } from "../../src/index.ts";

export const API = "https://api.example.test";
export const CALLBACK = "http://localhost:9/auth/callback/oidc";
export const AFTER_LOGOUT = "http://localhost:9/";
export const FLOW = "flow-0123456789abcdef0123456789abcdef";

/** Reads organizations and roles as the emulator writes them. */
export const EMULATOR_CLAIMS = {
  orgClaim: ["org_id"],
  orgSlugClaim: ["org_slug"],
  orgNameClaim: ["org_name"],
  orgUnknown: "provision",
  orgsClaim: ["organizations"],
  orgParam: "organization",
  rolesClaim: ["roles"],
} as const satisfies Partial<OidcOptions>;

/** The adapter with core's own token engine behind it. */
export interface Adapter {
  readonly provider: OidcProvider;
  readonly login: Required<LoginFlow>;
  readonly tools: ProviderTools;
  readonly verifier: TokenVerifier;
  readonly log: readonly LogEvent[];
}

export interface AdapterSurroundings {
  readonly rows?: readonly OpenConnection[];
  readonly nowMs?: () => number;
  readonly runtime?: OidcRuntime;
}

/** Makes the adapter as an app would, and the tools that core would lend it. */
export function adapterOf(options: OidcOptions, surroundings: AdapterSurroundings = {}): Adapter {
  const provider = oidc(options, surroundings.runtime);
  const rows = surroundings.rows ?? [];
  const log: LogEvent[] = [];
  const verifier = createTokenVerifier({
    providers: [provider],
    nowMs: surroundings.nowMs ?? Date.now,
    fetch: globalThis.fetch,
    log: (event) => log.push(event),
    connectionsFor: () => ({
      get: async (id) => rows.find((row) => row.id === id) ?? null,
      byIssuer: async (issuer) => rows.filter((row) => row.issuer === issuer),
    }),
  });
  // The manifest says that the parts are there, and `defineProvider` has compared the two.
  const login = provider.login as Required<LoginFlow>;
  return { provider, login, tools: verifier.toolsFor(provider), verifier, log };
}

/** The emulator with the demo world and one registered app. */
export async function startEmulator(
  client: Partial<EmulatorClient> = {},
  options: Partial<OidcEmulatorOptions> = {},
): Promise<OidcEmulator> {
  return startOidcEmulator({
    world: demoWorld(),
    ...options,
    clients: [
      {
        clientId: "app",
        clientSecret: "app-secret",
        redirectUris: [CALLBACK, `${CALLBACK}/acme-okta`],
        postLogoutRedirectUris: [AFTER_LOGOUT],
        ...client,
      },
      ...(options.clients ?? []),
    ],
  });
}

/** Options for the app that {@link startEmulator} registers. */
export function optionsFor(emulator: { readonly issuer: string }, more: Partial<OidcOptions> = {}) {
  return {
    issuer: emulator.issuer,
    clientId: "app",
    clientSecret: "app-secret",
    audience: [API],
    scopes: ["openid", "email", "profile", "offline_access"],
    allowInsecureLoopback: true,
    ...more,
  } satisfies OidcOptions;
}

export interface SignIn extends Omit<SignInHeadlessOptions, "authorizationUrl"> {
  readonly connectionId?: string;
  readonly redirectUri?: string;
  readonly reauthenticate?: boolean;
  /** The organization asked for, as the vendor knows it. */
  readonly wanted?: string;
  /** Changes the callback address before it comes back to the adapter. */
  readonly tamper?: (callback: URL) => URL;
}

/** A whole sign-in through the issuer's own pages; the adapter's last step. */
export async function signIn({ login, tools }: Adapter, how: SignIn): Promise<LoginStep> {
  const { connectionId, redirectUri = CALLBACK, reauthenticate, wanted, tamper, ...headless } = how;
  const start = await login.start(
    {
      flowId: FLOW,
      redirectUri,
      ...(connectionId === undefined ? {} : { connectionId }),
      ...(reauthenticate === undefined ? {} : { reauthenticate }),
      ...(wanted === undefined ? {} : { tenant: { external: wanted } }),
    },
    tools,
  );
  if (start.kind !== "redirect") return start;
  const callback = await signInHeadless({ authorizationUrl: new URL(start.location), ...headless });
  return login.resume(
    {
      flowId: FLOW,
      redirectUri,
      ...(connectionId === undefined ? {} : { connectionId }),
      url: tamper === undefined ? callback : tamper(callback),
      state: start.state,
    },
    tools,
  );
}

type Done = Extract<LoginStep, { kind: "done" }>;

/** A sign-in that must succeed. */
export async function signedIn(adapter: Adapter, how: SignIn): Promise<Done> {
  const step = await signIn(adapter, how);
  if (step.kind !== "done") throw new Error(`sign-in ended as ${JSON.stringify(step)}`);
  return step;
}

/** The refresh token of a sign-in that must have one. */
export function refreshTokenOf({ tokens }: Done): string {
  if (tokens?.refreshToken === undefined) throw new Error("there is no refresh token");
  return tokens.refreshToken;
}

/** Presents a token as a bearer token at an ordinary API mount; "accepted" or the reason why not. */
export async function bearer(
  { verifier }: Adapter,
  token: string,
  request: { readonly resource?: string } = {},
): Promise<string> {
  const result = await verifier.verify(token, { accept: ["session", "access", "m2m"], ...request });
  return result.ok ? "accepted" : result.reason;
}
