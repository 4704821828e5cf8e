import type { NodeRequest } from "./node-request.ts";

/** What of a Node request becomes a web-standard one. */
export interface WebRequestParts {
  /** Path and query, as the router matches them. */
  readonly target: string;
  /** The body, where something has parsed it already; `undefined`: it is still to be read. */
  readonly parsed?: unknown;
  /** Where the body is to be read from, if that is not `req`: a stream that unpacks it. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/**
 * A web-standard `Request` of a Node one. Its body is read only as far as the reader goes. Null for
 * what a `Request` cannot express, such as the method TRACE, and for a parsed body that no form or
 * JSON of ours gives. Throws `TypeError`, for the developer, when something has consumed the body
 * without leaving it in `parsed`.
 */
export function toWebRequest(
  req: NodeRequest,
  { target, parsed, stream }: WebRequestParts,
): Request | null {
  if (!target.startsWith("/")) return null;
  const body = parsed === undefined ? unread(req, stream) : serialise(parsed, req);
  if (body === null) return null;
  const hasBody = req.method !== "GET" && req.method !== "HEAD";
  const init: RequestInit & { duplex?: "half" } = {
    method: req.method ?? "GET",
    ...(hasBody ? { body, duplex: "half" } : {}),
  };
  try {
    // The host is a placeholder: core knows the public address and believes no Host header.
    return new Request(`http://tenantry.invalid${target}`, { ...init, headers: headersOf(req) });
  } catch {
    return null;
  }
}

function headersOf(req: NodeRequest): Headers {
  const headers = new Headers();
  const { rawHeaders } = req;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    // Pseudo-headers of HTTP/2 are no header fields (RFC 9113 §8.3).
    if (!name.startsWith(":")) headers.append(name, rawHeaders[index + 1] ?? "");
  }
  // They describe the body on the wire, which a parser may have unpacked and written anew.
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) {
    headers.delete(name);
  }
  return headers;
}

function unread(
  req: NodeRequest,
  stream: AsyncIterable<Uint8Array> | undefined,
): ReadableStream<Uint8Array> {
  if (stream === undefined && req.readableDidRead) {
    throw new TypeError(
      "The request body was consumed before authRoutes(). Mount authRoutes() in front of that, or leave the parsed body in req.body.",
    );
  }
  let chunks: AsyncIterator<Uint8Array> | undefined;
  // Nothing is read ahead: a body that no route takes stays on the wire.
  return new ReadableStream(
    {
      async pull(controller) {
        // Leaving early must not destroy the socket: the refusal still has to go out.
        chunks ??=
          stream === undefined
            ? req.iterator({ destroyOnReturn: false })
            : stream[Symbol.asyncIterator]();
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The body as it may have been before a body parser read it. */
function serialise(parsed: unknown, req: NodeRequest): Uint8Array<ArrayBuffer> | null {
  if (parsed instanceof Uint8Array) return Uint8Array.from(parsed);
  const text = typeof parsed === "string" ? parsed : textOf(parsed, req);
  return text === null ? null : new TextEncoder().encode(text);
}

function textOf(parsed: unknown, req: NodeRequest): string | null {
  const type = req.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") return JSON.stringify(parsed);
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed ?? {})) {
    // A repeated field stays repeated, so that core can refuse it.
    for (const one of Array.isArray(value) ? value : [value]) {
      // The extended parser turns `a[b]=c` into objects, which none of our forms has.
      if (typeof one !== "string") return null;
      form.append(name, one);
    }
  }
  return form.toString();
}
