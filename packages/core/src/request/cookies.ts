/** The cookies of one request. A name that was sent twice yields both values, so that it can be refused. */
export interface CookieJar {
  all(name: string): readonly string[];
  /** Every name that was sent, in order, with repeats. */
  readonly names: readonly string[];
}

/** Longer than any browser sends; a longer header is refused before it is split. */
const MAX_LENGTH = 32_768;

/**
 * Reads `Cookie` field lines (RFC 6265 §4.2.1). Returns null if they are too long to be honest.
 *
 * SECURITY: only SP and HTAB around a pair are dropped. A parser that trims all of Unicode's white
 * space lets a cookie named U+00A0 + "__Host-x" pose as "__Host-x", which a sibling domain can set.
 */
export function parseCookies(lines: readonly string[]): CookieJar | null {
  const values = new Map<string, string[]>();
  const names: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length;
    if (length > MAX_LENGTH) return null;
    for (const pair of line.split(";")) {
      const equals = pair.indexOf("=");
      if (equals === -1) continue;
      const name = trimBlanks(pair.slice(0, equals));
      const value = trimBlanks(pair.slice(equals + 1));
      names.push(name);
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else known.push(value);
    }
  }
  return { names, all: (name) => values.get(name) ?? [] };
}

/**
 * Whether some cookie tries to be taken for `name` without being it: equal once letter case, white
 * space and control characters are ignored.
 */
export function hasImpostor(jar: CookieJar, name: string): boolean {
  const wanted = name.toLowerCase();
  return jar.names.some((sent) => sent !== name && plain(sent) === wanted);
}

function plain(name: string): string {
  return name
    .normalize("NFKC")
    .replace(/[\p{White_Space}\p{Cc}\p{Cf}]/gu, "")
    .toLowerCase();
}

function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
