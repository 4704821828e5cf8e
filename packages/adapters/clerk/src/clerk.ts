import type { Environment, OverridesOf } from "@tenantry/core/config";
import { defineProvider, PROVIDER_SPEC, type Provider } from "@tenantry/core/provider";
import { admin } from "./admin.ts";
import { apiKeys } from "./api-keys.ts";
import { createApi } from "./api.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { registeredClients } from "./clients.ts";
import { directory } from "./directory.ts";
import { frontEndCookie } from "./front-end-cookies.ts";
import { frontEndSession } from "./front-end.ts";
import { instanceOf } from "./instance.ts";
import { resumeLogin, startLogin } from "./login.ts";
import { createMembers } from "./members.ts";
import { settings, type ClerkOptions, type ClerkValues } from "./options.ts";
import { machineTokens } from "./machine-tokens.ts";
import { refreshLogin } from "./refresh.ts";
import { tokenProfiles } from "./tokens.ts";
import { webhooks } from "./webhooks.ts";

/** What may be passed in from outside, for tests and for networks with rules of their own. */
export interface ClerkRuntime {
  /** Carries requests for keys and OAuth tokens, behind the guard. Default: the runtime's own. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A provider as this adapter makes it. */
export type ClerkProvider = Provider & { readonly instance: string };

/**
 * One Clerk instance. Its organizations are the tenants. People sign in through an OAuth application
 * of the instance, or with Clerk's own front end, or both. Nothing is fetched until it is needed.
 *
 * Throws `TypeError` naming option and variable when an option is unknown, missing or wrong.
 */
export function clerk(options: ClerkOptions, runtime: ClerkRuntime = {}): ClerkProvider {
  return createProvider(settings.fromOptions(options), runtime);
}

/**
 * As {@link clerk}, with `CLERK_…` variables; `overrides` win over them. A variable with this prefix
 * that means nothing is refused, because it is a misspelt one.
 */
export function fromEnv(
  env: Environment,
  overrides?: OverridesOf<typeof settings.definitions>,
): ClerkProvider {
  return createProvider(settings.fromEnv(env, overrides), {});
}

function createProvider(values: ClerkValues, runtime: ClerkRuntime): ClerkProvider {
  const instance = instanceOf(values);
  const { application, issuer } = instance;
  const api = createApi(instance, runtime.fetch);
  const members = createMembers(api);
  const deps = application === null ? null : { instance, application, api, members };

  return defineProvider({
    spec: PROVIDER_SPEC,
    vendor: "clerk",
    instance: values.instance,
    issuer,
    capabilities: capabilitiesOf(instance),
    fetch: api.fetch,
    tokens: tokenProfiles(instance, members),
    ...(deps === null
      ? {}
      : {
          login: {
            start: (request) => startLogin(request, deps),
            resume: (answer, tools) => resumeLogin(answer, tools, deps),
            refresh: (request, tools) => refreshLogin(request, tools, deps),
          },
        }),
    ...(values.frontEnd
      ? {
          credentials: [frontEndCookie(issuer)],
          browserSession: frontEndSession(api, instance),
        }
      : {}),
    opaque: [apiKeys(api, instance), machineTokens(api, instance)],
    ...(values.webhookSecret === undefined ? {} : { webhooks: webhooks(values.webhookSecret) }),
    directory: directory(api),
    admin: admin(api),
    mcp: {
      authorizationServers: [issuer],
      resourceBinding: false,
      // Both off unless they are switched on in the dashboard; the metadata tells clients.
      clientIdMetadataDocuments: false,
      dynamicClientRegistration: false,
      // The second one is what marks a token as one for MCP mounts.
      tenantScopes: ["user:org:read", ...(values.mcpScope === undefined ? [] : [values.mcpScope])],
      permissionScopes: true,
      clients: registeredClients(api),
    },
  } satisfies Provider);
}
