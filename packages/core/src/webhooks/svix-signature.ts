import { encodeUtf8 } from "../internal/encoding.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { RawWebhook } from "../provider/directory.ts";

/** What a signature proves about a webhook: that it is this event, signed about now. */
export interface SignedWebhook {
  /** The same for every delivery of one event. */
  readonly id: string;
  /** When this delivery was signed. */
  readonly timestampSeconds: number;
}

/** Options of {@link createSvixVerifier}. */
export interface SvixVerifierOptions {
  /** `whsec_` and base64. Several while a secret is being changed: any of them may have signed. */
  readonly secrets: readonly string[];
  /** `svix-id` or `webhook-id`, and so on. Default: `svix`. */
  readonly headerPrefix?: "svix" | "webhook";
}

/** Checks signatures with one set of secrets. */
export interface SvixVerifier {
  /**
   * Rejects with `signature_missing`, `signature_malformed`, `timestamp_outside_window` or
   * `signature_invalid`. Never throws for what a stranger can send.
   */
  verify(raw: RawWebhook, nowMs: number): Promise<Result<SignedWebhook>>;
}

const TOLERANCE_SECONDS = 300;
const MAX_ID = 256;
const MAX_SIGNATURES = 16;
const PREFIX = "whsec_";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Makes a verifier of webhooks that are signed as Svix does it: HMAC-SHA256 over
 * `<id>.<timestamp>.<body>`, at most five minutes old or early. Throws `TypeError` for a secret of
 * another form; its message does not hold the secret.
 *
 * @see {@link https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md Standard Webhooks}
 */
export function createSvixVerifier(options: SvixVerifierOptions): SvixVerifier {
  const { secrets, headerPrefix = "svix" } = options;
  if (secrets.length === 0) throw new TypeError("A webhook verifier needs at least one secret.");
  const keys = secrets.map((secret) => importKey(secretBytes(secret)));

  return {
    async verify(raw, nowMs) {
      const id = raw.header(`${headerPrefix}-id`);
      const timestamp = raw.header(`${headerPrefix}-timestamp`);
      const signatures = raw.header(`${headerPrefix}-signature`);
      if (id === null || timestamp === null || signatures === null) {
        return reject("signature_missing");
      }
      // The id and the time are part of what is signed, so a dot within one could pose as the other.
      if (!/^[\w-]+$/.test(id) || id.length > MAX_ID) return reject("signature_malformed");
      if (!/^[1-9]\d{0,11}$/.test(timestamp)) return reject("signature_malformed");
      const timestampSeconds = Number(timestamp);
      // SECURITY: both ways. One that is signed for tomorrow could be kept and sent again until then.
      if (Math.abs(nowMs / 1000 - timestampSeconds) > TOLERANCE_SECONDS) {
        return reject("timestamp_outside_window");
      }
      const signed = signedBytes(`${id}.${timestamp}.`, raw.body);
      for (const signature of candidates(signatures)) {
        for (const key of keys) {
          // SECURITY: WebCrypto compares in constant time, and over the bytes as they came.
          if (await crypto.subtle.verify("HMAC", await key, signature, signed)) {
            return ok({ id, timestampSeconds });
          }
        }
      }
      return reject("signature_invalid");
    },
  };
}

/** The signatures of version 1 in a header; other versions are for other algorithms. */
function candidates(header: string): readonly Uint8Array<ArrayBuffer>[] {
  return header
    .split(" ", MAX_SIGNATURES)
    .flatMap((entry) => (entry.startsWith("v1,") ? (decodeBase64(entry.slice(3)) ?? []) : []));
}

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith(PREFIX) ? decodeBase64(secret.slice(PREFIX.length)) : null;
  if (bytes === null || bytes.length === 0) {
    throw new TypeError('A webhook secret must be "whsec_" followed by base64.');
  }
  return bytes;
}

async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
}

function signedBytes(start: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encodeUtf8(start);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!BASE64.test(text)) return null;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
