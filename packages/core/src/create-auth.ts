import { auditSubject, createAudit } from "./audit/audit.ts";
import type { Auth } from "./auth.ts";
import { createAuthenticate } from "./authenticate.ts";
import { createBearer } from "./bearer.ts";
import { createConnections } from "./directory/connections.ts";
import { createDirectory } from "./directory/directory.ts";
import { memoryStores } from "./directory/memory/stores.ts";
import { createGrant } from "./grant.ts";
import { guard } from "./guard.ts";
import { answerRefusal } from "./http/answer.ts";
import { createIdentify } from "./identify.ts";
import { createGuardedFetch } from "./internal/guarded-fetch.ts";
import { lazily } from "./internal/lazily.ts";
import { ok } from "./internal/result.ts";
import type { Runtime } from "./internal/runtime.ts";
import { consoleLog, quietly } from "./log.ts";
import { createApiKeys } from "./machines/api-keys.ts";
import type { AuthOptions, MountOptions } from "./options.ts";
import { createGrants } from "./permissions/grants.ts";
import { checkPolicy } from "./policy/check-policy.ts";
import { defineProvider, type Provider } from "./provider/define-provider.ts";
import type { ProviderTools } from "./provider/login-flow.ts";
import { createRecover } from "./recover.ts";
import { chooseCredential } from "./request/credential.ts";
import { publicHost } from "./request/public-host.ts";
import type { AuthRequest } from "./request/request.ts";
import { trustedProxies } from "./request/trusted-proxies.ts";
import { defaultPages } from "./sessions/pages/pages.ts";
import { createRenewal } from "./sessions/renewal.ts";
import { createSealer } from "./sessions/seal.ts";
import { createSessions } from "./sessions/sessions.ts";
import { checkOptions } from "./settings.ts";
import { createSystem } from "./system.ts";
import { createCrossTenantTrail } from "./tenancy/cross-tenant-trail.ts";
import { createCrossTenantGate } from "./tenancy/cross-tenant.ts";
import { agreeOnHint } from "./tenancy/hints.ts";
import { resolveTenant } from "./tenancy/resolve.ts";
import { createScopeMint } from "./tenancy/scope.ts";
import { createSealedScopes } from "./tenancy/sealed-scope.ts";
import type { InstanceProvider } from "./tokens/provider-instance.ts";
import { createTokenVerifier } from "./tokens/verify.ts";

/**
 * Makes an auth instance. It connects to nothing until it is used. Throws `TypeError` naming the
 * option, and its variable where there is one, for anything that is missing or wrong.
 */
export function createAuth<P extends string, R extends string>(
  options: AuthOptions<P, R>,
): Auth<P, R> {
  const settings = checkOptions(options);
  const { permissions: catalogue, crossTenant } = options;
  const runtime = runtimeOf(options);
  const { nowMs, randomBytes, log } = runtime;
  const stores = options.stores ?? memoryStores({ nowMs });
  const providers = options.providers.map(withInstance);

  const sealer = createSealer({ secrets: options.secrets, randomBytes, nowMs });
  const scopes = createScopeMint();
  const grants = createGrants<P>();
  const audit = createAudit({ stores, nowMs, randomBytes, log });
  const directory = createDirectory({
    stores,
    nowMs,
    log,
    catalogue,
    ...(options.onUnknown === undefined ? {} : { onUnknown: options.onUnknown }),
    ...(options.adoptId === undefined ? {} : { idOf: options.adoptId }),
  });
  const connections = createConnections<P>({
    store: stores.connections,
    tenants: stores.tenants,
    sealer,
    instances: providers.map((provider) => provider.instance),
    permission: options.connectionPermission,
  });
  const verifier = createTokenVerifier({
    providers,
    nowMs,
    fetch: runtime.fetch,
    log,
    epochs: stores.revocations,
    connectionsFor: (instance) => connections.reader(instance),
    clockToleranceSeconds: settings.clockToleranceSeconds,
    telemetry: options.telemetry,
    ...(options.signatures === undefined ? {} : { signatures: options.signatures }),
  });
  const apiKeys = createApiKeys({ stores, nowMs, randomBytes, catalogue });

  /** What an adapter may use during one call. */
  const toolsFor = (provider: InstanceProvider): ProviderTools => ({
    nowMs,
    connections: connections.reader(provider.instance),
    verify: (token, profile) => verifier.verifyWith(token, { provider, profile }),
  });

  const clients = lazily(async () => {
    const { rememberedLookup } = await import("./clients/client-hosts.ts");
    const { createClientRules } = await import("./clients/client-rules.ts");
    return createClientRules<P>({
      store: stores.clients,
      nowMs,
      permission: options.clientPermission,
      lookup: rememberedLookup(async ({ instance, clientId }) => {
        const provider = providers.find((one) => one.instance === instance);
        if (provider === undefined) return ok(null);
        return (await provider.mcp?.clients?.get?.(clientId, toolsFor(provider))) ?? ok(null);
      }, nowMs),
      async decided(by, subject, decision) {
        const details = { subject, decision };
        await audit.record({ type: "client.decided", outcome: "ok", ...auditSubject(by), details });
      },
    });
  });

  const find = {
    tenantById: (id: string) => directory.tenantById(id),
    tenantBySlug: (slug: string) => directory.tenantBySlug(slug),
    userById: (id: string) => directory.currentUser(id),
  };
  const activeRoles = async (userId: string, tenantId: string) =>
    (await directory.currentMembership(userId, tenantId))?.roles ?? null;
  const gate =
    crossTenant === undefined
      ? undefined
      : createCrossTenantGate(crossTenant, {
          nowMs,
          ...find,
          activeRoles,
        });

  const isTrustedProxy = trustedProxies(options.trustedProxies ?? []);
  const hintOf = (request: AuthRequest, mount: MountOptions) =>
    agreeOnHint(request, options.tenants ?? [], {
      host: publicHost(request, isTrustedProxy),
      routerTenant: mount.tenant,
    });
  const identify = createIdentify({
    catalogue,
    readSession: (value) => sessions.read(value),
    verifyBearer: createBearer({ verifier, directory, connections: stores.connections }),
    apiKeys,
    frontEnds: providers.filter(({ browserSession }) => browserSession !== undefined),
    recover: createRecover({ providers, toolsFor, origin: settings.origin }),
    ...find,
    membership: (userId, tenantId) => directory.currentMembership(userId, tenantId),
  });

  const authenticate = createAuthenticate<P>(
    {
      chooseCredential: (request, accept) =>
        chooseCredential(request, {
          sessionCookie: sessions.cookieName,
          providers,
          allowedOrigins: settings.allowedOrigins,
          cookies: accept.includes("session"),
        }),
      identify: (presented, _request, mount) => identify(presented, mount),
      resolveTenant: (who, request, mount) =>
        resolveTenant(who, hintOf(request, mount), {
          bySlug: find.tenantBySlug,
          isMember: async (userId, tenantId) => (await activeRoles(userId, tenantId)) !== null,
          crossTenant: gate,
        }),
      grant: createGrant({ catalogue, grants, scopes }),
      checkPolicy: (who, { tenant }) =>
        tenant === null
          ? { ok: true }
          : checkPolicy({
              // A supporter signed in the way their own tenant asks for; the entered one says
              // whether it is open at all.
              tenant: { status: tenant.status, policy: (who.tenant ?? tenant).policy },
              principal: who.principal,
              accepted: who.credential.accepted,
              authentication: who.authentication,
              nowMs: nowMs(),
              ...(options.policy === undefined ? {} : { rules: options.policy }),
            }),
      recordCrossTenant: createCrossTenantTrail(audit),
    },
    log,
    { telemetry: options.telemetry },
  );

  const defaultProvider = options.defaultProvider ?? providers[0]?.instance ?? "";
  const pages = options.pages ?? defaultPages;
  const sessions = createSessions({
    mode: settings.session.mode,
    cookieName: settings.session.cookieName,
    limits: {
      absoluteMs: settings.session.absoluteSeconds * 1000,
      idleMs: settings.session.idleSeconds * 1000,
    },
    store: stores.sessions,
    revocations: stores.revocations,
    replay: stores.replay,
    sealer,
    runtime,
    renewal: createRenewal({ providers, toolsFor, directory, connections: stores.connections }),
  });
  const authRoutes = lazily(async () => {
    const { createFlows } = await import("./sessions/flow.ts");
    const { createAuthRoutes } = await import("./sessions/routes/auth-routes.ts");
    return createAuthRoutes({
      baseUrl: settings.origin,
      authPath: settings.authPath,
      providers,
      defaultProvider,
      toolsFor,
      sessions,
      flows: createFlows({
        cookieName: settings.session.cookieName,
        sealer,
        replay: stores.replay,
        runtime,
      }),
      directory,
      stores,
      audit,
      sealer,
      authenticate: (request) => authenticate(request, { accept: ["session"] }),
      ...(gate === undefined ? {} : { crossTenant: gate }),
      async checkClient(client, moment) {
        const { consentPolicy = "allow" } = options;
        const unlisted = moment === "shown" && consentPolicy === "ask" ? "allow" : consentPolicy;
        return (await clients()).check(client, unlisted);
      },
      allowedOrigins: settings.allowedOrigins,
      pages,
      runtime,
    });
  });

  const mirror = lazily(async () => {
    const { createMirror } = await import("./directory/reconcile/mirror.ts");
    return createMirror({
      providers,
      defaultProvider,
      toolsFor,
      directory,
      stores,
      audit,
      runtime,
    });
  });

  return Object.freeze({
    authenticate,
    routes: {
      path: settings.authPath,
      handle: async (request, peer) => (await authRoutes())(request, peer),
    },
    http: {
      guard: (outcome, requirement) => guard(outcome, requirement, { grants, log }),
      answer(error, request, mount = {}) {
        const hint = hintOf(request, mount);
        const tenantHint = hint.kind === "named" ? hint.slug : undefined;
        return answerRefusal(error, request, { authPath: settings.authPath, pages, tenantHint });
      },
      record: async (about, event) =>
        (await audit.record({ ...auditSubject(about), ...event }, { strict: true })).ok,
      seal: (value, { place, expiresInSeconds }) =>
        sealer.seal(BINDING, value, { expiresAtMs: nowMs() + expiresInSeconds * 1000, aad: place }),
      open: (sealed, { place }) => sealer.open(BINDING, sealed, { aad: place }),
    },
    system: createSystem({ catalogue, scopes, audit, ...find }),
    ...createSealedScopes({ sealer, scopes, nowMs, tenantById: find.tenantById }),
    isScope: (value) => scopes.owns(value),
    directory: {
      ...directory,
      reconcile: async (request) => (await mirror()).reconcile(request),
      catchUp: async (request) => (await mirror()).catchUp(request),
    },
    connections,
    apiKeys,
    permissions: catalogue,
    mcpProviders: providers.flatMap(({ vendor, instance, mcp }) =>
      mcp === undefined ? [] : [{ vendor, instance, facts: mcp }],
    ),
    clients: {
      check: async (context, unlisted) => (await clients()).check(context, unlisted),
      list: async (by, page) => (await clients()).list(by, page),
      decide: async (by, subject, decision) => (await clients()).decide(by, subject, decision),
      forget: async (by, subject) => (await clients()).forget(by, subject),
      async tidy(rules) {
        const { tidyClients } = await import("./clients/client-hygiene.ts");
        return Promise.all(
          providers
            .filter(({ mcp }) => mcp?.clients !== undefined)
            .map((provider) => tidyClients(provider, toolsFor(provider), rules)),
        );
      },
    },
    close: () => verifier.close(),
  } satisfies Auth<P, R>);
}

/** What bindings seal, apart from everything of our own. */
const BINDING = "binding";

/** An adapter that was not made with `defineProvider` is checked here. */
function withInstance(provider: Provider): InstanceProvider {
  return defineProvider(provider);
}

function runtimeOf<P extends string, R extends string>(options: AuthOptions<P, R>): Runtime {
  return {
    nowMs: options.nowMs ?? Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    fetch: options.fetch ?? createGuardedFetch({}),
    log: quietly(options.log ?? consoleLog),
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  };
}
