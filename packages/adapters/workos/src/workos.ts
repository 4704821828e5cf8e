import type { Environment as Variables, OverridesOf } from "@tenantry/core/config";
import { defineProvider, PROVIDER_SPEC, type Provider } from "@tenantry/core/provider";
import { admin } from "./admin.ts";
import { apiKeys } from "./api-keys.ts";
import { createApi } from "./api.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { registeredClients } from "./clients.ts";
import { directory } from "./directory.ts";
import { environmentOf } from "./environment.ts";
import { sealedCookie, sealedSession } from "./front-end.ts";
import { resumeLogin, startLogin, type LoginDeps } from "./login.ts";
import { settings, type WorkosOptions, type WorkosValues } from "./options.ts";
import { endSessionUrl, refreshLogin } from "./refresh.ts";
import { consentPage } from "./standalone.ts";
import { tokenProfiles } from "./tokens.ts";
import { webhooks } from "./webhooks.ts";

/** What may be passed in from outside, for tests and for networks with rules of their own. */
export interface WorkosRuntime {
  /** Carries requests to WorkOS, behind the guard. Default: the runtime's own. */
  readonly fetch?: typeof globalThis.fetch;
  readonly nowMs?: () => number;
}

/** A provider as this adapter makes it. */
export type WorkosProvider = Provider & { readonly instance: string };

/**
 * One WorkOS environment. Its organizations are the tenants. Nothing is fetched until it is needed,
 * so an app starts while WorkOS is down.
 *
 * Throws `TypeError` naming option and variable when an option is unknown, missing or wrong.
 */
export function workos(options: WorkosOptions, runtime: WorkosRuntime = {}): WorkosProvider {
  return createProvider(settings.fromOptions(options), runtime);
}

/**
 * As {@link workos}, with `WORKOS_…` variables; `overrides` win over them. A variable that looks like
 * a misspelt one is refused.
 */
export function fromEnv(
  env: Variables,
  overrides?: OverridesOf<typeof settings.definitions>,
): WorkosProvider {
  return createProvider(settings.fromEnv(env, overrides), {});
}

function createProvider(values: WorkosValues, runtime: WorkosRuntime): WorkosProvider {
  const environment = environmentOf(values);
  const api = createApi(values, runtime.fetch);
  const deps: LoginDeps = { environment, api };
  const { connect } = environment;
  const { cookieName: name, cookiePassword: password, cookieDomain: domain } = values;

  return defineProvider({
    spec: PROVIDER_SPEC,
    vendor: "workos",
    instance: values.instance,
    issuer: environment.issuer,
    capabilities: capabilitiesOf(values),
    fetch: api.fetch,
    tokens: tokenProfiles(environment),
    login: {
      start: (request, tools) => startLogin(request, tools, deps),
      resume: (answer, tools) => resumeLogin(answer, tools, deps),
      refresh: (request, tools) => refreshLogin(request, tools, deps),
      endSessionUrl: (request) => endSessionUrl(request, deps),
    },
    ...(password === undefined
      ? {}
      : {
          credentials: [sealedCookie({ name, password, domain })],
          browserSession: sealedSession({ name, password, domain }, deps),
        }),
    opaque: [apiKeys(api, environment, values.apiKey)],
    ...(values.webhookSecret === undefined ? {} : { webhooks: webhooks(values.webhookSecret) }),
    directory: directory(api),
    admin: admin(api, runtime.nowMs ?? Date.now),
    ...(connect === null
      ? {}
      : {
          mcp: {
            authorizationServers: [connect.issuer],
            // With the switch a token for the whole environment opens the mount too.
            resourceBinding: !environment.clientIdAudience,
            // Switches in the dashboard, both off by default.
            clientIdMetadataDocuments: true,
            dynamicClientRegistration: true,
            // The organization is chosen at consent, whatever the scopes.
            tenantScopes: [],
            // openid, profile, email and offline_access; no others.
            permissionScopes: false,
            clients: registeredClients(api),
            ...(values.standaloneConnect ? { consent: consentPage(api, connect.issuer) } : {}),
          },
        }),
  });
}
