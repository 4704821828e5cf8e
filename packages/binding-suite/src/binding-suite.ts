import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BindingUnderTest, Served } from "./binding-under-test.ts";
import { GROUPS, SCENARIOS } from "./everything.ts";
import { judge, type Observed } from "./rows/compare.ts";
import type { Row } from "./rows/row.ts";
import { send } from "./wire.ts";
import { createWorld, type TestAuthOptions, type World } from "./world/world.ts";
import type { SuiteApp } from "./suite-app.ts";

/** A thousand requests take their time where eight other things run. */
const SLOW_MS = 120_000;

/** Runs every row and scenario against a binding. Call it in a test file, at the top. */
export function bindingSuite(binding: BindingUnderTest): void {
  const known = new Set(GROUPS.flatMap(({ rows }) => rows.map(({ id }) => id)));

  for (const group of GROUPS) {
    describe(`${binding.name}: ${group.title}`, () => {
      const running = useServer(binding, group);

      for (const row of group.rows) {
        test(`${row.title} (${row.id})`, async () => {
          const difference = binding.differences.find(({ rows }) => rows.includes(row.id));
          const wrong = judge(row, difference, await observe(row, running()));
          expect(wrong.join("\n")).toBe("");
        });
      }
    });
  }

  for (const scenario of SCENARIOS) {
    describe(`${binding.name}: more than one request`, () => {
      const running = useServer(binding, scenario);

      test(
        `${scenario.title} (scenario)`,
        async () => {
          const { served, world, count } = running();
          const { port } = served.address;
          world.logged.length = 0;
          const origin = `http://127.0.0.1:${port}`;
          const run = scenario.run({ origin, port, world, handled: () => count.handled });
          await expect(run).resolves.toBeUndefined();
        },
        SLOW_MS,
      );
    });
  }

  test(`${binding.name}: each listed difference is of a row, once, and has a reason`, () => {
    const listed = binding.differences.flatMap(({ rows }) => rows);
    expect(listed.filter((id) => !known.has(id))).toEqual([]);
    expect(listed).toHaveLength(new Set(listed).size);
    for (const { reason } of binding.differences) expect(reason).toMatch(/^[A-Z].{20,}\.$/s);
  });
}

interface Running {
  readonly served: Served;
  readonly world: World;
  readonly count: { handled: number };
}

/** One server for all tests of a block. */
function useServer(
  binding: BindingUnderTest,
  make: {
    readonly options?: TestAuthOptions;
    readonly app: (world: World, ran: () => void) => SuiteApp | Promise<SuiteApp>;
  },
): () => Running {
  let running: Running | undefined;

  beforeAll(async () => {
    const world = await createWorld(make.options);
    const count = { handled: 0 };
    const app = await make.app(world, () => {
      count.handled += 1;
    });
    running = { served: await binding.serve(world.auth, app), world, count };
  });
  afterAll(() => running?.served.close());

  return () => {
    if (running === undefined) throw new Error("the server did not start");
    return running;
  };
}

async function observe(row: Row, { served, world, count }: Running): Promise<Observed> {
  world.logged.length = 0;
  count.handled = 0;
  const reply = await send(served.address.port, row.request(world));
  const { handled } = count;
  return { reply, handled, logged: [...world.logged], secrets: world.secrets };
}
