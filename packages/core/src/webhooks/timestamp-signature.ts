import { encodeUtf8 } from "../internal/encoding.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { RawWebhook } from "../provider/directory.ts";

/** Options of {@link createTimestampVerifier}. */
export interface TimestampVerifierOptions {
  /** As the vendor gives them. Several while one is being changed: any of them may have signed. */
  readonly secrets: readonly string[];
  /** The header with `t=…` and `v1=…`, such as `workos-signature`. */
  readonly header: string;
  /** What `t` counts. */
  readonly unit: "milliseconds" | "seconds";
}

/** Checks signatures with one set of secrets. */
export interface TimestampVerifier {
  /**
   * Rejects with `signature_missing`, `signature_malformed`, `timestamp_outside_window` or
   * `signature_invalid`. Never throws for what a stranger can send.
   */
  verify(raw: RawWebhook, nowMs: number): Promise<Result<{ readonly signedAtMs: number }>>;
}

const TOLERANCE_MS = 300_000;
const MAX_HEADER = 1024;
const HEX_SHA256 = /^[0-9a-f]{64}$/;

/**
 * Makes a verifier of webhooks whose one header has a time `t` and HMAC-SHA256 signatures `v1` in hex
 * over `<t>.<body>`, at most five minutes old or early. Throws `TypeError` without a secret.
 *
 * @see {@link https://workos.com/docs/events/data-syncing/webhooks WorkOS: validate the requests}
 */
export function createTimestampVerifier(options: TimestampVerifierOptions): TimestampVerifier {
  const { secrets, header, unit } = options;
  if (secrets.length === 0 || secrets.includes("")) {
    throw new TypeError("A webhook verifier needs at least one secret, and none may be empty.");
  }
  const keys = secrets.map((secret) => importKey(secret));

  return {
    async verify(raw, nowMs) {
      const value = raw.header(header);
      if (value === null || value === "") return reject("signature_missing");
      const read = parse(value);
      if (read === null) return reject("signature_malformed");
      const signedAtMs = unit === "seconds" ? read.time * 1000 : read.time;
      // SECURITY: both ways. One that is signed for tomorrow could be kept and sent again until then.
      if (Math.abs(nowMs - signedAtMs) > TOLERANCE_MS) return reject("timestamp_outside_window");
      const signed = signedBytes(`${read.time}.`, raw.body);
      for (const signature of read.signatures) {
        for (const key of keys) {
          // SECURITY: WebCrypto compares in constant time, and over the bytes as they came.
          if (await crypto.subtle.verify("HMAC", await key, signature, signed)) {
            return ok({ signedAtMs });
          }
        }
      }
      return reject("signature_invalid");
    },
  };
}

interface Signature {
  readonly time: number;
  readonly signatures: readonly Uint8Array<ArrayBuffer>[];
}

/** Null unless there is exactly one time and at least one signature of version 1. */
function parse(header: string): Signature | null {
  if (header.length > MAX_HEADER) return null;
  const pairs = header.split(",").map((part) => {
    const [name = "", ...rest] = part.trim().split("=");
    return [name, rest.join("=")] as const;
  });
  const times = pairs.filter(([name]) => name === "t").map(([, value]) => value);
  const signatures = pairs.filter(([name]) => name === "v1").map(([, value]) => value);
  const [time = "", second] = times;
  // SECURITY: a text that is no plain number would compare as neither old nor early.
  if (second !== undefined || !/^[1-9]\d{0,14}$/.test(time)) return null;
  if (signatures.length === 0 || !signatures.every((hex) => HEX_SHA256.test(hex))) return null;
  return { time: Number(time), signatures: signatures.map(decodeHex) };
}

async function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", encodeUtf8(secret), algorithm, false, ["verify"]);
}

function signedBytes(start: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encodeUtf8(start);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

function decodeHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
}
