import type { World } from "../world/world.ts";
import { apiApp } from "./api-app.ts";
import { refusal, row, withHeader, type Expected, type RowGroup } from "./row.ts";

const asAda: Expected = { status: 200, body: { json: { who: "ada", tenant: "acme" } } };
const malformed = refusal(400, "credential_malformed");
const missing = refusal(401, "credential_missing");

const valueOf = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);
const cookie = (write: (own: string, world: World) => string) => (world: World) =>
  withHeader("GET /read", "cookie", write(world.cookies.ada, world));
const named = (name: string) => cookie((own) => `${name}=${valueOf(own)}`);
const write = (headers: readonly (readonly [string, string])[]) => (world: World) => ({
  line: "POST /notes",
  headers: [["cookie", world.cookies.ada], ...headers] as const,
  body: "",
});

/** Session cookies: their names, their number, and whose page sends them. */
export const cookieRows: RowGroup = {
  title: "honojs/hono@cc067c85: a session cookie",
  app: (_, ran) => apiApp(ran),
  rows: [
    row("cookie.among-others", "is found among others", {
      request: cookie((own) => `a=1; __Host-tenantry2=x; ${own}; tenantry=y`),
      expected: asAda,
    }),
    row("cookie.twice", "that is there twice is refused, though both are good", {
      request: cookie((own) => `${own}; ${own}`),
      expected: malformed,
    }),
    row("cookie.twice-in-lines", "that is there in two lines is refused", {
      request: ({ cookies }) => ({
        line: "GET /read",
        headers: [
          ["cookie", cookies.ada],
          ["cookie", cookies.ada],
        ],
      }),
      expected: malformed,
    }),
    row("cookie.two-people", "of two people is refused, whichever comes first", {
      request: cookie((own, { cookies }) => `${cookies.dan}; ${own}`),
      expected: malformed,
    }),
    row("cookie.lines", "is found when the cookies come in several lines", {
      request: ({ cookies }) => ({
        line: "GET /read",
        headers: [
          ["cookie", "a=1"],
          ["cookie", cookies.ada],
        ],
      }),
      expected: asAda,
    }),
    row("cookie.no-break-space", "with a no-break space before its name is an impostor", {
      request: named("\u00A0__Host-tenantry"),
      expected: malformed,
    }),
    row("cookie.no-break-space-beside", "is not believed beside such an impostor", {
      request: cookie((own) => `${own}; \u00A0__Host-tenantry=x`),
      expected: malformed,
    }),
    row("cookie.next-line", "with U+0085 after its name is an impostor", {
      request: named("__Host-tenantry\u0085"),
      expected: malformed,
    }),
    row("cookie.case", "with another letter case is an impostor", {
      request: named("__host-tenantry"),
      expected: malformed,
    }),
    row("cookie.no-prefix", "without its prefix is no session", {
      request: named("tenantry"),
      expected: missing,
    }),
    row("cookie.escaped-name", "with an escaped name is no session", {
      request: named("__Host%2Dtenantry"),
      expected: missing,
    }),
    row("cookie.comma", "after a comma belongs to the cookie before it", {
      request: cookie((own) => `a=1, ${own}`),
      expected: missing,
    }),
    row("cookie.write", "writes from a page of ours", {
      request: write([["origin", "http://localhost:3000"]]),
      expected: { ...asAda, status: 201 },
    }),
    row("cookie.write-same-origin", "writes when the browser says that the page is ours", {
      request: write([["sec-fetch-site", "same-origin"]]),
      expected: { ...asAda, status: 201 },
    }),
    row("cookie.write-no-origin", "does not write for nobody knows which page", {
      request: write([]),
      expected: refusal(403, "csrf_refused"),
    }),
    row(
      "cookie.write-elsewhere",
      "clerk/javascript@ff5d991a2c: does not write for another site's page",
      {
        request: write([["origin", "http://localhost:3000.evil.test"]]),
        expected: refusal(403, "csrf_refused"),
      },
    ),
    row("cookie.write-two-origins", "does not write for a page with two origins", {
      request: write([
        ["origin", "http://localhost:3000"],
        ["origin", "https://evil.test"],
      ]),
      expected: refusal(403, "csrf_refused"),
    }),
    row("cookie.write-override", "does not write by a method that a header names", {
      request: write([["x-http-method-override", "GET"]]),
      expected: refusal(403, "csrf_refused"),
    }),
    row("cookie.vendor", "of a vendor's front end lets in", {
      request: ({ other }) => withHeader("GET /read", "cookie", `a=1; __test=${other.frontEnd}`),
      expected: asAda,
    }),
    row("cookie.vendor-kind", "of a vendor's front end holds no token for the API", {
      request: ({ bearers }) =>
        withHeader("GET /read", "cookie", `__test=${bearers.ada.slice("Bearer ".length)}`),
      expected: refusal(401, "credential_invalid"),
    }),
    row("cookie.vendor-write", "of a vendor's front end does not write for another site's page", {
      request: ({ other }) => ({
        line: "POST /notes",
        headers: [
          ["cookie", `__test=${other.frontEnd}`],
          ["origin", "https://evil.test"],
        ],
        body: "",
      }),
      expected: refusal(403, "csrf_refused"),
    }),
    row("cookie.vendor-twice", "of a vendor that is there twice is refused", {
      request: withHeader("GET /read", "cookie", "__test=a; __test=b"),
      expected: malformed,
    }),
    row("cookie.vendor-and-own", "beside a vendor's is refused", {
      request: cookie((own) => `${own}; __test=a`),
      expected: malformed,
    }),
  ],
};
