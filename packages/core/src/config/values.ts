import * as z from "zod/mini";

/** A kind of value: what an option must be, and how a variable's text becomes one. */
export interface ValueKind<T> {
  /** Completes the sentence "expected …". Shown in error messages, so it never holds a value. */
  readonly expects: string;
  readonly schema: {
    safeParse(
      input: unknown,
    ): { readonly success: true; readonly data: T } | { readonly success: false };
  };
  /** The option that a variable's text stands for. What it cannot read it returns as it is. */
  fromText(text: string): unknown;
}

const MAX_TEXT = 16_384;
const plain = z.string().check(z.minLength(1), z.maxLength(MAX_TEXT));

/** A non-empty text, with an optional further check. */
export function text(
  expects = "a text that is not empty",
  accepts: (value: string) => boolean = () => true,
): ValueKind<string> {
  return { expects, schema: plain.check(z.refine(accepts)), fromText: (value) => value };
}

/** One of a few words. */
export function choice<const T extends string>(words: readonly [T, ...T[]]): ValueKind<T> {
  return {
    expects: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
    schema: z.enum(words),
    fromText: (value) => value,
  };
}

/** `true` or `false`. Other spellings are refused: a flag that was misread is worse than an error. */
export function flag(): ValueKind<boolean> {
  return {
    expects: "true or false",
    schema: z.boolean(),
    fromText: (value) => (value === "true" ? true : value === "false" ? false : value),
  };
}

/** A whole number within limits. */
export function integer(limits: { readonly min: number; readonly max: number }): ValueKind<number> {
  return {
    expects: `a whole number from ${limits.min} to ${limits.max}`,
    schema: z.int().check(z.gte(limits.min), z.lte(limits.max)),
    fromText: (value) => (/^\d{1,15}$/.test(value) ? Number(value) : value),
  };
}

/** Several texts; in a variable separated by commas, or by spaces where that is customary. */
export function list(
  expects = "a list of texts separated by commas",
  options: {
    readonly separator?: "," | " ";
    readonly accepts?: (item: string) => boolean;
  } = {},
): ValueKind<readonly string[]> {
  const { separator = ",", accepts = () => true } = options;
  return {
    expects,
    schema: z.array(plain.check(z.refine(accepts))).check(z.minLength(1), z.maxLength(200)),
    fromText: (value) =>
      value
        .split(separator)
        .map((item) => item.trim())
        .filter((item) => item !== ""),
  };
}

/** A map from text to text; in a variable `name=value,name=value`. The last `=` separates. */
export function mapping(
  expects = "pairs such as name=value, separated by commas",
  accepts: (value: string, name: string) => boolean = () => true,
): ValueKind<Readonly<Record<string, string>>> {
  return {
    expects,
    schema: z
      .record(plain, plain)
      .check(z.refine((map) => Object.entries(map).every(([name, value]) => accepts(value, name)))),
    fromText(value) {
      const pairs = value.split(",").map((pair) => {
        const at = pair.lastIndexOf("=");
        return at < 1 ? null : ([pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const);
      });
      const whole = pairs.filter((pair) => pair !== null);
      const names = new Set(whole.map(([name]) => name));
      // A name that occurs twice has two answers, and neither is the right one.
      if (whole.length !== pairs.length || names.size !== whole.length) return value;
      return Object.fromEntries(whole);
    },
  };
}

/** A JSON object, given as an object or as its text. */
export function jsonObject(
  expects = "a JSON object",
  accepts: (value: Readonly<Record<string, unknown>>) => boolean = () => true,
): ValueKind<Readonly<Record<string, unknown>>> {
  return {
    expects,
    schema: z.record(z.string(), z.unknown()).check(z.refine(accepts)),
    fromText: (value) => parseJson(value) ?? value,
  };
}

/**
 * Where a claim is, as the names that lead to it. In a variable: a JSON array of names, or one plain
 * name. A plain name is never split, because claim names contain dots, colons and slashes.
 */
export function claimPath(): ValueKind<readonly string[]> {
  return {
    expects: 'a claim name, or a JSON array of names such as ["realm_access","roles"]',
    schema: z.array(plain).check(z.minLength(1), z.maxLength(8)),
    fromText: (value) => (value.startsWith("[") ? (parseJson(value) ?? value) : [value]),
  };
}

/** A public `https` address without credentials, query or fragment; plain http only on loopback. */
export function isBareUrl(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (value.includes("?") || value.includes("#")) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

/**
 * Whether a text can name a mount's resource, or those of all tenants: {@link isBareUrl}, in whose path
 * one segment may be `{tenant}`.
 */
export function isResourcePattern(value: string): boolean {
  const [before = "", after, ...more] = value.split("{tenant}");
  if (after === undefined) return isBareUrl(value);
  // With the place in the host or in a part of a segment the pattern would name strangers' addresses.
  return (
    more.length === 0 &&
    isBareUrl(before) &&
    before.endsWith("/") &&
    (after === "" || after.startsWith("/")) &&
    isBareUrl(`${before}tenant${after}`)
  );
}

/** Whether a host name of a URL always means this very machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
