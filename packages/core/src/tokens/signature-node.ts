import { encodeAscii } from "../internal/encoding.ts";
import type { NodeCrypto, NodeKey } from "../internal/platform.ts";
import { ALGORITHMS } from "./algorithms.ts";
import type { SignatureVerifier } from "./signature.ts";

const NODE_HASH = { "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" } as const;
const RSA_PKCS1_PSS_PADDING = 6;
const RSA_PSS_SALTLEN_DIGEST = -1; // as long as the hash: RFC 7518 §3.5

/** Verifies with `node:crypto`, at once and on the calling thread. */
export function createNodeSignatureVerifier(crypto: NodeCrypto): SignatureVerifier {
  return {
    importKey(jwk) {
      try {
        return crypto.createPublicKey({ key: jwk, format: "jwk" });
      } catch {
        return null;
      }
    },
    verify({ algorithm, key, signingInput, signature }) {
      const { kty, hash, padding } = ALGORITHMS[algorithm];
      if (!isNodeKey(key)) return false;
      const data = encodeAscii(signingInput);
      try {
        return crypto.verify(
          hash === undefined ? null : NODE_HASH[hash],
          data,
          padding === "pss"
            ? { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST }
            : key,
          // Node's own conversion (`dsaEncoding`) costs a third of an ES256 verification on Node 24.
          kty === "EC" ? derSignature(signature) : signature,
        );
      } catch {
        return false;
      }
    },
  };
}

function isNodeKey(key: object): key is NodeKey {
  return "type" in key && key.type === "public";
}

/** The DER form of an ECDSA signature r || s: SEQUENCE of two minimal INTEGERs (RFC 3279 §2.2.3). */
function derSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const r = derInteger(raw.subarray(0, half));
  const s = derInteger(raw.subarray(half));
  const length = r.length + s.length;
  // At most 2 * (2 + 67) bytes: one length byte up to 127, two above.
  const head = length < 0x80 ? [0x30, length] : [0x30, 0x81, length];
  const der = new Uint8Array(head.length + length);
  der.set(head);
  der.set(r, head.length);
  der.set(s, head.length + r.length);
  return der;
}

function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(first === -1 ? bytes.length - 1 : first);
  const pad = (digits[0] ?? 0) >= 0x80 ? 1 : 0; // else it would read as a negative number
  const der = new Uint8Array(2 + pad + digits.length);
  der[0] = 0x02;
  der[1] = pad + digits.length;
  der.set(digits, 2 + pad);
  return der;
}
