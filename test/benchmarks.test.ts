import { describe, expect, test } from "vitest";
import { CONTENDERS } from "../benchmarks/src/contenders.ts";
import { check } from "../benchmarks/src/measure.ts";
import { ALGORITHMS, fixture } from "../benchmarks/src/tokens.ts";

describe.each(ALGORITHMS)("every contender of the benchmarks, with %s", (algorithm) => {
  const one = fixture(algorithm);
  const ready = CONTENDERS.flatMap((contender) => {
    const verify = contender.prepare(one);
    return verify === null ? [] : [[contender.name, { contender, verify }] as const];
  });

  test.each(ready)("%s accepts the good token and refuses the forged one", async (_, entry) => {
    await expect(check(entry.contender, entry.verify, one)).resolves.toBeUndefined();
  });

  test("is told when one accepts everything", async () => {
    const careless = { name: "careless", kind: "cold", prepare: () => () => true } as const;
    await expect(check(careless, careless.prepare(), one)).rejects.toThrow("careless accepts");
  });
});
