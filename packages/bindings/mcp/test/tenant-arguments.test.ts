import { expect, test } from "vitest";
import { namesOnly } from "../src/tenant-arguments.ts";
import { matchTemplate, templateVariables } from "../src/uri-template.ts";

const acme = { id: "tnt_1", slug: "acme" };

test.each([
  [{}],
  [{ organization_id: "acme" }],
  [{ organization_id: "tnt_1" }],
  [{ organization_id: null }],
  [{ tenants: "birch" }],
  [{ filter: { tenant: "acme" }, ids: ["birch"] }],
  [{ tenant: ["acme", "tnt_1"] }],
])("%j names the tenant of the call, or none", (args) => {
  expect(namesOnly(args, acme)).toBe(true);
});

test.each([
  [{ organization_id: "birch" }],
  [{ organization_id: "" }],
  [{ organization_id: "ACME" }],
  [{ organizationId: "birch" }],
  [{ "org-slug": "birch" }],
  [{ filter: { workspace: "birch" } }],
  [{ filters: [{ tenant: "acme" }, { tenant: "birch" }] }],
  [{ tenant: ["acme", "birch"] }],
  [{ tenant: { id: "birch" } }],
  [{ tenant: { id: "acme" } }],
  [{ tenant: 1 }],
  [{ tenant: true }],
])("%j may name another", (args) => {
  expect(namesOnly(args, acme)).toBe(false);
});

test.each([
  ["notes://{tenant}/{id}", "notes://acme/n1", { tenant: "acme", id: "n1" }],
  ["notes://{tenant}/{id}", "notes://acme/n%2F1", { tenant: "acme", id: "n/1" }],
  ["notes://{tenant}/{+path}", "notes://acme/a/b", { tenant: "acme", path: "a/b" }],
  ["notes://{tenant}/{id}", "notes://acme/a/b", null],
  ["notes://{tenant}/{id}", "notes:///n1", null],
  ["notes://{tenant}/{id}", "notes://acme/n1?x", null],
  ["notes://{tenant}/{id}", "notes://acme/%", null],
  ["notes://{tenant}/a.b", "notes://acme/aXb", null],
])("%s and %s", (template, uri, values) => {
  expect(matchTemplate(template)(uri)).toEqual(values);
});

test.each(["notes://{tenant}{?q}", "notes://{tenant}/{a,b}", "notes://{tenant", "notes://{#x}"])(
  "a template that could match more than it says is refused: %s",
  (template) => {
    expect(() => templateVariables(template)).toThrow("only {name}");
  },
);
