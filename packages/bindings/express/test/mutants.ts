import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const SRC = "packages/bindings/express/src";

const killer = (name: string, test: string) => ({
  project: "express",
  file: `packages/bindings/express/test/${name}.test.ts`,
  test,
});

/** Defects that a binding could have, one for each thing that it must not get wrong. */
export const mutants: readonly Mutant[] = [
  {
    id: "express-public-responses",
    row: 14,
    guards: "A response that depends on who asks is private and not stored.",
    file: `${SRC}/respond.ts`,
    find: "  for (const header of PRIVATE_HEADERS) setHeader(res, header);",
    replace: "  res.vary(PRIVATE_HEADERS.length === 0 ? [] : 'Cookie');",
    killedBy: [killer("private-responses", "a page behind a guard is private and not stored")],
  },
  {
    id: "express-vary-replaced",
    row: 14,
    guards: "What the app's other middleware varies by stays in `Vary`.",
    file: `${SRC}/respond.ts`,
    find: "res.vary(value)",
    replace: "res.setHeader(name, value)",
    killedBy: [killer("private-responses", "a page for everybody is private and not stored")],
  },
  {
    id: "express-cookies-replaced",
    row: 14,
    guards: "Cookies of the app and of the auth routes do not replace each other.",
    file: `${SRC}/respond.ts`,
    find: "res.append(name, value)",
    replace: "res.setHeader(name, value)",
    killedBy: [killer("private-responses", "a sign-in keeps the cookies that the app has set")],
  },
  {
    id: "express-redirect-runs-handler",
    row: 14,
    guards: "A renewal redirects instead of running the handler.",
    file: `${SRC}/express-auth.ts`,
    find: 'if (outcome.kind === "redirect") {',
    replace: 'if (outcome.kind === "redirect" && outcome.setCookies.length === 0) {',
    killedBy: [killer("private-responses", "a renewal sends the browser on")],
  },
  {
    id: "express-shared-context",
    row: 16,
    guards: "What is known of a request belongs to that request.",
    file: `${SRC}/express-auth.ts`,
    find: "const seen = new WeakMap<IncomingMessage, Seen<P>>();",
    replace:
      "let last: Seen<P> | undefined; const seen = { get: (_: IncomingMessage) => last, set: (_: IncomingMessage, now: Seen<P>) => void (last = now), delete: (_: IncomingMessage) => {} };",
    killedBy: [killer("isolation", "CVE-2026-32887")],
  },
  {
    id: "express-token-in-context",
    row: 20,
    guards: "What handlers get holds no token.",
    file: `${SRC}/express-auth.ts`,
    find: 'return outcome?.kind === "authenticated" ? outcome.context : null;',
    replace:
      'return outcome?.kind === "authenticated" ? { ...outcome.context, raw: req.headers.authorization } : null;',
    killedBy: [killer("isolation", "CVE-2025-55009")],
  },
  {
    id: "express-context-from-request",
    row: 25,
    guards: "A property that somebody put on the request is not the context.",
    file: `${SRC}/express-auth.ts`,
    find: "const outcome = seen.get(req)?.outcome;",
    replace:
      'const outcome = (Reflect.get(req, "outcome") as Outcome<P> | undefined) ?? seen.get(req)?.outcome;',
    killedBy: [killer("guards", "on `req.auth`, `req.user` or in headers is nobody")],
  },
  {
    id: "express-forgotten-is-open",
    row: 26,
    guards: "A guard without authentication in front of it refuses.",
    file: `${SRC}/express-auth.ts`,
    find: "if (error === null) return next();",
    replace: "if (error === null || known === undefined) return next();",
    killedBy: [
      killer("guards", "makes requireAuth refuse everybody, and tells the developer why"),
      killer("guards", "from another auth instance in the same process is nobody"),
    ],
  },
  {
    id: "express-outer-mount-stays",
    row: 26,
    guards: "What an outer mount accepted is void as soon as an inner one starts.",
    file: `${SRC}/express-auth.ts`,
    find: "      seen.delete(req);",
    replace: "",
    killedBy: [
      killer("guards", "is not made good by an outer mount when the inner one has failed"),
    ],
  },
  {
    id: "express-absolute-form",
    row: 26,
    guards: "The path that is checked is the path that the router matches.",
    file: `${SRC}/neutral-request.ts`,
    find: 'req.originalUrl.replace(ABSOLUTE_FORM, "")',
    replace: "req.originalUrl",
    killedBy: [killer("router-agreement", "nobody reads another tenant's notes")],
  },
  {
    id: "express-path-below-mount",
    row: 26,
    guards: "A router that is mounted below the tenant does not hide it.",
    file: `${SRC}/neutral-request.ts`,
    find: "req.originalUrl.replace",
    replace: "req.url.replace",
    killedBy: [
      killer(
        "router-agreement",
        "a router that is mounted below the tenant still sees the whole path",
      ),
    ],
  },
  {
    id: "express-tenant-param-optional",
    row: 26,
    guards: "A route that has lost its tenant parameter refuses.",
    file: `${SRC}/express-auth.ts`,
    find: 'if (typeof tenant !== "string") {',
    replace: "if (tenant === null) {",
    killedBy: [killer("router-agreement", "a route that lost its parameter refuses")],
  },
  {
    id: "express-tenant-param-ignored",
    row: 26,
    guards: "The tenant that the router has read is compared with the credential's.",
    file: `${SRC}/express-auth.ts`,
    find: "return { ...mount, tenant };",
    replace: "return mount;",
    killedBy: [killer("router-agreement", "a parameter of another tenant is refused")],
  },
  {
    id: "express-believes-forwarded-for",
    row: 27,
    guards: "The peer's address is the socket's, whatever a header says.",
    file: `${SRC}/neutral-request.ts`,
    find: "const { remoteAddress } = req.socket;",
    replace: "const remoteAddress = req.ip;",
    killedBy: [
      killer("router-agreement", "a forwarded host from a client that is no listed proxy"),
    ],
  },
  {
    id: "express-hides-repeats",
    row: 27,
    guards: "A header that was sent twice is seen twice.",
    file: `${SRC}/neutral-request.ts`,
    find: "const lines = req.headersDistinct;",
    replace:
      "const lines: NodeJS.Dict<string[]> = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, [String(value)]]));",
    killedBy: [killer("router-agreement", "Authorization is refused, whichever is good")],
  },
  {
    id: "express-invents-origin",
    row: 38,
    guards: "The auth routes see who sent a POST: a sign-out by another site's page is refused.",
    file: `${SRC}/auth-routes.ts`,
    find: '  const hasBody = req.method !== "GET"',
    replace:
      '  headers.set("sec-fetch-site", "same-origin");\n  const hasBody = req.method !== "GET"',
    killedBy: [killer("auth-routes", "refuse a POST that another site's page made")],
  },
];
