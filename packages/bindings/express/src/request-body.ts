import type { Request } from "express";

/** More than any form of ours; a larger body is refused before it is kept. */
const MAX_BYTES = 64 * 1024;

/** The raw body, however much of it the app has parsed already. */
export type Body =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "too_large" }
  /** Cut off, or parsed into something that no form or JSON text of ours gives. */
  | { readonly kind: "invalid" };

/**
 * Reads the body, or writes it again from what a body parser has made of it. Throws `TypeError` when
 * something has consumed the body without leaving it in `req.body`.
 */
export async function readBody<Params>(req: Request<Params>): Promise<Body> {
  const parsed: unknown = req.body;
  if (parsed !== undefined) return limited(serialise(parsed, req));
  if (req.readableDidRead) {
    throw new TypeError(
      "The request body was consumed before authRoutes(). Mount authRoutes() in front of that, or use express.json() and express.urlencoded().",
    );
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop must not destroy the socket: the refusal still has to go out.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      const bytes: Uint8Array = chunk;
      length += bytes.byteLength;
      if (length > MAX_BYTES) return { kind: "too_large" };
      chunks.push(bytes);
    }
  } catch {
    return { kind: "invalid" }; // the client hung up
  }
  return { kind: "bytes", bytes: Uint8Array.from(Buffer.concat(chunks)) };
}

function limited(bytes: Uint8Array<ArrayBuffer> | null): Body {
  if (bytes === null) return { kind: "invalid" };
  return bytes.byteLength > MAX_BYTES ? { kind: "too_large" } : { kind: "bytes", bytes };
}

function serialise<Params>(parsed: unknown, req: Request<Params>): Uint8Array<ArrayBuffer> | null {
  if (parsed instanceof Uint8Array) return Uint8Array.from(parsed);
  const text = typeof parsed === "string" ? parsed : textOf(parsed, req);
  return text === null ? null : new TextEncoder().encode(text);
}

function textOf<Params>(parsed: unknown, req: Request<Params>): string | null {
  if (req.is("urlencoded") === false) return JSON.stringify(parsed);
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
