import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { markedExamples, syncExamples } from "../scripts/docs/examples.ts";
import { generatedFiles } from "../scripts/docs/generated-files.ts";
import { markdownFiles } from "./sources/markdown.ts";
import { root } from "./sources/repository-files.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("generated files", async () => {
  test.each(await generatedFiles())(
    "$path is what the code says; `pnpm docs:generate` writes it",
    ({ path, content }) => {
      expect(read(path)).toBe(content);
    },
  );
});

describe("examples in documents", () => {
  const documents = markdownFiles();

  test("README.md shows a type-checked example", () => {
    const examples = markedExamples(read("README.md"));
    expect(examples).not.toEqual([]);
    expect(examples.filter((path) => !/^(examples|packages)\/.+\.ts/.test(path))).toEqual([]);
  });

  test.each(documents)(
    "are the code they come from; `pnpm docs:examples` copies it: $path",
    (file) => {
      expect(file.text).toBe(syncExamples(file.text, read));
    },
  );
});

describe("syncing an example", () => {
  const fence = (mark: string, code: string) =>
    `before\n\n${mark}\n\n\`\`\`ts\n${code}\n\`\`\`\n\nafter\n`;
  const source = "import x;\n\n// #region part\n  const a = 1;\n    go(a);\n// #endregion part\n";

  test("copies a whole file", () => {
    const text = fence("<!-- example: a.ts -->", "old");
    expect(syncExamples(text, () => "const b = `$&`;\n")).toBe(
      fence("<!-- example: a.ts -->", "const b = `$&`;"),
    );
  });

  test("copies a region to the left edge", () => {
    const mark = "<!-- example: a.ts#part -->";
    expect(syncExamples(fence(mark, "old"), () => source)).toBe(
      fence(mark, "const a = 1;\n  go(a);"),
    );
  });

  test("leaves a document alone that is in step", () => {
    const text = fence("<!-- example: a.ts#part -->", "const a = 1;\n  go(a);");
    expect(syncExamples(text, () => source)).toBe(text);
  });

  test("refuses a region that is not there", () => {
    const text = fence("<!-- example: a.ts#other -->", "old");
    expect(() => syncExamples(text, () => source)).toThrow(/no region "other"/);
  });

  test("refuses a mark without a fence", () => {
    expect(() => syncExamples("<!-- example: a.ts -->\n\ntext\n", () => source)).toThrow(/a\.ts/);
  });
});
