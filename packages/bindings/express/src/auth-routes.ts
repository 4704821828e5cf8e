import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import { AuthError } from "@tenantry/core";
import type { Auth } from "@tenantry/core/http";
import { neutralRequest, targetOf } from "./neutral-request.ts";
import { readBody } from "./request-body.ts";
import { respond } from "./respond.ts";

/** Serves core's fetch handler. Works before and after the app's own body parsers. */
export function createAuthRoutes(
  auth: Pick<Auth, "routes" | "http">,
): <Params>(req: ExpressRequest<Params>, res: ExpressResponse) => Promise<void> {
  return async (req, res) => {
    const body = await readBody(req);
    const request = body.kind === "bytes" ? webRequest(req, body.bytes) : null;
    if (request === null) {
      // Half of the body may still be on its way: nothing else can come over this connection.
      res.setHeader("connection", "close");
      const error = new AuthError(body.kind === "too_large" ? "body_too_large" : "request_invalid");
      return respond(res, auth.http.answer(error, neutralRequest(req)));
    }
    const { remoteAddress } = req.socket;
    const answer = await auth.routes.handle(
      request,
      remoteAddress === undefined ? undefined : { remoteAddress },
    );
    respond(res, {
      status: answer.status,
      // Iterating a response's headers yields one entry for each cookie.
      headers: answer.headers,
      body: new Uint8Array(await answer.arrayBuffer()),
    });
  };
}

/** Null for what the web's `Request` cannot express, such as the method TRACE. */
function webRequest<Params>(
  req: ExpressRequest<Params>,
  bytes: Uint8Array<ArrayBuffer>,
): Request | null {
  const headers = new Headers();
  for (let index = 0; index + 1 < req.rawHeaders.length; index += 2) {
    headers.append(req.rawHeaders[index] ?? "", req.rawHeaders[index + 1] ?? "");
  }
  // They describe the body on the wire, which a parser may have unpacked and written anew.
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) {
    headers.delete(name);
  }
  const hasBody = req.method !== "GET" && req.method !== "HEAD";
  try {
    // The host is a placeholder: core knows the public address and believes no Host header.
    return new Request(`http://tenantry.invalid${targetOf(req)}`, {
      method: req.method,
      headers,
      ...(hasBody ? { body: bytes } : {}),
    });
  } catch {
    return null;
  }
}
