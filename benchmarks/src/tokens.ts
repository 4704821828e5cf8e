import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export const ISSUER = "https://issuer.example";
export const AUDIENCE = "https://api.example";
/** The algorithms that providers sign with. */
export const ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A key, tokens that it signed, and one that another key signed. */
export interface Fixture {
  readonly algorithm: Algorithm;
  readonly jwk: { readonly kid: string; readonly alg: string; readonly [name: string]: unknown };
  readonly pem: string;
  readonly good: string;
  readonly forged: string;
}

/** The shape of a session token at a B2B vendor: 12 claims, 20 permissions. */
function claims() {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    sub: "user_01HXYZABCDEFGHJKMNPQRSTVWX",
    aud: AUDIENCE,
    sid: "session_01HXYZABCDEFGHJKMNPQRSTVWX",
    jti: "01HXYZABCDEFGHJKMNPQRSTVWX",
    org_id: "org_01HXYZABCDEFGHJKMNPQRSTVWX",
    role: "member",
    roles: ["member"],
    permissions: Array.from({ length: 20 }, (_, index) => `resource${index}:read`),
    azp: "https://app.example",
    iat: nowSeconds - 10,
    exp: nowSeconds + 3600,
  };
}

/** Makes a fixture. */
export function fixture(algorithm: Algorithm): Fixture {
  const [own, other] = [generate(algorithm), generate(algorithm)];
  const kid = `key-${algorithm}`;
  const input = [{ alg: algorithm, kid, typ: "JWT" }, claims()]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const seal = (key: KeyObject) => `${input}.${signature(algorithm, key, input)}`;
  return {
    algorithm,
    jwk: { ...own.publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" },
    pem: own.publicKey.export({ format: "pem", type: "spki" }).toString(),
    good: seal(own.privateKey),
    forged: seal(other.privateKey),
  };
}

function generate(algorithm: Algorithm) {
  switch (algorithm) {
    case "RS256":
      return generateKeyPairSync("rsa", { modulusLength: 2048 });
    case "ES256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case "EdDSA":
      return generateKeyPairSync("ed25519");
    default:
      return algorithm satisfies never;
  }
}

function signature(algorithm: Algorithm, key: KeyObject, input: string): string {
  const data = Buffer.from(input);
  if (algorithm === "EdDSA") return sign(null, data, key).toString("base64url");
  return sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
}
