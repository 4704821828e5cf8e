import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryFiles, root } from "./repository-files.ts";

/** A Markdown file of the repository. */
export interface MarkdownFile {
  readonly path: string;
  readonly text: string;
}

/** The Markdown that people wrote; change logs are written by a tool. */
export function markdownFiles(): readonly MarkdownFile[] {
  return repositoryFiles()
    .filter((path) => path.endsWith(".md") && !path.endsWith("CHANGELOG.md"))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The contents of the fenced blocks of one language. */
export function fences(text: string, language: string): readonly string[] {
  const blocks = text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms);
  return [...blocks].filter((block) => block[1] === language).map((block) => block[2] ?? "");
}

/** What the links and images of a text point at, outside of fences and code. */
export function linkTargets(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^\s)>]+)>?[^)]*\)/g)];
  const reference = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)];
  const html = [...prose.matchAll(/(?:src|href)="([^"]+)"/g)];
  return [...inline, ...reference, ...html].map((match) => match[1] ?? "");
}

/** The anchors GitHub gives to the headings of a text. */
export function anchors(text: string): ReadonlySet<string> {
  const headings = text.replaceAll(/^```.*?^```$/gms, "").matchAll(/^#{1,6} +(.+)$/gm);
  return new Set(
    [...headings].map((heading) =>
      (heading[1] ?? "")
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
