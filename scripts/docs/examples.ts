const MARKED_FENCE =
  /^<!-- example: (?<path>[^#\s]+)(?:#(?<region>\S+))? -->\n+```(?<language>\w*)\n.*?^```$/gms;

/** The marks of a document: which files (and which parts of them) it shows. */
export function markedExamples(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^<!-- example: (\S+) -->$/gm)].map((match) => match[1] ?? "");
}

/**
 * Fills every fence below a mark `<!-- example: path -->` or `<!-- example: path#region -->` with
 * the code it names, so that a document shows only what is type-checked. `read` gives a file's text
 * by its path from the repository's root.
 */
export function syncExamples(markdown: string, read: (path: string) => string): string {
  const filled = new Set<string>();
  const synced = markdown.replaceAll(MARKED_FENCE, (...match) => {
    const { path = "", region, language = "" }: Record<string, string | undefined> = match.at(-1);
    filled.add(region === undefined ? path : `${path}#${region}`);
    const mark = `<!-- example: ${path}${region === undefined ? "" : `#${region}`} -->`;
    const code = region === undefined ? read(path) : cutRegion(read(path), region, path);
    return `${mark}\n\n\`\`\`${language}\n${code.trim()}\n\`\`\``;
  });
  const unfilled = markedExamples(markdown).filter((example) => !filled.has(example));
  if (unfilled.length > 0) throw new Error(`no code fence follows the mark of ${unfilled.join()}`);
  return synced;
}

/** The lines between `// #region name` and `// #endregion name`, moved to the left edge. */
function cutRegion(source: string, region: string, path: string): string {
  const lines = source.split("\n");
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`);
  const end = lines.findIndex((line) => line.trim() === `// #endregion ${region}`);
  if (start === -1 || end < start) throw new Error(`${path} has no region "${region}"`);
  const body = lines.slice(start + 1, end);
  const indents = body.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return body.map((line) => line.slice(indent)).join("\n");
}
