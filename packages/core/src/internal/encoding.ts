import { builtin } from "./platform.ts";

// Read once: which of the two ways this runtime offers does not change while it runs.
const nodeBuffer = builtin("node:buffer")?.Buffer;
const nodeCrypto = builtin("node:crypto");

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const ALPHABET = /^[A-Za-z0-9_-]*$/;
/** Last characters whose unused bits are zero, for a rest of two and of three characters. */
const CLEAN_END_2 = "AQgw";
const CLEAN_END_3 = "AEIMQUYcgkosw048";

/**
 * Whether the length and the last character are those of canonical base64url, given that the
 * alphabet is right. Otherwise several texts would stand for the same bytes.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-3.5 RFC 4648 §3.5}
 */
export function hasCanonicalEnd(text: string): boolean {
  const rest = text.length % 4;
  if (rest === 0) return true;
  if (rest === 1) return false;
  return (rest === 2 ? CLEAN_END_2 : CLEAN_END_3).includes(text.charAt(text.length - 1));
}

/** Decodes canonical, unpadded base64url; null for anything else. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  return ALPHABET.test(text) && hasCanonicalEnd(text) ? decodeCheckedBase64Url(text) : null;
}

/** Decodes base64url whose alphabet and end have been checked already. */
export function decodeCheckedBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (nodeBuffer !== undefined) return nodeBuffer.from(text, "base64url");
  return webDecodeBase64Url(text);
}

/** As {@link decodeCheckedBase64Url}, with web standards only. */
export function webDecodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Encodes bytes as unpadded base64url. */
export function encodeBase64Url(bytes: Uint8Array): string {
  if (nodeBuffer !== undefined) {
    return nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
  }
  return webEncodeBase64Url(bytes);
}

/** As {@link encodeBase64Url}, with web standards only. */
export function webEncodeBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; null if they are not UTF-8. A byte order mark stays visible. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}

/** The bytes of a text that is known to be ASCII. */
export function encodeAscii(text: string): Uint8Array<ArrayBuffer> {
  if (nodeBuffer !== undefined) return nodeBuffer.from(text, "latin1");
  return encodeUtf8(text);
}

/** base64url SHA-256 of a text's UTF-8 bytes. Immediate on Node, a promise elsewhere. */
export function sha256(text: string): string | Promise<string> {
  return nodeCrypto === undefined ? webSha256(text) : nodeCrypto.hash("sha256", text, "base64url");
}

/** As {@link sha256}, with web standards only. */
export async function webSha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encodeUtf8(text));
  return encodeBase64Url(new Uint8Array(digest));
}
