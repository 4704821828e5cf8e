import { FetchRefused } from "./fetch-refused.ts";

/** One request in simple parts. */
export interface PlainRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

/** Collects a body; throws as soon as it is longer than allowed. */
export async function readBounded(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  chunks: Uint8Array<ArrayBuffer>[],
): Promise<void> {
  let length = 0;
  for await (const chunk of source) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new FetchRefused("too_large");
    chunks.push(new Uint8Array(chunk));
  }
}

/** Whether a status is a redirect. None is followed: its target was not checked. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** A response with a body that is already here. */
export function answer(
  status: number,
  headers: Headers,
  chunks: readonly Uint8Array<ArrayBuffer>[],
): Response {
  const hasNoBody = status === 204 || status === 205;
  return new Response(hasNoBody ? null : new Blob([...chunks]), { status, headers });
}
