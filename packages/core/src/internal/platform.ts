/**
 * The one place that reaches for Node's builtins. Nothing is imported: a runtime without
 * `process.getBuiltinModule` simply has none, and web standards do the work. Only the members that
 * core uses are described here, so that the web entry compiles without Node's types.
 */

/** A public key as `node:crypto` holds it. */
export interface NodeKey {
  readonly type: string;
}

/** What core uses of `node:crypto`. */
export interface NodeCrypto {
  hash(algorithm: "sha256", data: string, encoding: "base64url"): string;
  createPublicKey(input: { readonly key: JsonWebKey; readonly format: "jwk" }): NodeKey;
  verify(
    digest: string | null,
    data: Uint8Array,
    key: NodeKey | { readonly key: NodeKey; readonly padding: number; readonly saltLength: number },
    signature: Uint8Array,
  ): boolean;
}

/** What core uses of Node's `Buffer`. */
export interface NodeBuffer {
  from(text: string, encoding: "base64url" | "latin1"): Uint8Array<ArrayBuffer>;
  from(
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ): Uint8Array & { toString(encoding: "base64url"): string };
}

/** An address as `dns.lookup` gives it. */
export interface NodeAddress {
  readonly address: string;
  readonly family: number;
}

/** The `lookup` option of a Node socket. */
export type NodeLookup = (
  hostname: string,
  options: { readonly all?: boolean },
  callback: (
    error: Error | null,
    address: string | readonly NodeAddress[],
    family?: number,
  ) => void,
) => void;

/** A response as `node:http` gives it. */
export interface NodeIncoming extends AsyncIterable<Uint8Array> {
  readonly statusCode?: number;
  readonly rawHeaders: readonly string[];
  destroy(): void;
}

/** A request as `node:http` makes it. */
export interface NodeOutgoing {
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "response", listener: (response: NodeIncoming) => void): void;
  end(body?: Uint8Array): void;
  destroy(error?: Error): void;
}

/** What core uses of `node:http` and `node:https`. */
export interface NodeHttp {
  request(
    url: URL,
    options: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      /** False: a fresh connection, which no other code has opened by rules of its own. */
      readonly agent: false;
      readonly signal: AbortSignal;
      readonly lookup?: NodeLookup;
    },
  ): NodeOutgoing;
}

/** What core uses of `node:dns/promises`. */
export interface NodeDns {
  lookup(hostname: string, options: { readonly all: true }): Promise<readonly NodeAddress[]>;
}

interface Builtins {
  readonly "node:crypto": NodeCrypto;
  readonly "node:buffer": { readonly Buffer: NodeBuffer };
  readonly "node:http": NodeHttp;
  readonly "node:https": NodeHttp;
  readonly "node:dns/promises": NodeDns;
}

interface ProcessLike {
  readonly versions?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
}

interface RuntimeGlobals {
  readonly process?: ProcessLike;
  readonly navigator?: { readonly userAgent?: string };
}

/**
 * workerd calls itself Node in `process.versions` and lends copies of Node's modules that differ
 * from the originals: `verify` of `node:crypto` takes no `KeyObject` with a padding, and `node:http`
 * ignores `lookup`. Web standards work there, so its copies are left alone.
 */
function isWorkerd({ navigator }: RuntimeGlobals): boolean {
  return navigator?.userAgent === "Cloudflare-Workers";
}

/** A Node builtin, or undefined where the runtime has none that can be relied on. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const runtime = globalThis as RuntimeGlobals;
  if (isWorkerd(runtime)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node documents these shapes
  return runtime.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined;
}

/**
 * True on Node itself. Other runtimes lend some of its modules but may ignore options that a
 * decision rests on, such as `lookup`.
 */
export function isNode(): boolean {
  const runtime = globalThis as RuntimeGlobals;
  const versions = runtime.process?.versions;
  return (
    versions?.["node"] !== undefined &&
    versions["bun"] === undefined &&
    versions["deno"] === undefined &&
    !isWorkerd(runtime)
  );
}
