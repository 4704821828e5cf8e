import { describe, expect, test } from "vitest";
import { isSafeMethod, originAllowed } from "../../src/request/csrf.ts";
import { requestOf } from "../fixtures/requests.ts";

const ALLOWED = ["https://app.example.com", "https://admin.example.com:8443"];

function isAllowed(headers: Readonly<Record<string, string | readonly string[]>>): boolean {
  return originAllowed(requestOf({ method: "POST", headers }), ALLOWED);
}

describe("isSafeMethod", () => {
  test.each(["GET", "HEAD", "OPTIONS"])("calls %s safe", (method) => {
    expect(isSafeMethod(method)).toBe(true);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "", "GET "])(
    "does not call %j safe",
    (method) => {
      expect(isSafeMethod(method)).toBe(false);
    },
  );
});

describe("originAllowed", () => {
  test.each(ALLOWED)("lets %s through", (origin) => {
    expect(isAllowed({ origin })).toBe(true);
  });

  test.each([
    ["a longer name that begins alike", "https://app.example.com.evil.test"],
    ["a longer name that ends alike", "https://evilapp.example.com"],
    ["a subdomain", "https://x.app.example.com"],
    ["the parent domain", "https://example.com"],
    ["a sibling", "https://accounts.example.com"],
    ["another scheme", "http://app.example.com"],
    ["another port", "https://app.example.com:444"],
    ["the default port, which browsers never write", "https://app.example.com:443"],
    ["no port where ours has one", "https://admin.example.com"],
    ["another letter case", "https://APP.example.com"],
    ["a slash at the end", "https://app.example.com/"],
    ["a path", "https://app.example.com/x"],
    ["a user name", "https://app.example.com@evil.test"],
    ["blanks", " https://app.example.com"],
    ["two origins on one line", "https://app.example.com https://evil.test"],
    ["two origins, merged", "https://app.example.com, https://evil.test"],
    ["nothing", ""],
    ["a pattern", "*"],
    ["another letter case of null", "NULL"],
  ])("row 40: refuses %s", (_, origin) => {
    expect(isAllowed({ origin })).toBe(false);
  });

  test("refuses two Origin headers, even if the first is ours, or both are", () => {
    const [ours = ""] = ALLOWED;
    expect(isAllowed({ origin: [ours, "https://evil.test"] })).toBe(false);
    expect(isAllowed({ origin: [ours, ours] })).toBe(false);
  });

  test("refuses two Origin headers even if the browser says same-origin", () => {
    const headers = { origin: ["null", "null"], "sec-fetch-site": "same-origin" };
    expect(isAllowed(headers)).toBe(false);
  });

  test("believes Origin before Sec-Fetch-Site", () => {
    expect(isAllowed({ origin: "https://evil.test", "sec-fetch-site": "same-origin" })).toBe(false);
    expect(isAllowed({ origin: ALLOWED[0] ?? "", "sec-fetch-site": "cross-site" })).toBe(true);
  });

  test.each([
    ["no origin", {}],
    ["the origin null", { origin: "null" }],
  ])("with %s, only same-origin passes", (_, headers) => {
    expect(isAllowed({ ...headers, "sec-fetch-site": "same-origin" })).toBe(true);
    for (const site of ["same-site", "cross-site", "none", "Same-Origin", "same-origin ", ""]) {
      expect(isAllowed({ ...headers, "sec-fetch-site": site })).toBe(false);
    }
  });

  test("refuses a request that says nothing about where it comes from", () => {
    expect(isAllowed({})).toBe(false);
    expect(isAllowed({ origin: "null" })).toBe(false);
  });

  test("refuses Sec-Fetch-Site twice", () => {
    expect(isAllowed({ "sec-fetch-site": ["same-origin", "cross-site"] })).toBe(false);
    expect(isAllowed({ "sec-fetch-site": ["same-origin", "same-origin"] })).toBe(false);
  });

  test("with no origin of ours, refuses every origin", () => {
    const request = requestOf({ headers: { origin: "https://app.example.com" } });
    expect(originAllowed(request, [])).toBe(false);
  });
});
