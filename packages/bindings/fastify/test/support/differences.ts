import { allPathRowIds, pathAnswers, pathRowIds, type Difference } from "@tenantry/binding-suite";

const DECODES = "Fastify decodes the whole path before it looks for a route.";
const SCHEMES = "Fastify finds a path only in absolute targets of http and https.";

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
    rows: allPathRowIds(["broken-escape", "absolute-no-host"]),
    reason: "Fastify refuses a path that it cannot read before any hook runs.",
    expected: { status: 400, isPrivate: false, handled: 0 },
  },
  {
    rows: allPathRowIds(["absolute-other-scheme"], ["front"]),
    reason: SCHEMES,
    expected: pathAnswers.noRoute,
  },
  {
    rows: allPathRowIds(["absolute-other-scheme"], ["route"]),
    reason: SCHEMES,
    expected: pathAnswers.noRouteForAll,
  },
];
