import type { IncomingMessage } from "node:http";
import type { NextFunction, Request, Response } from "express";
import type {
  Auth,
  AuthContext,
  AuthRequest,
  MountOptions,
  Outcome,
  Requirement,
} from "@tenantry/core/http";
import { createAuthRoutes } from "./auth-routes.ts";
import { neutralRequest } from "./neutral-request.ts";
import { respond, setPrivate } from "./respond.ts";

/** What one mount accepts. */
export interface ExpressMount extends Omit<MountOptions, "tenant"> {
  /**
   * The route's own parameter that names the tenant: `"slug"` on `/t/:slug/notes`. `authenticate`
   * then has to stand on that route, or in a router with `mergeParams`.
   */
  readonly tenantParam?: string;
}

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
}

interface Seen<P extends string> {
  readonly outcome: Outcome<P>;
  readonly request: AuthRequest;
  readonly mount: MountOptions;
}

/** Binds an auth instance to Express 5. */
export function expressAuth<P extends string, R extends string>(auth: Auth<P, R>): ExpressAuth<P> {
  // SECURITY: the result lives here and not on `req`, where a header parser, another library or
  // another auth instance could have put it.
  const seen = new WeakMap<IncomingMessage, Seen<P>>();

  function authenticate(options: ExpressMount = {}): ExpressHandler {
    return async (req, res, next) => {
      // What an outer mount accepted must not outlive the start of an inner one.
      seen.delete(req);
      const mount = mountFor(req, options);
      const request = neutralRequest(req);
      setPrivate(res);
      const outcome = await auth.authenticate(request, mount);
      seen.set(req, { outcome, request, mount });
      for (const cookie of outcome.setCookies) res.append("set-cookie", cookie);
      if (outcome.kind === "redirect") {
        respond(res, { status: 302, headers: [["location", outcome.location]], body: "" });
      } else next();
    };
  }

  function guard(requirement: Requirement<P>): ExpressHandler {
    return (req, res, next) => {
      const known = seen.get(req);
      const error = auth.http.guard(known?.outcome, requirement);
      if (error === null) return next();
      setPrivate(res);
      const request = known?.request ?? neutralRequest(req);
      respond(res, auth.http.answer(error, request, known?.mount));
    };
  }

  return {
    authenticate,
    requireAuth: () => guard({ kind: "auth" }),
    requireTenant: () => guard({ kind: "tenant" }),
    requirePermission: (...permissions) => guard({ kind: "permission", permissions }),
    authRoutes: () => createAuthRoutes(auth),
    get(req) {
      const outcome = seen.get(req)?.outcome;
      return outcome?.kind === "authenticated" ? outcome.context : null;
    },
  };
}

function mountFor<Params>(
  req: Request<Params>,
  { tenantParam, ...mount }: ExpressMount,
): MountOptions {
  if (tenantParam === undefined) return mount;
  const params = new Map<string, unknown>(Object.entries(req.params ?? {}));
  const tenant = params.get(tenantParam);
  // SECURITY: a route without the parameter would be a route without the check.
  if (typeof tenant !== "string") {
    throw new TypeError(
      `authenticate({ tenantParam: "${tenantParam}" }) stands on a route without ":${tenantParam}". Put it on the route that has it, or use a router with mergeParams.`,
    );
  }
  return { ...mount, tenant };
}
