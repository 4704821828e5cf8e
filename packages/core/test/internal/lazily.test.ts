import { expect, test } from "vitest";
import { lazily } from "../../src/internal/lazily.ts";

test("makes a thing at its first use, once for all who ask", async () => {
  let made = 0;
  const thing = lazily(async () => ({ number: (made += 1) }));
  expect(made).toBe(0);
  const [first, second] = await Promise.all([thing(), thing()]);
  expect([first.number, second, await thing(), made]).toEqual([1, first, first, 1]);
});

test("tries again after a failure", async () => {
  let tries = 0;
  const thing = lazily(async () => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    return tries;
  });
  await expect(thing()).rejects.toThrow("not yet");
  expect(await thing()).toBe(2);
});
