import type { IncomingMessage } from "node:http";
import type { NextFunction, Request, Response } from "express";
import {
  createDoor,
  routeMount,
  type Auth,
  type AuthRequest,
  type Guards,
  type Requirement,
  type RouteMount,
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
export interface ExpressAuth<P extends string> extends Guards<P, ExpressHandler, IncomingMessage> {
  /** Finds out who asks. It lets everybody through: the guards refuse. */
  readonly authenticate: (mount?: ExpressMount) => ExpressHandler;
  /** The sign-in routes: `app.use(auth.routes.path, authRoutes())`. */
  readonly authRoutes: () => ExpressHandler;
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
