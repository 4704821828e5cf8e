import type {
  SuiteAnswer,
  SuiteApp,
  SuiteCall,
  SuiteGuard,
  SuiteHandler,
  SuiteStep,
} from "../suite-app.ts";

/** What most handlers of the suite answer: who asks, and for which tenant. */
export function whoAsks({ context }: SuiteCall): {
  readonly who: string | null;
  readonly tenant: string | null;
} {
  return { who: context?.principal.name ?? null, tenant: context?.tenant?.slug ?? null };
}

const READ: SuiteGuard = { kind: "requirePermission", permissions: ["notes:read"] };
const WRITE: SuiteGuard = { kind: "requirePermission", permissions: ["notes:write"] };
const BOTH: SuiteGuard = { kind: "requirePermission", permissions: ["notes:read", "notes:write"] };

/** What a handler says that wants every cache to keep its answer. */
const SHARED: NonNullable<SuiteAnswer["headers"]> = [
  ["cache-control", "public, max-age=60"],
  ["cdn-cache-control", "max-age=600"],
];

/** One route for each guard, and for each way in which a handler can answer. */
export function apiApp(
  ran: () => void,
  { hasParsers = false }: { readonly hasParsers?: boolean } = {},
): SuiteApp {
  const route = (
    path: string,
    guards: readonly SuiteGuard[],
    handle: SuiteHandler = tell,
  ): SuiteStep => ({ kind: "route", method: "GET", path, guards, handle: counted(handle, ran) });
  return {
    steps: [
      ...(hasParsers ? [{ kind: "bodyParsers" } as const] : []),
      {
        kind: "middleware",
        run: () => ({
          headers: [
            ["vary", "Accept-Encoding"],
            ["set-cookie", "theme=dark"],
          ],
        }),
      },
      { kind: "authRoutes" },
      { kind: "authenticate" },
      route("/open", []),
      route("/auth-only", [{ kind: "requireAuth" }]),
      route("/tenant-only", [{ kind: "requireTenant" }]),
      route("/read", [READ]),
      route("/write", [WRITE]),
      route("/both", [BOTH]),
      route("/two-guards", [READ, WRITE]),
      route("/context", [], ({ context }) => ({ body: JSON.stringify(context) })),
      { ...post("/notes", ran), guards: [WRITE] },
      {
        kind: "route",
        method: "GET",
        path: "/pages",
        authenticate: { accept: ["session"] },
        guards: [{ kind: "requireAuth" }],
        handle: counted(tell, ran),
      },
      {
        kind: "route",
        method: "GET",
        path: "/lost/notes",
        authenticate: { tenantParam: "tenant" },
        guards: [READ],
        handle: counted(tell, ran),
      },
      ...responses(route),
      {
        kind: "fallback",
        handle: (call) => ({ status: 404, body: JSON.stringify(whoAsks(call)) }),
      },
    ],
  };
}

function responses(
  route: (path: string, guards: readonly SuiteGuard[], handle: SuiteHandler) => SuiteStep,
): SuiteStep[] {
  return [
    route("/native", [READ], () => ({
      body: "native",
      isNative: true,
      headers: [["content-type", "text/plain"]],
    })),
    route("/cookies", [READ], () => ({
      body: "cookies",
      headers: [
        ["set-cookie", "seen=1; Path=/"],
        ["set-cookie", "page=2; Path=/"],
      ],
    })),
    route("/native-cookie", [READ], () => ({
      body: "cookie",
      isNative: true,
      headers: [["set-cookie", "seen=1; Path=/"]],
    })),
    route("/cached", [], () => ({ body: "the same for all", headers: SHARED })),
    route("/cached-native", [], () => ({
      body: "the same for all",
      isNative: true,
      headers: SHARED,
    })),
    route("/cached-stream", [], () => ({ body: stream(["for ", "all"]), headers: SHARED })),
    route("/varied", [READ], () => ({ body: "varied", headers: [["vary", "Accept-Language"]] })),
    route("/empty", [READ], () => ({ status: 204, body: "" })),
    route("/stream", [READ], () => ({ body: stream(["one ", "two ", "three"]) })),
    route("/breaks", [READ], () => ({ body: breakingStream() })),
    route("/throws", [READ], () => {
      throw new Error("a handler failed");
    }),
    route("/rejects", [READ], () => Promise.reject(new Error("a handler failed later"))),
    route("/throws-for-all", [], () => {
      throw new Error("a handler failed");
    }),
  ];
}

function post(path: string, ran: () => void) {
  return {
    kind: "route",
    method: "POST",
    path,
    handle: counted((call) => ({ status: 201, body: JSON.stringify(whoAsks(call)) }), ran),
  } as const;
}

const tell: SuiteHandler = (call) => ({ body: JSON.stringify(whoAsks(call)) });

/** The same handler, and whoever asks learns that it ran. */
export function counted(handle: SuiteHandler, ran: () => void): SuiteHandler {
  return (call) => {
    ran();
    return handle(call);
  };
}

async function* stream(parts: readonly string[]): AsyncGenerator<string> {
  for (const part of parts) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield part;
  }
}

async function* breakingStream(): AsyncGenerator<string> {
  yield* stream(["one ", "two "]);
  throw new Error("a handler failed in the middle");
}
