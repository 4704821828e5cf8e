import type { IncomingMessage, ServerResponse } from "node:http";
import type { Auth } from "../auth.ts";
import { AuthError } from "../errors.ts";
import { fromNodeRequest } from "./node-request.ts";
import { toWebRequest, type WebRequestParts } from "./web-request.ts";
import { writeAnswer, writeResponse } from "./write.ts";

/**
 * Answers one request to the auth routes. Rejects with `TypeError`, for the developer, if the body
 * is gone: consumed without a trace, or parsed although a webhook's signature is over its bytes.
 */
export async function serveAuthRoutes(
  auth: Pick<Auth, "routes" | "http">,
  req: IncomingMessage,
  { res, ...parts }: WebRequestParts & { readonly res: ServerResponse },
): Promise<void> {
  const { target, parsed } = parts;
  if (target.startsWith(`${auth.routes.path}/webhooks/`) && isObject(parsed)) {
    throw new TypeError(
      "A webhook's body was parsed before authRoutes(), and its signature is over the bytes. Mount authRoutes() in front of the body parsers.",
    );
  }
  const request = toWebRequest(req, parts);
  if (request === null) {
    const error = new AuthError("request_invalid", { reason: "request_unreadable" });
    return writeAnswer(res, auth.http.answer(error, fromNodeRequest(req, target)));
  }
  const { remoteAddress } = req.socket;
  const response = await auth.routes.handle(
    request,
    remoteAddress === undefined ? undefined : { remoteAddress },
  );
  await writeResponse(res, response);
}

function isObject(parsed: unknown): boolean {
  return typeof parsed === "object" && parsed !== null && !(parsed instanceof Uint8Array);
}
