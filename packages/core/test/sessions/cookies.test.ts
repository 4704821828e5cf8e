import { describe, expect, test } from "vitest";
import { clearCookie, hostCookieName, setCookie } from "../../src/sessions/cookies.ts";

describe("a cookie of ours", () => {
  test("row 21: is bound to this host and to secure connections, and hidden from scripts", () => {
    expect(hostCookieName("tenantry")).toBe("__Host-tenantry");
    expect(setCookie("__Host-tenantry", "abc", { maxAgeSeconds: 60.9 })).toEqual({
      ok: true,
      value: "__Host-tenantry=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60",
    });
    expect(clearCookie("__Host-tenantry")).toBe(
      "__Host-tenantry=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
    );
  });

  test("is refused when a browser would drop it silently, counted to the byte", () => {
    const empty = setCookie("__Host-a", "", { maxAgeSeconds: 60 });
    const room = 4096 - (empty.ok ? empty.value.length : 0);
    expect(setCookie("__Host-a", "x".repeat(room), { maxAgeSeconds: 60 }).ok).toBe(true);
    expect(setCookie("__Host-a", "x".repeat(room + 1), { maxAgeSeconds: 60 })).toEqual({
      ok: false,
      reason: "cookie_too_large",
    });
  });

  test.each(["a;b", "a b", "a\r\nb", 'a"b', "ä"])("refuses the value %j", (value) => {
    expect(setCookie("__Host-a", value, { maxAgeSeconds: 60 })).toEqual({
      ok: false,
      reason: "cookie_malformed",
    });
  });

  test.each(["", "a b", "a;b", "a=b", "-a", "ä", "x".repeat(65)])(
    "throws for the cookie name %j",
    (name) => {
      expect(() => hostCookieName(name)).toThrow(/session\.cookieName/);
    },
  );
});
