import { decodeCheckedBase64Url, decodeUtf8, hasCanonicalEnd } from "../internal/encoding.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import { isAsymmetric } from "./algorithms.ts";
import type { AsymmetricAlgorithm, Claims, TokenHeader } from "./profile.ts";

/** A compact JWS taken apart. Nothing in it is trusted yet. */
export interface ParsedJws {
  readonly algorithm: AsymmetricAlgorithm;
  readonly kid: string | undefined;
  /** The whole header; profiles see only part of it, see {@link visibleHeader}. */
  readonly header: TokenHeader;
  readonly claims: Claims;
  /** ASCII, as it was signed. */
  readonly signingInput: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Longest token that is looked at, in characters, unless configured otherwise. */
export const MAX_TOKEN_LENGTH = 8192;
const MAX_KID_LENGTH = 256;

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/**
 * Members that would let a token choose its own key, or change what is signed. `crit` has a reason
 * of its own (RFC 7515 §4.1.11): we implement no extension, so every critical one is unknown.
 */
const REFUSED_MEMBERS = ["jwk", "jku", "x5u", "b64", "zip", "enc"] as const;

/**
 * Takes a compact JWS apart (RFC 7515 §7.1): three segments of canonical base64url, two JSON
 * objects. Never throws. Refuses with `malformed`, `too_long`, `critical_header`,
 * `header_not_allowed` or `algorithm_not_allowed`.
 */
export function parseJws(token: unknown, maxLength: number = MAX_TOKEN_LENGTH): Result<ParsedJws> {
  if (typeof token !== "string") return reject("malformed");
  if (token.length > maxLength) return reject("too_long");
  const parts = COMPACT.exec(token);
  if (parts === null) return reject("malformed");
  const [, headerPart = "", claimsPart = "", signaturePart = ""] = parts;
  // SECURITY: without this, one token would have many spellings, all with a good signature.
  if (![headerPart, claimsPart, signaturePart].every(hasCanonicalEnd)) return reject("malformed");

  const header = parseObject(headerPart);
  if (header === null) return reject("malformed");
  if (Object.hasOwn(header, "crit")) return reject("critical_header");
  if (REFUSED_MEMBERS.some((name) => Object.hasOwn(header, name))) {
    return reject("header_not_allowed");
  }
  const { alg: algorithm, kid, typ } = header as { alg?: unknown; kid?: unknown; typ?: unknown };
  // SECURITY: the list holds asymmetric algorithms only; `none` and HS* end here.
  if (!isAsymmetric(algorithm)) return reject("algorithm_not_allowed");
  if (kid !== undefined && !isText(kid, MAX_KID_LENGTH)) return reject("header_not_allowed");
  if (typ !== undefined && !isText(typ, MAX_KID_LENGTH)) return reject("header_not_allowed");

  const claims = parseObject(claimsPart);
  if (claims === null) return reject("malformed");
  return ok({
    algorithm,
    kid,
    header: { ...header, alg: algorithm },
    claims,
    signingInput: token.slice(0, token.length - signaturePart.length - 1),
    signature: decodeCheckedBase64Url(signaturePart),
  });
}

/** The part of a header that a profile may look at: `alg`, `kid`, `typ` and what it declares. */
export function visibleHeader(header: TokenHeader, declared: readonly string[] = []): TokenHeader {
  const visible: Record<string, unknown> = {};
  for (const name of ["kid", "typ", ...declared]) {
    if (Object.hasOwn(header, name)) visible[name] = header[name];
  }
  return { ...visible, alg: header.alg };
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxLength;
}

function isObject(value: unknown): value is Claims {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON object in a segment; null for anything else. */
function parseObject(segment: string): Claims | null {
  const text = decodeUtf8(decodeCheckedBase64Url(segment));
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
