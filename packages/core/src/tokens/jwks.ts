import { withDeadline } from "../internal/deadline.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { Log } from "../log.ts";
import type { RawJwk } from "./jwk.ts";

/** Bounds for reading a key set. */
export interface JwksRequest {
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  readonly timeoutMs: number;
}

const MAX_BYTES = 512 * 1024;
const MAX_KEYS = 100;

/**
 * Reads a JWK Set (RFC 7517 §5): status 200, no redirect, at most 512 kB and 100 keys, in one
 * deadline. Whatever goes wrong is `keys_unavailable`: nothing was learnt about any key.
 */
export async function fetchJwks(
  url: string,
  { fetch, log, timeoutMs }: JwksRequest,
): Promise<Result<readonly RawJwk[]>> {
  try {
    return ok(await withDeadline(load(url, fetch, timeoutMs), timeoutMs));
  } catch (error) {
    const failure = error instanceof Error ? error.name : "Error";
    log({
      level: "warn",
      event: "keys.fetch_failed",
      reason: error instanceof BadJwks ? error.message : failure,
      fields: { url },
    });
    return reject("keys_unavailable");
  }
}

class BadJwks extends Error {}

async function load(
  url: string,
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
): Promise<readonly RawJwk[]> {
  const response = await fetch(url, {
    headers: { accept: "application/jwk-set+json, application/json" },
    // SECURITY: a redirect would let one host's answer come from another's.
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new BadJwks(`status ${response.status}`);
  }
  return parseJwks(await readText(response));
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a stream is read in order
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > MAX_BYTES) {
      // oxlint-disable-next-line no-await-in-loop -- the last step of the loop
      await reader.cancel();
      throw new BadJwks("too large");
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parseJwks(text: string): readonly RawJwk[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadJwks("not JSON");
  }
  const keys = isObject(value) ? value["keys"] : undefined;
  if (!Array.isArray(keys)) throw new BadJwks('no array "keys"');
  if (keys.length > MAX_KEYS) throw new BadJwks("too many keys");
  // Members that are no keys are ignored, like keys of unknown types (RFC 7517 §5).
  return keys.filter(isObject);
}

function isObject(value: unknown): value is RawJwk {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
