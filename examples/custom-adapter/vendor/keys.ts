import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign as signBytes,
  type KeyObject,
} from "node:crypto";

/** Which key signs; the last three are for forgers. */
export type KeyName = "current" | "previous" | "rogue" | "none" | "hmac-public";

/** Signs claims. The header is Acme's unless another is given. */
export type Signer = (
  claims: Readonly<Record<string, unknown>>,
  how?: { readonly key?: KeyName; readonly header?: Readonly<Record<string, unknown>> },
) => string;

/** The keys of an Acme ID. */
export interface Keys {
  readonly published: readonly Readonly<Record<string, unknown>>[];
  readonly current: KeyObject;
  readonly sign: Signer;
}

/** New keys; the old ones are `previous`, and still published if they are kept. */
export function createKeys(before: Keys | null, keepOld = false): Keys {
  const make = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const kid = randomUUID();
  const all: Readonly<Record<string, KeyObject>> = {
    current: make(),
    rogue: make(),
    ...(before === null ? {} : { previous: before.current }),
  };
  const publicKey = createPublicKey(all["current"] ?? make());
  const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" };
  const sign: Signer = (claims, { key = "current", header } = {}) => {
    const head = header ?? { alg: "ES256", typ: "pass+jwt", kid };
    const input = [head, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    if (key === "none") return `${input}.`;
    const privateKey = all[key];
    const signature =
      privateKey === undefined
        ? createHmac("sha256", publicKey.export({ type: "spki", format: "pem" }))
            .update(input)
            .digest()
        : signBytes("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${input}.${signature.toString("base64url")}`;
  };
  return {
    published: [jwk, ...(before !== null && keepOld ? before.published : [])],
    current: all["current"] ?? make(),
    sign,
  };
}
