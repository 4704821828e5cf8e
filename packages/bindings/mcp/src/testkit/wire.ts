/** The two revisions of the protocol that are spoken. */
export type Era = "2026-07-28" | "2025-11-25";

/** Both, newest first. */
export const ERAS: readonly Era[] = ["2026-07-28", "2025-11-25"];

/** One JSON-RPC message, as loosely as it comes. */
export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly data?: unknown };
}

/** What came back for one request, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Headers and body as one text, to be searched for what must not be in it. */
  readonly text: string;
  /** The response with the request's id, if there is one. */
  readonly message: Message | null;
}

/** One request of one method. */
export interface Call {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Header fields beside those of the protocol. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where requests go and who sends them. */
export interface Sender {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** Null presents no credential. */
  readonly token: string | null;
  readonly era: Era;
}

const CLIENT = { name: "tenantry-isolation-kit", version: "1" };
const NAMED: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

/** Sends one request and reads the answer to its end, be it JSON or an event stream. */
export async function send(sender: Sender, call: Call, timeoutMs = 20_000): Promise<Answer> {
  // The same for everybody, so that a server that mixes up its callers is caught at it.
  const id = 1;
  const response = await post(sender, call, { id, signal: AbortSignal.timeout(timeoutMs) });
  const body = await response.text();
  const messages = messagesOf(body, response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text: `${[...response.headers].map((field) => field.join(": ")).join("\n")}\n${body}`,
    message: messages.find((message) => message.id === id) ?? messages.at(-1) ?? null,
  };
}

/** Sends one request and leaves the body unread. */
export async function post(
  { url, fetch, token, era }: Sender,
  { method, params = {}, headers = {} }: Call,
  { id, signal }: { readonly id: number; readonly signal: AbortSignal },
): Promise<Response> {
  const modern = era === "2026-07-28";
  const name = params[NAMED[method] ?? ""];
  return fetch(url, {
    method: "POST",
    redirect: "manual",
    signal,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(method === "initialize" ? {} : { "mcp-protocol-version": era }),
      ...(modern ? { "mcp-method": method } : {}),
      ...(modern && typeof name === "string" ? { "mcp-name": encodeHeader(name) } : {}),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id,
      method,
      params: modern
        ? { ...params, _meta: { ...envelope(era), ...asObject(params["_meta"]) } }
        : params,
    }),
  });
}

/** The messages of a body in the order they came. What is not JSON is no message. */
export function messagesOf(body: string, contentType: string): Message[] {
  if (!contentType.startsWith("text/event-stream")) return parse(body);
  return body.split(/\r?\n\r?\n/).flatMap((event) =>
    parse(
      event
        .split(/\r?\n/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trimStart())
        .join("\n"),
    ),
  );
}

function parse(text: string): Message[] {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).filter(isMessage);
  } catch {
    return [];
  }
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null;
}

function envelope(era: Era): Record<string, unknown> {
  return {
    "io.modelcontextprotocol/protocolVersion": era,
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} }, sampling: {} },
  };
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** Other than visible ASCII goes as the sentinel form of the 2026-07-28 transport (SEP-2243). */
function encodeHeader(value: string): string {
  if (/^[\u0021-\u007e]*$/.test(value)) return value;
  const bytes = new TextEncoder().encode(value);
  return `=?base64?${btoa(String.fromCodePoint(...bytes))}?=`;
}

/** Opens a session of 2025-11-25. Servers without sessions answer no id. */
export async function initialize(sender: Sender): Promise<Answer> {
  return send(sender, {
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: CLIENT },
  });
}
