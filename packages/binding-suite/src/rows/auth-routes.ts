import { gzipSync } from "node:zlib";
import type { WireRequest } from "../wire.ts";
import { signatureOf, SIGNATURE_HEADER } from "../world/webhooks.ts";
import { BASE_URL, type World } from "../world/world.ts";
import { apiApp } from "./api-app.ts";
import { refusal, row, type Expected, type Row, type RowGroup } from "./row.ts";

const FORM = ["content-type", "application/x-www-form-urlencoded"] as const;
const JSON_TYPE = ["content-type", "application/json"] as const;
const OURS = ["origin", BASE_URL] as const;
const OUR_COOKIE = /^theme=dark$/;

/** `leave` answers with where it was told to go, so it shows what has arrived. */
const leave =
  (
    body: string,
    headers: readonly (readonly [string, string])[],
    more: Partial<WireRequest> = {},
  ) =>
  (world: World) => ({
    line: "POST /auth/leave",
    headers: [["cookie", world.cookies.ada] as const, OURS, ...headers],
    body,
    ...more,
  });

const wentTo = (location: string): Expected => ({ status: 303, headers: { location }, handled: 0 });
const tooLarge = refusal(413, "body_too_large");
const invalid = refusal(400, "request_invalid");
const notOurs = refusal(403, "csrf_refused");

const WEBHOOK = '{ "event" : "user.updated",\r\n "n": 1.0, "name": "\\u00fc" }';
const BIG_WEBHOOK = `{"data":"${"x".repeat(200_000)}"}`;
const HUGE_WEBHOOK = `{"data":"${"x".repeat(1_100_000)}"}`;

const webhook = (body: string, signatures: readonly string[], more: Partial<WireRequest> = {}) => ({
  line: "POST /auth/webhooks/test",
  headers: [JSON_TYPE, ...signatures.map((value) => [SIGNATURE_HEADER, value] as const)],
  body,
  ...more,
});

/** What browsers say of a page that is none of ours, and a program of none at all. */
const FOREIGN_PAGES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  elsewhere: [["origin", "https://evil.test"]],
  null: [["origin", "null"]],
  "cross-site": [["sec-fetch-site", "cross-site"]],
  silent: [],
};

/** Rows that hold whatever stands in front of the auth routes. `prefix` keeps their ids apart. */
function rowsFor(prefix: string): Row[] {
  return [
    row(`${prefix}.me`, "say who nobody is", {
      request: { line: "GET /auth/me" },
      expected: refusal(401, "credential_missing"),
    }),
    row(`${prefix}.me-session`, "say who is signed in", {
      request: ({ cookies }) => ({ line: "GET /auth/me", headers: [["cookie", cookies.ada]] }),
      expected: { status: 200, body: /"slug":"acme"/, headers: { "set-cookie": OUR_COOKIE } },
    }),
    row(`${prefix}.login`, "begin a sign-in on the configured address, whatever the host", {
      request: {
        line: "GET /auth/login",
        host: "evil.test",
        headers: [
          ["x-forwarded-host", "evil.test"],
          ["x-forwarded-proto", "http"],
        ],
      },
      expected: {
        status: 303,
        headers: {
          location: /redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback%2Ftest$/,
          "set-cookie": ["theme=dark", /^__Host-tenantry/],
        },
      },
    }),
    row(`${prefix}.unknown`, "refuse a path of theirs that does not exist", {
      request: { line: "GET /auth/nowhere" },
      expected: refusal(404, "route_not_found"),
    }),
    row(`${prefix}.form`, "read a form", {
      request: leave("returnTo=%2Fgoodbye%3Ffrom%3Da%2Bb%26to%3D%25C3%25BC", [FORM]),
      expected: wentTo("/goodbye?from=a+b&to=%C3%BC"),
    }),
    row(`${prefix}.form-chunked`, "read a form of unknown length", {
      request: leave("returnTo=%2Fgoodbye", [FORM], { isChunked: true }),
      expected: wentTo("/goodbye"),
    }),
    row(`${prefix}.json`, "read JSON", {
      request: leave('{"returnTo":"/goodbye"}', [JSON_TYPE]),
      expected: wentTo("/goodbye"),
    }),
    row(`${prefix}.no-body`, "read a POST without a body", {
      request: ({ cookies }) => ({
        line: "POST /auth/leave",
        headers: [["cookie", cookies.ada], OURS, ["content-length", "0"]],
      }),
      expected: wentTo("/"),
    }),
    row(`${prefix}.repeated`, "refuse a field that is sent twice", {
      request: leave("returnTo=%2Fa&returnTo=%2Fb", [FORM]),
      expected: invalid,
    }),
    row(`${prefix}.structure`, "know no fields with structure", {
      request: leave("returnTo[a]=%2Fx", [FORM]),
      expected: wentTo("/"),
    }),
    row(`${prefix}.large`, "refuse a form that is too large", {
      request: leave(`a=${"x".repeat(70_000)}`, [FORM]),
      expected: tooLarge,
    }),
    row(`${prefix}.large-chunked`, "refuse a form that is too large and does not say so", {
      request: leave(`a=${"x".repeat(70_000)}`, [FORM], { isChunked: true }),
      expected: tooLarge,
    }),
    row(`${prefix}.open-redirect`, "GHSA-7p99-3798-f85c: send nobody off the site", {
      request: leave("returnTo=%2F%5Cevil.test", [FORM]),
      expected: wentTo("/"),
    }),
    ...Object.entries(FOREIGN_PAGES).map(([id, headers]) =>
      row(`${prefix}.csrf-${id}`, "GHSA-wxw3-q3m9-c3jr: refuse another site's POST", {
        request: ({ cookies }) => ({
          line: "POST /auth/logout",
          headers: [["cookie", cookies.ben], FORM, ...headers],
          body: "returnTo=%2F",
        }),
        expected: notOurs,
      }),
    ),
    row(`${prefix}.after-csrf`, "leave the session alone that such a POST came with", {
      request: ({ cookies }) => ({ line: "GET /read", headers: [["cookie", cookies.ben]] }),
      expected: { status: 200, handled: 1 },
    }),
    ...Object.entries(FOREIGN_PAGES).map(([id, headers]) =>
      row(`${prefix}.consent-csrf-${id}`, "let no other site say yes to an agent", {
        request: ({ cookies }) => ({
          line: "POST /auth/authorize/test",
          headers: [["cookie", cookies.ada], FORM, ...headers],
          body: "decision=allow",
        }),
        expected: notOurs,
      }),
    ),
    row(`${prefix}.consent`, "ask about an agent on a page that nobody can frame or keep", {
      request: ({ cookies }) => ({
        line: "GET /auth/authorize/test?scope=note%3Aread&scope=a+%26+b",
        headers: [
          ["cookie", cookies.ada],
          ["accept", "text/html"],
        ],
      }),
      expected: {
        status: 200,
        body: /Test agent[^]*<code>note:read<\/code>[^]*<code>a &amp; b<\/code>/,
        headers: {
          "content-security-policy": /frame-ancestors 'none'/,
          "x-frame-options": "DENY",
          "cache-control": /no-store/,
        },
      },
    }),
    row(`${prefix}.consent-anonymous`, "let people sign in before they are asked about an agent", {
      request: { line: "GET /auth/authorize/test?scope=a%20b", headers: [["accept", "text/html"]] },
      expected: {
        status: 303,
        headers: {
          location: "/auth/login?provider=test&returnTo=%2Fauth%2Fauthorize%2Ftest%3Fscope%3Da%2Bb",
        },
      },
    }),
    row(`${prefix}.consent-forged`, "refuse a yes to what no page has asked", {
      request: ({ cookies }) => ({
        line: "POST /auth/authorize/test",
        headers: [["cookie", cookies.ada], OURS, FORM],
        body: "request=1.x.y&decision=allow",
      }),
      expected: invalid,
    }),
    row(`${prefix}.webhook-forged`, "refuse a webhook that the provider has not signed", {
      request: webhook('{"event":"x"}', [signatureOf("another body")]),
      expected: { status: 400, body: "" },
    }),
    row(`${prefix}.webhook-unsigned`, "refuse a webhook without a signature", {
      request: webhook('{"event":"x"}', []),
      expected: { status: 400, body: "" },
    }),
    row(`${prefix}.webhook-raw`, "verify a webhook over the bytes that came", {
      request: webhook(WEBHOOK, [signatureOf(WEBHOOK)]),
      expected: { status: 200, body: "", logged: { level: "info", text: /webhook\.received/ } },
    }),
    row(`${prefix}.webhook-plain`, "verify a webhook whose JSON any writer would write so", {
      request: webhook('{"event":"y"}', [signatureOf('{"event":"y"}')]),
      expected: { status: 200, body: "" },
    }),
  ];
}

/** Sign-in routes, in front of the app's body parsers or in an app that has none. */
export const authRouteRows: RowGroup = {
  title: "The auth routes",
  app: (_, ran) => apiApp(ran),
  rows: [
    ...rowsFor("routes"),
    row("routes.login-absolute", "begin a sign-in by an absolute-form target", {
      request: { line: "GET http://evil.test/auth/login" },
      expected: { status: 303, headers: { location: /^(?!.*evil)/ } },
    }),
    row("routes.compressed", "refuse a body that is compressed", {
      request: leave(gzipSync('{"returnTo":"/goodbye"}').toString("latin1"), [
        JSON_TYPE,
        ["content-encoding", "gzip"],
      ]),
      expected: invalid,
    }),
    row("routes.broken-json", "refuse JSON that is none", {
      request: leave('{"returnTo":', [JSON_TYPE]),
      expected: invalid,
    }),
    row("routes.form-as-text", "refuse a form that says it is text", {
      request: leave("returnTo=%2Fgoodbye", [["content-type", "text/plain"]]),
      expected: invalid,
    }),
    row("routes.webhook-big", "verify a webhook of 200 kB", {
      request: webhook(BIG_WEBHOOK, [signatureOf(BIG_WEBHOOK)], { isChunked: true }),
      expected: { status: 200, body: "" },
    }),
    row("routes.webhook-huge", "refuse a webhook of more than 1 MB", {
      request: webhook(HUGE_WEBHOOK, [signatureOf(HUGE_WEBHOOK)]),
      expected: tooLarge,
    }),
    row("routes.webhook-two-signatures", "refuse a webhook with two signatures", {
      request: webhook(WEBHOOK, [signatureOf(WEBHOOK), signatureOf(WEBHOOK)]),
      expected: { status: 400, body: "" },
    }),
    row("routes.webhook-unknown", "know no webhooks of a provider that is not there", {
      request: { line: "POST /auth/webhooks/nobody", headers: [JSON_TYPE], body: "{}" },
      expected: refusal(404, "route_not_found"),
    }),
    row("routes.case", "are compared exactly", {
      request: { line: "GET /auth/Me" },
      expected: refusal(404, "route_not_found"),
    }),
    row("routes.doubled", "are compared exactly, slashes too", {
      request: { line: "GET /auth//me" },
      expected: refusal(404, "route_not_found"),
    }),
    row("routes.slash-after", "are compared exactly, to the end", {
      request: { line: "GET /auth/me/" },
      expected: refusal(404, "route_not_found"),
    }),
    row("routes.escaped", "are compared exactly, without decoding", {
      request: { line: "GET /auth/%6de" },
      expected: refusal(404, "route_not_found"),
    }),
  ],
};

/** The same behind the framework's JSON and form parsers. */
export const parsedRows: RowGroup = {
  title: "The auth routes behind body parsers",
  app: (_, ran) => apiApp(ran, { hasParsers: true }),
  rows: rowsFor("parsed"),
};
