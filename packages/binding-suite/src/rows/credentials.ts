import { OPAQUE_TOKEN } from "../world/provider.ts";
import type { World } from "../world/world.ts";
import { apiApp } from "./api-app.ts";
import { refusal, row, withHeader, type Expected, type RowGroup } from "./row.ts";

const asAda: Expected = { status: 200, body: { json: { who: "ada", tenant: "acme" } }, handled: 1 };
const nobody: Expected = { status: 200, body: { json: { who: null, tenant: null } }, handled: 1 };

const CHALLENGE = { "www-authenticate": 'Bearer error="invalid_token"' };
const BARE_CHALLENGE = { "www-authenticate": "Bearer" };
const refusedToken = refusal(401, "credential_invalid", { headers: CHALLENGE });
const twoCredentials = refusal(400, "credential_malformed", {
  headers: { "www-authenticate": 'Bearer error="invalid_request"' },
});

const bearerOf = (line: string, pick: (world: World) => string) => (world: World) =>
  withHeader(line, "authorization", pick(world));
const cookieOf = (line: string, pick: (world: World) => string) => (world: World) =>
  withHeader(line, "cookie", pick(world));

/** Which credential a request presents, and what a mount takes. */
export const credentialRows: RowGroup = {
  title: "A credential",
  app: (_, ran) => apiApp(ran),
  rows: [
    row("credential.none", "none at all is refused, and the answer names the way in", {
      request: { line: "GET /read" },
      expected: refusal(401, "credential_missing", { headers: BARE_CHALLENGE }),
    }),
    row("credential.none-open", "none at all is nobody, where nothing is asked", {
      request: { line: "GET /open" },
      expected: nobody,
    }),
    row("credential.bearer", "an access token lets in", {
      request: bearerOf("GET /read", ({ bearers }) => bearers.ada),
      expected: asAda,
    }),
    row("credential.bearer-case", "the scheme's letter case does not matter", {
      request: bearerOf("GET /read", ({ bearers }) => bearers.ada.replace("Bearer ", "bEARER  ")),
      expected: asAda,
    }),
    row("credential.session", "a session cookie lets in", {
      request: cookieOf("GET /read", ({ cookies }) => cookies.ada),
      expected: asAda,
    }),
    row("credential.machine", "a machine's token lets in", {
      request: bearerOf("GET /read", ({ other }) => other.machine),
      expected: { ...asAda, body: { json: { who: "robot", tenant: "acme" } } },
    }),
    row("credential.opaque", "a token that only the provider can read lets in", {
      request: withHeader("GET /read", "authorization", `Bearer ${OPAQUE_TOKEN}`),
      expected: asAda,
    }),
    row("credential.api-key", "an API key lets in", {
      request: bearerOf("GET /read", ({ other }) => other.apiKey),
      expected: { ...asAda, body: { json: { who: "script", tenant: "acme" } } },
    }),
    row("credential.api-key-bound", "an API key opens no more than it was made for", {
      request: bearerOf("GET /write", ({ other }) => other.apiKey),
      expected: refusal(403, "scope_insufficient", {
        headers: { "www-authenticate": 'Bearer error="insufficient_scope", scope="notes:write"' },
      }),
    }),
    row("credential.api-key-unknown", "an API key that nobody made is refused", {
      request: bearerOf("GET /read", ({ other }) => `${other.apiKey.slice(0, -1)}_`),
      expected: refusedToken,
    }),
    row("credential.mcp", "a token for MCP does not open the API", {
      request: bearerOf("GET /read", ({ other }) => other.mcp),
      expected: refusedToken,
    }),
    row("credential.expired", "an expired token is refused", {
      request: bearerOf("GET /read", ({ other }) => other.expired),
      expected: refusal(401, "credential_expired", { headers: CHALLENGE }),
    }),
    row("credential.forged", "a token with another signature is refused", {
      request: bearerOf("GET /read", ({ other }) => other.forged),
      expected: refusedToken,
    }),
    row("credential.foreign", "a token of another instance's provider is refused", {
      request: bearerOf("GET /read", ({ other }) => other.foreign),
      expected: refusedToken,
    }),
    row("credential.refused-open", "who is refused is nobody, where nothing is asked", {
      request: bearerOf("GET /open", ({ other }) => other.forged),
      expected: nobody,
    }),
    row("credential.basic", "Basic is refused", {
      request: withHeader("GET /read", "authorization", "Basic YWRhOnNlY3JldA=="),
      expected: refusedToken,
    }),
    row(
      "credential.scheme",
      "honojs/hono@5463db27: an unknown scheme with a good token is refused",
      {
        request: bearerOf("GET /read", ({ bearers }) => bearers.ada.replace("Bearer", "Token")),
        expected: refusedToken,
      },
    ),
    row("credential.no-fallback", "a bad token is refused, although a good cookie is there too", {
      request: ({ other, cookies }) => ({
        line: "GET /read",
        headers: [
          ["authorization", other.forged],
          ["cookie", cookies.ada],
        ],
      }),
      expected: refusedToken,
    }),
    row("credential.header-first", "a token counts, and the cookie beside it does not", {
      request: ({ bearers, cookies }) => ({
        line: "GET /read",
        headers: [
          ["cookie", cookies.dan],
          ["authorization", bearers.ada],
        ],
      }),
      expected: asAda,
    }),
    row("credential.session-door", "an inner mount for sessions does not take a token", {
      request: bearerOf("GET /pages", ({ bearers }) => bearers.ada),
      expected: refusedToken,
    }),
    row("credential.session-door-open", "an inner mount for sessions takes a session", {
      request: cookieOf("GET /pages", ({ cookies }) => cookies.ada),
      expected: asAda,
    }),
    row(
      "credential.unavailable",
      "GHSA-8fpg-xm3f-6cx3: a token that nobody can check is neither good nor bad",
      {
        request: withHeader("GET /read", "authorization", "Bearer opaque_down"),
        expected: refusal(503, "provider_unavailable", { headers: { "www-authenticate": null } }),
      },
    ),
    row("credential.twice", "two Authorization lines are refused, though both are good", {
      request: ({ bearers }) => ({
        line: "GET /read",
        headers: [
          ["authorization", bearers.ada],
          ["Authorization", bearers.ada],
        ],
      }),
      expected: twoCredentials,
    }),
    row("credential.twice-bad-first", "two Authorization lines are refused, the good one last", {
      request: ({ bearers, other }) => ({
        line: "GET /read",
        headers: [
          ["authorization", other.forged],
          ["authorization", bearers.ada],
        ],
      }),
      expected: twoCredentials,
    }),
    row("credential.joined", "two that a proxy has joined into one line are refused", {
      request: bearerOf("GET /read", ({ bearers }) => `${bearers.ada}, ${bearers.ada}`),
      expected: twoCredentials,
    }),
    row("credential.query", "a token in the query is no credential", {
      request: ({ bearers }) => ({ line: `GET /read?access_token=${bearers.ada.slice(7)}` }),
      expected: refusal(401, "credential_missing", { headers: BARE_CHALLENGE }),
    }),
    row("credential.body", "a token in the body is no credential", {
      request: ({ bearers }) => ({
        line: "POST /notes",
        headers: [["content-type", "application/x-www-form-urlencoded"]],
        body: `access_token=${bearers.ada.slice(7)}`,
      }),
      expected: refusal(401, "credential_missing", { headers: BARE_CHALLENGE }),
    }),
  ],
};
