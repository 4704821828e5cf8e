import { allPathRowIds, pathAnswers, pathRowIds, type Difference } from "@tenantry/binding-suite";

const LENIENT = "Express matches paths in any letter case and with a slash at the end.";
const DECODES = "Express decodes parameters itself, and refuses what it cannot decode.";
const REPLACES = "Express' parsers leave no raw bytes, so the developer is told by an error.";

/** Where Express' own router or parsers, and not authentication, answer otherwise. */
export const differences: readonly Difference[] = [
  {
    rows: pathRowIds(["last-case", "slash-after"], "own"),
    reason: LENIENT,
    expected: pathAnswers.served,
  },
  {
    rows: pathRowIds(["literal-case"], "own", ["route"]),
    reason: LENIENT,
    expected: pathAnswers.served,
  },
  {
    rows: [
      ...pathRowIds(["literal-case", "last-case", "slash-after"], "foreign"),
      // In front of the router the path has to be plain to name a tenant.
      ...pathRowIds(["literal-case"], "own", ["front"]),
    ],
    reason: LENIENT,
    expected: pathAnswers.refused,
  },
  {
    rows: pathRowIds(["literal-case", "last-case", "slash-after"], "nobody"),
    reason: LENIENT,
    expected: pathAnswers.nobody,
  },
  {
    rows: allPathRowIds(["broken-escape"]),
    reason: DECODES,
    expected: { status: 400, isPrivate: false, handled: 0 },
  },
  {
    rows: ["forged", "unsigned", "raw", "plain"].map((id) => `parsed.webhook-${id}`),
    reason: REPLACES,
    expected: { status: 500, isPrivate: false, handled: 0 },
  },
  {
    rows: ["parsed.structure"],
    reason:
      "The extended parser of Express makes an object of `a[b]=c`, which no form of ours has.",
    expected: { status: 400, body: { error: "request_invalid" } },
  },
];
