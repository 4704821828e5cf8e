import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthRequest } from "@tenantry/core/http";
import { fromNodeRequest, originForm, toWebRequest } from "@tenantry/core/node";
import { refusal } from "./responses.ts";

/** A listener of `http.createServer`, and middleware of Express. */
export type McpNodeHandler = (
  req: IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string },
  res: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** What the handler stands in front of. */
export interface NodeParts {
  readonly handle: (request: Request, neutral: AuthRequest) => Promise<Response>;
  readonly isOurs: (target: string) => boolean;
}

/** Serves Node's own requests. A body that was parsed already is taken from `req.body`. */
export function nodeHandler({ handle, isOurs }: NodeParts): McpNodeHandler {
  async function serve(
    req: Parameters<McpNodeHandler>[0],
    res: ServerResponse,
    target: string,
  ): Promise<void> {
    const { body: parsed } = req;
    const request = toWebRequest(req, { target, ...(parsed === undefined ? {} : { parsed }) });
    const gone = new AbortController();
    res.once("close", () => gone.abort());
    const response =
      request === null
        ? refusal(400, "request_invalid")
        : await handle(new Request(request, { signal: gone.signal }), fromNodeRequest(req, target));
    await write(res, response, gone.signal);
  }

  async function serveOr(
    next: ((error?: unknown) => void) | undefined,
    ...[req, res, target]: Parameters<typeof serve>
  ): Promise<void> {
    try {
      await serve(req, res, target);
    } catch (error) {
      // A body that somebody has consumed is the developer's to know of; nothing else ends here.
      if (next === undefined || res.headersSent) res.destroy();
      else next(error);
    }
  }

  return (req, res, next) => {
    // Express shortens `url` below a mount; the whole path is what the endpoint is known by.
    const target = originForm(req.originalUrl ?? req.url ?? "/");
    if (next !== undefined && !isOurs(target)) next();
    else void serveOr(next, req, res, target);
  };
}

/** Sends a response as it comes, no faster than the client reads. */
async function write(res: ServerResponse, response: Response, gone: AbortSignal): Promise<void> {
  if (res.headersSent) return;
  res.statusCode = response.status;
  for (const [name, value] of response.headers) res.setHeader(name, value);
  const { req } = res;
  // The rest of a refused body is still on its way: nothing else can come over this connection.
  if (!req.complete && req.httpVersionMajor < 2) res.setHeader("connection", "close");
  if (response.body === null) {
    res.end();
    return;
  }
  res.flushHeaders();
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  gone.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || gone.aborted) break;
      if (!res.write(value)) await drained(res, gone);
    }
  } finally {
    gone.removeEventListener("abort", stop);
    res.end();
  }
}

function drained(res: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off("drain", done);
      gone.removeEventListener("abort", done);
      resolve();
    };
    res.once("drain", done);
    gone.addEventListener("abort", done, { once: true });
  });
}
