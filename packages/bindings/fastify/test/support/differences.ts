import { pathAnswers, pathRowIds, type Difference } from "@tenantry/binding-suite";

const DECODES = "Fastify decodes the whole path before it looks for a route.";

/** Where Fastify's own router, and not authentication, answers otherwise. */
export const differences: readonly Difference[] = [
  {
    rows: pathRowIds(["escaped-literal"], "own", ["route"]),
    reason: DECODES,
    expected: pathAnswers.served,
  },
  {
    rows: [
      ...pathRowIds(["escaped-literal"], "foreign"),
      // In front of the router the path has to be plain to name a tenant.
      ...pathRowIds(["escaped-literal"], "own", ["front"]),
    ],
    reason: DECODES,
    expected: pathAnswers.refused,
  },
  {
    rows: pathRowIds(["escaped-literal"], "nobody"),
    reason: DECODES,
    expected: pathAnswers.nobody,
  },
  {
    rows: (["own", "foreign", "nobody"] as const).flatMap((whose) =>
      pathRowIds(["broken-escape"], whose),
    ),
    reason: "Fastify refuses a path that it cannot decode before any hook runs.",
    expected: { status: 400, isPrivate: false, handled: 0 },
  },
];
