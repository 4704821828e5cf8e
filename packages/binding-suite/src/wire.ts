import { connect } from "node:net";

/** A request as bytes on the wire. */
export interface WireRequest {
  /** Method and target: `GET /notes`. */
  readonly line: string;
  /** Sent as they are, one byte a character. `host` is added unless one is here; `null` sends none. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly host?: string | null;
  /** One byte a character. Its length is announced, unless it goes out in chunks. */
  readonly body?: string;
  readonly isChunked?: boolean;
}

/** What came back. */
export interface WireReply {
  /** 0 if nothing came that is a response. */
  readonly status: number;
  /** Field lines in order; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Whether the body ended as its headers had announced. */
  readonly isWhole: boolean;
}

/** The request as text, with `connection: close` so that the answer has an end. */
function messageOf({ line, headers = [], host, body, isChunked }: WireRequest): string {
  const lines = [`${line} HTTP/1.1`];
  if (host !== null) lines.push(`host: ${host ?? "app.example.test"}`);
  lines.push("connection: close", ...headers.map(([name, value]) => `${name}: ${value}`));
  if (body === undefined) return `${lines.join("\r\n")}\r\n\r\n`;
  lines.push(isChunked === true ? "transfer-encoding: chunked" : `content-length: ${body.length}`);
  return `${lines.join("\r\n")}\r\n\r\n${isChunked === true ? inChunks(body) : body}`;
}

const CHUNK = 0x4000;

function inChunks(body: string): string {
  let text = "";
  for (let start = 0; start < body.length; start += CHUNK) {
    const chunk = body.slice(start, start + CHUNK);
    text += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  }
  return `${text}0\r\n\r\n`;
}

/** Sends a request as it is, where `fetch` would tidy it up, and reads until the server closes. */
export async function send(port: number, request: WireRequest): Promise<WireReply> {
  return parseReply(await exchange(port, messageOf(request)), request.line.startsWith("HEAD "));
}

/** Sends bytes and gives what comes back until the connection ends, however it ends. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on("data", (chunk) => chunks.push(chunk));
    // A refusal may come, and the connection close, while the rest of a body is still being sent.
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    socket.write(bytes, "latin1");
  });
}

/** Reads the last response in what a server has sent; an interim one (1xx) may come before it. */
export function parseReply(text: string, isHead = false): WireReply {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = (end === -1 ? text : text.slice(0, end)).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0);
  if (status >= 100 && status < 200) return parseReply(text.slice(end + 4), isHead);
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const rest = end === -1 ? "" : text.slice(end + 4);
  const value = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  if (isHead) return { status, headers, body: rest, isWhole: rest === "" };
  if (value("transfer-encoding") === "chunked") return { status, headers, ...fromChunks(rest) };
  const length = value("content-length");
  const isWhole = length === undefined || rest.length === Number(length);
  return { status, headers, body: rest, isWhole };
}

function fromChunks(text: string): Pick<WireReply, "body" | "isWhole"> {
  let body = "";
  let position = 0;
  for (;;) {
    const lineEnd = text.indexOf("\r\n", position);
    const length = lineEnd === -1 ? Number.NaN : Number.parseInt(text.slice(position, lineEnd), 16);
    if (Number.isNaN(length)) return { body, isWhole: false };
    if (length === 0) return { body, isWhole: true };
    body += text.slice(lineEnd + 2, lineEnd + 2 + length);
    position = lineEnd + 2 + length + 2;
  }
}
