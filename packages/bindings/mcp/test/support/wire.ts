/** The two protocols that are served. */
export const ERAS = ["2026-07-28", "2025-11-25"] as const;
export type Era = (typeof ERAS)[number];

/** One JSON-RPC request as a client of this era sends it. */
export function message(
  era: Era,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  id: number | string = 1,
) {
  if (era === "2025-11-25") return { jsonrpc: "2.0", id, method, params };
  return {
    jsonrpc: "2.0",
    id,
    method,
    params: {
      ...params,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": era,
        "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
        ...(params["_meta"] as object | undefined),
      },
    },
  };
}

/** The headers that go with it. */
export function headersFor(
  era: Era,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  const name = params["name"] ?? params["uri"];
  return {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": era,
    ...(era === "2026-07-28"
      ? { "mcp-method": method, ...(typeof name === "string" ? { "mcp-name": name } : {}) }
      : {}),
  };
}

/** Sends one message and gives the raw response. `carry` takes the place of the network. */
export function send(
  url: string,
  {
    era,
    method,
    params = {},
    token,
    headers = {},
    signal,
    carry = fetch,
  }: {
    readonly era: Era;
    readonly method: string;
    readonly params?: Readonly<Record<string, unknown>>;
    readonly token?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
    readonly carry?: (request: Request) => Promise<Response>;
  },
): Promise<Response> {
  return carry(
    new Request(url, {
      method: "POST",
      headers: {
        ...headersFor(era, method, params),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify(message(era, method, params)),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

/** The first JSON-RPC message of a response, out of JSON or of a stream. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const json = isStream
    ? text
        .split("\n")
        .filter((line) => line.startsWith("data: {"))
        .map((line) => line.slice("data: ".length))
        .at(-1)
    : text;
  return JSON.parse(json ?? "{}") as Answer;
}

export interface Answer {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** The text of a tool's result. */
export function textOf({ result }: Answer): string {
  const content = result?.["content"];
  const [first]: readonly unknown[] = Array.isArray(content) ? content : [];
  return typeof first === "object" && first !== null && "text" in first ? String(first.text) : "";
}
