import { createHash, generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { builtin } from "../../src/internal/platform.ts";
import { createSignatureVerifier } from "../../src/tokens/default-signatures.ts";
import { publicKeyFor, signatureLengthOf, type PublicJwk } from "../../src/tokens/jwk.ts";
import type { AsymmetricAlgorithm } from "../../src/tokens/profile.ts";
import { createNodeSignatureVerifier } from "../../src/tokens/signature-node.ts";
import { createWebSignatureVerifier } from "../../src/tokens/signature-web.ts";
import { isPossibleSignature, type SignatureVerifier } from "../../src/tokens/signature.ts";
import { type Signer, seal, signer } from "./kit.ts";

const nodeCrypto = builtin("node:crypto");
if (nodeCrypto === undefined) throw new Error("these tests run on Node");

const VERIFIERS: readonly (readonly [string, SignatureVerifier])[] = [
  ["Node's", createNodeSignatureVerifier(nodeCrypto)],
  ["the web's", createWebSignatureVerifier()],
];
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;
const INPUT = "eyJhbGciOiJFUzI1NiJ9.e30";

const signers = new Map<AsymmetricAlgorithm, Signer>();
beforeAll(() => {
  for (const alg of ALGORITHMS) signers.set(alg, signer(alg));
});
const signerOf = (alg: AsymmetricAlgorithm) => signers.get(alg) as Signer;

const bytes = (data: Uint8Array) => new Uint8Array(data);

/** As the engine asks: shape first, then the verifier. */
async function isGood(
  verifier: SignatureVerifier,
  alg: AsymmetricAlgorithm,
  signature: Uint8Array,
  { input = INPUT, jwk = signerOf(alg).jwk }: { input?: string; jwk?: Signer["jwk"] } = {},
): Promise<boolean> {
  const publicKey = publicKeyFor(jwk, alg) as PublicJwk;
  const key = await verifier.importKey(publicKey, alg);
  if (key === null) throw new Error("the key was not imported");
  const signed = { algorithm: alg, key, signingInput: input, signature: bytes(signature) };
  const shape = { algorithm: alg, length: signatureLengthOf(publicKey, alg) };
  return isPossibleSignature(signature, shape) && (await verifier.verify(signed));
}

describe.each(VERIFIERS)("%s verifier", (_name, verifier) => {
  test.each(ALGORITHMS)("accepts a good %s signature and no other", async (alg) => {
    const by = signerOf(alg);
    const signature = by.seal(INPUT);
    expect(await isGood(verifier, alg, signature)).toBe(true);
    expect(await isGood(verifier, alg, signature, { input: `${INPUT}x` })).toBe(false);
    const changed = bytes(signature);
    changed[5] = (changed[5] ?? 0) ^ 1;
    expect(await isGood(verifier, alg, changed)).toBe(false);
    expect(await isGood(verifier, alg, signature.subarray(1))).toBe(false);
    expect(await isGood(verifier, alg, Buffer.concat([signature, Buffer.from([0])]))).toBe(false);
    expect(await isGood(verifier, alg, new Uint8Array())).toBe(false);
  });

  // Not every length is one byte per eight bits of a round number.
  test.each([2048, 2049, 2055, 3072])(
    "knows how long the signatures of %i bits are",
    async (bits) => {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
      const jwk = publicKey.export({ format: "jwk" });
      expect(await isGood(verifier, "RS256", seal(privateKey, "RS256", INPUT), { jwk })).toBe(true);
    },
  );

  test("refuses a signature of another key of the same kind", async () => {
    const other = signer("ES256");
    expect(await isGood(verifier, "ES256", other.seal(INPUT))).toBe(false);
  });

  test("refuses a signature with the other RSA padding or another hash", async () => {
    const { jwk, privateKey } = signerOf("RS256");
    const { alg: _alg, ...open } = jwk;
    expect(await isGood(verifier, "PS256", seal(privateKey, "RS256", INPUT), { jwk: open })).toBe(
      false,
    );
    expect(await isGood(verifier, "RS256", seal(privateKey, "PS256", INPUT), { jwk: open })).toBe(
      false,
    );
    expect(await isGood(verifier, "RS256", seal(privateKey, "RS384", INPUT), { jwk: open })).toBe(
      false,
    );
  });

  test("imports no point that is off its curve", async () => {
    const x = Buffer.alloc(32, 1).toString("base64url");
    const off = { kty: "EC", crv: "P-256", x, y: x } as const;
    expect(await verifier.importKey(off, "ES256")).toBe(null);
  });

  test("answers no, instead of throwing, for a key that is not its own", async () => {
    const signed = { algorithm: "ES256", key: {}, signingInput: INPUT } as const;
    expect(await verifier.verify({ ...signed, signature: new Uint8Array(64) })).toBe(false);
  });

  // The edges that Wycheproof's ecdsa_secp256r1_sha256_p1363 vectors cover, built here.
  describe("refuses an ES256 signature", () => {
    const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
    const number = (data: Uint8Array) => BigInt(`0x${Buffer.from(data).toString("hex")}`);
    const field = (value: bigint, length = 32) =>
      Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
    const pair = (r: bigint, s: bigint, length = 32) =>
      Buffer.concat([field(r, length), field(s, length)]);

    test.each<[string, (r: bigint, s: bigint) => Buffer]>([
      ["with r = 0", (_r, s) => pair(0n, s)],
      ["with s = 0", (r) => pair(r, 0n)],
      ["with r = s = 0", () => pair(0n, 0n)],
      ["with r = n", (_r, s) => pair(ORDER, s)],
      ["with s = n", (r) => pair(r, ORDER)],
      ["with r = n, s = n", () => pair(ORDER, ORDER)],
      ["with r = p", (_r, s) => pair(PRIME, s)],
      ["with r = s = 1", () => pair(1n, 1n)],
      ["with r + n in 33 bytes", (r, s) => pair(r + ORDER, s, 33)],
      ["with all bits set", () => Buffer.alloc(64, 0xff)],
      ["with r and s swapped", (r, s) => pair(s, r)],
      ["with leading zeros in front", (r, s) => Buffer.concat([Buffer.from([0]), pair(r, s)])],
      ["of 63 bytes", (r, s) => pair(r, s).subarray(0, 63)],
      ["of 65 bytes", (r, s) => Buffer.concat([pair(r, s), Buffer.from([0])])],
      ["of 66 bytes, padded evenly", (r, s) => pair(r, s, 33)],
      ["of 128 bytes", (r, s) => Buffer.concat([pair(r, s), pair(r, s)])],
      [
        "in DER",
        (r, s) => {
          const integer = (value: bigint) => {
            const digits = field(value);
            const padded =
              (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
            return Buffer.concat([Buffer.from([2, padded.length]), padded]);
          };
          const body = Buffer.concat([integer(r), integer(s)]);
          return Buffer.concat([Buffer.from([0x30, body.length]), body]);
        },
      ],
    ])("%s", async (_what, forge) => {
      const good = signerOf("ES256").seal(INPUT);
      const forged = forge(number(good.subarray(0, 32)), number(good.subarray(32)));
      expect(await isGood(verifier, "ES256", forged)).toBe(false);
    });

    test("except a good one whatever its numbers look like", async () => {
      // A hundred signatures: short numbers and numbers with a high bit are among them.
      const by = signerOf("ES256");
      const shapes = new Set<string>();
      for (let round = 0; round < 600; round += 1) {
        const input = createHash("sha256").update(`${round}`).digest("base64url");
        const signature = by.seal(input);
        const [r = 0, s = 0] = [signature[0], signature[32]];
        const shape = `${r === 0 ? "short" : r >= 0x80 ? "high" : "low"} ${s === 0 ? "short" : s >= 0x80 ? "high" : "low"}`;
        if (shapes.has(shape)) continue;
        shapes.add(shape);
        // oxlint-disable-next-line no-await-in-loop -- a handful of shapes
        expect([shape, await isGood(verifier, "ES256", signature, { input })]).toEqual([
          shape,
          true,
        ]);
      }
      expect(shapes.size).toBeGreaterThanOrEqual(4);
    });
  });
});

describe("the default verifier", () => {
  test("is Node's own here", async () => {
    const key = createSignatureVerifier().importKey(
      publicKeyFor(signerOf("ES256").jwk, "ES256") as PublicJwk,
      "ES256",
    );
    expect(key).not.toBeInstanceOf(Promise);
    expect(key).not.toBeInstanceOf(CryptoKey);
  });
});
