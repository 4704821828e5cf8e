import { fileURLToPath } from "node:url";
import { followReadme } from "@tenantry/example-kit/testing";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

test("the README's commands do what it says, to the letter", async () => {
  const steps = await followReadme("examples/fastify-api/README.md", { repository });
  const told = steps.filter(({ expected }) => expected !== null);
  expect(told.map(({ printed }) => printed)).toEqual(told.map(({ expected }) => expected));
  expect(steps.map(({ printed }) => printed).join("\n")).toContain("emulator of workos");
}, 300_000);
