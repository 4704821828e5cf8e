import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bundle, withLine } from "../scripts/bundles/bundle.ts";
import { measureSizes, type Size } from "../scripts/bundles/sizes-table.ts";
import { WEB_ENTRIES } from "../scripts/bundles/web-entries.ts";
import { root } from "./sources/repository-files.ts";

const CORE = "packages/core/src/index.ts";

describe.each(WEB_ENTRIES)("$name in a bundle", ({ source }) => {
  test("reaches none of Node's builtins, whatever it loads later", async () => {
    expect((await bundle(source, { lazy: "follow" })).builtins).toEqual([]);
  });

  test("brings no schema library and no vendor's package at the start", async () => {
    const { packages } = await bundle(source, { lazy: "leave" });
    // An adapter checks its options when it is made, with `zod/mini`.
    const isAdapter = source.startsWith("packages/adapters/");
    const brought = packages.filter((one) => one !== "hono" && one !== "@opentelemetry/api");
    expect(brought).toEqual(isAdapter ? ["zod"] : []);
  });
});

describe("a mistake in core", () => {
  test.each([
    ["a builtin", `import "node:fs";`, "packages/core/src/tokens/verify.ts imports node:fs"],
    ["an old name", `import "crypto";`, "packages/core/src/tokens/verify.ts imports crypto"],
    [
      "one that loads later",
      `void import("node:fs/promises");`,
      "packages/core/src/tokens/verify.ts imports node:fs/promises",
    ],
  ])("that imports %s is noticed", async (_, line, notice) => {
    const changed = withLine("packages/core/src/tokens/verify.ts", line);
    expect((await bundle(CORE, { lazy: "follow", changed })).builtins).toEqual([notice]);
  });

  test("in a part that loads later is noticed", async () => {
    const file = "packages/core/src/sessions/routes/login.ts";
    const changed = withLine(file, `import "node:fs";`);
    expect((await bundle(CORE, { lazy: "follow", changed })).builtins).toEqual([
      `${file} imports node:fs`,
    ]);
  });

  test("that brings the schema library is noticed", async () => {
    const changed = withLine("packages/core/src/bearer.ts", `import "zod/mini";`);
    expect((await bundle(CORE, { lazy: "leave", changed })).packages).toEqual(["zod"]);
  });
});

describe("sizes", () => {
  let sizes: readonly Size[];
  beforeAll(async () => {
    sizes = await measureSizes();
  }, 60_000);

  test("stay within their limits", () => {
    const over = sizes.filter(
      ({ entry, gzippedBytes }) => gzippedBytes > (entry.limitBytes ?? Infinity),
    );
    expect(over).toEqual([]);
  });

  test("are what the documents say, to a quarter", () => {
    const page = readFileSync(join(root, "docs/runtimes.md"), "utf8");
    for (const { entry, gzippedBytes, withLazyBytes } of sizes) {
      const row = new RegExp(`^\\| \`${entry.name}\` +\\| ([\\d.]+) +\\| ([\\d.]+) `, "m");
      const [, start = "0", all = "0"] = row.exec(page) ?? [];
      const stated = [Number(start), Number(all)].map((kilobytes) => kilobytes * 1000);
      const differences = [gzippedBytes, withLazyBytes].map((bytes, column) =>
        Math.abs((stated[column] ?? 0) / bytes - 1),
      );
      expect.soft(Math.max(...differences), entry.name).toBeLessThan(0.25);
    }
  });
});
