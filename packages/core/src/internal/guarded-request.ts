import { answer, isRedirect, readBounded, type PlainRequest } from "./bounded-exchange.ts";
import { FetchRefused } from "./fetch-refused.ts";
import { builtin, type NodeIncoming, type NodeLookup } from "./platform.ts";

/**
 * Carries one request with Node's own client, over a fresh connection. `resolve` names the only
 * addresses that may be connected to; null leaves that to the system.
 */
export async function nodeRequest(
  request: PlainRequest,
  resolve: ((hostname: string) => Promise<readonly string[]>) | null,
): Promise<Response> {
  const { url, method, signal, maxBytes } = request;
  const client = builtin(url.protocol === "https:" ? "node:https" : "node:http");
  if (client === undefined) throw new TypeError("This runtime has no HTTP client.");
  // An encoded body would be counted before it is unpacked.
  const headers = { ...Object.fromEntries(request.headers), "accept-encoding": "identity" };
  const incoming = await new Promise<NodeIncoming>((resolveWith, fail) => {
    const outgoing = client.request(url, {
      method,
      headers,
      agent: false,
      signal,
      ...(resolve !== null && { lookup: pinned(resolve) }),
    });
    outgoing.on("response", resolveWith);
    outgoing.on("error", (error) => {
      fail(FetchRefused.is(error) ? error : networkError(error));
    });
    outgoing.end(request.body ?? undefined);
  });
  const { statusCode: status = 0 } = incoming;
  try {
    if (isRedirect(status)) throw new FetchRefused("redirect");
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await readBounded(incoming, maxBytes, chunks);
    return answer(status, headersOf(incoming), chunks);
  } catch (error) {
    throw FetchRefused.is(error) ? error : networkError(error);
  } finally {
    incoming.destroy();
  }
}

/** A name resolution for the socket itself: what was checked is what is connected to. */
function pinned(resolve: (hostname: string) => Promise<readonly string[]>): NodeLookup {
  const look = async (...[hostname, { all }, callback]: Parameters<NodeLookup>) => {
    let addresses: readonly string[];
    try {
      addresses = await resolve(hostname);
    } catch (error) {
      callback(error instanceof Error ? error : new Error("look-up failed"), "");
      return;
    }
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const [first] = found;
    if (first === undefined) callback(new FetchRefused("address"), "");
    else if (all === true) callback(null, found);
    else callback(null, first.address, first.family);
  };
  return (...lookup) => {
    void look(...lookup);
  };
}

function headersOf({ rawHeaders }: NodeIncoming): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  return headers;
}

/** Like the platform's own `fetch`: a `TypeError` whose cause says what kind of failure it was. */
function networkError(error: unknown): TypeError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return new TypeError("The request failed.", {
    cause: { code: typeof code === "string" ? code : "UNKNOWN" },
  });
}
