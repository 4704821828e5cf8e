import type { Clock } from "../internal/clock.ts";
import { decodeBase64Url, decodeUtf8, encodeBase64Url, encodeUtf8 } from "../internal/encoding.ts";

/** Encrypts small JSON values that travel through a browser or lie in a store. */
export interface Sealer {
  /** Seals `payload` until `expiresAtMs`. `purpose` picks the key; `aad` names the place it is for. */
  seal(
    purpose: string,
    payload: unknown,
    options: { readonly expiresAtMs: number; readonly aad: string },
  ): Promise<string>;
  /** The payload, or null: forged, changed, expired, sealed for another purpose or place. Never throws. */
  open(purpose: string, text: string, options: { readonly aad: string }): Promise<unknown>;
}

/** What a sealer needs. */
export interface SealerOptions {
  /** Newest first: the first seals, all open. Each at least 32 characters. Variable: `AUTH_SECRET`. */
  readonly secrets: readonly string[];
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
  readonly nowMs: Clock;
}

const MIN_SECRET_LENGTH = 32;
const MAX_TEXT_LENGTH = 16_384;
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
const SALT = encodeUtf8("@tenantry/core seal 1");

interface Key {
  readonly id: string;
  readonly key: CryptoKey;
}

/**
 * Makes a {@link Sealer}: AES-256-GCM with a random 96-bit IV (NIST SP 800-38D §8.2.2) under one key
 * per secret and purpose, derived once with HKDF-SHA-256 (RFC 5869). Throws `TypeError` for missing
 * or short secrets.
 *
 * A text is `1.<key id>.<base64url of IV, ciphertext and tag>`.
 */
export function createSealer({ secrets, randomBytes, nowMs }: SealerOptions): Sealer {
  if (secrets.length === 0 || secrets.some((secret) => secret.length < MIN_SECRET_LENGTH)) {
    throw new TypeError(
      `Option "secrets" (AUTH_SECRET) needs at least one secret, and each must have at least ${MIN_SECRET_LENGTH} characters.`,
    );
  }

  // Purposes are words of our own code, so this stays small.
  const keysByPurpose = new Map<string, Promise<readonly Key[]>>();
  function keysFor(purpose: string): Promise<readonly Key[]> {
    const known = keysByPurpose.get(purpose);
    if (known !== undefined) return known;
    const derived = Promise.all(secrets.map((secret) => deriveKey(secret, purpose)));
    keysByPurpose.set(purpose, derived);
    return derived;
  }

  return {
    async seal(purpose, payload, { expiresAtMs, aad }) {
      const [newest] = await keysFor(purpose);
      if (newest === undefined) throw new TypeError('Option "secrets" is empty.');
      const iv = randomBytes(IV_LENGTH);
      const ciphertext = await crypto.subtle.encrypt(
        parameters({ iv, keyId: newest.id, purpose, aad }),
        newest.key,
        encodeUtf8(JSON.stringify({ expiresAtMs, payload })),
      );
      const bytes = new Uint8Array(IV_LENGTH + ciphertext.byteLength);
      bytes.set(iv);
      bytes.set(new Uint8Array(ciphertext), IV_LENGTH);
      return `1.${newest.id}.${encodeBase64Url(bytes)}`;
    },

    async open(purpose, text, { aad }) {
      if (text.length > MAX_TEXT_LENGTH) return null;
      const [version, keyId, body, ...rest] = text.split(".");
      if (version !== "1" || keyId === undefined || body === undefined || rest.length > 0) {
        return null;
      }
      const bytes = decodeBase64Url(body);
      if (bytes === null || bytes.length < IV_LENGTH + TAG_LENGTH) return null;
      const keys = await keysFor(purpose);
      const key = keys.find(({ id }) => id === keyId)?.key;
      if (key === undefined) return null;
      const iv = bytes.slice(0, IV_LENGTH);
      try {
        const plain = await crypto.subtle.decrypt(
          parameters({ iv, keyId, purpose, aad }),
          key,
          bytes.subarray(IV_LENGTH),
        );
        return unexpired(new Uint8Array(plain), nowMs());
      } catch {
        return null; // The tag does not fit: forged, changed, or meant for another place.
      }
    },
  };
}

// SECURITY: purpose and place are part of what the tag protects. Without them a value sealed for one
// cookie could be presented as another.
function parameters(sealed: {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly keyId: string;
  readonly purpose: string;
  readonly aad: string;
}): AesGcmParams {
  const additionalData = encodeUtf8(JSON.stringify([1, sealed.keyId, sealed.purpose, sealed.aad]));
  return { name: "AES-GCM", iv: sealed.iv, additionalData, tagLength: TAG_LENGTH * 8 };
}

function unexpired(plain: Uint8Array, nowMs: number): unknown {
  const value: unknown = JSON.parse(decodeUtf8(plain) ?? "null");
  if (typeof value !== "object" || value === null) return null;
  if (!("expiresAtMs" in value) || !("payload" in value)) return null;
  // A comparison with NaN or a text is false, so only a real time in the future passes.
  return typeof value.expiresAtMs === "number" && value.expiresAtMs > nowMs ? value.payload : null;
}

async function deriveKey(secret: string, purpose: string): Promise<Key> {
  const material = await crypto.subtle.importKey("raw", encodeUtf8(secret), "HKDF", false, [
    "deriveKey",
    "deriveBits",
  ]);
  const hkdf = (info: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: SALT,
    info: encodeUtf8(info),
  });
  const [key, id] = await Promise.all([
    crypto.subtle.deriveKey(
      hkdf(`key ${purpose}`),
      material,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    ),
    crypto.subtle.deriveBits(hkdf(`id ${purpose}`), material, 48),
  ]);
  return { id: encodeBase64Url(new Uint8Array(id)), key };
}
