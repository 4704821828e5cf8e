import type { FastifyPluginCallback } from "fastify";
import { AuthError } from "@tenantry/core";
import type { Auth } from "@tenantry/core/http";
import { fromNodeRequest, toWebRequest } from "@tenantry/core/node";
import type { HookReply, HookRequest } from "./hook.ts";
import { send } from "./respond.ts";
import { targetOf } from "./target.ts";

/** Serves core's fetch handler for every path below `auth.routes.path`. */
export function createAuthRoutes(auth: Pick<Auth, "routes" | "http">): FastifyPluginCallback {
  return (scope, _options, done) => {
    scope.route({
      method: [...scope.supportedMethods],
      url: `${auth.routes.path}/*`,
      exposeHeadRoute: false,
      // Before Fastify parses bodies: forms need no parser, and signatures are over the bytes.
      onRequest: (request, reply) => serve(auth, request, reply),
      handler: () => {
        throw new TypeError("The auth routes have answered already.");
      },
    });
    done();
  };
}

async function serve(
  auth: Pick<Auth, "routes" | "http">,
  { raw }: HookRequest,
  reply: HookReply,
): Promise<unknown> {
  const target = targetOf(raw);
  const request = toWebRequest(raw, { target });
  if (request === null) {
    const error = new AuthError("request_invalid", { reason: "request_unreadable" });
    return send(reply, auth.http.answer(error, fromNodeRequest(raw, target)));
  }
  const { remoteAddress } = raw.socket;
  const { status, headers, ...response } = await readAll(
    auth.routes.handle(request, remoteAddress === undefined ? undefined : { remoteAddress }),
  );
  if (reply.sent) return reply;
  // The rest of a refused body is still on its way: nothing else can come over this connection.
  if (!raw.complete && raw.httpVersionMajor < 2) reply.header("connection", "close");
  return send(reply, { status, headers, ...response });
}

async function readAll(coming: Promise<Response>) {
  const response = await coming;
  return { status: response.status, headers: response.headers, body: await response.text() };
}
