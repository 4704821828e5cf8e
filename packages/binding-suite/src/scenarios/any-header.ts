import { expect } from "vitest";
import { apiApp } from "../rows/api-app.ts";
import { send } from "../wire.ts";
import type { Scenario } from "./scenario.ts";

const HEADERS = ["authorization", "cookie", "origin", "accept", "x-forwarded-host"] as const;
const STARTS = [
  "",
  "Bearer ",
  "bearer ",
  "Basic ",
  "__Host-tenantry=",
  "__test=",
  "a.b.",
  "text/html,",
];

/** Numbers below 1 that are the same in each run (a linear congruential generator). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Three hundred headers that nobody has thought of. */
export const anyHeader: Scenario = {
  title: "GHSA-xmf8-cvqr-rfgj: no header whatsoever lets in or throws",
  app: (_, ran) => apiApp(ran),
  async run({ port, world, handled }) {
    const next = numbersFrom(20_261_121);
    const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)] ?? "";
    // Whatever Node lets through to a server: HTAB, SP, visible characters and obs-text (RFC 9110 §5.5).
    const character = () => {
      const code = next() < 0.5 ? 33 + Math.floor(next() * 94) : 128 + Math.floor(next() * 128);
      return next() < 0.1
        ? pick([" ", "\t", "%", ";", "=", ",", '"', "."])
        : String.fromCharCode(code);
    };
    const wrong: unknown[] = [];
    for (let count = 0; count < 300; count += 1) {
      const name = pick(HEADERS);
      const value =
        pick(STARTS) + Array.from({ length: Math.floor(next() * 40) }, character).join("");
      const { status } = await send(port, { line: "GET /read", headers: [[name, value]] });
      if (![400, 401, 303].includes(status)) wrong.push({ name, value, status });
    }
    expect(wrong).toEqual([]);
    expect(handled()).toBe(0);
    expect(world.logged.filter(({ level }) => level === "error")).toEqual([]);
  },
};
