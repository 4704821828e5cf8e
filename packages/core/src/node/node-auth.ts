import type { IncomingMessage, ServerResponse } from "node:http";
import type { Auth } from "../auth.ts";
import type { Requirement } from "../guard.ts";
import { createDoor } from "../http/door.ts";
import type { Guards } from "../http/guards.ts";
import type { MountOptions } from "../options.ts";
import { fromNodeRequest, originForm } from "./node-request.ts";
import { serveAuthRoutes } from "./serve-routes.ts";
import { addCookies, setPrivate, writeAnswer } from "./write.ts";

/** A listener of `http.createServer`. */
export type NodeHandler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** Puts something in front of a handler. */
export type NodeMiddleware = (next: NodeHandler) => NodeHandler;

/** Middleware and guards of one auth instance, for `node:http` without a framework. */
export interface NodeAuth<P extends string> extends Guards<P, NodeMiddleware, IncomingMessage> {
  /** Finds out who asks. It lets everybody through: the guards refuse. */
  readonly authenticate: (
    mount?: MountOptions | ((req: IncomingMessage) => MountOptions),
  ) => NodeMiddleware;
  /** The sign-in routes: for every path below `auth.routes.path`, before anything reads the body. */
  readonly authRoutes: () => NodeHandler;
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
