import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const SRC = "packages/bindings/hono/src";

const killer = (test: string) => ({
  project: "hono",
  file: "packages/bindings/hono/test/hono-auth.test.ts",
  test,
});
/** A row of the suite, by its id. */
const row = (id: string) => ({
  project: "hono",
  file: "packages/bindings/hono/test/binding-suite.test.ts",
  test: `(${id})`,
});

/** Defects that only this binding could have; those of all bindings are in the suite's list. */
export const mutants: readonly Mutant[] = [
  {
    id: "hono-own-response-is-public",
    row: 14,
    guards: "A response that a handler has made by itself is private too.",
    file: `${SRC}/hono-auth.ts`,
    find: "      completePrivate(c, setCookies);",
    replace: "",
    killedBy: [killer("is private and keeps the cookies of a renewal")],
  },
  {
    id: "hono-cached-cookies",
    row: 14,
    guards: "A response with cookies of ours is kept by no cache, whatever the handler says.",
    file: `${SRC}/respond.ts`,
    find: "  if (setCookies.length > 0) forgetCaching(c);",
    replace: "",
    killedBy: [row("response.renewed-cached"), row("response.renewed-cached-native")],
  },
  {
    id: "hono-vary-replaced",
    row: 14,
    guards: "What the app's other middleware varies by stays in `Vary`.",
    file: `${SRC}/respond.ts`,
    find: "c.header(name, mergeVary(c.res.headers.get(name), value));",
    replace: "c.header(name, value);",
    killedBy: [killer("through c.header stays on refusals and on the auth routes")],
  },
  {
    id: "hono-cookies-replaced",
    row: 14,
    guards: "Cookies of the app and of the auth routes do not replace each other.",
    file: `${SRC}/respond.ts`,
    find: 'if (name === "set-cookie") c.header(name, value, { append: true });',
    replace: 'if (name === "set-cookie") c.header(name, value);',
    killedBy: [killer("through c.header stays on refusals and on the auth routes")],
  },
  {
    id: "hono-forged-variable",
    row: 25,
    guards: "Behind a guard, `c.var.auth` is what the guard has checked.",
    file: `${SRC}/hono-auth.ts`,
    find: "        c.set(variable, door.get(c));\n        return next();",
    replace: "        return next();",
    killedBy: [killer("behind a guard it is what the guard has checked")],
  },
  {
    id: "hono-variable-opens-guard",
    row: 25,
    guards: "A guard does not read what somebody has put into `c.var.auth`.",
    file: `${SRC}/hono-auth.ts`,
    find: "      if (refusal === null) {",
    replace: "      if (refusal === null || c.get(variable)) {",
    killedBy: [killer("what somebody has put there opens no guard")],
  },
  {
    id: "hono-peer-from-header",
    row: 27,
    guards: "Nobody is a trusted proxy by saying so.",
    file: `${SRC}/hono-auth.ts`,
    find: "fromWebRequest(c.req.raw, options.remoteAddress?.(c))",
    replace: 'fromWebRequest(c.req.raw, "192.0.2.1")',
    killedBy: [killer("undefined lets nobody"), killer("192.0.2.2 lets nobody")],
  },
  {
    id: "hono-repeated-field-joined",
    row: 21,
    guards: "A field that was sent twice is seen twice, also behind a validator.",
    file: `${SRC}/auth-routes.ts`,
    find: "fields.append(name, value)",
    replace: "fields.set(name, value)",
    killedBy: [killer("a field that is sent twice is refused all the same")],
  },
  {
    id: "hono-renewal-runs-handler",
    row: 14,
    guards: "A renewal redirects instead of running the handler.",
    file: `${SRC}/hono-auth.ts`,
    find: "if (answer === null) await next();",
    replace: "if (answer === null || setCookies.length > 0) await next();",
    killedBy: [row("response.renewal"), row("response.renewal-open")],
  },
  {
    id: "hono-guard-runs-handler",
    row: 26,
    guards: "A refusal is sent instead of running the handler.",
    file: `${SRC}/hono-auth.ts`,
    find: "      return send(c, refusal);",
    replace: "      await next();\n      return send(c, refusal);",
    killedBy: [row("credential.none"), row("tenant.foreign-path-t-birch-notes")],
  },
  {
    id: "hono-decoded-path",
    row: 26,
    guards: "Core reads the path and query as they came, not as Hono has decoded them.",
    file: `${SRC}/hono-auth.ts`,
    find: "return fromWebRequest(c.req.raw, options.remoteAddress?.(c));",
    replace:
      "return { ...fromWebRequest(c.req.raw, options.remoteAddress?.(c)), target: decodeURI(c.req.path) };",
    killedBy: [row("path.front.slug-escaped.own"), row("response.sign-in")],
  },
  {
    id: "hono-body-parsed-before",
    guards: "The auth routes read what a validator has read before.",
    file: `${SRC}/auth-routes.ts`,
    find: "c.req.raw.bodyUsed ? await withBody(c) : c.req.raw",
    replace: "c.req.raw",
    killedBy: [row("parsed.form"), row("parsed.webhook-raw")],
  },
  {
    id: "hono-webhook-written-anew",
    guards: "A webhook is verified over the bytes that came, and not over JSON written anew.",
    file: `${SRC}/auth-routes.ts`,
    find: "await c.req.arrayBuffer()",
    replace: "JSON.stringify(await c.req.json())",
    killedBy: [row("parsed.webhook-raw")],
  },
];
