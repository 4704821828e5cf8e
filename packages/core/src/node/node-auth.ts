import type { IncomingMessage, ServerResponse } from "node:http";
import type { Auth } from "../auth.ts";
import type { AuthContext, TenantAuthContext } from "../context.ts";
import type { Requirement } from "../guard.ts";
import { createDoor } from "../http/door.ts";
import type { MountOptions } from "../options.ts";
import { fromNodeRequest, originForm } from "./node-request.ts";
import { serveAuthRoutes } from "./serve-routes.ts";
import { addCookies, setPrivate, writeAnswer } from "./write.ts";

/** A listener of `http.createServer`. */
export type NodeHandler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** Puts something in front of a handler. */
export type NodeMiddleware = (next: NodeHandler) => NodeHandler;

/** Middleware and guards of one auth instance, for `node:http` without a framework. */
export interface NodeAuth<P extends string> {
  /** Finds out who asks. It lets everybody through: the guards refuse. */
  readonly authenticate: (
    mount?: MountOptions | ((req: IncomingMessage) => MountOptions),
  ) => NodeMiddleware;
  /** Refuses who is not signed in: `credential_missing` and every other reason of a refusal. */
  readonly requireAuth: () => NodeMiddleware;
  /** Refuses who acts for no tenant, with `tenant_required`. */
  readonly requireTenant: () => NodeMiddleware;
  /** Refuses who lacks one of these in the tenant: `permission_denied`, `scope_insufficient`. */
  readonly requirePermission: (...permissions: readonly [P, ...P[]]) => NodeMiddleware;
  /** The sign-in routes: for every path below `auth.routes.path`, before anything reads the body. */
  readonly authRoutes: () => NodeHandler;
  /** Who asks, or null: nobody, refused, or a request that `authenticate` has not seen. */
  readonly get: (req: IncomingMessage) => AuthContext<P> | null;
  /**
   * Who asks and for which tenant, behind `requireTenant` or `requirePermission`. Throws `TypeError`, for
   * the developer, where neither has let the request in.
   */
  readonly tenantContext: (req: IncomingMessage) => TenantAuthContext<P>;
}

/** Binds an auth instance to listeners of `node:http`. */
export function nodeAuth<P extends string, R extends string>(auth: Auth<P, R>): NodeAuth<P> {
  const door = createDoor<IncomingMessage, P>(auth);

  function authenticate(
    mount: MountOptions | ((req: IncomingMessage) => MountOptions) = {},
  ): NodeMiddleware {
    return (next) => async (req, res) => {
      setPrivate(res);
      const entered = await door.enter(req, fromNodeRequest(req), () =>
        typeof mount === "function" ? mount(req) : mount,
      );
      if (res.headersSent) return;
      addCookies(res, entered.setCookies);
      if (entered.answer === null) await next(req, res);
      else writeAnswer(res, entered.answer);
    };
  }

  function guard(requirement: Requirement<P>): NodeMiddleware {
    return (next) => (req, res) => {
      const refusal = door.refusal(req, requirement, () => fromNodeRequest(req));
      return refusal === null ? next(req, res) : writeAnswer(res, refusal);
    };
  }

  return {
    authenticate,
    requireAuth: () => guard({ kind: "auth" }),
    requireTenant: () => guard({ kind: "tenant" }),
    requirePermission: (...permissions) => guard({ kind: "permission", permissions }),
    authRoutes: () => (req, res) =>
      serveAuthRoutes(auth, req, { res, target: originForm(req.url ?? "/") }),
    get: (req) => door.get(req),
    tenantContext: (req) => door.tenantContext(req),
  };
}
