import { hostTenant } from "@tenantry/core";
import type { SuiteApp } from "../suite-app.ts";
import { counted, whoAsks } from "./api-app.ts";
import { refusal, row, type Expected, type Row, type RowGroup } from "./row.ts";

const acme: Expected = { status: 200, body: { json: { who: "ada", tenant: "acme" } }, handled: 1 };
const absent = refusal(404, "tenant_not_found");
const tenants = [hostTenant("{tenant}.app.example.test")];

function hostApp(ran: () => void): SuiteApp {
  return {
    steps: [
      { kind: "authenticate" },
      {
        kind: "route",
        method: "GET",
        path: "/",
        guards: [{ kind: "requireTenant" }],
        handle: counted((call) => ({ body: JSON.stringify(whoAsks(call)) }), ran),
      },
    ],
  };
}

const HOSTS: readonly (readonly [id: string, host: string, expected: Expected])[] = [
  ["plain", "acme.app.example.test", acme],
  ["port", "acme.app.example.test:8443", acme],
  ["trailing-dot", "acme.app.example.test.", acme],
  ["upper-case", "ACME.App.Example.Test", acme],
  ["parent", "app.example.test", acme],
  ["foreign", "birch.app.example.test", absent],
  ["foreign-trailing-dot", "birch.app.example.test.", absent],
  ["foreign-upper-case", "BIRCH.APP.EXAMPLE.TEST", absent],
  ["two-dots", "acme.app.example.test..", absent],
  ["two-labels", "birch.acme.app.example.test", absent],
  ["suffix", "acme.app.example.test.evil.test", absent],
  ["prefix", "acmeapp.example.test", absent],
  ["ipv4", "127.0.0.1", absent],
  ["ipv6", "[::1]", absent],
  ["ipv6-port", "[::1]:3000", absent],
  ["ipv6-zone", "[fe80::1%25eth0]", absent],
  ["ipv6-open", "[::1", absent],
  ["ipv6-bare", "::1", absent],
  ["user", "acme.app.example.test@birch.app.example.test", absent],
  ["user-foreign", "birch.app.example.test@acme.app.example.test", absent],
  ["list", "acme.app.example.test, birch.app.example.test", absent],
  ["path", "acme.app.example.test/birch", absent],
  ["backslash", "acme.app.example.test\\birch", absent],
  ["question-mark", "acme.app.example.test?", absent],
  ["number-sign", "acme.app.example.test#.birch.app.example.test", absent],
  ["escape", "%61cme.app.example.test", absent],
  ["space", "acme .app.example.test", absent],
  ["underscore", "acme_birch.app.example.test", absent],
  ["high-bytes", "acm\u00E9.app.example.test", absent],
  ["empty", "", absent],
  ["port-not-number", "acme.app.example.test:http", absent],
];

/** The host names a tenant; nothing of it is believed that a proxy could read differently. */
export const hostRows: RowGroup = {
  title: "A tenant by host",
  options: { tenants, trustedProxies: ["192.0.2.1"] },
  app: (_, ran) => hostApp(ran),
  rows: [
    ...HOSTS.map(([id, host, expected]): Row =>
      row(`host.${id}`, `of ${JSON.stringify(host)}`, {
        request: ({ bearers }) => ({
          line: "GET /",
          host,
          headers: [["authorization", bearers.ada]],
        }),
        expected,
      }),
    ),
    row("host.twice", "that is sent twice", {
      request: ({ bearers }) => ({
        line: "GET /",
        host: "acme.app.example.test",
        headers: [
          ["host", "birch.app.example.test"],
          ["authorization", bearers.ada],
        ],
      }),
      expected: absent,
    }),
    row("host.twice-reversed", "that is sent twice, one's own last", {
      request: ({ bearers }) => ({
        line: "GET /",
        host: "birch.app.example.test",
        headers: [
          ["host", "acme.app.example.test"],
          ["authorization", bearers.ada],
        ],
      }),
      expected: absent,
    }),
    row("host.absent", "that is not sent, which HTTP/1.1 forbids", {
      request: ({ bearers }) => ({
        line: "GET /",
        host: null,
        headers: [["authorization", bearers.ada]],
      }),
      expected: { status: 400, isPrivate: false, handled: 0 },
    }),
    row("host.absolute-form", "in an absolute-form target means nothing", {
      request: ({ bearers }) => ({
        line: "GET http://birch.app.example.test/",
        host: "acme.app.example.test",
        headers: [["authorization", bearers.ada]],
      }),
      expected: acme,
    }),
    row("host.forwarded-by-stranger", "that a stranger forwards for a listed proxy means nothing", {
      request: ({ bearers }) => ({
        line: "GET /",
        host: "birch.app.example.test",
        headers: [
          ["x-forwarded-host", "acme.app.example.test"],
          ["x-forwarded-for", "192.0.2.1"],
          ["forwarded", "host=acme.app.example.test"],
          ["authorization", bearers.ada],
        ],
      }),
      expected: absent,
    }),
  ],
};

const forwarded =
  (lines: readonly string[], host = "internal.example.test") =>
  (world: { readonly bearers: { readonly ada: string } }) => ({
    line: "GET /",
    host,
    headers: [
      ...lines.map((line) => ["x-forwarded-host", line] as const),
      ["authorization", world.bearers.ada] as const,
    ],
  });

/** What proxies write, and what a client could have made them write. */
const FORWARDED: readonly (readonly [id: string, host: string, expected: Expected])[] = [
  ["port", "acme.app.example.test:8443", acme],
  ["trailing-dot", "acme.app.example.test.", acme],
  ["upper-case", "ACME.App.Example.Test", acme],
  ["foreign-trailing-dot", "birch.app.example.test.", absent],
  ["ipv6", "[2001:db8::1]", absent],
  ["ipv6-port", "[2001:db8::1]:443", absent],
  ["ipv6-open", "[2001:db8::1", absent],
  ["user", "birch.app.example.test@acme.app.example.test", absent],
  ["url", "https://acme.app.example.test", absent],
];

/** The same behind a listed proxy, whose `X-Forwarded-Host` is the public host. */
export const proxyRows: RowGroup = {
  title: "CVE-2026-40575, CVE-2025-64484: a listed proxy",
  options: { tenants, trustedProxies: ["127.0.0.1/32", "::1"] },
  app: (_, ran) => hostApp(ran),
  rows: [
    row("proxy.forwards", "says which host was asked for", {
      request: forwarded(["acme.app.example.test"]),
      expected: acme,
    }),
    row("proxy.forwards-foreign", "does not make a foreign tenant one's own", {
      request: forwarded(["birch.app.example.test"]),
      expected: absent,
    }),
    row("proxy.against-host", "is believed before the host it was reached by", {
      request: forwarded(["acme.app.example.test"], "birch.app.example.test"),
      expected: acme,
    }),
    row("proxy.silent", "that says nothing leaves the host as it is", {
      request: forwarded([], "acme.app.example.test"),
      expected: acme,
    }),
    row("proxy.twice", "that says two things says nothing", {
      request: forwarded(["acme.app.example.test", "acme.app.example.test"]),
      expected: absent,
    }),
    row("proxy.list", "that appends to what a client sent says nothing", {
      request: forwarded(["birch.app.example.test, acme.app.example.test"]),
      expected: absent,
    }),
    row("proxy.empty", "that says nothing at all says nothing", {
      request: forwarded([""], "acme.app.example.test"),
      expected: absent,
    }),
    ...FORWARDED.map(([id, host, expected]) =>
      row(`proxy.${id}`, `says ${JSON.stringify(host)}`, {
        request: forwarded([host]),
        expected,
      }),
    ),
    row("proxy.standard", "that hands on a client's Forwarded does not make it its own word", {
      request: ({ bearers }) => ({
        line: "GET /",
        host: "acme.app.example.test",
        headers: [
          ["forwarded", "host=birch.app.example.test"],
          ["authorization", bearers.ada],
        ],
      }),
      expected: acme,
    }),
  ],
};

const CLAIMS: readonly (readonly [name: string, value: string])[] = [
  ["x-original-url", "/open"],
  ["x-rewrite-url", "/open"],
  ["x-forwarded-uri", "/open"],
  ["x-forwarded-path", "/t/birch/notes"],
  ["x-forwarded-prefix", "/t/birch"],
  ["x-forwarded-host", "birch.app.example.test"],
  ["forwarded", "for=127.0.0.1;host=birch.app.example.test"],
  ["x-forwarded-user", "dan"],
  ["x_forwarded_user", "dan"],
  ["x-forwarded-email", "dan@birch.example"],
  ["x-auth-request-user", "dan"],
  ["x-remote-user", "dan"],
  ["remote_user", "dan"],
  ["x-user-id", "dan"],
  ["x-tenant", "birch"],
  ["x-tenant-id", "birch"],
  ["x-middleware-subrequest", "middleware:middleware:middleware"],
  ["x-http-method-override", "OPTIONS"],
  ["user-agent", "kube-probe/1.30"],
  ["x-forwarded-for", "127.0.0.1"],
  ["x-real-ip", "127.0.0.1"],
];

/** Headers in which proxies and other products write who somebody is. Here nothing reads them. */
export const claimRows: RowGroup = {
  title: "CVE-2025-29927, GHSA-5hvv-m4w4-gf6v: a header that claims something",
  app: (_, ran) => hostApp(ran),
  rows: CLAIMS.flatMap(([name, value]) => [
    row(`claim.${name}`, "lets nobody in", {
      request: { line: "GET /", headers: [[name, value]] },
      expected: refusal(401, "credential_missing"),
    }),
    row(`claim.${name}.tenant`, "changes no tenant", {
      request: ({ bearers }) => ({
        line: "GET /",
        headers: [
          ["authorization", bearers.ada],
          [name, value],
        ],
      }),
      expected: acme,
    }),
  ]),
};
