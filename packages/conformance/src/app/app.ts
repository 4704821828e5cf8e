import { createAuth, pathTenant, type Auth, type LogEvent, type Outcome } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import type { Provider, ProviderTools } from "@tenantry/core/provider";
import { memoryStores, type Stores, type Tenant } from "@tenantry/core/stores";
import type { Defects } from "./defects.ts";
import { createBrowser, type Browser } from "./browser.ts";
import { catalogue, PERMISSIONS, ROLES, type AppPermission, type AppRole } from "./catalogue.ts";
import type { AppFacts, Started } from "../target/target.ts";

/** Kinds of credentials that a mount can accept. */
export type Door = "session" | "access" | "m2m" | "mcp" | "api_key";

/** How a credential is presented. */
export interface Presentation {
  readonly accept: readonly Door[];
  /** Default: `/notes`, which names no tenant. */
  readonly path?: string;
  readonly method?: string;
  /** Default: the MCP mount's own one where MCP clients' tokens are accepted, none elsewhere. */
  readonly resource?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An app around the adapter, with empty stores. */
export interface App {
  readonly auth: Auth<AppPermission, AppRole>;
  readonly stores: Stores;
  readonly provider: Provider & { readonly instance: string };
  readonly log: readonly LogEvent[];
  /** A new browser without cookies. */
  browser(): Browser;
  /** Sends a bearer credential. */
  present(credential: string, how: Presentation): Promise<Outcome<AppPermission>>;
  /** Authenticates a request as it is. */
  authenticate(request: Request, how: Presentation): Promise<Outcome<AppPermission>>;
  /** The local tenant of a vendor's tenant, or null if it is not known here. */
  tenantOf(external: string): Promise<Tenant | null>;
  /** For calls of the adapter that no route of the app makes. */
  readonly tools: ProviderTools;
}

/** The parts of a run that are the same for each app. */
export interface AppSetting {
  readonly facts: AppFacts;
  readonly started: Started;
  readonly defects?: Defects;
}

const SECRET = "conformance-suite-secret-that-opens-nothing";

/** The app that targets are started for. */
export function appFacts(vendor: string): AppFacts {
  const baseUrl = "https://app.example.test";
  return {
    baseUrl,
    redirectUri: `${baseUrl}/auth/callback/${vendor}`,
    afterSignOutUrl: `${baseUrl}/`,
    resource: "https://api.example.test",
    otherResource: "https://other.example.test",
    roles: Object.keys(ROLES),
    permissions: PERMISSIONS,
  };
}

/** Builds an app around the adapter: real core, memory stores, the real clock. */
export function createApp({ facts, started, defects = {} }: AppSetting): App {
  const { provider, mcpResource = facts.resource } = started;
  const log: LogEvent[] = [];
  const stores = defects.stores?.(memoryStores()) ?? memoryStores();
  const auth = createAuth({
    baseUrl: facts.baseUrl,
    providers: [provider],
    permissions: catalogue,
    secrets: [SECRET],
    stores,
    tenants: [pathTenant("/t/:tenant")],
    log: (event) => log.push(event),
  });
  const instance = provider.instance ?? provider.vendor;
  const flowCookies = new Map<string, string>();

  const app: App = {
    auth,
    stores,
    provider: { ...provider, instance },
    log,
    browser: () => createBrowser({ auth, facts, defects, flowCookies, signIn: started.signIn }),
    async present(presented, how) {
      const token = (await defects.credential?.(presented)) ?? presented;
      const request = new Request(facts.baseUrl + (how.path ?? "/notes"), {
        method: how.method ?? "GET",
        headers: { ...how.headers, authorization: `Bearer ${token}` },
      });
      return app.authenticate(request, how);
    },
    async authenticate(request, { accept, resource }) {
      const asked = (await defects.request?.(request)) ?? request;
      const audience = resource ?? (accept.includes("mcp") ? mcpResource : undefined);
      const outcome = await auth.authenticate(fromWebRequest(asked), {
        accept: defects.accept ?? accept,
        ...(audience === undefined ? {} : { resource: audience }),
      });
      return defects.outcome?.(outcome) ?? outcome;
    },
    async tenantOf(external) {
      let cursor: string | undefined;
      do {
        const page = await stores.tenants.list(cursor === undefined ? {} : { cursor });
        for (const tenant of page.items) {
          const links = await stores.links.listByLocal("tenant", tenant.id);
          if (links.some((link) => link.external === external)) return tenant;
        }
        cursor = page.next;
      } while (cursor !== undefined);
      return null;
    },
    tools: {
      nowMs: Date.now,
      connections: { get: () => Promise.resolve(null), byIssuer: () => Promise.resolve([]) },
      // Lists and webhooks carry no tokens; an adapter that finds one there has nothing to verify it with.
      verify: () => Promise.resolve({ ok: false, reason: "provider_unavailable" }),
    },
  };
  return app;
}
