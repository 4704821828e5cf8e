import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const SRC = "packages/bindings/express/src";
/** What Express shares with the other bindings, and with those on Node. */
const CORE = "packages/core/src";

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
    file: `${CORE}/node/write.ts`,
    find: "  for (const header of PRIVATE_HEADERS) setHeader(res, header);",
    replace: "  res.setHeader('vary', PRIVATE_HEADERS.length === 0 ? '' : 'Cookie');",
    killedBy: [killer("private-responses", "a page behind a guard is private and not stored")],
  },
  {
    id: "express-vary-replaced",
    row: 14,
    guards: "What the app's other middleware varies by stays in `Vary`.",
    file: `${CORE}/node/write.ts`,
    find: "res.setHeader(name, mergeVary(text(res.getHeader(name)), value))",
    replace: "res.setHeader(name, value)",
    killedBy: [killer("private-responses", "a page for everybody is private and not stored")],
  },
  {
    id: "express-cookies-replaced",
    row: 14,
    guards: "Cookies of the app and of the auth routes do not replace each other.",
    file: `${CORE}/node/write.ts`,
    find: "res.appendHeader(name, value)",
    replace: "res.setHeader(name, value)",
    killedBy: [killer("private-responses", "a sign-in keeps the cookies that the app has set")],
  },
  {
    id: "express-redirect-runs-handler",
    row: 14,
    guards: "A renewal redirects instead of running the handler.",
    file: `${SRC}/express-auth.ts`,
    find: "if (answer === null) next();",
    replace: "if (answer === null || setCookies.length > 0) next();",
    killedBy: [killer("private-responses", "a renewal sends the browser on")],
  },
  {
    id: "express-shared-context",
    row: 16,
    guards: "What is known of a request belongs to that request.",
    file: `${CORE}/http/door.ts`,
    find: "const seen = new WeakMap<K, Seen<P>>();",
    replace:
      "let last: Seen<P> | undefined; const seen = { get: (_: K) => last, set: (_: K, now: Seen<P>) => void (last = now), delete: (_: K) => {} };",
    killedBy: [killer("isolation", "CVE-2026-32887")],
  },
  {
    id: "express-token-in-context",
    row: 20,
    guards: "What handlers get holds no token.",
    file: `${SRC}/express-auth.ts`,
    find: "get: (req) => door.get(req),",
    replace:
      "get: (req) => { const context = door.get(req); return context && { ...context, raw: req.headers.authorization }; },",
    killedBy: [killer("isolation", "CVE-2025-55009")],
  },
  {
    id: "express-context-from-request",
    row: 25,
    guards: "A property that somebody put on the request is not the context.",
    file: `${SRC}/express-auth.ts`,
    find: "get: (req) => door.get(req),",
    replace:
      'get: (req) => (Reflect.get(req, "auth") as AuthContext<P> | undefined) ?? door.get(req),',
    killedBy: [killer("guards", "on `req.auth`, `req.user` or in headers is nobody")],
  },
  {
    id: "express-forgotten-is-open",
    row: 26,
    guards: "A guard without authentication in front of it refuses.",
    file: `${CORE}/http/door.ts`,
    find: "if (error === null) return null;",
    replace: "if (error === null || known === undefined) return null;",
    killedBy: [
      killer("guards", "makes requireAuth refuse everybody, and tells the developer why"),
      killer("guards", "from another auth instance in the same process is nobody"),
    ],
  },
  {
    id: "express-outer-mount-stays",
    row: 26,
    guards: "What an outer mount accepted is void as soon as an inner one starts.",
    file: `${CORE}/http/door.ts`,
    find: "      seen.delete(key);",
    replace: "",
    killedBy: [
      killer("guards", "is not made good by an outer mount when the inner one has failed"),
    ],
  },
  {
    id: "express-absolute-form",
    row: 26,
    guards: "The path that is checked is the path that the router matches.",
    file: `${CORE}/node/node-request.ts`,
    find: 'target.replace(ABSOLUTE_FORM, "")',
    replace: "target",
    killedBy: [killer("router-agreement", "nobody reads another tenant's notes")],
  },
  {
    id: "express-path-below-mount",
    row: 26,
    guards: "A router that is mounted below the tenant does not hide it.",
    file: `${SRC}/express-auth.ts`,
    find: "return fromNodeRequest(req, originForm(req.originalUrl));",
    replace: "return fromNodeRequest(req, originForm(req.url));",
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
    file: `${CORE}/http/route-mount.ts`,
    find: 'if (typeof tenant !== "string") {',
    replace: "if (tenant === null) {",
    killedBy: [killer("router-agreement", "a route that lost its parameter refuses")],
  },
  {
    id: "express-tenant-param-ignored",
    row: 26,
    guards: "The tenant that the router has read is compared with the credential's.",
    file: `${CORE}/http/route-mount.ts`,
    find: "return { ...mount, tenant };",
    replace: "return mount;",
    killedBy: [killer("router-agreement", "a parameter of another tenant is refused")],
  },
  {
    id: "express-believes-forwarded-for",
    row: 27,
    guards: "The peer's address is the socket's, whatever a header says.",
    file: `${SRC}/express-auth.ts`,
    find: "return fromNodeRequest(req, originForm(req.originalUrl));",
    replace:
      "return { ...fromNodeRequest(req, originForm(req.originalUrl)), ...(req.ip === undefined ? {} : { remoteAddress: req.ip }) };",
    killedBy: [
      killer("router-agreement", "a forwarded host from a client that is no listed proxy"),
    ],
  },
  {
    id: "express-hides-repeats",
    row: 27,
    guards: "A header that was sent twice is seen twice.",
    file: `${CORE}/node/node-request.ts`,
    find: "else known.push(value);",
    replace: "",
    killedBy: [killer("router-agreement", "Authorization is refused, whichever is good")],
  },
  {
    id: "express-invents-origin",
    row: 38,
    guards: "The auth routes see who sent a POST: a sign-out by another site's page is refused.",
    file: `${CORE}/node/web-request.ts`,
    find: "  const headers = new Headers();",
    replace: '  const headers = new Headers({ "sec-fetch-site": "same-origin" });',
    killedBy: [killer("auth-routes", "refuse a POST that another site's page made")],
  },
];
