import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { LogEvent } from "../../src/log.ts";
import type { Provider } from "../../src/provider/define-provider.ts";
import type { InstanceProvider } from "../../src/tokens/provider-instance.ts";
import type {
  AsymmetricAlgorithm,
  Claims,
  Identity,
  TokenProfile,
} from "../../src/tokens/profile.ts";
import { scopesFromString } from "../../src/tokens/scopes.ts";
import { createTokenVerifier, type TokenVerifierOptions } from "../../src/tokens/verify.ts";

/** 2026-11-21T12:00:00Z, in the middle of a second. */
export const START_MS = 1_795_262_400_500;
export const NOW = Math.floor(START_MS / 1000);
export const ISSUER = "https://issuer.example";
export const JWKS_URI = "https://issuer.example/jwks";

/** A key pair, its JWK and a pen. */
export interface Signer {
  readonly kid: string;
  readonly alg: AsymmetricAlgorithm;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly privateKey: KeyObject;
  /** Signs any text with this key. */
  seal(signingInput: string, alg?: AsymmetricAlgorithm): Buffer;
}

export const base64url = (value: string | Uint8Array) => Buffer.from(value).toString("base64url");
export const json = (value: unknown) => base64url(JSON.stringify(value));

const CURVES = { ES256: "P-256", ES384: "P-384", ES512: "P-521" } as const;

export function signer(alg: AsymmetricAlgorithm, kid = `key-${alg}`): Signer {
  const pair =
    alg in CURVES
      ? generateKeyPairSync("ec", { namedCurve: CURVES[alg as keyof typeof CURVES] })
      : alg === "EdDSA" || alg === "Ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    kid,
    alg,
    jwk: { ...pair.publicKey.export({ format: "jwk" }), kid, alg, use: "sig" },
    privateKey: pair.privateKey,
    seal: (input, as = alg) => seal(pair.privateKey, as, input),
  };
}

export function seal(key: KeyObject, alg: AsymmetricAlgorithm, input: string): Buffer {
  if (alg === "EdDSA" || alg === "Ed25519") return sign(null, Buffer.from(input), key);
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith("ES")) {
    return sign(hash, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  }
  return alg.startsWith("PS")
    ? sign(hash, Buffer.from(input), {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      })
    : sign(hash, Buffer.from(input), key);
}

/** A signed token. `header` and `claims` replace members; undefined removes one. */
export function tokenOf(
  by: Signer,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): string {
  const input = `${json({ alg: by.alg, kid: by.kid, typ: "at+jwt", ...header })}.${json({ ...goodClaims(), ...claims })}`;
  return `${input}.${base64url(by.seal(input))}`;
}

export const goodClaims = () => ({
  iss: ISSUER,
  sub: "user_1",
  aud: "https://api.example",
  iat: NOW - 10,
  exp: NOW + 300,
  scope: "notes:read notes:write",
});

export const readIdentity = ({ claims }: { readonly claims: Claims }): Identity => ({
  issuer: claims["iss"] as string,
  subject: claims["sub"] as string,
  subjectScope: "global",
  kind: "user",
  tenant: typeof claims["org_id"] === "string" ? { external: claims["org_id"] } : null,
  authentication: { method: "unknown" },
  actors: [],
  issuedAtSeconds: claims["iat"] as number,
  expiresAtSeconds: claims["exp"] as number,
  ...(typeof claims["sid"] === "string" && { sessionId: claims["sid"] }),
  ...(claims["scope"] !== undefined && { scopes: scopesFromString(claims["scope"]) }),
});

type Overrides<T> = { readonly [K in keyof T]?: T[K] | undefined };

export function profileOf(overrides: Overrides<TokenProfile> = {}): TokenProfile {
  return {
    id: "access",
    kind: "access",
    issuers: [ISSUER],
    keys: { jwksUri: JWKS_URI },
    algorithms: ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"],
    matches: () => true,
    rules: {
      typ: ["at+jwt"],
      audience: { claim: "aud", anyOf: ["https://api.example"], ifMissing: "reject" },
      required: ["sub"],
    },
    roles: "token",
    scopes: "permissions",
    read: readIdentity,
    ...overrides,
  } as TokenProfile;
}

const CAPABILITIES = {} as Provider["capabilities"];

export function providerOf(overrides: Partial<InstanceProvider> = {}): InstanceProvider {
  return {
    spec: 1,
    vendor: "acme",
    instance: "acme",
    capabilities: CAPABILITIES,
    tokens: [profileOf()],
    ...overrides,
  };
}

/** A JWKS endpoint that counts, rotates, fails and hangs. */
export interface Endpoint {
  keys: unknown[];
  /** Requests so far, by URL. */
  calls: string[];
  /** What it answers instead of its keys. */
  answer: (() => Response | Promise<Response>) | null;
  fetch: typeof globalThis.fetch;
  down(): void;
  up(): void;
}

export function createEndpoint(...signers: readonly Signer[]): Endpoint {
  const endpoint: Endpoint = {
    keys: signers.map((by) => by.jwk),
    calls: [],
    answer: null,
    fetch: async (input) => {
      endpoint.calls.push(input instanceof Request ? input.url : String(input));
      await Promise.resolve();
      return endpoint.answer === null ? Response.json({ keys: endpoint.keys }) : endpoint.answer();
    },
    down() {
      endpoint.answer = () => Promise.reject(new TypeError("fetch failed"));
    },
    up() {
      endpoint.answer = null;
    },
  };
  return endpoint;
}

/** A token engine with a clock to turn and a log to read. */
export function createEngine(options: Partial<TokenVerifierOptions> = {}) {
  const clock = { nowMs: START_MS };
  const logs: LogEvent[] = [];
  const verifier = createTokenVerifier({
    providers: [providerOf()],
    nowMs: () => clock.nowMs,
    log: (event) => {
      logs.push(event);
    },
    fetch: () => Promise.reject(new Error("no network in this test")),
    ...options,
  });
  /** "ok" or the reason. */
  const verdict = async (token: string, resource?: string) => {
    const result = await verifier.verify(token, {
      accept: ["session", "access", "m2m", "mcp"],
      ...(resource !== undefined && { resource }),
    });
    return result.ok ? "ok" : result.reason;
  };
  return { verifier, clock, logs, verdict };
}
