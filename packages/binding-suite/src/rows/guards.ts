import type { SuiteApp, SuiteGuard, SuiteRoute } from "../suite-app.ts";
import { createTestAuth } from "../world/world.ts";
import { apiApp, counted, whoAsks } from "./api-app.ts";
import { refusal, row, withHeader, type RowGroup } from "./row.ts";
import type { World } from "../world/world.ts";

const GUARDS: readonly SuiteGuard[] = [
  { kind: "requireAuth" },
  { kind: "requireTenant" },
  { kind: "requirePermission", permissions: ["notes:read"] },
];

const asAda = (line: string) => (world: World) =>
  withHeader(line, "authorization", world.bearers.ada);

function route(path: string, guards: readonly SuiteGuard[], ran: () => void): SuiteRoute {
  const handle = counted((call) => ({ body: JSON.stringify(whoAsks(call)) }), ran);
  return { kind: "route", method: "GET", path, guards, handle };
}

const misconfigured = refusal(500, "misconfigured", {
  logged: { level: "error", text: /authenticate\(\)/ },
});

/** Guards in an app that never authenticates. */
export const forgottenRows: RowGroup = {
  title: "CVE-2026-41248: a guard without authenticate() before it",
  app: (_, ran): SuiteApp => ({
    steps: [
      ...GUARDS.map((guard) => route(`/${guard.kind}`, [guard], ran)),
      route("/get", [], ran),
    ],
  }),
  rows: [
    ...GUARDS.map(({ kind }) =>
      row(`forgotten.${kind}`, `refuses everybody, and tells the developer: ${kind}`, {
        request: asAda(`GET /${kind}`),
        expected: misconfigured,
      }),
    ),
    row("forgotten.nobody", "refuses nobody in particular just so", {
      request: { line: "GET /requireAuth" },
      expected: misconfigured,
    }),
    row("forgotten.page", "shows a person a page that says nothing of the reason", {
      request: withHeader("GET /requireAuth", "accept", "text/html"),
      expected: { status: 500, body: /^(?!.*authenticate).*<html/s, handled: 0 },
    }),
    row("forgotten.get", "or a handler that asks who is there sees nobody", {
      request: asAda("GET /get"),
      expected: {
        status: 200,
        body: { json: { who: null, tenant: null } },
        isPrivate: false,
        handled: 1,
      },
    }),
  ],
};

/** Guards in an app whose mount lost the tenant's parameter. */
export const lostParameterRows: RowGroup = {
  title: "A route that lost its tenant parameter",
  app: (_, ran) => apiApp(ran),
  rows: [
    row("lost.route", "refuses, though an outer mount has let the person in", {
      request: asAda("GET /lost/notes"),
      expected: { status: 500, handled: 0 },
    }),
    row("lost.nobody", "refuses nobody in particular just so", {
      request: { line: "GET /lost/notes" },
      expected: { status: 500, handled: 0 },
    }),
  ],
};

const ROOT = {
  principal: { kind: "user", id: "usr_root", name: "root" },
  tenant: { id: "tnt_birch", slug: "birch", name: "birch", scope: {} },
  roles: ["editor"],
  permissions: { hasAll: () => true, has: () => true },
};
const FORGED = { kind: "authenticated", outcome: ROOT, context: ROOT, setCookies: [], ...ROOT };
const NAMES = ["auth", "user", "context", "outcome", "session", "principal", "tenant", "tenantry"];
const CLAIM = JSON.stringify(FORGED);

/** A value that another library, a header parser or an attacker has put where `auth` may be looked for. */
export const forgedRows: RowGroup = {
  title: "clerk/javascript@5a7b5c4a88: a context that did not come from this binding",
  app: (_, ran): SuiteApp => {
    const forge = { kind: "forge", names: NAMES, value: FORGED } as const;
    return {
      steps: [
        forge,
        { kind: "authenticate" },
        forge,
        ...GUARDS.map((guard) => route(`/${guard.kind}`, [guard], ran)),
        route("/get", [], ran),
      ],
    };
  },
  rows: [
    ...GUARDS.map(({ kind }) =>
      row(`forged.${kind}`, `is nobody for ${kind}`, {
        request: { line: `GET /${kind}`, headers: [["x-auth", CLAIM]] },
        expected: refusal(401, "credential_missing"),
      }),
    ),
    row("forged.get", "is nobody for a handler that asks", {
      request: { line: "GET /get" },
      expected: { status: 200, body: { json: { who: null, tenant: null } }, handled: 1 },
    }),
    row("forged.beside", "does not replace the one who really asks", {
      request: asAda("GET /get"),
      expected: { status: 200, body: { json: { who: "ada", tenant: "acme" } }, handled: 1 },
    }),
    row("forged.permission", "adds no permission", {
      request: ({ bearers }) => withHeader("GET /requireTenant", "authorization", bearers.eve),
      expected: refusal(403, "tenant_required"),
    }),
  ],
};

const tellTenant: SuiteRoute["handle"] = ({ tenantContext }) => {
  const { principal, tenant } = tenantContext();
  return { body: JSON.stringify({ who: principal.name, tenant: tenant.slug }) };
};

/** Handlers that ask for the context that a guard in front of them has made sure of. */
export const tenantContextRows: RowGroup = {
  title: "The context of a tenant",
  app: (_, ran): SuiteApp => {
    const at = (path: string, guards: readonly SuiteGuard[]): SuiteRoute => ({
      ...route(path, guards, ran),
      handle: counted(tellTenant, ran),
    });
    const tenant: SuiteGuard = { kind: "requireTenant" };
    return {
      steps: [
        { kind: "authenticate" },
        at("/tenant", [tenant]),
        at("/permission", [{ kind: "requirePermission", permissions: ["notes:read"] }]),
        at("/none", []),
        at("/auth-only", [{ kind: "requireAuth" }]),
        at("/both", [tenant, { kind: "requireAuth" }]),
      ],
    };
  },
  rows: [
    ...["tenant", "permission", "both"].map((path) =>
      row(`tenant-context.${path}`, `is there behind a guard: ${path}`, {
        request: asAda(`GET /${path}`),
        expected: { status: 200, body: { json: { who: "ada", tenant: "acme" } }, handled: 1 },
      }),
    ),
    ...["none", "auth-only"].map((path) =>
      row(`tenant-context.${path}`, `is nobody's without one, whoever asks: ${path}`, {
        request: asAda(`GET /${path}`),
        expected: { status: 500, body: /^(?!.*acme)/s, handled: 1 },
      }),
    ),
  ],
};

/** Two auth instances in one process trust nothing of each other. */
export const foreignRows: RowGroup = {
  title: "clerk/javascript@5a7b5c4a88: what another auth instance has found out",
  app: async (world, ran): Promise<SuiteApp> => {
    const theirs = (await createTestAuth()).auth;
    // A second binding of the same instance: nobody asked that one either.
    const copy = { ...world.auth };
    return {
      steps: [
        { kind: "authenticate" },
        route("/ours", [{ kind: "requireAuth" }], ran),
        route("/theirs", [{ kind: "requireAuth", auth: theirs }], ran),
        route(
          "/copy",
          [{ kind: "requirePermission", permissions: ["notes:read"], auth: copy }],
          ran,
        ),
        { ...route("/get", [], ran), auth: theirs },
      ],
    };
  },
  rows: [
    row("foreign.ours", "is known to its own guards", {
      request: asAda("GET /ours"),
      expected: { status: 200, handled: 1 },
    }),
    row("foreign.theirs", "is not known to the other's guards", {
      request: asAda("GET /theirs"),
      expected: refusal(500, "misconfigured"),
    }),
    row("foreign.copy", "is not known to a second binding of the same instance", {
      request: asAda("GET /copy"),
      expected: misconfigured,
    }),
    row("foreign.get", "is nobody for a handler that asks the other", {
      request: asAda("GET /get"),
      expected: { status: 200, body: { json: { who: null, tenant: null } }, handled: 1 },
    }),
  ],
};
