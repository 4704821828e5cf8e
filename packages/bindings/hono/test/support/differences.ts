import { allPathRowIds, pathAnswers, pathRowIds, type Difference } from "@tenantry/binding-suite";

const NORMAL = "The URL of a web-standard Request is normalised before Hono sees it.";
const NORMALISED = ["dot", "climb", "climb-semicolon", "climb-escaped-dots"];
const DECODES = "Hono decodes the path before it looks for a route.";
const NO_HOST = "A URL parser takes the first name after `http:///` for the host.";
const ADAPTER = "Hono's adapter for Node refuses what does not make a plain URL.";

/** Where Hono's own router and its adapter, and not authentication, answer otherwise. */
export const differences: readonly Difference[] = [
  { rows: pathRowIds(NORMALISED, "own"), reason: NORMAL, expected: pathAnswers.served },
  { rows: pathRowIds(NORMALISED, "foreign"), reason: NORMAL, expected: pathAnswers.refused },
  { rows: pathRowIds(NORMALISED, "nobody"), reason: NORMAL, expected: pathAnswers.nobody },
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
    rows: [
      ...allPathRowIds(["backslashes", "asterisk", "absolute-upper-case", "absolute-other-scheme"]),
      ...[
        ...["ipv6-zone", "ipv6-open", "ipv6-bare", "user", "user-foreign", "list", "path"],
        ...["backslash", "question-mark", "number-sign", "escape", "space", "high-bytes", "empty"],
        "port-not-number",
      ].map((id) => `host.${id}`),
    ],
    reason: ADAPTER,
    expected: { status: 400, body: "", isPrivate: false, handled: 0 },
  },
  {
    rows: allPathRowIds(["absolute-no-host"], ["front"]),
    reason: NO_HOST,
    expected: pathAnswers.noRoute,
  },
  {
    rows: allPathRowIds(["absolute-no-host"], ["route"]),
    reason: NO_HOST,
    expected: pathAnswers.noRouteForAll,
  },
  {
    rows: ["response.native"],
    reason: "Hono drops what middleware has prepared when a handler returns a Response of its own.",
    expected: { status: 200, body: "native", headers: { "set-cookie": null } },
  },
  {
    rows: ["response.renewed-cached-native"],
    reason: "Hono drops what middleware has prepared when a handler returns a Response of its own.",
    expected: {
      status: 200,
      headers: { "set-cookie": "__test=renewed; Path=/; HttpOnly", "cdn-cache-control": null },
      handled: 1,
    },
  },
  {
    rows: ["response.native-cookie"],
    reason: "Hono drops what middleware has prepared when a handler returns a Response of its own.",
    expected: { status: 200, headers: { "set-cookie": "seen=1; Path=/" } },
  },
];
