import type { IncomingMessage, ServerResponse } from "node:http";

/** A JSON object that nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request to an emulator's API, taken apart. */
export interface Call {
  readonly method: string;
  /** On the emulator's own address. */
  readonly url: URL;
  /** The named parts of the route's path, decoded. */
  readonly params: Fields;
  /** Members of a JSON body, or the fields of a form. */
  readonly body: Fields;
  readonly headers: IncomingMessage["headers"];
  readonly cookies: ReadonlyMap<string, string>;
}

/** What goes back. A `body` is sent as JSON, a `page` as HTML. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  readonly page?: string;
}

/** One endpoint of an emulator's API. */
export interface Route<Endpoint extends string> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Such as `/organizations/:id`. */
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** A route with the named parts of the path that it matched. */
export interface Found<Endpoint extends string> {
  readonly route: Route<Endpoint>;
  readonly params: Readonly<Record<string, string>>;
}

const MAX_BODY_BYTES = 1_000_000;

/** Finds the route of a request; fixed parts win over named ones when they come first in the list. */
export function findRoute<Endpoint extends string>(
  routes: readonly Route<Endpoint>[],
  method: string,
  pathname: string,
): Found<Endpoint> | null {
  const parts = pathname.split("/");
  for (const route of routes) {
    const params = route.method === method ? match(route.path.split("/"), parts) : null;
    if (params !== null) return { route, params };
  }
  return null;
}

function match(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (!expected.startsWith(":")) {
      if (expected !== part) return null;
      continue;
    }
    if (part === "") return null;
    params[expected.slice(1)] = decodeURIComponent(part);
  }
  return params;
}

/** Reads a request whole. A body that is no JSON object and no form has no members. */
export async function readCall(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
): Promise<Call> {
  const text = await readBody(request);
  const type = request.headers["content-type"] ?? "";
  return {
    method: request.method ?? "GET",
    url,
    params,
    body: type.startsWith("application/x-www-form-urlencoded")
      ? Object.fromEntries(new URLSearchParams(text))
      : parseObject(text),
    headers: request.headers,
    cookies: readCookies(request.headers.cookie),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? "").split(";").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
  });
  return new Map(pairs);
}

/** Writes an answer. */
export function writeAnswer(response: ServerResponse, answer: Answer): void {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    headers[name] = typeof value === "string" ? value : [...value];
  }
  if (answer.page !== undefined) {
    response.writeHead(answer.status, headers).end(answer.page);
  } else if (answer.body === undefined) {
    response.writeHead(answer.status, headers).end();
  } else {
    headers["content-type"] ??= "application/json; charset=utf-8";
    response.writeHead(answer.status, headers).end(JSON.stringify(answer.body));
  }
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that is a text with something in it. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A member that is a list of texts. */
export function textsOf(fields: Fields, name: string): readonly string[] | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? value
    : undefined;
}
