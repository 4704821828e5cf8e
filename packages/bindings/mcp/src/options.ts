import type { Auth } from "@tenantry/core/http";
import type { Log, UnlistedClients } from "@tenantry/core";

/** What a permission looks like to OAuth clients. */
export interface PermissionScope {
  /** The scope that stands for it. Default: its own name. */
  readonly scope?: string;
}

/** What `createMcp` needs to know. A wrong value throws `TypeError` naming the option. */
export interface McpOptions<P extends string> {
  readonly auth: Auth<P>;
  /** Name and version of the server, as clients show them. */
  readonly serverInfo: {
    readonly name: string;
    readonly version: string;
    readonly title?: string;
  };
  /** How to use the server, for the model. The same text for every tenant. */
  readonly instructions?: string;
  /** Address of the endpoint, and the audience that tokens must name (RFC 8707): `https://api.example.com/mcp`. */
  readonly resource: string;
  /** Addresses of one tenant each, beside the shared one: `https://api.example.com/t/{tenant}/mcp`. */
  readonly tenantResource?: string;
  /** Where permissions have other names as scopes. */
  readonly permissions?: Readonly<Partial<Record<P, PermissionScope>>>;
  /** Scopes that a client is told to ask for at first. */
  readonly baselineScopes: readonly string[];
  /**
   * What a step-up challenge asks for. `union` (default): the missing scopes and those the token has,
   * for clients that replace their scopes by what they are asked for. `minimal`: the missing ones.
   */
  readonly challenge?: "union" | "minimal";
  /** Authorization servers for the metadata. Default: those of the providers. */
  readonly authorizationServers?: readonly string[];
  /** API keys of this app. Default `refuse`. */
  readonly apiKeys?: "allow" | "refuse";
  /** Machine tokens. Default `refuse`. */
  readonly machines?: "allow" | "refuse";
  /**
   * Accepts tokens of providers that do not bind them to the resource: another server of the same
   * vendor account that is sent such a token can use it here. Default false.
   */
  readonly allowUnboundTokens?: boolean;
  /**
   * OAuth clients that a tenant has no rule about. `ask`: refused until an administrator of the tenant
   * decides with `auth.clients.decide`. Default `allow`.
   */
  readonly clientPolicy?: UnlistedClients;
  /**
   * Clients of the protocol before 2026-07-28. `stateless` (default): every request stands alone.
   * `sessions`: with session ids, each bound to its caller. `reject`: none.
   */
  readonly legacy?: "stateless" | "sessions" | "reject";
  readonly audit?: {
    /** `strict`: a call that cannot be put on record does not run. Default `best_effort`. */
    readonly mode?: "best_effort" | "strict";
  };
  readonly errors?: {
    /** Shows the text of thrown errors to clients. For development. Default false. */
    readonly expose?: boolean;
  };
  /** Further host names under which the server is reached, such as one behind a proxy. Default: that of `resource`. */
  readonly allowedHosts?: readonly string[];
  /** Web origins whose pages may call the server. Default: none but its own. */
  readonly allowedOrigins?: readonly string[];
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** The longest life of a stream, whatever the token's. Default one hour. */
  readonly maxStreamSeconds?: number;
  /** How often an open stream asks whether its caller still belongs there. Default 15 seconds. */
  readonly recheckSeconds?: number;
  /** How long a client may keep a list, at most. Default one minute. */
  readonly listTtlSeconds?: number;
  readonly log?: Log;
  readonly nowMs?: () => number;
}

/** The options with their defaults, checked. */
export interface Settings {
  readonly auth: Auth;
  readonly serverInfo: McpOptions<string>["serverInfo"];
  readonly instructions: string | undefined;
  readonly resource: URL;
  /** The path of the tenant-addressed endpoints before and after the tenant; null if there are none. */
  readonly tenantPath: { readonly before: string; readonly after: string } | null;
  readonly tenantOrigin: string;
  readonly scopeOf: (permission: string) => string;
  readonly baselineScopes: readonly string[];
  readonly challenge: "union" | "minimal";
  readonly authorizationServers: readonly string[];
  readonly accept: readonly ("mcp" | "m2m" | "api_key")[];
  readonly allowUnboundTokens: boolean;
  readonly clientPolicy: UnlistedClients;
  readonly legacy: "stateless" | "sessions" | "reject";
  readonly strictAudit: boolean;
  readonly exposeErrors: boolean;
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
  readonly maxBodyBytes: number;
  readonly maxStreamMs: number;
  readonly recheckMs: number;
  readonly listTtlMs: number;
  readonly log: Log;
  readonly nowMs: () => number;
}
