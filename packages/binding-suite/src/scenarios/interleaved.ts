import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Scenario } from "./scenario.ts";

/** A thousand requests of two tenants, each of which waits in the middle of its handler. */
export const interleaved: Scenario = {
  title: "CVE-2026-32887: a thousand interleaved requests of two tenants never mix",
  app: () => {
    const asked = new Map<string, number>();
    return {
      steps: [
        { kind: "authenticate" },
        {
          kind: "route",
          method: "GET",
          path: "/wait/:delayMs",
          guards: [{ kind: "requirePermission", permissions: ["notes:read"] }],
          async handle(call) {
            const { context } = call;
            const slug = context?.tenant?.slug ?? "";
            asked.set(slug, (asked.get(slug) ?? 0) + 1);
            await sleep(Number(call.param("delayMs")));
            return {
              body: JSON.stringify([
                slug,
                call.context?.tenant?.slug,
                call.context?.principal.name,
              ]),
            };
          },
        },
      ],
    };
  },
  async run({ origin, world }) {
    const wrong: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      const hundred = Array.from({ length: 100 }, async (_, index) => {
        const [who, slug] =
          index % 2 === 0 ? (["ada", "acme"] as const) : (["dan", "birch"] as const);
        const isSession = index % 4 < 2;
        const response = await fetch(`${origin}/wait/${(index * 7) % 13}`, {
          headers: isSession
            ? { cookie: world.cookies[who] }
            : { authorization: world.bearers[who] },
        });
        const seen = await response.text();
        if (seen !== JSON.stringify([slug, slug, who])) wrong.push(seen);
      });
      await Promise.all(hundred);
    }
    expect(wrong).toEqual([]);
  },
};
