import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { followReadme } from "@tenantry/example-kit/testing";
import { expect, test } from "vitest";
import { freePort } from "./support/demo.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

test("the README's commands start what it says, to the letter but for the ports", async () => {
  const port = String(await freePort());
  const visited: string[] = [];

  const steps = await followReadme("examples/saas/README.md", {
    repository,
    env: { PORT: port, EMULATOR_PORT: String(await freePort()) },
    async whileRunning(printed) {
      const address = `http://localhost:${port}`;
      expect(printed).toContain(address);
      const page = await fetch(address);
      expect(page.status).toBe(200);
      visited.push(await page.text());
    },
  });

  expect(visited).toEqual(Array.from(steps, () => expect.stringContaining("Sign in")));
  expect(steps.map(({ command }) => command.replace(/ npx .*/, ""))).toEqual([
    expect.stringMatching(/^npx -y pnpm@\S+ demo$/),
    "AUTH_PROVIDER=workos",
    "AUTH_PROVIDER=clerk",
    "AUTH_PROVIDER=stytch",
  ]);
  // Whom the README sends to do something is whom the terminal offers.
  const readme = readFileSync(`${repository}examples/saas/README.md`, "utf8");
  const people = Array.from(readme.matchAll(/\*\*(\w+)\*\*/g), ([, person = ""]) => person);
  expect(people).not.toEqual([]);
  for (const { printed } of steps) {
    for (const person of people) expect(printed).toContain(person);
    expect(printed).toMatch(/^TOKEN=.*\ncurl .*$/m);
  }
}, 300_000);
