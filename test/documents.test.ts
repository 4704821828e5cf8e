import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { anchors, fences, linkTargets, markdownFiles } from "./sources/markdown.ts";
import { loadMermaid } from "./sources/mermaid.ts";
import { root } from "./sources/repository-files.ts";

const files = markdownFiles();

describe("the documents", () => {
  test.each(["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"])(
    "include %s",
    (path) => {
      expect(files.map((file) => file.path)).toContain(path);
    },
  );

  test.each(files)("link only to what is there: $path", ({ path, text }) => {
    const broken = linkTargets(text)
      .filter((target) => !/^[a-z]+:/i.test(target))
      .filter((target) => {
        const [file = "", anchor] = target.split("#");
        const linked = file === "" ? path : posix.join(posix.dirname(path), file);
        if (!existsSync(join(root, linked))) return true;
        return anchor !== undefined && linked.endsWith(".md")
          ? !anchors(readFileSync(join(root, linked), "utf8")).has(anchor)
          : false;
      });
    expect(broken).toEqual([]);
  });
});

describe("the diagrams", () => {
  const parse = loadMermaid();
  const diagrams = files.flatMap(({ path, text }) =>
    fences(text, "mermaid").map((diagram, index) => ({ name: `${path} #${index + 1}`, diagram })),
  );

  test("show the architecture", () => {
    expect(diagrams.map((entry) => entry.name)).toContain("docs/architecture.md #1");
  });

  test.each(diagrams)("are Mermaid: $name", async ({ diagram }) => {
    expect(await parse(diagram)).toHaveProperty("diagramType");
  });

  test.each([
    ["flowchart LR\n  a[one] --> [", /Parse error on line 2/],
    ["sequenceDiagram\n  a->>", /Parse error on line 2/],
    ["flowchat LR\n  a --> b", /No diagram type detected/],
  ])("are refused when they are not: %j", async (diagram, reason) => {
    await expect(parse(diagram)).rejects.toThrow(reason);
  });
});

describe("the search for links", () => {
  test("finds links, images and references, but nothing in code", () => {
    const text = [
      '[a](one.md) ![b](two.png) `[c](code.md)` <img src="three.png">',
      "```md",
      "[d](fenced.md)",
      "```",
      "[e]: four.md",
    ].join("\n");
    expect(linkTargets(text)).toEqual(["one.md", "two.png", "four.md", "three.png"]);
  });

  test("names headings as GitHub does", () => {
    expect([...anchors("# Two commands\n## `pnpm test`, and why?")]).toEqual([
      "two-commands",
      "pnpm-test-and-why",
    ]);
  });
});
