/** One expression of a template: `{id}`, or `{+path}` for a part with slashes. */
const EXPRESSION = /\{(\+?)([a-zA-Z][a-zA-Z0-9_]*)\}/g;

/**
 * The variables of a template. Throws `TypeError` for other expressions of RFC 6570 than `{name}` and
 * `{+name}`: query and fragment expressions match too much to be checked.
 */
export function templateVariables(uriTemplate: string): readonly string[] {
  if (/[{}]/.test(uriTemplate.replaceAll(EXPRESSION, ""))) {
    throw new TypeError(`Resource template "${uriTemplate}": only {name} and {+name} are known.`);
  }
  return [...uriTemplate.matchAll(EXPRESSION)].map((match) => match[2] ?? "");
}

/** Whether an address fits a template. */
export function templateMatcher(uriTemplate: string): (uri: string) => boolean {
  const values = matchTemplate(uriTemplate);
  return (uri) => values(uri) !== null;
}

/** The values of a template's variables in an address, percent-decoded; null if it does not fit. */
export function matchTemplate(
  uriTemplate: string,
): (uri: string) => Readonly<Record<string, string>> | null {
  const names = templateVariables(uriTemplate);
  let source = "";
  let last = 0;
  for (const match of uriTemplate.matchAll(EXPRESSION)) {
    source += escaped(uriTemplate.slice(last, match.index));
    source += match[1] === "+" ? "([^?#]+)" : "([^/?#]+)";
    last = match.index + match[0].length;
  }
  const pattern = new RegExp(`^${source}${escaped(uriTemplate.slice(last))}$`);
  return (uri) => {
    const match = pattern.exec(uri);
    if (match === null) return null;
    const values = names.map((name, index) => [name, decoded(match[index + 1] ?? "")] as const);
    return values.some(([, value]) => value === null)
      ? null
      : Object.fromEntries(values.map(([name, value]) => [name, value ?? ""]));
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
