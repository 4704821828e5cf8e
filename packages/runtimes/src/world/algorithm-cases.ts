import { constants, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { AsymmetricAlgorithm } from "@tenantry/core/provider";
import type { AlgorithmCase } from "../smoke/plan.ts";

type KeyKind = "rsa" | "ed25519" | "P-256" | "P-384" | "P-521";

/** Every algorithm core knows, with the kind of key it takes. */
const ALGORITHMS: readonly (readonly [AsymmetricAlgorithm, KeyKind])[] = [
  ["RS256", "rsa"],
  ["RS384", "rsa"],
  ["RS512", "rsa"],
  ["PS256", "rsa"],
  ["PS384", "rsa"],
  ["PS512", "rsa"],
  ["ES256", "P-256"],
  ["ES384", "P-384"],
  ["ES512", "P-521"],
  ["EdDSA", "ed25519"],
  ["Ed25519", "ed25519"],
];

/** One key for each algorithm, a token that it signed, and one that another key signed. */
export function algorithmCases(): readonly AlgorithmCase[] {
  return ALGORITHMS.map(([algorithm, kind]) => {
    const [own, other] = [generate(kind), generate(kind)];
    return {
      algorithm,
      jwk: { ...own.publicKey.export({ format: "jwk" }), alg: algorithm },
      good: tokenOf(algorithm, own.privateKey),
      forged: tokenOf(algorithm, other.privateKey),
    };
  });
}

function generate(kind: KeyKind) {
  if (kind === "ed25519") return generateKeyPairSync("ed25519");
  return kind === "rsa"
    ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : generateKeyPairSync("ec", { namedCurve: kind });
}

function tokenOf(algorithm: AsymmetricAlgorithm, key: KeyObject): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const input = [
    { alg: algorithm, typ: "at+jwt" },
    {
      iss: "https://issuer.example",
      aud: "https://api.example",
      sub: "user_1",
      iat: nowSeconds,
      exp: nowSeconds + 600,
    },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${input}.${signatureOf(algorithm, key, Buffer.from(input)).toString("base64url")}`;
}

function signatureOf(algorithm: AsymmetricAlgorithm, key: KeyObject, input: Buffer): Buffer {
  if (algorithm.startsWith("Ed")) return sign(null, input, key);
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith("ES")) return sign(hash, input, { key, dsaEncoding: "ieee-p1363" });
  if (algorithm.startsWith("RS")) return sign(hash, input, key);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(hash, input, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}
