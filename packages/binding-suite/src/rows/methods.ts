import type { SuiteApp, SuiteTouch } from "../suite-app.ts";
import { apiApp } from "./api-app.ts";
import { refusal, row, withHeader, type Expected, type RowGroup } from "./row.ts";

const nobody: Expected = { status: 404, body: { json: { who: null, tenant: null } }, handled: 0 };

/** Methods that are not GET and POST. */
export const methodRows: RowGroup = {
  title: "The method",
  app: (_, ran) => apiApp(ran),
  rows: [
    row("method.head", "HEAD is answered like GET, without a body", {
      request: ({ bearers }) => withHeader("HEAD /read", "authorization", bearers.ada),
      expected: { status: 200, body: "", handled: 1 },
    }),
    row("method.head-nobody", "HEAD without a credential is refused like GET, without a body", {
      request: { line: "HEAD /read" },
      expected: { status: 401, headers: { "www-authenticate": "Bearer" }, body: "", handled: 0 },
    }),
    row("method.head-denied", "HEAD without the permission is refused like GET", {
      request: ({ bearers }) => withHeader("HEAD /write", "authorization", bearers.ben),
      expected: { status: 403, body: "", handled: 0 },
    }),
    row("method.head-cookie", "HEAD with a session cookie needs no origin", {
      request: ({ cookies }) => withHeader("HEAD /read", "cookie", cookies.ada),
      expected: { status: 200, body: "", handled: 1 },
    }),
    row("method.options", "OPTIONS runs no handler", {
      request: { line: "OPTIONS /read" },
      expected: nobody,
    }),
    row("method.options-credential", "OPTIONS with a credential runs no handler", {
      request: ({ bearers }) => withHeader("OPTIONS /read", "authorization", bearers.ada),
      expected: { ...nobody, body: { json: { who: "ada", tenant: "acme" } } },
    }),
    row("method.other", "DELETE where only GET is written runs no handler", {
      request: ({ bearers }) => withHeader("DELETE /read", "authorization", bearers.ada),
      expected: { ...nobody, body: { json: { who: "ada", tenant: "acme" } } },
    }),
    row("method.lower-case", "get in small letters is another method", {
      request: { line: "get /read" },
      expected: { status: 400, isPrivate: false, handled: 0 },
    }),
    row("method.auth-route", "a method that an auth route does not know is named", {
      request: { line: "DELETE /auth/logout" },
      expected: refusal(405, "method_not_allowed", { headers: { allow: "GET, POST" } }),
    }),
    row("method.auth-route-head", "HEAD of an auth route that answers GET is refused by name", {
      request: { line: "HEAD /auth/me" },
      expected: { status: 405, body: "", headers: { allow: "GET" }, handled: 0 },
    }),
    row("method.auth-route-options", "OPTIONS of an auth route is refused by name", {
      request: { line: "OPTIONS /auth/me" },
      expected: refusal(405, "method_not_allowed", { headers: { allow: "GET" } }),
    }),
    row("method.trace", "TRACE of an auth route is refused", {
      request: { line: "TRACE /auth/me" },
      expected: { status: [400, 404, 405], handled: 0 },
    }),
  ],
};

const WEB_APP = "https://web.example.test";

/** What a CORS middleware does (Fetch Standard, CORS protocol): it answers a preflight by itself. */
function allowOrigin(
  method: string,
  origin: string | undefined,
  asked: string | undefined,
): SuiteTouch {
  if (origin !== WEB_APP) return { headers: [] };
  const allowed = [
    ["access-control-allow-origin", WEB_APP],
    ["vary", "Origin"],
  ] as const;
  if (method !== "OPTIONS" || asked === undefined) return { headers: allowed };
  return {
    status: 204,
    headers: [...allowed, ["access-control-allow-headers", "authorization"]],
  };
}

function corsApp(ran: () => void): SuiteApp {
  return {
    steps: [
      {
        kind: "middleware",
        run: ({ method, header }) =>
          allowOrigin(method, header("origin"), header("access-control-request-method")),
      },
      ...apiApp(ran).steps,
    ],
  };
}

const preflight = (path: string, origin = WEB_APP) => ({
  line: `OPTIONS ${path}`,
  headers: [
    ["origin", origin],
    ["access-control-request-method", "GET"],
    ["access-control-request-headers", "authorization"],
  ] as const,
});

const allowed = { "access-control-allow-origin": WEB_APP };

/** A CORS middleware in front of authentication. */
export const corsRows: RowGroup = {
  title: "An app that allows another origin",
  app: (_, ran) => corsApp(ran),
  rows: [
    row("cors.preflight", "answers a preflight, which never has a credential", {
      request: preflight("/read"),
      expected: {
        status: 204,
        headers: { ...allowed, "access-control-allow-headers": "authorization" },
        isPrivate: false,
        vary: ["Origin"],
        handled: 0,
      },
    }),
    row("cors.preflight-stranger", "allows a stranger's preflight nothing", {
      request: preflight("/read", "https://evil.test"),
      expected: { status: 404, headers: { "access-control-allow-origin": null }, handled: 0 },
    }),
    row("cors.request", "serves the request that follows, and varies by all that decides it", {
      request: ({ bearers }) => ({
        line: "GET /read",
        headers: [
          ["origin", WEB_APP],
          ["authorization", bearers.ada],
        ],
      }),
      expected: { status: 200, headers: allowed, vary: ["Origin", "Accept-Encoding"], handled: 1 },
    }),
    row("cors.refusal", "lets the page read why a request is refused", {
      request: withHeader("GET /read", "origin", WEB_APP),
      expected: refusal(401, "credential_missing", { headers: allowed, vary: ["Origin"] }),
    }),
    row("cors.auth-route", "lets the page read an auth route's refusal", {
      request: withHeader("GET /auth/me", "origin", WEB_APP),
      expected: refusal(401, "credential_missing", { headers: allowed, vary: ["Origin"] }),
    }),
  ],
};
