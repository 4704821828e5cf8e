/** What a binding for Node's own requests imports, and the binding for `node:http`: `@tenantry/core/node`. */
export {
  nodeAuth,
  type NodeAuth,
  type NodeHandler,
  type NodeMiddleware,
} from "./node/node-auth.ts";
export { keepPrivate, type NodeHead } from "./node/keep-private.ts";
export { fromNodeRequest, originForm, type NodeRequest } from "./node/node-request.ts";
export { serveAuthRoutes } from "./node/serve-routes.ts";
export { toWebRequest, type WebRequestParts } from "./node/web-request.ts";
export { addCookies, setPrivate, writeAnswer } from "./node/write.ts";
