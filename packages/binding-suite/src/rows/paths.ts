import { pathTenant } from "@tenantry/core";
import type { SuiteApp } from "../suite-app.ts";
import { counted } from "./api-app.ts";
import { refusal, row, type Expected, type Row, type RowGroup } from "./row.ts";

/** What can become of a path; for lists of differences, too. */
export const pathAnswers = {
  served: { status: 200, body: "the same tenant", handled: 1 },
  refused: refusal(404, "tenant_not_found"),
  nobody: refusal(401, "credential_missing"),
  noRoute: { status: 404, body: "no route", handled: 0 },
  /** Where only the route authenticates, what no route takes depends on nobody. */
  noRouteForAll: { status: 404, body: "no route", handled: 0, isPrivate: false },
} as const satisfies Record<string, Expected>;

const { served, refused, noRoute } = pathAnswers;
const byNode: Expected = { status: 400, isPrivate: false, handled: 0 };

/**
 * What becomes of a path for somebody of the tenant that it names, where the router takes the target
 * literally. SLUG stands for the tenant.
 */
const TARGETS: readonly (readonly [id: string, target: string, own: Expected])[] = [
  ["plain", "/t/SLUG/notes", served],
  ["query", "/t/SLUG/notes?tenant=birch", served],
  ["query-path", "/t/SLUG/notes?x=/t/birch/notes", served],
  ["literal-case", "/T/SLUG/notes", noRoute],
  ["last-case", "/t/SLUG/Notes", noRoute],
  ["doubled-first", "//t/SLUG/notes", noRoute],
  ["doubled-second", "/t//SLUG/notes", noRoute],
  ["doubled-third", "/t/SLUG//notes", noRoute],
  ["slash-after", "/t/SLUG/notes/", noRoute],
  ["escaped-slashes", "/t%2fSLUG%2fnotes", noRoute],
  ["escaped-last-slash", "/t/SLUG%2fnotes", noRoute],
  ["escaped-literal", "/%74/SLUG/notes", noRoute],
  ["dot", "/t/./SLUG/notes", noRoute],
  ["climb", "/t/x/../SLUG/notes", noRoute],
  ["climb-semicolon", "/t/x;/../SLUG/notes", noRoute],
  ["climb-escaped-slash", "/t/x%2f..%2fSLUG/notes", refused],
  ["climb-escaped-dots", "/t/x/%2e%2e/SLUG/notes", noRoute],
  ["semicolon", "/t/SLUG;a=b/notes", refused],
  ["semicolon-last", "/t/SLUG/notes;a=b", noRoute],
  ["nul", "/t/SLUG%00/notes", refused],
  ["broken-escape", "/t/SLUG%/notes", refused],
  ["fragment", "/t/SLUG/notes#/t/birch/notes", served],
  ["backslashes", "/t\\SLUG\\notes", noRoute],
  ["no-slash", "t/SLUG/notes", byNode],
  ["asterisk", "*", noRoute],
  ["absolute", "http://app.example.test/t/SLUG/notes", served],
  ["absolute-upper-case", "HTTP://app.example.test/t/SLUG/notes", served],
  ["absolute-no-host", "http:///t/SLUG/notes", served],
  ["absolute-other-scheme", "ftp://app.example.test/t/SLUG/notes", served],
  ["absolute-fragment", "http://app.example.test#/t/SLUG/notes", byNode],
  ["absolute-no-path", "http://app.example.test?/t/SLUG/notes", noRoute],
  ["absolute-host-is-path", "http://t/SLUG/notes", noRoute],
  ["absolute-user", "http://birch@t/t/SLUG/notes", served],
  ["absolute-doubled", "http://app.example.test//t/SLUG/notes", noRoute],
  ["absolute-backslashes", "http://app.example.test\\t\\SLUG\\notes", byNode],
];

/** How a slug may be spelled, and whether it is still that slug for the router's own parameter. */
const SPELLINGS: readonly (readonly [id: string, spell: (slug: string) => string, boolean])[] = [
  ["upper-case", (slug) => slug.toUpperCase(), false],
  ["escaped", (slug) => `%${slug.charCodeAt(0).toString(16)}${slug.slice(1)}`, true],
  ["escaped-twice", (slug) => `%25${slug.charCodeAt(0).toString(16)}${slug.slice(1)}`, false],
  ["space-after", (slug) => `${slug}%20`, false],
  ["soft-hyphen", (slug) => `${slug}%c2%ad`, false],
];

/** The two places in which an app can put `authenticate`, each with its way to name the tenant. */
const PLACES = { front: { byRoute: false }, route: { byRoute: true } } as const;

/**
 * The handler compares the tenant that was checked with the one that the router has read from the
 * path. They must never differ, however a router reads paths.
 */
function pathApp(ran: () => void, { byRoute }: { readonly byRoute: boolean }): SuiteApp {
  return {
    steps: [
      ...(byRoute ? [] : [{ kind: "authenticate" } as const]),
      {
        kind: "route",
        method: "GET",
        path: "/t/:tenant/notes",
        ...(byRoute ? { authenticate: { tenantParam: "tenant" } } : {}),
        guards: [{ kind: "requirePermission", permissions: ["notes:read"] }],
        handle: counted(({ context, param }) => {
          const isSame = context?.tenant?.slug === param("tenant");
          return { body: isSame ? "the same tenant" : "another tenant" };
        }, ran),
      },
      { kind: "fallback", handle: () => ({ status: 404, body: "no route" }) },
    ],
  };
}

/** However a path is written, the tenant that is checked is the tenant that the route acts on. */
export const pathGroups: readonly RowGroup[] = Object.entries(PLACES).map(
  ([place, { byRoute }]) => ({
    title: `CVE-2026-41248, GHSA-x732-6j76-qmhm, GHSA-7rh7-c77v-6434: a path, with authenticate on the ${place === "front" ? "app" : "route"},`,
    ...(byRoute ? {} : { options: { tenants: [pathTenant("/t/:tenant")] } }),
    app: (_, ran) => pathApp(ran, { byRoute }),
    rows: [
      ...TARGETS.flatMap(([id, target, own]) => rowsOf(place, id, { target, own })),
      ...SPELLINGS.flatMap(([id, spell, isDecoded]) =>
        rowsOf(place, `slug-${id}`, {
          target: "/t/SLUG/notes",
          own: byRoute && isDecoded ? served : refused,
          spell,
        }),
      ),
    ].map((one) => (byRoute ? withPublicRefusals(one) : one)),
  }),
);

interface Spelled {
  readonly target: string;
  readonly own: Expected;
  readonly spell?: (slug: string) => string;
}

/** Somebody of that tenant, somebody of another, and nobody. */
function rowsOf(place: string, id: string, { target, own, spell = plainly }: Spelled): Row[] {
  const line = (slug: string) => `GET ${target.replace("SLUG", spell(slug))}`;
  const atHandler = own === served || own === refused;
  return [
    row(`path.${place}.${id}.own`, `such as ${target}, of one's own tenant`, {
      request: ({ bearers }) => ({ line: line("acme"), headers: [["authorization", bearers.ada]] }),
      expected: own,
    }),
    row(`path.${place}.${id}.foreign`, `such as ${target}, of another tenant`, {
      request: ({ bearers }) => ({
        line: line("birch").replace("birch/notes?x=/t/birch", "birch/notes?x=/t/acme"),
        headers: [["authorization", bearers.ada]],
      }),
      expected: atHandler ? refused : own,
    }),
    row(`path.${place}.${id}.nobody`, `such as ${target}, without a credential`, {
      request: { line: line("acme") },
      expected: atHandler ? pathAnswers.nobody : own,
    }),
  ];
}

function plainly(slug: string): string {
  return slug;
}

function withPublicRefusals(one: Row): Row {
  return one.expected === noRoute ? { ...one, expected: pathAnswers.noRouteForAll } : one;
}

/** The ids of a path's rows, whoever asks. */
export function allPathRowIds(
  paths: readonly string[],
  places?: readonly ("front" | "route")[],
): string[] {
  return (["own", "foreign", "nobody"] as const).flatMap((whose) =>
    pathRowIds(paths, whose, places),
  );
}

/** Ids of rows about paths, for lists of differences. */
export function pathRowIds(
  paths: readonly string[],
  whose: "own" | "foreign" | "nobody",
  places: readonly ("front" | "route")[] = ["front", "route"],
): string[] {
  return places.flatMap((place) => paths.map((path) => `path.${place}.${path}.${whose}`));
}
