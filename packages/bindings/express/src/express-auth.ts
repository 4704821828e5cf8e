import type { IncomingMessage } from "node:http";
import type { NextFunction, Request, Response } from "express";
import {
  createDoor,
  routeMount,
  type Auth,
  type AuthContext,
  type AuthRequest,
  type Requirement,
  type RouteMount,
  type TenantAuthContext,
} from "@tenantry/core/http";
import {
  addCookies,
  fromNodeRequest,
  originForm,
  serveAuthRoutes,
  setPrivate,
  writeAnswer,
} from "@tenantry/core/node";

/** What one mount accepts. With `tenantParam`, routers in between need `mergeParams`. */
export type ExpressMount = RouteMount;

/** A handler for any route: it leaves the types of the route's own parameters alone. */
export type ExpressHandler = <Params>(
  req: Request<Params>,
  res: Response,
  next: NextFunction,
) => void | Promise<void>;

/** Middleware and guards of one auth instance. */
export interface ExpressAuth<P extends string> {
  /** Finds out who asks. It lets everybody through: the guards refuse. */
  readonly authenticate: (mount?: ExpressMount) => ExpressHandler;
  /** Refuses who is not signed in: `credential_missing` and every other reason of a refusal. */
  readonly requireAuth: () => ExpressHandler;
  /** Refuses who acts for no tenant, with `tenant_required`. */
  readonly requireTenant: () => ExpressHandler;
  /** Refuses who lacks one of these in the tenant: `permission_denied`, `scope_insufficient`. */
  readonly requirePermission: (...permissions: readonly [P, ...P[]]) => ExpressHandler;
  /** The sign-in routes: `app.use(auth.routes.path, authRoutes())`. */
  readonly authRoutes: () => ExpressHandler;
  /** Who asks, or null: nobody, refused, or a request that `authenticate` has not seen. */
  readonly get: (req: IncomingMessage) => AuthContext<P> | null;
  /**
   * Who asks and for which tenant, behind `requireTenant` or `requirePermission`. Throws `TypeError`, for
   * the developer, where neither has let the request in.
   */
  readonly tenantContext: (req: IncomingMessage) => TenantAuthContext<P>;
}

/** Binds an auth instance to Express 5. */
export function expressAuth<P extends string, R extends string>(auth: Auth<P, R>): ExpressAuth<P> {
  const door = createDoor<IncomingMessage, P>(auth);

  function authenticate(mount: ExpressMount = {}): ExpressHandler {
    return async (req, res, next) => {
      setPrivate(res);
      const params = new Map<string, unknown>(Object.entries(req.params ?? {}));
      const { setCookies, answer } = await door.enter(req, neutralRequest(req), () =>
        routeMount(mount, (name) => params.get(name)),
      );
      // Somebody else, a time limit for example, has answered meanwhile.
      if (res.headersSent) return;
      addCookies(res, setCookies);
      if (answer === null) next();
      else writeAnswer(res, answer);
    };
  }

  function guard(requirement: Requirement<P>): ExpressHandler {
    return (req, res, next) => {
      const refusal = door.refusal(req, requirement, () => neutralRequest(req));
      if (refusal === null) next();
      else writeAnswer(res, refusal);
    };
  }

  return {
    authenticate,
    requireAuth: () => guard({ kind: "auth" }),
    requireTenant: () => guard({ kind: "tenant" }),
    requirePermission: (...permissions) => guard({ kind: "permission", permissions }),
    authRoutes: () => (req, res) =>
      serveAuthRoutes(auth, req, { res, target: originForm(req.originalUrl), parsed: req.body }),
    get: (req) => door.get(req),
    tenantContext: (req) => door.tenantContext(req),
  };
}

/**
 * SECURITY: `originalUrl`, because a router's mount point is cut off `url`; and neither `req.ip` nor
 * `req.hostname`, which believe `X-Forwarded-*` as soon as "trust proxy" is set.
 */
function neutralRequest<Params>(req: Request<Params>): AuthRequest {
  return fromNodeRequest(req, originForm(req.originalUrl));
}
