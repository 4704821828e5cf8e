import { headerTenant, hostTenant, pathTenant } from "@tenantry/core";
import type { SuiteApp } from "../suite-app.ts";
import { counted, whoAsks } from "./api-app.ts";
import { refusal, row, withHeader, type Expected, type RowGroup } from "./row.ts";

const found = (tenant: string, who = "ada"): Expected => ({
  status: 200,
  body: { json: { who, tenant } },
  handled: 1,
});
const absent = refusal(404, "tenant_not_found");
const asAda = (line: string, headers: readonly (readonly [string, string])[] = []) => ({
  line,
  headers,
});

/** A route below a tenant, and one for those who name none. */
function tenantApp(ran: () => void): SuiteApp {
  const step = {
    kind: "route",
    method: "GET",
    guards: [{ kind: "requirePermission", permissions: ["notes:read"] }],
    handle: counted((call) => ({ body: JSON.stringify(whoAsks(call)) }), ran),
  } as const;
  return {
    steps: [
      { kind: "authenticate" },
      { ...step, path: "/notes" },
      { ...step, path: "/t/:tenant/notes" },
    ],
  };
}

/** A tenant that the path, the host and a header may name. All that do must agree. */
export const tenantRows: RowGroup = {
  title: "GHSA-h3rm-78g3-j7cp: one tenant for a request",
  options: {
    tenants: [
      pathTenant("/t/:tenant"),
      hostTenant("{tenant}.app.example.test"),
      headerTenant("x-tenant"),
    ],
  },
  app: (_, ran) => tenantApp(ran),
  rows: [
    row("tenant.credential", "is the credential's, where nothing else names one", {
      request: ({ bearers }) => asAda("GET /notes", [["authorization", bearers.ada]]),
      expected: found("acme"),
    }),
    row("tenant.path", "may be named by the path", {
      request: ({ bearers }) => asAda("GET /t/acme/notes", [["authorization", bearers.ada]]),
      expected: found("acme"),
    }),
    row("tenant.host", "may be named by the host", {
      request: ({ bearers }) => ({
        ...asAda("GET /notes", [["authorization", bearers.ada]]),
        host: "acme.app.example.test",
      }),
      expected: found("acme"),
    }),
    row("tenant.header", "may be named by a header", {
      request: ({ bearers }) =>
        asAda("GET /notes", [
          ["authorization", bearers.ada],
          ["X-Tenant", "acme"],
        ]),
      expected: found("acme"),
    }),
    row("tenant.all-agree", "may be named by all three at once", {
      request: ({ bearers }) => ({
        ...asAda("GET /t/acme/notes", [
          ["authorization", bearers.ada],
          ["x-tenant", "acme"],
        ]),
        host: "acme.app.example.test",
      }),
      expected: found("acme"),
    }),
    ...["/t/birch/notes", "/t/nowhere/notes"].map((path) =>
      row(`tenant.foreign-path${path.replaceAll("/", "-")}`, "is never the path's word alone", {
        request: ({ bearers }) => asAda(`GET ${path}`, [["authorization", bearers.ada]]),
        expected: absent,
      }),
    ),
    row("tenant.foreign-host", "is never the host's word alone", {
      request: ({ bearers }) => ({
        ...asAda("GET /notes", [["authorization", bearers.ada]]),
        host: "birch.app.example.test",
      }),
      expected: absent,
    }),
    row("tenant.foreign-header", "is never the header's word alone", {
      request: ({ bearers }) =>
        asAda("GET /notes", [
          ["authorization", bearers.ada],
          ["x-tenant", "birch"],
        ]),
      expected: absent,
    }),
    row("tenant.path-against-host", "is none when path and host disagree", {
      request: ({ bearers }) => ({
        ...asAda("GET /t/acme/notes", [["authorization", bearers.ada]]),
        host: "birch.app.example.test",
      }),
      expected: absent,
    }),
    row("tenant.path-against-header", "is none when path and header disagree", {
      request: ({ bearers }) =>
        asAda("GET /t/acme/notes", [
          ["authorization", bearers.ada],
          ["x-tenant", "birch"],
        ]),
      expected: absent,
    }),
    row("tenant.header-twice", "is none when the header is there twice", {
      request: ({ bearers }) =>
        asAda("GET /notes", [
          ["authorization", bearers.ada],
          ["x-tenant", "acme"],
          ["x-tenant", "acme"],
        ]),
      expected: absent,
    }),
    row("tenant.header-list", "is none when the header is a list", {
      request: ({ bearers }) =>
        asAda("GET /notes", [
          ["authorization", bearers.ada],
          ["x-tenant", "acme, birch"],
        ]),
      expected: absent,
    }),
    row("tenant.header-case", "is none when the header writes it in another case", {
      request: ({ bearers }) =>
        asAda("GET /notes", [
          ["authorization", bearers.ada],
          ["x-tenant", "ACME"],
        ]),
      expected: absent,
    }),
    row("tenant.anonymous-exists", "is not looked up for nobody", {
      request: { line: "GET /t/birch/notes" },
      expected: refusal(401, "credential_missing"),
    }),
    row("tenant.anonymous-absent", "is not looked up for nobody, whether or not it exists", {
      request: { line: "GET /t/nowhere/notes" },
      expected: refusal(401, "credential_missing"),
    }),
    row("tenant.none", "is required of who has none", {
      request: ({ bearers }) => asAda("GET /notes", [["authorization", bearers.eve]]),
      expected: refusal(403, "tenant_required"),
    }),
    row("tenant.switch", "can be switched by who belongs to both", {
      request: ({ cookies }) => withHeader("GET /t/birch/notes", "cookie", cookies.cleo),
      expected: { ...refusal(403, "tenant_switch_required"), body: /"switchTo":\{"slug":"birch"/ },
    }),
    row("tenant.switch-page", "can be switched by who belongs to both, in a browser", {
      request: ({ cookies }) => ({
        line: "GET /t/birch/notes",
        headers: [
          ["cookie", cookies.cleo],
          ["accept", "text/html"],
        ],
      }),
      expected: {
        status: 303,
        headers: { location: "/auth/switch?tenant=birch&returnTo=%2Ft%2Fbirch%2Fnotes" },
        handled: 0,
      },
    }),
    row("tenant.sign-in-page", "goes with a browser to the sign-in", {
      request: withHeader("GET /t/birch/notes", "accept", "text/html"),
      expected: {
        status: 303,
        headers: { location: "/auth/login?tenant=birch&returnTo=%2Ft%2Fbirch%2Fnotes" },
        handled: 0,
      },
    }),
  ],
};
