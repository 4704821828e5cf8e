import { createAuth } from "../create-auth.ts";
import type { Provider } from "../provider/define-provider.ts";
import type { AuthOptions } from "../options.ts";
import { coreSettings } from "./core-settings.ts";
import { nearMiss } from "./near-miss.ts";
import type { Environment } from "./settings.ts";

/** What an adapter package exports for configuration by environment. */
export interface AdapterModule {
  /** Makes the provider from variables. Throws `TypeError` naming what is missing or wrong. */
  fromEnv(env: Environment): Provider;
}

/** The app's providers by name. The only place in an app where vendors are named. */
export type ProviderMap = Readonly<Record<string, () => Promise<AdapterModule>>>;

type FromEnv = "baseUrl" | "secrets" | "providers";

/** Options of {@link createAuthFromEnv}: what the environment cannot say, and what shall override it. */
export interface AuthFromEnvOptions<P extends string, R extends string>
  extends
    Omit<AuthOptions<P, R>, FromEnv>,
    Partial<Pick<AuthOptions<P, R>, "baseUrl" | "secrets">> {
  /** `{ oidc: () => import("@tenantry/oidc") }`. Only the chosen one is loaded. */
  readonly providers: ProviderMap;
  /** The key of the provider to use. Variable: `AUTH_PROVIDER`. */
  readonly provider?: string;
  /** Default: the variables of this process, read once. */
  readonly env?: Environment;
}

/**
 * Makes an auth instance whose provider is chosen at deploy time by `AUTH_PROVIDER`.
 *
 * Rejects with `TypeError` naming option and variable when a setting is unknown, missing or wrong.
 */
export async function createAuthFromEnv<P extends string, R extends string>(
  options: AuthFromEnvOptions<P, R>,
) {
  return createAuth(await resolveAuthOptions(options));
}

/** The options that the environment and the code say together. */
export async function resolveAuthOptions<P extends string, R extends string>(
  options: AuthFromEnvOptions<P, R>,
): Promise<AuthOptions<P, R>> {
  const { providers, provider, baseUrl, secrets, env = processEnvironment(), ...rest } = options;
  const values = coreSettings.fromEnv(env, {
    provider,
    baseUrl,
    secrets,
    authPath: options.authPath,
    trustedProxies: options.trustedProxies,
    allowedOrigins: options.allowedOrigins,
  });
  const adapter = await chosen(providers, values.provider)();
  return {
    ...rest,
    baseUrl: values.baseUrl,
    secrets: values.secrets,
    authPath: values.authPath,
    providers: [adapter.fromEnv(env)],
    session: {
      mode: values.sessionMode,
      ...defined("absoluteSeconds", values.sessionAbsoluteSeconds),
      ...defined("idleSeconds", values.sessionIdleSeconds),
      ...options.session,
    },
    ...defined("trustedProxies", values.trustedProxies),
    ...defined("allowedOrigins", values.allowedOrigins),
  };
}

function chosen(providers: ProviderMap, name: string): () => Promise<AdapterModule> {
  const load = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (load !== undefined) return load;
  const known = Object.keys(providers);
  const meant = nearMiss(name, known);
  throw new TypeError(
    `Option "provider" (variable AUTH_PROVIDER) names none of this app's providers: ${known.join(", ")}.` +
      (meant === null ? "" : ` Did you mean "${meant}"?`),
  );
}

function defined<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V };
}

function processEnvironment(): Environment {
  const { process } = globalThis as { readonly process?: { readonly env?: Environment } };
  return { ...process?.env };
}
