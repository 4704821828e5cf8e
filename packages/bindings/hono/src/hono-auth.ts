import type { Context, MiddlewareHandler } from "hono";
import {
  createDoor,
  fromWebRequest,
  routeMount,
  type Auth,
  type AuthContext,
  type AuthRequest,
  type Guards,
  type Requirement,
  type RouteMount,
  type TenantAuthContext,
} from "@tenantry/core/http";
import { serveAuthRoutes } from "./auth-routes.ts";
import { completePrivate, preparePrivate, send } from "./respond.ts";

/** What one mount accepts. `tenantParam` names a parameter of the route that `authenticate` stands on. */
export type HonoMount = RouteMount;

/** The environment of handlers behind a middleware of this package: `c.var.auth` is a `Known`. */
export interface HonoAuthEnv<Name extends string, Known> {
  // A type of Hono's that our middleware has to be assignable to.
  Variables: { [name in Name]: Known };
}

/** What the binding cannot know by itself. */
export interface HonoAuthOptions<Name extends string> {
  /**
   * The peer's address, which every runtime has elsewhere: `(c) => getConnInfo(c).remote.address`.
   * Without it, `trustedProxies` of the instance trust nobody.
   */
  readonly remoteAddress?: (c: Context) => string | undefined;
  /** The variable that holds the context. Two instances in one app need two. Default: `auth`. */
  readonly variable?: Name;
}

/** Middleware and guards of one auth instance. */
export interface HonoAuth<P extends string, Name extends string = "auth"> extends Pick<
  Guards<P, MiddlewareHandler, Context>,
  "get" | "tenantContext"
> {
  /** Finds out who asks. It lets everybody through: the guards refuse. */
  readonly authenticate: (
    mount?: HonoMount,
  ) => MiddlewareHandler<HonoAuthEnv<Name, AuthContext<P> | null>>;
  /** Refuses who is not signed in: `credential_missing` and every other reason of a refusal. */
  readonly requireAuth: () => MiddlewareHandler<HonoAuthEnv<Name, AuthContext<P>>>;
  /** Refuses who acts for no tenant, with `tenant_required`. */
  readonly requireTenant: () => MiddlewareHandler<HonoAuthEnv<Name, TenantAuthContext<P>>>;
  /** Refuses who lacks one of these in the tenant: `permission_denied`, `scope_insufficient`. */
  readonly requirePermission: (
    ...permissions: readonly [P, ...P[]]
  ) => MiddlewareHandler<HonoAuthEnv<Name, TenantAuthContext<P>>>;
  /** The sign-in routes: `app.all(`${auth.routes.path}/*`, authRoutes())`. */
  readonly authRoutes: () => MiddlewareHandler;
}

/** Binds an auth instance to Hono, on every runtime that Hono runs on. */
export function honoAuth<P extends string, R extends string, Name extends string = "auth">(
  auth: Auth<P, R>,
  options: HonoAuthOptions<Name> = {},
): HonoAuth<P, Name> {
  const door = createDoor<Context, P>(auth);
  const variable: string = options.variable ?? "auth";

  function neutralRequest(c: Context): AuthRequest {
    return fromWebRequest(c.req.raw, options.remoteAddress?.(c));
  }

  function authenticate(mount: HonoMount = {}): MiddlewareHandler {
    return async (c, next) => {
      const { setCookies, answer } = await door.enter(c, neutralRequest(c), () =>
        routeMount(mount, (name) => c.req.param(name)),
      );
      c.set(variable, door.get(c));
      preparePrivate(c, setCookies);
      if (answer === null) await next();
      else send(c, answer);
      completePrivate(c, setCookies);
    };
  }

  function guard(requirement: Requirement<P>): MiddlewareHandler {
    return async (c, next) => {
      const refusal = door.refusal(c, requirement, () => neutralRequest(c));
      if (refusal === null) {
        // SECURITY: the handler reads what was checked, whatever was put there in between.
        c.set(variable, door.get(c));
        return next();
      }
      return send(c, refusal);
    };
  }

  return {
    authenticate,
    requireAuth: () => guard({ kind: "auth" }),
    requireTenant: () => guard({ kind: "tenant" }),
    requirePermission: (...permissions) => guard({ kind: "permission", permissions }),
    authRoutes: () => (c) => serveAuthRoutes(auth, c, options.remoteAddress?.(c)),
    get: (c) => door.get(c),
    tenantContext: (c) => door.tenantContext(c),
  };
}
