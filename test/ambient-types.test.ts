import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryFiles, root } from "./sources/repository-files.ts";

// Two auth instances, or two copies of a package, in one program each type their own contexts. A
// declaration that is added to a framework's or the global types would be one for all of them.
test("no package adds to types that are not its own", () => {
  const added = repositoryFiles()
    .filter((path) => /^packages\/.+\/src\/.+\.ts$/.test(path))
    .filter((path) =>
      /^\s*declare\s+(?:global\b|module\s+["']|namespace\b)/m.test(
        readFileSync(join(root, path), "utf8"),
      ),
    );
  expect(added).toEqual([]);
});
