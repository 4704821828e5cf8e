import { once } from "node:events";
import { connect } from "node:net";

/** What of an API answer the tests look at. */
export interface ApiAnswer {
  readonly status: number;
  readonly challenge: string | null;
  readonly code: unknown;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls the API. `authorization` is the whole header; without it, none is sent. */
export async function callApi(
  url: string,
  authorization?: string,
  init: { readonly method?: string; readonly json?: unknown } = {},
): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method: init.method ?? "GET",
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(init.json === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(init.json === undefined ? {} : { body: JSON.stringify(init.json) }),
  });
  const body = (await response.json()) as ApiAnswer["body"] & {
    readonly error?: { readonly code?: unknown };
  };
  return {
    status: response.status,
    challenge: response.headers.get("www-authenticate"),
    code: body.error?.code,
    body,
  };
}

/** A GET with header lines as they are, for what `fetch` would join into one. */
export async function rawGet(url: string, lines: readonly string[]): Promise<string> {
  const { hostname, port, pathname, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.setEncoding("latin1").on("data", (text) => (answer += String(text)));
  socket.write(
    `${[`GET ${pathname} HTTP/1.1`, `host: ${host}`, "connection: close", ...lines].join("\r\n")}\r\n\r\n`,
  );
  await once(socket, "close");
  return answer;
}
