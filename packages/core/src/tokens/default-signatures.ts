import { builtin } from "../internal/platform.ts";
import { createNodeSignatureVerifier } from "./signature-node.ts";
import { createWebSignatureVerifier } from "./signature-web.ts";
import type { SignatureVerifier } from "./signature.ts";

/** Node's own cryptography where there is one, else WebCrypto. */
export function createSignatureVerifier(): SignatureVerifier {
  const nodeCrypto = builtin("node:crypto");
  return nodeCrypto === undefined
    ? createWebSignatureVerifier()
    : createNodeSignatureVerifier(nodeCrypto);
}
