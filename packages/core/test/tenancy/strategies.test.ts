import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headerTenant, hostTenant, isSlug, pathTenant } from "../../src/tenancy/strategies.ts";
import { requestOf } from "../fixtures/requests.ts";

const NONE = { kind: "none" };
const MALFORMED = { kind: "malformed" };
const named = (slug: string) => ({ kind: "named", slug });

describe("isSlug", () => {
  test.each(["a", "acme", "acme-2", "0", "a-", "a".repeat(63)])("takes %s", (text) => {
    expect(isSlug(text)).toBe(true);
  });

  test.each([
    "",
    "-a",
    "Acme",
    "a.b",
    "a_b",
    "a b",
    "a/b",
    "a%62",
    "\u212a",
    "a\n",
    "a".repeat(64),
  ])("does not take %j", (text) => {
    expect(isSlug(text)).toBe(false);
  });
});

describe("pathTenant", () => {
  const strategy = pathTenant("/t/:tenant");
  const read = (target: string) => strategy.read(requestOf({ target }), null);

  test.each([
    "/t/acme",
    "/t/acme/",
    "/t/acme/notes",
    "/t/acme?x=/t/globex",
    "/t/acme#/t/globex",
    "/t/acme//notes",
    "/t/acme/t/globex",
    "/t/acme/notes/../other",
    "/t/acme/notes%2f7",
    "/t/acme/notes/./7",
    "/t/acme/notes;v=1",
    "/t/acme/100%",
    "/t/acme/T/GLOBEX",
  ])("reads the tenant of %s", (target) => {
    expect(read(target)).toEqual(named("acme"));
  });

  test.each([
    "/",
    "/t",
    "/t/",
    "/t?tenant=acme",
    "/t/?tenant=acme",
    "/T/",
    "//t",
    "/notes",
    "/tt/acme",
    "/notes/t/acme",
    "/notes?next=/t/acme",
    "/notes#/t/acme",
    "/x/../y/t/acme",
    "/t.json/acme",
    "/%",
  ])("reads no tenant in %s", (target) => {
    expect(read(target)).toEqual(NONE);
  });

  // Each of these is a tenant's path to some router, proxy or URL parser.
  test.each([
    ["two slashes in front", "//t/acme"],
    ["three slashes in front", "///t/acme"],
    ["two slashes inside", "/t//acme"],
    ["another letter case", "/T/acme"],
    ["an upper-case tenant", "/t/Acme"],
    ["an encoded letter of the tenant", "/t/%61cme"],
    ["an encoded letter of the prefix", "/%74/acme"],
    ["the same in upper case", "/%54/acme"],
    ["a double encoding", "/%2574/acme"],
    ["a triple encoding", "/%252574/acme"],
    ["a double encoding of the tenant", "/t/%2561cme"],
    ["an encoded slash", "/t%2facme"],
    ["an encoded slash behind the tenant", "/t/acme%2f.."],
    ["an encoded slash in front", "/%2ft/acme"],
    ["an encoded backslash", "/t%5cacme"],
    ["a matrix parameter on the prefix", "/t;x/acme"],
    ["a matrix parameter on the tenant", "/t/acme;x"],
    ["a matrix parameter alone", "/t/;acme"],
    ["an encoded matrix parameter", "/t%3bx/acme"],
    ["a backslash", "/t\\acme"],
    ["a backslash in front", "/\\t/acme"],
    ["backslashes only", "\\t\\acme"],
    ["a dot segment", "/./t/acme"],
    ["a dot segment inside", "/t/./acme"],
    ["two dots in front", "/../t/acme"],
    ["a climb into the tenant's path", "/x/../t/acme"],
    ["an encoded climb", "/x/%2e%2e/t/acme"],
    ["a half encoded climb", "/x/.%2E/t/acme"],
    ["a climb with a matrix parameter", "/x/..;/t/acme"],
    ["a climb out of the tenant", "/t/.."],
    ["a climb to another tenant", "/t/acme/../globex"],
    ["a climb to another tenant, with more behind", "/t/acme/notes/../../globex/notes"],
    ["an encoded climb to another tenant", "/t/acme/%2e%2e/globex"],
    ["a climb by an encoded slash", "/t/acme/..%2fglobex"],
    ["a climb by a backslash", "/t/acme/x\\..\\..\\globex"],
    ["a climb with a matrix parameter to another tenant", "/t/acme/..;/globex"],
    ["a climb to no tenant at all", "/t/acme/.."],
    ["a climb out of everything", "/t/acme/../../admin"],
    ["a climb that comes back in another letter case", "/t/acme/../../T/acme2"],
    ["a blank", "/t/acme%20"],
    ["a blank on the prefix", "/t%20/acme"],
    ["a NUL", "/t/acme%00"],
    ["an encoded question mark", "/t/acme%3fx"],
    ["an encoded hash", "/t/acme%23x"],
    ["a dot behind", "/t/acme."],
    ["a name that is too long", `/t/${"a".repeat(64)}`],
    ["the whole address (RFC 9112 §3.2.2)", "http://app.example.com/t/acme"],
    ["the whole address of no tenant", "http://app.example.com/notes"],
    ["no slash in front", "t/acme"],
    ["nothing", ""],
    ["the asterisk form", "*"],
  ])("row 26: does not trust %s", (_, target) => {
    expect(read(target)).toEqual(MALFORMED);
  });

  test("reads further segments, and patterns that begin with the tenant", () => {
    const api = pathTenant("/api/Orgs/:tenant/notes");
    const readApi = (target: string) => api.read(requestOf({ target }), null);
    expect(readApi("/api/Orgs/acme/notes")).toEqual(named("acme"));
    expect(readApi("/api/Orgs/acme/other")).toEqual(named("acme"));
    expect(readApi("/api/orgs/acme/notes")).toEqual(MALFORMED);
    expect(readApi("/api/Orgs")).toEqual(NONE);
    expect(readApi("/api")).toEqual(NONE);

    const first = pathTenant("/:tenant");
    const readFirst = (target: string) => first.read(requestOf({ target }), null);
    expect(readFirst("/acme/notes")).toEqual(named("acme"));
    expect(readFirst("/")).toEqual(NONE);
    expect(readFirst("//acme")).toEqual(MALFORMED);
    expect(readFirst("/acme/../globex")).toEqual(MALFORMED);
  });

  test.each([
    "/t/tenant",
    "t/:tenant",
    ":tenant",
    "/t/:id",
    "/t/:tenant/:tenant",
    "/:org/t/:tenant",
    "/t/:tenant?",
    "/t/x-:tenant",
    "",
  ])("refuses the pattern %j at start", (pattern) => {
    expect(() => pathTenant(pattern)).toThrow(TypeError);
    expect(() => pathTenant(pattern)).toThrow(`pathTenant("${pattern}") must look like`);
  });

  test("names the tenant that the URL parser's router would see, or none", () => {
    const piece = fc.constantFrom(
      ..."/ // t T acme globex .. . %2e %2F %5c \\ ; x %74 %2574 ? # ..%2f %61cme".split(" "),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const target = `/t/acme${pieces.join("")}`;
        const hint = read(target);
        // The parser resolves dot segments and backslashes; a router then decodes the segment.
        const { pathname } = new URL(`https://app.example.com${target}`);
        const parameter = /^\/t\/([^/]+)/i.exec(pathname)?.[1] ?? "";
        expect([MALFORMED, named(safelyDecoded(parameter))]).toContainEqual(hint);
      }),
      { numRuns: 2000 },
    );
  });

  test("row 23: answers whatever comes, and names nothing but slugs", () => {
    const target = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary" }).map((text) => `/t/${text}`),
      fc.stringMatching(/^[/\\.;%t2acmefg]{0,30}$/),
    );
    fc.assert(
      fc.property(target, (text) => {
        const hint = read(text);
        expect(hint.kind !== "named" || text.startsWith(`/t/${hint.slug}`)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

function safelyDecoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

describe("hostTenant", () => {
  const strategy = hostTenant("{tenant}.app.example.com");
  const read = (host: string | null) => strategy.read(requestOf(), host);

  test("reads the label before the parent domain", () => {
    expect(read("acme.app.example.com")).toEqual(named("acme"));
    expect(read("xn--bcher-kva.app.example.com")).toEqual(named("xn--bcher-kva"));
  });

  test("reads no tenant in the parent domain itself", () => {
    expect(read("app.example.com")).toEqual(NONE);
  });

  test.each([
    ["no host at all", null],
    ["two labels", "x.acme.app.example.com"],
    ["an empty label", ".app.example.com"],
    ["the parent's parent", "example.com"],
    ["a sibling", "acme.other.example.com"],
    ["a name that ends alike", "evilapp.example.com"],
    ["a name that begins alike", "acme.app.example.com.evil.test"],
    ["a label with an underscore", "ac_me.app.example.com"],
    ["a label that begins with a hyphen", "-acme.app.example.com"],
    ["an address", "192.0.2.7"],
    ["an IPv6 address", "[::1]"],
    ["localhost", "localhost"],
  ])("does not trust %s", (_, host) => {
    expect(read(host)).toEqual(MALFORMED);
  });

  test.each([
    "app.example.com",
    "*.app.example.com",
    "{tenant}app.example.com",
    "{tenant}.",
    "{tenant}.App.example.com",
    "{tenant}.app.example.com:8443",
    "x.{tenant}.app.example.com",
    "",
  ])("refuses the pattern %j at start", (pattern) => {
    expect(() => hostTenant(pattern)).toThrow(TypeError);
    expect(() => hostTenant(pattern)).toThrow(`hostTenant("${pattern}") must look like`);
  });
});

describe("headerTenant", () => {
  const strategy = headerTenant("X-Tenant");
  const read = (value: string | readonly string[]) =>
    strategy.read(requestOf({ headers: { "x-tenant": value } }), null);

  test("reads a header whose name is given in any letter case", () => {
    expect(read("acme")).toEqual(named("acme"));
  });

  test("reads no tenant where the header is absent, and does not look at others", () => {
    expect(strategy.read(requestOf(), null)).toEqual(NONE);
    expect(strategy.read(requestOf({ headers: { x_tenant: "acme" } }), null)).toEqual(NONE);
  });

  test.each([
    ["two lines", ["acme", "globex"]],
    ["two equal lines", ["acme", "acme"]],
    ["a merged list", "acme, acme"],
    ["an empty value", ""],
    ["blanks", " acme"],
    ["another letter case", "Acme"],
    ["an encoding", "%61cme"],
    ["a path", "acme/../globex"],
    ["an id of another kind", "tnt_acme"],
  ])("does not trust %s", (_, value) => {
    expect(read(value)).toEqual(MALFORMED);
  });
});

test("the strategies are told apart by their names", () => {
  const strategies = [pathTenant("/t/:tenant"), hostTenant("{tenant}.a.test"), headerTenant("x")];
  expect(strategies.map((strategy) => strategy.name)).toEqual(["path", "host", "header"]);
});
