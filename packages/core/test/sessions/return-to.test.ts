import { describe, expect, test } from "vitest";
import { safeReturnTo } from "../../src/sessions/return-to.ts";

const at = (value: string | null | undefined) =>
  safeReturnTo(value, "/fallback", { authPath: "/auth" });

describe("row 39: returnTo", () => {
  test.each([
    "/",
    "/t/acme/notes",
    "/t/acme/notes?page=2&q=%C3%A9#top",
    "/search?next=https://evil.example/&again=//evil.example",
    "/a%20b",
    "/authors",
    "/auth-is-not-the-mount",
    "/auth/authorize/stytch?client_id=https%3A%2F%2Fagent.example%2Fid&state=a%2Fb",
  ])("keeps the path %s", (value) => {
    expect(at(value)).toBe(value);
  });

  test.each([
    null,
    undefined,
    "",
    "notes",
    "?page=2",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    " /notes",
    "/notes ",
    "/no tes",
    "/notes\0",
    "/\u007f",
    "https://evil.example",
    "https:/evil.example",
    "https:evil.example",
    "HTTPS://app.example.com@evil.example",
    "http://app.example.com",
    "javascript:alert(1)",
    "data:text/html,x",
    "//user:password@evil.example",
    "@evil.example",
    "/%2f%2fevil.example",
    "/%2F%2Fevil.example",
    "/%2fevil.example",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/%5C%5Cevil.example",
    "/%252f%252fevil.example",
    "/%09/evil.example",
    "/%0d%0aSet-Cookie:x",
    "/%00",
    "/%7f",
    "/a//b",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/a/%2e%2e//evil.example",
    "/%",
    "/%ff",
    "/é",
    "/／evil.example",
    "／／evil.example",
    "/\u2028",
    `/${"a".repeat(2048)}`,
  ])("refuses %j", (value) => {
    expect(at(value)).toBe("/fallback");
  });

  test.each([
    "/auth",
    "/auth/logout",
    "/auth/callback/idp?code=x&state=y",
    "/AUTH/logout",
    "/%61uth/logout",
    "/a/../auth/logout",
    "/./auth/logout",
    "/auth;x=1/logout",
    "/auth?x",
    "/auth/authorize",
    "/auth/authorize/",
    "/auth/authorize/idp/logout",
    "/auth/authorize/IDP",
    "/AUTH/authorize/idp",
    "/auth/authorize/idp;x",
    "/auth/authorizes/idp",
    "/auth/x/authorize/idp",
  ])("refuses %s, which points into the auth routes", (value) => {
    expect(at(value)).toBe("/fallback");
  });

  test("answers with what it has checked: dot segments are gone", () => {
    expect(at("/a/./b/../c?x=/../y")).toBe("/a/c?x=/../y");
  });

  test("never leaves the site, whatever is put together from dangerous parts", () => {
    const parts = [
      "/",
      "\\",
      "//",
      "%2f",
      "%5c",
      "\t",
      "..",
      ".",
      "@",
      ":",
      "evil.example",
      "?",
      "#",
      "a",
    ];
    for (const first of parts) {
      for (const second of parts) {
        for (const third of parts) {
          for (const fourth of parts) {
            const result = at(`${first}${second}${third}${fourth}`);
            expect(new URL(result, "https://app.example.com").origin).toBe(
              "https://app.example.com",
            );
            expect(result.startsWith("/") && !/^\/[/\\]/.test(result)).toBe(true);
          }
        }
      }
    }
  });
});
