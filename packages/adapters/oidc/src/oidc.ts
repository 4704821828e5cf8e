import type { Environment, OverridesOf } from "@tenantry/core/config";
import {
  createGuardedFetch,
  defineProvider,
  PROVIDER_SPEC,
  type Provider,
} from "@tenantry/core/provider";
import { capabilitiesOf } from "./capabilities.ts";
import { createIssuerClients, TIMEOUT_SECONDS } from "./client.ts";
import { createRegistrations } from "./connections.ts";
import { createDiscovery } from "./discovery.ts";
import { createEntraGroups } from "./entra/groups.ts";
import { introspection } from "./introspection.ts";
import { resumeLogin, startLogin, type LoginDeps } from "./login.ts";
import { endSessionUrl, verifyLogoutToken } from "./logout.ts";
import { mcpFacts } from "./mcp.ts";
import { settings, type OidcOptions, type OidcValues } from "./options.ts";
import { refreshLogin } from "./refresh.ts";
import { registrationFromOptions } from "./registration.ts";
import { bearerProfiles } from "./tokens.ts";

/** What may be passed in from outside, for tests and for networks with rules of their own. */
export interface OidcRuntime {
  /** Carries requests to issuers, behind the guard. Default: the runtime's own. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A provider as this adapter makes it. */
export type OidcProvider = Provider & { readonly instance: string };

/**
 * Any conforming OpenID Connect provider, from the options and from customers' own connections.
 * Nothing is fetched until it is needed, so an app starts while its provider is down.
 *
 * Throws `TypeError` naming option and variable when an option is unknown, missing or wrong.
 */
export function oidc(options: OidcOptions, runtime: OidcRuntime = {}): OidcProvider {
  return createProvider(settings.fromOptions(options), runtime);
}

/**
 * As {@link oidc}, with `OIDC_…` variables; `overrides` win over them. A variable with this prefix
 * that means nothing is refused, because it is a misspelt one.
 */
export function fromEnv(
  env: Environment,
  overrides?: OverridesOf<typeof settings.definitions>,
): OidcProvider {
  return createProvider(settings.fromEnv(env, overrides), {});
}

function createProvider(values: OidcValues, runtime: OidcRuntime): OidcProvider {
  const { allowInsecureLoopback } = values;
  const environment = registrationFromOptions(values);
  const registrations = createRegistrations(environment, { allowInsecureLoopback });
  const trusted = values.trustedOrigins ?? [];
  const own = environment === null ? [] : [new URL(environment.issuer).origin];
  // SECURITY: what the operator wrote may be inside the network; what customers wrote may not.
  const environmentFetch = guarded([...trusted, ...own], runtime);
  const connectionFetch = guarded(trusted, runtime);
  const clients = createIssuerClients({
    allowInsecureLoopback,
    environment: side(environmentFetch, allowInsecureLoopback),
    connections: side(connectionFetch, allowInsecureLoopback),
  });
  const { graphUrl } = values;
  const graphFetch = guarded([graphUrl], runtime);
  const groupsOf = createEntraGroups({ clients, graphUrl, fetch: graphFetch });
  const deps: LoginDeps = { registrations, clients, groupsOf };

  return defineProvider({
    spec: PROVIDER_SPEC,
    vendor: "oidc",
    instance: values.instance,
    capabilities: capabilitiesOf(values),
    fetch: environmentFetch,
    async profilesFor(issuer, tools) {
      const registration = await registrations.byIssuer(issuer, tools);
      if (registration === null) return null;
      const metadata = await clients.metadataOf(registration, tools);
      return bearerProfiles(registration, metadata, groupsOf(registration));
    },
    login: {
      start: (request, tools) => startLogin(request, tools, deps),
      resume: (answer, tools) => resumeLogin(answer, tools, deps),
      refresh: (request, tools) => refreshLogin(request, tools, deps),
      endSessionUrl: (request, tools) => endSessionUrl(request, tools, deps),
      backchannelLogout: (request, tools) => verifyLogoutToken(request, tools, deps),
    },
    ...(environment === null || values.mcpResource === undefined
      ? {}
      : { mcp: mcpFacts(environment.issuer, values) }),
    ...(environment !== null && values.introspection
      ? { opaque: [introspection(environment, clients)] }
      : {}),
  });
}

function guarded(allowOrigins: readonly string[], { fetch }: OidcRuntime): typeof globalThis.fetch {
  return createGuardedFetch({
    allowOrigins: [...new Set(allowOrigins)],
    timeoutMs: TIMEOUT_SECONDS * 1000,
    ...(fetch === undefined ? {} : { fetch }),
  });
}

function side(fetch: typeof globalThis.fetch, allowInsecureLoopback: boolean) {
  return { fetch, discovery: createDiscovery({ fetch, allowInsecureLoopback }) };
}
