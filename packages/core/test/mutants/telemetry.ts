import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

type Defect = Pick<Mutant, "id" | "guards" | "file" | "find" | "replace"> & {
  readonly test: string;
  readonly in: string;
};

const DEFECTS: readonly Defect[] = [
  {
    id: "telemetry-throws",
    guards: "A telemetry that throws changes no outcome.",
    file: "telemetry/observe.ts",
    find: `    return undefined;
  }`,
    replace: `    throw new Error("the telemetry failed");
  }`,
    test: "a telemetry that throws at the end > changes nothing about the work, which is done once",
    in: "observe.test.ts",
  },
  {
    id: "telemetry-work-twice",
    guards: "Observed work is done once.",
    file: "telemetry/observe.ts",
    find: `const once = () => (started ??= work());`,
    replace: `const once = () => (started = work());`,
    test: "a telemetry that does the work twice > changes nothing about the work, which is done once",
    in: "observe.test.ts",
  },
  {
    id: "telemetry-names-the-person",
    guards: "No span and no measurement says who asked.",
    file: "authenticate.ts",
    find: `provider: { vendor: who.provider.vendor, instance: who.provider.instance },`,
    replace: `provider: { vendor: who.provider.vendor, instance: who.principal.id },`,
    test: "no span and no measurement holds personal data, a token or a cookie",
    in: "open-telemetry.test.ts",
  },
  {
    id: "telemetry-forgets-memory",
    guards: "A verdict out of memory is told from one that was made anew.",
    file: "tokens/verify.ts",
    find: `cacheHit: true }),`,
    replace: `cacheHit: false }),`,
    test: "is a span that says how it went, whose provider, and whether memory knew",
    in: "open-telemetry.test.ts",
  },
  {
    id: "telemetry-counts-as-tags",
    guards: "A count is no tag of a measurement, where each number would be a series of its own.",
    file: "telemetry/open-telemetry.ts",
    find: `const tags = tagsOf(facts);`,
    replace: `const tags = { ...tagsOf(facts), ...countsOf(facts) };`,
    test: "every operation has a duration with the span's tags, without its counts",
    in: "open-telemetry.test.ts",
  },
];

export const mutants: readonly Mutant[] = DEFECTS.map(({ test, in: file, ...defect }) => ({
  ...defect,
  file: `packages/core/src/${defect.file}`,
  killedBy: [{ project: "core", file: `packages/core/test/telemetry/${file}`, test }],
}));
