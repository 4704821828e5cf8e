/** One JSON-RPC message, as far as the policy has to look. Everything in it is the caller's. */
export interface Message {
  readonly method: string | null;
  /** Null: a notification, or a response. */
  readonly id: string | number | null;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A body that was read once, and is never read again. */
export type Body =
  | {
      readonly kind: "messages";
      readonly parsed: unknown;
      readonly messages: readonly Message[];
      readonly isBatch: boolean;
    }
  | { readonly kind: "too_large" | "not_json_type" | "not_json" | "unreadable" };

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;
/** More than any client batches. */
const MAX_BATCH = 100;

/** Reads a body up to a limit, and parses it once: what is checked is what is run. */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  if (!JSON_TYPE.test(request.headers.get("content-type")?.trim() ?? "")) {
    return { kind: "not_json_type" };
  }
  const bytes = await readBytes(request, maxBytes);
  if (bytes === "too_large" || bytes === "unreadable") return { kind: bytes };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { kind: "not_json" };
  }
  const isBatch = Array.isArray(parsed);
  const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (items.length > MAX_BATCH) return { kind: "too_large" };
  return { kind: "messages", parsed, messages: items.map(messageOf), isBatch };
}

async function readBytes(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | "too_large" | "unreadable"> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > maxBytes) return "too_large";
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > maxBytes) return "too_large";
      chunks.push(value);
    }
  } catch {
    return "unreadable";
  } finally {
    reader.releaseLock();
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function messageOf(item: unknown): Message {
  const members: Readonly<Record<string, unknown>> = isRecord(item) ? item : {};
  const { method, id, params } = members;
  return {
    method: typeof method === "string" ? method : null,
    id: typeof id === "string" || typeof id === "number" ? id : null,
    params: isRecord(params) ? params : {},
  };
}

/** Whether a value is an object with members, and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
