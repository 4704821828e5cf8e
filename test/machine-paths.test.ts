import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryFiles, root } from "./sources/repository-files.ts";

// Put together here, so that this file does not find itself.
const HOMES = ["root", "home", "Users", "work"].map((folder) => `/${folder}/`);

/** An absolute path: not the middle of an address or of a relative path. */
function machinePaths(text: string): readonly string[] {
  return HOMES.filter((home) => {
    const before = text.split(home).slice(0, -1);
    return before.some((part) => !/[\w.:/*~)}-]$/.test(part));
  });
}

test("no file holds a path of the machine it was written on", () => {
  const found = repositoryFiles()
    .filter((path) => !/\.(png|jpg|ico|woff2?)$/.test(path))
    .flatMap((path) =>
      machinePaths(readFileSync(join(root, path), "utf8")).map((home) => `${path}: ${home}`),
    );
  expect(found).toEqual([]);
});

test.each([
  [`see ${HOMES[3]}main`, 1],
  [`"${HOMES[0]}.cache"`, 1],
  [`https://example.com${HOMES[3]}main`, 0],
  [`../..${HOMES[3]}main`, 0],
])("tells a machine's path in %s", (text, count) => {
  expect(machinePaths(text)).toHaveLength(count);
});
