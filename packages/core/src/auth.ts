import type { AuthContext, TenantContext } from "./context.ts";
import type { ConnectionInput } from "./directory/connections.ts";
import type { Directory } from "./directory/directory.ts";
import type { AuthError } from "./errors.ts";
import type { Requirement } from "./guard.ts";
import type { HttpAnswer } from "./http/answer.ts";
import type { ApiKeys } from "./machines/api-keys.ts";
import type { MountOptions } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import type { PermissionSet } from "./permissions/permission-set.ts";
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

  /** The directory: memberships, status, links, for the app's own administration. */
  readonly directory: Omit<Directory, "attest">;

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
