import { answer, isRedirect, readBounded, type PlainRequest } from "./bounded-exchange.ts";
import { withDeadline } from "./deadline.ts";
import { FetchRefused } from "./fetch-refused.ts";
import { nodeRequest } from "./guarded-request.ts";
import { parseIp } from "./ip-address.ts";
import { builtin, isNode } from "./platform.ts";
import { isPublicAddress } from "./public-address.ts";

/** How the guard behaves. */
export interface GuardedFetchOptions {
  /**
   * Exact origins (`http://localhost:4444`) that are exempt from the rules on scheme and address,
   * for development and for providers inside one's own network. Redirects, size and time stay bounded.
   */
  readonly allowOrigins?: readonly string[];
  /** For the whole exchange, body included. Default 5000. */
  readonly timeoutMs?: number;
  /** Largest body that is read. Default one megabyte. */
  readonly maxBytes?: number;
  /** Carries the request instead of Node's own client. Its name resolution is then not pinned. */
  readonly fetch?: typeof globalThis.fetch;
  /** Resolves a host name to addresses. Default: the system's resolver on Node, none elsewhere. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
}

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
/** Names that are never on the public Internet (RFC 6761, RFC 6762, RFC 8375, cloud metadata). */
const INNER_NAMES = ["localhost", "local", "internal", "home.arpa", "lan", "intranet", "onion"];

/**
 * A `fetch` for addresses that came from outside: discovery documents, key sets, client metadata,
 * a customer's own identity provider (RFC 8414 §6.2, RFC 9728 §7.7). Only https to public addresses;
 * on Node the address that was checked is the one that is connected to, so a name cannot point
 * elsewhere in between. No redirects; body and time are bounded.
 *
 * Rejects with {@link FetchRefused} by policy, with `TypeError` or a `TimeoutError` for the network.
 */
export function createGuardedFetch(options: GuardedFetchOptions = {}): typeof globalThis.fetch {
  const exempt = new Set((options.allowOrigins ?? []).map(exactOrigin));
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;

  const exchange = async (request: PlainRequest): Promise<Response> => {
    const isExempt = exempt.has(request.url.origin);
    if (!isExempt) checkUrl(request.url);
    if (options.fetch === undefined && isNode()) {
      return nodeRequest(
        request,
        isExempt ? null : (host) => publicAddresses(host, options.resolve),
      );
    }
    const host = hostOf(request.url);
    if (!isExempt && options.resolve !== undefined && parseIp(host) === null) {
      await publicAddresses(host, options.resolve);
    }
    return webRequest(request, options.fetch ?? globalThis.fetch);
  };

  return async (input, init) => {
    const abort = new AbortController();
    try {
      const request = await plainRequest(input, init, { signal: abort.signal, maxBytes });
      return await withDeadline(exchange(request), timeoutMs);
    } finally {
      abort.abort(); // after an answer there is nothing left to abort; after a deadline there is
    }
  };
}

function exactOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : null;
  if (origin === text && /^https?:/.test(text)) return origin;
  throw new TypeError(`"${text}" is not an origin such as "http://localhost:4444".`);
}

/** Throws unless a URL may be asked at all, before any name is resolved. */
function checkUrl(url: URL): void {
  if (url.protocol !== "https:") throw new FetchRefused("scheme");
  if (url.username !== "" || url.password !== "") throw new FetchRefused("userinfo");
  // The URL parser has turned 127.1, 0x7f000001 and 2130706433 into 127.0.0.1 by now.
  const host = hostOf(url);
  if (parseIp(host) !== null) {
    if (!isPublicAddress(host)) throw new FetchRefused("address");
    return;
  }
  const name = host.replace(/\.$/, "").toLowerCase();
  const isInner = INNER_NAMES.some((inner) => name === inner || name.endsWith(`.${inner}`));
  if (isInner || !name.includes(".")) throw new FetchRefused("host");
}

/** The addresses of a host, if every one of them is public. */
async function publicAddresses(
  hostname: string,
  resolve: GuardedFetchOptions["resolve"] = systemResolve,
): Promise<readonly string[]> {
  const addresses = await resolve(hostname);
  // SECURITY: all of them. One inner address among public ones is an attack, not an accident.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw new FetchRefused("address");
  }
  return addresses;
}

async function systemResolve(hostname: string): Promise<readonly string[]> {
  const dns = builtin("node:dns/promises");
  const found = (await dns?.lookup(hostname, { all: true })) ?? [];
  return found.map(({ address }) => address);
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

async function plainRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  bounds: Pick<PlainRequest, "signal" | "maxBytes">,
): Promise<PlainRequest> {
  const text = input instanceof Request ? input.url : String(input);
  if (!URL.canParse(text)) throw new FetchRefused("url_invalid");
  const url = new URL(text);
  // SECURITY: refused before `Request` sees it, whose own message would quote it.
  if (url.username !== "" || url.password !== "") throw new FetchRefused("userinfo");
  const request = new Request(input, { ...init, redirect: "manual" });
  const caller = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  const body = new Uint8Array(await request.arrayBuffer());
  return {
    url,
    method: request.method,
    headers: request.headers,
    body: request.body === null ? null : body,
    maxBytes: bounds.maxBytes,
    signal:
      caller === undefined || caller === null
        ? bounds.signal
        : AbortSignal.any([bounds.signal, caller]),
  };
}

async function webRequest(
  { url, method, headers, body, signal, maxBytes }: PlainRequest,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  const response = await fetch(url.href, { method, headers, body, signal, redirect: "manual" });
  return boundedResponse(response, maxBytes);
}

/** The same answer with its whole body read, within the limit. */
async function boundedResponse(response: Response, maxBytes: number): Promise<Response> {
  // A browser-like runtime hides the status of a redirect that it was told not to follow.
  if (isRedirect(response.status) || response.type === "opaqueredirect") {
    await response.body?.cancel();
    throw new FetchRefused("redirect");
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  if (response.body !== null) {
    await readBounded(streamOf(response.body), maxBytes, chunks);
  }
  return answer(response.status, response.headers, chunks);
}

async function* streamOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a stream is read in order
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
