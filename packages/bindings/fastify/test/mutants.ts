import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const SRC = "packages/bindings/fastify/src";

const killer = (test: string) => ({
  project: "fastify",
  file: "packages/bindings/fastify/test/fastify-auth.test.ts",
  test,
});
/** A row of the suite, by its id. */
const row = (id: string) => ({
  project: "fastify",
  file: "packages/bindings/fastify/test/binding-suite.test.ts",
  test: `(${id})`,
});

/** Defects that only this binding could have; those of all bindings are in the suite's list. */
export const mutants: readonly Mutant[] = [
  {
    id: "fastify-written-past-it-is-public",
    row: 14,
    guards: "A handler that writes past Fastify gives a private response too.",
    file: `${SRC}/respond.ts`,
    find: "  else reply.raw.setHeader(name, merged);",
    replace: "",
    killedBy: [killer("a handler that writes past Fastify is private")],
  },
  {
    id: "fastify-vary-replaced",
    row: 14,
    guards: "What the app's other plugins vary by stays in `Vary`.",
    file: `${SRC}/respond.ts`,
    find: 'name === "vary" ? mergeVary(text(reply.getHeader(name)), value) : value',
    replace: "value",
    killedBy: [killer("a handler is private, and varies by")],
  },
  {
    id: "fastify-refusal-is-an-error",
    row: 22,
    guards: "The app's error handler cannot turn a refusal into something else.",
    file: `${SRC}/fastify-auth.ts`,
    find: "return refusal === null ? undefined : send(reply, refusal);",
    replace: "if (refusal !== null) throw new Error(refusal.body);",
    killedBy: [killer("are replies: onSend hooks see them")],
  },
  {
    id: "fastify-decorator-opens-guard",
    row: 25,
    guards: "A property that somebody put on the request is not the context.",
    file: `${SRC}/fastify-auth.ts`,
    find: "return refusal === null ? undefined",
    replace: 'return refusal === null || Reflect.get(request, "auth") ? undefined',
    killedBy: [killer("one that somebody else has set opens no guard")],
  },
  {
    id: "fastify-path-before-rewriting",
    row: 26,
    guards: "The path that is checked is the path that the router matches, after rewriting.",
    file: `${SRC}/fastify-auth.ts`,
    find: "  return fromNodeRequest(raw, targetOf(raw));",
    replace:
      '  return fromNodeRequest(raw, targetOf({ ...raw, url: (raw.url ?? "").replace("/t/", "/tenants/") }));',
    killedBy: [killer("also where the app rewrites it")],
  },
  {
    id: "fastify-plugin-escapes",
    row: 26,
    guards: "Authentication of one scope is none of another.",
    file: `${SRC}/fastify-auth.ts`,
    find: "  const door = createDoor<HookRequest, P>(auth);",
    replace: "  const door = { ...createDoor<HookRequest, P>(auth), refusal: () => null };",
    killedBy: [killer("authenticates the scope it is registered in, and no other")],
  },
  {
    id: "fastify-public-responses",
    row: 14,
    guards: "A response that depends on who asks is private and not stored.",
    file: `${SRC}/respond.ts`,
    find: "  for (const header of PRIVATE_HEADERS) setHeader(reply, header);",
    replace: "",
    killedBy: [row("response.open"), row("response.throws"), row("response.stream")],
  },
  {
    id: "fastify-cookies-lost",
    row: 14,
    guards: "The cookies of a renewal reach the browser.",
    file: `${SRC}/respond.ts`,
    find: '  for (const cookie of setCookies) setHeader(reply, ["set-cookie", cookie]);',
    replace: "",
    killedBy: [row("response.renewal")],
  },
  {
    id: "fastify-cached-cookies",
    row: 14,
    guards: "A response with cookies of ours is kept by no cache, whatever the handler says.",
    file: `${SRC}/respond.ts`,
    find: "  if (setCookies.length > 0) keepPrivate(reply.raw);",
    replace: "",
    killedBy: [row("response.renewed-cached"), row("response.renewed-cached-stream")],
  },
  {
    id: "fastify-renewal-runs-handler",
    row: 14,
    guards: "A renewal redirects instead of running the handler.",
    file: `${SRC}/fastify-auth.ts`,
    find: "return answer === null ? undefined : send(reply, answer);",
    replace: "return answer === null || setCookies.length > 0 ? undefined : send(reply, answer);",
    killedBy: [row("response.renewal"), row("response.renewal-open")],
  },
  {
    id: "fastify-believes-forwarded-for",
    row: 27,
    guards: "The peer's address is the socket's, whatever a header says.",
    file: `${SRC}/fastify-auth.ts`,
    find: "function neutralRequest({ raw }: HookRequest): AuthRequest {",
    replace:
      "function neutralRequest({ raw, ip }: HookRequest & { ip?: string }): AuthRequest {\n  if (ip !== undefined) return { ...fromNodeRequest(raw, targetOf(raw)), remoteAddress: ip };",
    killedBy: [row("host.forwarded-by-stranger")],
  },
  {
    id: "fastify-routes-after-parsing",
    guards: "The auth routes answer before Fastify parses the body.",
    file: `${SRC}/auth-routes.ts`,
    find: "onRequest: (request, reply) => serve",
    replace: "preHandler: (request, reply) => serve",
    killedBy: [row("routes.json"), row("routes.webhook-raw")],
  },
];
