import { fileURLToPath } from "node:url";
import { followReadme } from "@tenantry/example-kit/testing";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

test("the README's command passes, to the letter", async () => {
  const steps = await followReadme("examples/custom-adapter/README.md", { repository });
  expect(steps.map(({ printed }) => printed)).toEqual([
    expect.stringMatching(/^acme-id [^]* 0 failed, 0 known to fail/m),
  ]);
}, 150_000);
