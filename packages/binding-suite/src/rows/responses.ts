import {
  GONE_COOKIE,
  GONE_SET_COOKIE,
  RENEWAL_COOKIE,
  RENEWAL_LOCATION,
  RENEWED_COOKIE,
  RENEWED_SET_COOKIE,
} from "../world/front-end.ts";
import type { World } from "../world/world.ts";
import { apiApp } from "./api-app.ts";
import { refusal, row, withHeader, type RowGroup } from "./row.ts";

const asAda = (line: string) => (world: World) =>
  withHeader(line, "authorization", world.bearers.ada);
const OURS = ["Accept-Encoding"];
const THEME = "theme=dark";

const page = (path: string, cookie: string) => ({
  line: `GET ${path}`,
  headers: [
    ["accept", "text/html"],
    ["cookie", cookie],
  ] as const,
});
/** A page whose session is renewed on the way to the handler. */
const renewed =
  (path: string, whose: "frontEnd" | "frontEndOfBen" = "frontEnd") =>
  ({ other }: World) =>
    page(path, `${RENEWED_COOKIE}=${other[whose]}`);
const withRenewal = {
  "set-cookie": [THEME, RENEWED_SET_COOKIE],
  "cdn-cache-control": null,
} as const;

/** No cache may give one person's response to another, whoever writes it, and however. */
export const responseRows: RowGroup = {
  title: "CVE-2025-64762, CVE-2025-48947: a response that depends on who asks",
  app: (_, ran) => apiApp(ran),
  rows: [
    row("response.open", "is private where nothing is asked", {
      request: { line: "GET /open" },
      expected: { status: 200, vary: OURS, headers: { "set-cookie": THEME }, handled: 1 },
    }),
    row("response.guarded", "is private behind a guard", {
      request: asAda("GET /read"),
      expected: { status: 200, vary: OURS, headers: { "set-cookie": THEME }, handled: 1 },
    }),
    row("response.refusal", "is private when it is a refusal", {
      request: ({ bearers }) => withHeader("GET /write", "authorization", bearers.ben),
      expected: refusal(403, "permission_denied", { vary: OURS, headers: { "set-cookie": THEME } }),
    }),
    row("response.two-guards", "is one refusal when the second guard refuses", {
      request: ({ bearers }) => withHeader("GET /two-guards", "authorization", bearers.ben),
      expected: refusal(403, "permission_denied", { headers: { "set-cookie": THEME } }),
    }),
    row("response.both", "CVE-2026-42349: asks for every permission that a guard names", {
      request: ({ bearers }) => withHeader("GET /both", "authorization", bearers.ben),
      expected: refusal(403, "permission_denied"),
    }),
    row("response.session", "is private in a signed-in browser", {
      request: ({ cookies }) => withHeader("GET /read", "cookie", cookies.ada),
      expected: { status: 200, vary: OURS, handled: 1 },
    }),
    row("response.no-route", "is private where there is no route", {
      request: asAda("GET /nowhere"),
      expected: { status: 404, body: { json: { who: "ada", tenant: "acme" } }, vary: OURS },
    }),
    row("response.throws", "is private when a handler throws", {
      request: asAda("GET /throws"),
      expected: { status: 500, vary: OURS, handled: 1 },
    }),
    row("response.throws-open", "is private when a handler throws at nobody", {
      request: { line: "GET /throws-for-all" },
      expected: { status: 500, vary: OURS, handled: 1 },
    }),
    row("response.rejects", "is private when a handler rejects", {
      request: asAda("GET /rejects"),
      expected: { status: 500, vary: OURS, handled: 1 },
    }),
    row("response.native", "is private when a handler writes it by the lowest means", {
      request: asAda("GET /native"),
      expected: { status: 200, body: "native", vary: OURS, headers: { "set-cookie": THEME } },
    }),
    row("response.native-cookie", "keeps the app's cookies when a handler writes its own", {
      request: asAda("GET /native-cookie"),
      expected: { status: 200, headers: { "set-cookie": [THEME, "seen=1; Path=/"] } },
    }),
    row("response.cookies", "keeps several cookies apart", {
      request: asAda("GET /cookies"),
      expected: {
        status: 200,
        headers: { "set-cookie": [THEME, "seen=1; Path=/", "page=2; Path=/"] },
      },
    }),
    row("response.varied", "varies by what the handler says, too", {
      request: asAda("GET /varied"),
      expected: { status: 200, vary: [...OURS, "Accept-Language"] },
    }),
    row("response.cached", "is as shared as the handler itself says", {
      request: { line: "GET /cached" },
      expected: {
        status: 200,
        isPrivate: false,
        headers: { "cache-control": "public, max-age=60" },
        vary: ["Cookie", "Authorization"],
      },
    }),
    row("response.cached-native", "is as shared as a handler says by the lowest means", {
      request: { line: "GET /cached-native" },
      expected: {
        status: 200,
        isPrivate: false,
        headers: { "cache-control": "public, max-age=60", "cdn-cache-control": "max-age=600" },
      },
    }),
    row("response.renewed", "carries the cookies of a renewal", {
      request: renewed("/read"),
      expected: {
        status: 200,
        body: { json: { who: "ada", tenant: "acme" } },
        headers: withRenewal,
        handled: 1,
      },
    }),
    ...["cached", "cached-native", "cached-stream"].map((id) =>
      row(`response.renewed-${id}`, "is private with such cookies, whatever the handler says", {
        request: renewed(`/${id}`),
        expected: { status: 200, body: /for all$/, headers: withRenewal, handled: 1 },
      }),
    ),
    row("response.renewed-refusal", "carries them when it is a refusal", {
      request: renewed("/write", "frontEndOfBen"),
      expected: { status: 403, headers: withRenewal, handled: 0 },
    }),
    row("response.renewed-throws", "carries them when a handler throws", {
      request: renewed("/throws"),
      expected: { status: 500, headers: withRenewal, handled: 1 },
    }),
    row("response.gone", "carries the cookies that tell a front end it is over", {
      request: page("/cached", `${GONE_COOKIE}=1`),
      expected: {
        status: 200,
        headers: { "set-cookie": [THEME, GONE_SET_COOKIE], "cdn-cache-control": null },
        handled: 1,
      },
    }),
    row("response.empty", "is private when it is empty", {
      request: asAda("GET /empty"),
      expected: { status: 204, body: "", handled: 1 },
    }),
    row("response.stream", "is private when it is streamed", {
      request: asAda("GET /stream"),
      expected: { status: 200, body: "one two three", vary: OURS, handled: 1 },
    }),
    row("response.stream-refused", "is no stream when it is refused", {
      request: { line: "GET /stream" },
      expected: refusal(401, "credential_missing"),
    }),
    row("response.renewal", "sends a browser on to be renewed, with its cookies and no handler", {
      request: {
        line: "GET /read",
        headers: [
          ["accept", "text/html"],
          ["cookie", `${RENEWAL_COOKIE}=1`],
        ],
      },
      expected: {
        status: 302,
        headers: {
          location: RENEWAL_LOCATION,
          "set-cookie": [THEME, "__test_tries=1; Path=/", "__test_from=here; Path=/"],
        },
        handled: 0,
      },
    }),
    row("response.renewal-open", "sends a browser on even where nothing is asked", {
      request: {
        line: "GET /open",
        headers: [
          ["accept", "text/html"],
          ["cookie", `${RENEWAL_COOKIE}=1`],
        ],
      },
      expected: { status: 302, headers: { location: RENEWAL_LOCATION }, handled: 0 },
    }),
    row("response.sign-in", "sends a browser to the sign-in, and back to where it wanted", {
      request: withHeader("GET /read?page=2", "accept", "text/html"),
      expected: {
        status: 303,
        headers: {
          location: "/auth/login?returnTo=%2Fread%3Fpage%3D2",
          "set-cookie": THEME,
        },
        handled: 0,
      },
    }),
    row("response.page", "is a page for a person and JSON for a program", {
      request: ({ cookies }) => ({
        line: "GET /write",
        headers: [
          ["accept", "text/html"],
          ["cookie", cookies.ben],
        ],
      }),
      expected: {
        status: 403,
        headers: { "content-type": /^text\/html/, "content-security-policy": /default-src 'none'/ },
        handled: 0,
      },
    }),
    row("response.no-secrets", "shows a page no token and no secret (CVE-2025-55009)", {
      request: asAda("GET /context"),
      expected: { status: 200, body: /^(?!.*(?:eyJ|vendor-)).*"slug":"acme"/, handled: 1 },
    }),
    row("response.no-secrets-session", "shows a signed-in page none either (CVE-2025-55009)", {
      request: ({ cookies }) => withHeader("GET /context", "cookie", cookies.ada),
      expected: { status: 200, body: /^(?!.*(?:eyJ|vendor-)).*"slug":"acme"/, handled: 1 },
    }),
  ],
};
