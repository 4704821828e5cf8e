import type { TokenKind } from "@tenantry/core/provider";
import type { SigningKey, TokenFacts, TokenWish } from "../target/tokens.ts";
import type { Started } from "../target/target.ts";

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** What to change about an honest token. */
export interface Bend {
  /** Laid over the header; a member of value `undefined` is left out. */
  readonly header?: Json;
  /** Likewise. */
  readonly claims?: Json;
  /** A value deep within the claims; `undefined` removes it. */
  readonly at?: { readonly path: readonly string[]; readonly value: unknown };
  /** A place deep within the claims to leave out. */
  readonly without?: readonly string[];
  /** Default: the current one. */
  readonly key?: SigningKey;
}

/** An honest token, taken apart. */
export interface Specimen {
  readonly wish: TokenWish;
  readonly kind: TokenKind;
  readonly facts: TokenFacts;
  readonly token: string;
  readonly header: Json;
  readonly claims: Json;
  /** The same token with something changed, signed anew. */
  bend(bend: Bend): Promise<string>;
}

/** Mints an honest token and takes it apart. */
export async function mintSpecimen(started: Started, wish: TokenWish): Promise<Specimen> {
  const facts = started.tokens.kinds[wish.kind];
  if (facts === undefined) throw new Error(`The target has no tokens of kind ${wish.kind}.`);
  const token = await started.tokens.mint(wish);
  const [header = "", claims = ""] = token.split(".");
  const specimen: Specimen = {
    wish,
    kind: wish.kind,
    facts,
    token,
    header: decode(header),
    claims: decode(claims),
    bend(bend) {
      const key = bend.key ?? "current";
      const alg = key === "none" ? { alg: "none" } : key === "hmac-public" ? { alg: "HS256" } : {};
      const all = overlay(specimen.claims, bend.claims ?? {});
      const laid = bend.without === undefined ? all : setAt(all, bend.without, undefined);
      return started.tokens.sign({
        header: overlay({ ...specimen.header, ...alg }, bend.header ?? {}),
        claims: bend.at === undefined ? laid : setAt(laid, bend.at.path, bend.at.value),
        key,
      });
    },
  };
  return specimen;
}

/** Decodes a part of a token. */
export function decode(part: string): Json {
  return JSON.parse(new TextDecoder().decode(Buffer.from(part, "base64url")));
}

/** Encodes a part of a token. */
export function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** The value at a path, undefined if there is none. */
export function valueAt(claims: Json, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    claims,
  );
}

function overlay(base: Json, changes: Json): Json {
  const all = Object.entries({ ...base, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** The claims with another value at a path; `undefined` removes it. */
export function setAt(claims: Json, path: readonly string[], value: unknown): Json {
  const [first, ...rest] = path;
  if (first === undefined) return claims;
  if (rest.length === 0) return overlay(claims, { [first]: value });
  const inner = claims[first];
  return { ...claims, [first]: setAt(isObject(inner) ? inner : {}, rest, value) };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
