import { describe, expect, test } from "vitest";
import { agreeOnHint } from "../../src/tenancy/hints.ts";
import { headerTenant, hostTenant, pathTenant } from "../../src/tenancy/strategies.ts";
import { requestOf } from "../fixtures/requests.ts";

const strategies = [
  pathTenant("/t/:tenant"),
  hostTenant("{tenant}.app.example.com"),
  headerTenant("x-tenant"),
];

interface Places {
  readonly path?: string;
  readonly host?: string | null;
  readonly header?: string | readonly string[];
  readonly router?: string;
}

const PARENT = "app.example.com";
const DISAGREE = { kind: "refused", reason: "tenant_hints_disagree" };
const MALFORMED = { kind: "refused", reason: "tenant_hint_malformed" };
const ACME = { kind: "named", slug: "acme" };

function agree({ path = "/", host = PARENT, header, router }: Places) {
  const request = requestOf({
    target: path,
    headers: header === undefined ? {} : { "x-tenant": header },
  });
  return agreeOnHint(request, strategies, { host, routerTenant: router });
}

describe("agreeOnHint", () => {
  test("says none if no place names a tenant", () => {
    expect(agree({})).toEqual({ kind: "none" });
    expect(agreeOnHint(requestOf(), [], { host: null, routerTenant: undefined })).toEqual({
      kind: "none",
    });
  });

  test.each([
    ["the path", { path: "/t/acme" }],
    ["the host", { host: "acme.app.example.com" }],
    ["the header", { header: "acme" }],
    ["the router", { router: "acme" }],
    [
      "all of them",
      { path: "/t/acme", host: "acme.app.example.com", header: "acme", router: "acme" },
    ],
  ] satisfies readonly (readonly [string, Places])[])("takes the word of %s", (_, places) => {
    expect(agree(places)).toEqual(ACME);
  });

  test.each([
    ["path and host", { path: "/t/acme", host: "globex.app.example.com" }],
    ["path and header", { path: "/t/acme", header: "globex" }],
    ["path and router", { path: "/t/acme", router: "globex" }],
    ["host and header", { host: "acme.app.example.com", header: "globex" }],
    ["host and router", { host: "acme.app.example.com", router: "globex" }],
    ["header and router", { header: "acme", router: "globex" }],
    [
      "three that agree and one that does not",
      { path: "/t/acme", host: "acme.app.example.com", header: "acme", router: "globex" },
    ],
  ] satisfies readonly (readonly [string, Places])[])(
    "row 30: refuses when %s disagree, whichever comes first",
    (_, places) => {
      expect(agree(places)).toEqual(DISAGREE);
      const swapped = JSON.parse(
        JSON.stringify(places, (__, value: unknown) =>
          typeof value === "string"
            ? value.replace(/acme|globex/, (slug) => (slug === "acme" ? "globex" : "acme"))
            : value,
        ),
      ) as Places;
      expect(agree(swapped)).toEqual(DISAGREE);
    },
  );

  test.each([
    ["the path", { path: "//t/acme", header: "acme" }],
    ["the host", { host: null, header: "acme" }],
    ["the header", { path: "/t/acme", header: ["acme", "acme"] }],
    ["the router", { path: "/t/acme", router: "Acme" }],
    ["the router, which gives an empty text", { router: "" }],
    ["one place alone", { header: "a b" }],
  ] satisfies readonly (readonly [string, Places])[])(
    "refuses what is malformed in %s, whatever the others say",
    (_, places) => {
      expect(agree(places)).toEqual(MALFORMED);
    },
  );
});
