import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const FILE = "packages/bindings/express/src/express-auth.ts";

const killer = (name: string, test: string) => ({
  project: "express",
  file: `packages/bindings/express/test/${name}.test.ts`,
  test,
});
/** A row of the suite, by its id. */
const row = (id: string) => killer("binding-suite", `(${id})`);

/** Defects that only this binding could have; those of all bindings are in the suite's list. */
export const mutants: readonly Mutant[] = [
  {
    id: "express-renewal-runs-handler",
    row: 14,
    guards: "A renewal redirects instead of running the handler.",
    file: FILE,
    find: "if (answer === null) next();",
    replace: "if (answer === null || setCookies.length > 0) next();",
    killedBy: [row("response.renewal"), row("response.renewal-open")],
  },
  {
    id: "express-public-responses",
    row: 14,
    guards: "A response that depends on who asks is private and not stored.",
    file: FILE,
    find: "      setPrivate(res);",
    replace: "",
    killedBy: [row("response.open"), row("response.throws"), row("response.stream")],
  },
  {
    id: "express-token-in-context",
    row: 20,
    guards: "What handlers get holds no token.",
    file: FILE,
    find: "get: (req) => door.get(req),",
    replace:
      "get: (req) => { const context = door.get(req); return context && { ...context, raw: req.headers.authorization }; },",
    killedBy: [row("response.no-secrets")],
  },
  {
    id: "express-context-from-request",
    row: 25,
    guards: "A property that somebody put on the request is not the context.",
    file: FILE,
    find: "get: (req) => door.get(req),",
    replace:
      'get: (req) => (Reflect.get(req, "auth") as AuthContext<P> | undefined) ?? door.get(req),',
    killedBy: [row("forged.get"), row("forged.beside")],
  },
  {
    id: "express-property-opens-guard",
    row: 25,
    guards: "A guard does not read what somebody has put on the request.",
    file: FILE,
    find: "if (refusal === null) next();",
    replace: 'if (refusal === null || Reflect.get(req, "auth")) next();',
    killedBy: [row("forged.requireAuth"), row("forged.requirePermission")],
  },
  {
    id: "express-guard-runs-handler",
    row: 26,
    guards: "A guard refuses whatever the method.",
    file: FILE,
    find: "if (refusal === null) next();",
    replace: 'if (refusal === null || req.method === "HEAD") next();',
    killedBy: [row("method.head-nobody"), row("method.head-denied")],
  },
  {
    id: "express-runs-after-answer",
    row: 26,
    guards: "A request that has been answered is left alone.",
    file: FILE,
    find: "      if (res.headersSent) return;",
    replace: "      if (res.headersSent) return next();",
    killedBy: [killer("express-auth", "is left alone")],
  },
  {
    id: "express-path-below-mount",
    row: 26,
    guards: "A router that is mounted below the tenant does not hide it.",
    file: FILE,
    find: "return fromNodeRequest(req, originForm(req.originalUrl));",
    replace: "return fromNodeRequest(req, originForm(req.url));",
    killedBy: [
      killer("express-auth", "a router that is mounted below the tenant still sees the whole path"),
    ],
  },
  {
    id: "express-believes-forwarded-for",
    row: 27,
    guards: "The peer's address is the socket's, whatever a header says.",
    file: FILE,
    find: "return fromNodeRequest(req, originForm(req.originalUrl));",
    replace:
      "return { ...fromNodeRequest(req, originForm(req.originalUrl)), ...(req.ip === undefined ? {} : { remoteAddress: req.ip }) };",
    killedBy: [row("host.forwarded-by-stranger")],
  },
  {
    id: "express-body-parsed-before",
    guards: "The auth routes read what a body parser has left.",
    file: FILE,
    find: "parsed: req.body }",
    replace: "}",
    killedBy: [row("parsed.form"), row("parsed.json")],
  },
];
