/**
 * A pattern over the permissions of one catalogue: `"*"` for all, `"notes:*"` for all whose first
 * part is `notes`, `"*:read"` for all whose rest after the first part is `read`. Only patterns that
 * match something compile.
 */
export type Wildcard<P extends string> =
  | "*"
  // `infer` here is what makes a misspelt `"ntoes:*"` a compile error.
  | (P extends `${infer First}:${infer Rest}` ? `${First}:*` | `*:${Rest}` : never);

/**
 * The names a pattern stands for: itself if it is one of them, what it matches if it is a wildcard,
 * else none. A star is only ever a whole first or last part.
 */
export function expand<P extends string>(pattern: string, names: ReadonlySet<P>): readonly P[] {
  const all = [...names];
  if (pattern === "*") return all;
  if (pattern.startsWith("*:")) {
    const rest = pattern.slice("*:".length);
    return all.filter((name) => name.slice(name.indexOf(":") + 1) === rest);
  }
  if (pattern.endsWith(":*")) {
    const first = pattern.slice(0, -":*".length);
    return all.filter((name) => name.slice(0, name.indexOf(":")) === first);
  }
  return all.filter((name) => name === pattern);
}
