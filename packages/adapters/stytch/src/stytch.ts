import type { Environment, OverridesOf } from "@tenantry/core/config";
import { defineProvider, PROVIDER_SPEC, type Provider } from "@tenantry/core/provider";
import { admin } from "./admin.ts";
import { createApi } from "./api.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { registeredClients } from "./clients.ts";
import { directory } from "./directory.ts";
import { consentPage } from "./consent.ts";
import { createEnrichments } from "./enrich.ts";
import { frontEndCookie, frontEndSession } from "./front-end.ts";
import { resumeLogin, startLogin, type SignInDeps } from "./login.ts";
import { settings, type StytchOptions, type StytchValues } from "./options.ts";
import { createPolicySource } from "./policy.ts";
import { projectOf } from "./project.ts";
import { endSession, refreshLogin } from "./refresh.ts";
import { sessionProfile, tokenProfiles } from "./tokens.ts";
import { webhooks } from "./webhooks.ts";

/** A provider as this adapter makes it. */
export type StytchProvider = Provider & { readonly instance: string };

/**
 * One Stytch B2B project. Its organizations are the tenants. Nothing is fetched until it is needed,
 * so an app starts while Stytch is down.
 *
 * Throws `TypeError` naming option and variable when an option is unknown, missing or wrong.
 */
export function stytch(options: StytchOptions): StytchProvider {
  return createProvider(settings.fromOptions(options));
}

/**
 * As {@link stytch}, with `STYTCH_…` variables; `overrides` win over them. A variable with this prefix
 * that means nothing is refused, because it is a misspelt one.
 */
export function fromEnv(
  env: Environment,
  overrides?: OverridesOf<typeof settings.definitions>,
): StytchProvider {
  return createProvider(settings.fromEnv(env, overrides));
}

function createProvider(values: StytchValues): StytchProvider {
  const project = projectOf(values);
  const api = createApi(values, project);
  const { mcpDomain, webhookSecret } = values;
  const enrichments = createEnrichments(api, values.rbac ? createPolicySource(api) : null);
  const mcp =
    values.mcpResource === undefined
      ? null
      : { resources: values.mcpResource, audience: values.mcpAudience ?? [project.id] };
  const session = sessionProfile(project, enrichments);
  const deps: SignInDeps = { project, api, values, session };

  return defineProvider({
    spec: PROVIDER_SPEC,
    vendor: "stytch",
    instance: values.instance,
    issuer: project.issuer,
    capabilities: capabilitiesOf(values),
    fetch: api.fetch,
    tokens: tokenProfiles(project, enrichments, mcp),
    login: {
      start: (request, tools) => startLogin(request, tools, deps),
      resume: (answer, tools) => resumeLogin(answer, tools, deps),
      refresh: (request, tools) => refreshLogin(request, tools, deps),
      endSession: (request) => endSession(request, deps),
    },
    ...(values.frontEnd
      ? {
          credentials: [frontEndCookie(values)],
          browserSession: frontEndSession(api, values),
        }
      : {}),
    ...(webhookSecret === undefined ? {} : { webhooks: webhooks(webhookSecret, project) }),
    directory: directory(api),
    admin: admin(api),
    ...(mcpDomain === undefined
      ? {}
      : {
          mcp: {
            authorizationServers: [mcpDomain],
            resourceBinding: false,
            clientIdMetadataDocuments: true,
            dynamicClientRegistration: true,
            // The organization is chosen at consent, whatever the scopes.
            tenantScopes: [],
            permissionScopes: true,
            clients: registeredClients(api),
            consent: consentPage(api, values.mcpResource ?? []),
          },
        }),
  });
}
