import type { AuditEntry } from "./audit/audit.ts";
import type { AuditType } from "./audit/events.ts";
import type { HygieneReport, HygieneRules } from "./clients/client-hygiene.ts";
import type { ClientRules } from "./clients/client-rules.ts";
import type { AuthContext, TenantContext } from "./context.ts";
import type { ConnectionInput } from "./directory/connections.ts";
import type { Directory } from "./directory/directory.ts";
import type { Mirror } from "./directory/reconcile/mirror.ts";
import type { AuthError } from "./errors.ts";
import type { Requirement } from "./guard.ts";
import type { HttpAnswer } from "./http/answer.ts";
import type { ApiKeys } from "./machines/api-keys.ts";
import type { MountOptions } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import type { Catalogue } from "./permissions/catalogue.ts";
import type { PermissionSet } from "./permissions/permission-set.ts";
import type { McpFacts } from "./provider/mcp.ts";
import type { Result } from "./internal/result.ts";
import type { AuthRequest } from "./request/request.ts";
import type { TenantScope } from "./tenancy/scope.ts";

/** A unit of work outside any request: a worker, a script, a scheduled job. */
export interface SystemContext<P extends string = string> {
  readonly tenant: TenantContext;
  readonly permissions: PermissionSet<P>;
  /** The name of the program, as the audit trail has it. */
  readonly actor: string;
}

/** One configured instance. Several can live in one process and trust nothing of each other. */
export interface Auth<P extends string = string, R extends string = string> {
  /** Turns a request into an outcome. Never throws. */
  authenticate(request: AuthRequest, mount?: MountOptions): Promise<Outcome<P>>;

  /** The auth routes (`/auth/login`, …) as one fetch handler. */
  readonly routes: {
    /** Where they are mounted, without a slash at the end. */
    readonly path: string;
    handle(request: Request, peer?: { readonly remoteAddress?: string }): Promise<Response>;
  };

  /** For bindings: decides and renders, so that no binding has to. */
  readonly http: {
    /** Null if the handler may run, or the error to answer. `undefined` outcome: authentication was forgotten. */
    guard(outcome: Outcome<P> | undefined, requirement: Requirement<P>): AuthError | null;
    answer(error: AuthError, request: AuthRequest, mount?: MountOptions): HttpAnswer;
    /**
     * Records an event about a context. False: the store could not, which is also logged; what must
     * be on record must then not happen.
     */
    record<T extends AuditType>(
      about: Pick<AuthContext<P>, "principal" | "tenant" | "actors">,
      event: Pick<AuditEntry<T>, "type" | "outcome" | "details" | "reason">,
    ): Promise<boolean>;
    /** Seals a value that travels through a client. `place` says where and for whom it is good. */
    seal(
      value: unknown,
      options: { readonly place: string; readonly expiresInSeconds: number },
    ): Promise<string>;
    /** The value, or null: forged, changed, expired, or sealed for another place. */
    open(sealed: string, options: { readonly place: string }): Promise<unknown>;
  };

  /** The permissions and roles that it was made with. */
  readonly permissions: Catalogue<P, R>;

  /** The providers that have an authorization server for MCP clients. */
  readonly mcpProviders: readonly {
    readonly vendor: string;
    readonly instance: string;
    readonly facts: McpFacts;
  }[];

  /** OAuth clients that act for members: what tenants allow, and what is registered at the vendors. */
  readonly clients: ClientRules<P> & {
    /**
     * Counts the clients registered at each vendor that lists them, idle and never used ones by name.
     * With `remove` those are deleted there. For the operator, not for a tenant.
     */
    tidy(
      options?: HygieneRules & { readonly remove?: boolean },
    ): Promise<readonly Result<HygieneReport>[]>;
  };

  /**
   * A tenant's scope for work outside requests, with the permissions of one role, on the audit
   * trail. Throws `AuthError` `tenant_not_found`, `tenant_suspended` or `store_unavailable`.
   */
  system(work: {
    /** Slug or id. */
    readonly tenant: string;
    readonly actor: string;
    readonly role: R;
    readonly reason: string;
  }): Promise<SystemContext<P>>;

  /** Seals a scope for a queue message. Only this app can open it, until it expires (default 24 hours). */
  sealScope(
    scope: TenantScope,
    options: { readonly purpose: string; readonly expiresInSeconds?: number },
  ): Promise<string>;
  /**
   * Opens a sealed scope and asks the directory about the tenant again. Throws `AuthError`
   * `request_invalid`, `tenant_not_found`, `tenant_suspended` or `store_unavailable`.
   */
  openScope(sealed: string, options: { readonly purpose: string }): Promise<TenantScope>;
  /** Whether a value is a scope that this instance minted. A hand-made object is not. */
  isScope(value: unknown): value is TenantScope;

  /**
   * The directory: memberships, status, links, for the app's own administration, and a job that
   * brings it to the vendor's state.
   */
  readonly directory: Omit<Directory, "attest"> & Mirror;

  /** Customers' own identity providers, registered by their administrators. */
  readonly connections: {
    /**
     * Adds or replaces one of the administrator's own tenant. Throws `AuthError` `permission_denied`
     * without the permission `connectionPermission`, `request_invalid` for what it cannot accept.
     */
    put(by: AuthContext<P>, connection: ConnectionInput): Promise<void>;
    /** Throws `AuthError` `permission_denied`, or `tenant_not_found` if it is not this tenant's. */
    remove(by: AuthContext<P>, id: string): Promise<void>;
  };

  /** Local API keys. Owner and tenant come from the context and from nowhere else. */
  readonly apiKeys: Pick<ApiKeys, "create" | "revoke" | "list">;

  /** Forgets cached keys and tokens. The instance can still be used. */
  close(): void;
}
