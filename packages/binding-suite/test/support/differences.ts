import { pathAnswers, pathRowIds, type Difference } from "@tenantry/binding-suite";

/** `node:http` hands on everything as it came. */
export const nodeDifferences: readonly Difference[] = [];

const NORMAL = "The URL of a web-standard Request is normalised before anybody sees it.";
const NORMALISED = ["dot", "climb", "climb-semicolon", "climb-escaped-dots", "backslashes"];

/** Where the web's own `Request` and `Response`, and not authentication, answer otherwise. */
export const fetchDifferences: readonly Difference[] = [
  { rows: pathRowIds(NORMALISED, "own"), reason: NORMAL, expected: pathAnswers.served },
  { rows: pathRowIds(NORMALISED, "foreign"), reason: NORMAL, expected: pathAnswers.refused },
  { rows: pathRowIds(NORMALISED, "nobody"), reason: NORMAL, expected: pathAnswers.nobody },
  {
    rows: [
      "response.throws",
      "response.throws-open",
      "response.rejects",
      "response.renewed-throws",
      "lost.route",
      "lost.nobody",
      "tenant-context.none",
      "tenant-context.auth-only",
    ],
    reason: "A plain fetch handler has no error handling: its server answers instead of it.",
    expected: { status: 500, body: "", isPrivate: false },
  },
  {
    rows: ["method.trace"],
    reason: "A web-standard Request cannot have the method TRACE: its server refuses it.",
    expected: { status: 400, body: "", isPrivate: false },
  },
];
