import type { Contender, Verify } from "./contenders.ts";
import type { Fixture } from "./tokens.ts";

/** Medians over all rounds, in microseconds for one verification. */
export interface Result {
  readonly contender: Contender;
  /** CPU time of the JavaScript thread. */
  readonly main: number;
  /** CPU time of the whole process: cryptography may run on other threads. */
  readonly process: number;
  /** How many times less CPU time of the process than the first of the field, in the same round. */
  readonly ratio: number;
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  readonly millisecondsPerTurn: number;
}

interface Turn {
  readonly main: number;
  readonly process: number;
}

/** Lets everybody verify in turns, so that a slow moment of the machine meets all of them. */
export async function measure(
  field: readonly Contender[],
  fixture: Fixture,
  { rounds, millisecondsPerTurn }: Effort,
): Promise<readonly Result[]> {
  const ready = field.flatMap((contender) => {
    const verify = contender.prepare(fixture);
    return verify === null ? [] : [{ contender, verify }];
  });
  for (const { contender, verify } of ready) await check(contender, verify, fixture);
  const turns = new Map<Contender, Turn[]>(ready.map(({ contender }) => [contender, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { contender, verify } of ready) {
      const turn = await takeTurn(verify, fixture.good, millisecondsPerTurn);
      if (round >= 0) turns.get(contender)?.push(turn); // the first round is to get warm
    }
  }
  const [reference] = ready;
  const base = reference === undefined ? [] : (turns.get(reference.contender) ?? []);
  return ready.map(({ contender }) => {
    const own = turns.get(contender) ?? [];
    return {
      contender,
      main: median(own.map((turn) => turn.main)),
      process: median(own.map((turn) => turn.process)),
      ratio: median(own.map((turn, round) => (base[round]?.process ?? NaN) / turn.process)),
    };
  });
}

/** Who measures something else would be fast: the good token is accepted and the forged one is not. */
export async function check(
  { name }: Contender,
  verify: Verify,
  { good, forged, algorithm }: Fixture,
): Promise<void> {
  await verify(good);
  await verify(good);
  try {
    await verify(forged);
  } catch {
    return;
  }
  throw new Error(`${name} accepts a forged ${algorithm} token`);
}

async function takeTurn(verify: Verify, token: string, milliseconds: number): Promise<Turn> {
  const bytes = Buffer.from(token);
  const until = performance.now() + milliseconds;
  const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()];
  let count = 0;
  do {
    for (let index = 0; index < 20; index += 1) {
      // A new string each time, as a request brings one.
      await verify(bytes.toString("latin1"));
      count += 1;
    }
  } while (performance.now() < until);
  const [threadUsed, allUsed] = [process.threadCpuUsage(thread), process.cpuUsage(all)];
  return {
    main: (threadUsed.user + threadUsed.system) / count,
    process: (allUsed.user + allUsed.system) / count,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
