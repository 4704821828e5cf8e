import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Provider } from "../../src/provider/define-provider.ts";
import { chooseCredential, type CredentialRules } from "../../src/request/credential.ts";
import { providerOf } from "../fixtures/providers.ts";
import { requestOf, type RequestSketch } from "../fixtures/requests.ts";

const NAME = "__Host-tenantry";
const ORIGIN = "https://app.example.com";

/** A vendor whose front end owns a cookie, and a second one that only servers set. */
const vendor: Provider = providerOf({
  credentials: [
    {
      name: "front-end session",
      cookies: ["__vendor", "__vendor_dev"],
      pick(jar) {
        const tokens = [...jar.all("__vendor"), ...jar.all("__vendor_dev")];
        const [token] = tokens;
        if (token === undefined) return { kind: "none" };
        return tokens.length === 1 ? { kind: "one", token } : { kind: "conflict" };
      },
    },
  ],
});

const rules: CredentialRules = {
  sessionCookie: NAME,
  providers: [providerOf({ instance: "without-cookies" }), vendor],
  allowedOrigins: [ORIGIN],
  cookies: true,
};

const choose = (sketch: RequestSketch, changes: Partial<CredentialRules> = {}) =>
  chooseCredential(requestOf(sketch), { ...rules, ...changes });

const withAuthorization = (authorization: string | readonly string[]) =>
  choose({ headers: { authorization } });

const withCookie = (cookie: string | readonly string[], sketch: RequestSketch = {}) =>
  choose({ ...sketch, headers: { ...sketch.headers, cookie } });

describe("Authorization", () => {
  test.each([
    ["plainly", "Bearer abc.def-ghi_123", "abc.def-ghi_123"],
    ["in lower case", "bearer abc", "abc"],
    ["in upper case", "BEARER abc", "abc"],
    ["with several spaces", "Bearer    abc", "abc"],
    ["with every character of a token68", "Bearer Az09-._~+/==", "Az09-._~+/=="],
    ["with blanks around it", " \tBearer abc\t ", "abc"],
  ])("yields a bearer token that is written %s", (_, line, token) => {
    expect(withAuthorization(line)).toEqual({ kind: "bearer", token });
  });

  test.each([
    ["row 12: another scheme", "Basic YWRhOnNlY3JldA=="],
    ["row 12: another scheme with a token", "Token abc"],
    ["DPoP, which would need a proof", "DPoP abc"],
    ["a scheme that only begins alike", "Bearerx abc"],
    ["a scheme alone", "Bearer"],
    ["a scheme and a space", "Bearer "],
    ["a token alone", "abc"],
    ["nothing", ""],
    ["row 23: a percent sign", "Bearer %"],
    ["a tab between", "Bearer\tabc"],
    ["a second word", "Bearer abc def"],
    ["a scheme twice", "Bearer Bearer abc"],
    ["quotes", 'Bearer "abc"'],
    ["only equals signs", "Bearer =="],
    ["equals signs in the middle", "Bearer a=b"],
    ["a no-break space behind", "Bearer abc\u00a0"],
    ["a no-break space in front", "\u00a0Bearer abc"],
    ["a no-break space between", "Bearer\u00a0abc"],
    ["a new line", "Bearer abc\nX: y"],
    ["a letter of another alphabet", "Bearer \u0430bc"],
    ["a semicolon", "Bearer abc;"],
  ])("refuses %s", (_, line) => {
    expect(withAuthorization(line)).toEqual({
      kind: "refused",
      code: "credential_invalid",
      reason: "authorization_not_bearer",
    });
  });

  test("refuses two lines, even equal ones", () => {
    const expected = {
      kind: "refused",
      code: "credential_malformed",
      reason: "authorization_repeated",
    };
    expect(withAuthorization(["Bearer a", "Bearer b"])).toEqual(expected);
    expect(withAuthorization(["Bearer a", "Bearer a"])).toEqual(expected);
    expect(withAuthorization(["Bearer a", "Basic b"])).toEqual(expected);
  });

  test("refuses two that something on the way merged with a comma", () => {
    const expected = {
      kind: "refused",
      code: "credential_malformed",
      reason: "authorization_list",
    };
    expect(withAuthorization("Bearer a, Bearer b")).toEqual(expected);
    expect(withAuthorization("Bearer a,Basic b")).toEqual(expected);
    expect(withAuthorization("Bearer a,")).toEqual(expected);
  });

  test("takes 16,384 characters and refuses one more", () => {
    const token = "a".repeat(16_384 - "Bearer ".length);
    expect(withAuthorization(`Bearer ${token}`)).toEqual({ kind: "bearer", token });
    expect(withAuthorization(`Bearer ${token}a`)).toEqual({
      kind: "refused",
      code: "credential_malformed",
      reason: "authorization_too_long",
    });
  });

  test("wins over a session cookie", () => {
    const headers = { authorization: "Bearer abc", cookie: `${NAME}=secret` };
    expect(choose({ headers })).toEqual({ kind: "bearer", token: "abc" });
  });

  test.each(["Basic x", "", "Bearer %"])(
    "has no fallback to a cookie when it is refused: %j",
    (authorization) => {
      const headers = { authorization, cookie: `${NAME}=secret` };
      expect(choose({ headers })).toMatchObject({ kind: "refused", code: "credential_invalid" });
    },
  );

  test("is not asked where it comes from: no page can send it unnoticed", () => {
    const headers = { authorization: "Bearer abc", origin: "https://evil.test" };
    expect(choose({ method: "POST", headers })).toEqual({ kind: "bearer", token: "abc" });
  });
});

describe("no credential", () => {
  test.each([
    ["an empty request", {}],
    ["a token in the query (RFC 6750 §2.3)", { target: "/notes?access_token=abc&token=abc" }],
    [
      "a form, whose body nobody reads",
      { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } },
    ],
    [
      "other headers that look like it",
      {
        headers: {
          "x-authorization": "Bearer abc",
          "proxy-authorization": "Bearer abc",
          "x-api-key": "abc",
          "x-forwarded-user": "ada",
          "x-middleware-subrequest": "1",
        },
      },
    ],
    ["cookies of others", { headers: { cookie: "theme=dark; lang=en" } }],
    ["an empty cookie header", { headers: { cookie: "" } }],
    ["a cookie without the prefix", { headers: { cookie: "tenantry=secret" } }],
  ] satisfies readonly (readonly [string, RequestSketch])[])("is what %s has", (_, sketch) => {
    expect(choose(sketch)).toEqual({ kind: "none" });
  });

  test("is what cookies are to a mount without sessions, on every method and however they look", () => {
    for (const method of ["GET", "POST"]) {
      for (const cookie of [`${NAME}=a`, `${NAME}=a; ${NAME}=b`, "__vendor=a; __vendor=b"]) {
        expect(choose({ method, headers: { cookie } }, { cookies: false })).toEqual({
          kind: "none",
        });
      }
    }
  });

  test("needs no origin on a write", () => {
    expect(choose({ method: "POST", headers: { cookie: "theme=dark" } })).toEqual({ kind: "none" });
  });
});

describe("cookies", () => {
  test("yield our session", () => {
    expect(withCookie(`theme=dark; ${NAME}=secret`)).toEqual({
      kind: "session_cookie",
      value: "secret",
    });
  });

  test("yield a vendor's session with the provider it belongs to", () => {
    const presented = withCookie("__vendor=token");
    expect(presented).toEqual({
      kind: "vendor_cookie",
      provider: vendor,
      token: "token",
      page: null,
    });
  });

  test.each([
    ["ours twice on one line", `${NAME}=a; ${NAME}=b`, "session_cookie_repeated"],
    ["ours twice with one value", `${NAME}=a; ${NAME}=a`, "session_cookie_repeated"],
    ["ours on two lines", [`${NAME}=a`, `${NAME}=b`], "session_cookie_repeated"],
    ["ours and a vendor's", `${NAME}=a; __vendor=b`, "session_cookie_repeated"],
    ["two of a vendor", "__vendor=a; __vendor_dev=b", "vendor_cookie_conflict"],
    ["two of a vendor, beside ours", `${NAME}=c; __vendor=a; __vendor=b`, "vendor_cookie_conflict"],
    ["more than any browser sends", `${NAME}=${"a".repeat(40_000)}`, "cookies_too_long"],
    ["row 21: a no-break space in front", `${NAME}=a; \u00a0${NAME}=b`, "session_cookie_impostor"],
    ["row 21: a zero-width space alone", `__Host-\u200btenantry=b`, "session_cookie_impostor"],
    ["row 21: another letter case", `${NAME}=a; __host-tenantry=b`, "session_cookie_impostor"],
  ])("are refused: %s", (_, cookie, reason) => {
    const expected = { kind: "refused", code: "credential_malformed", reason };
    expect(withCookie(cookie)).toEqual(expected);
  });

  test("of two vendors are refused like two of one", () => {
    const other = providerOf({
      instance: "other",
      credentials: [
        {
          name: "other",
          cookies: ["other"],
          pick: (jar) =>
            jar.all("other").length === 1
              ? { kind: "one", token: jar.all("other")[0] ?? "" }
              : { kind: "none" },
        },
      ],
    });
    const presented = choose(
      { headers: { cookie: "__vendor=a; other=b" } },
      { providers: [vendor, other] },
    );
    expect(presented).toMatchObject({ kind: "refused", reason: "session_cookie_repeated" });
  });
});

describe("writes with a cookie", () => {
  const refusal = { kind: "refused", code: "csrf_refused", reason: "origin_not_ours" };

  test.each(["POST", "PUT", "PATCH", "DELETE", "post", "PURGE"])(
    "row 38: %s is refused without an origin of ours, for our cookie and a vendor's",
    (method) => {
      const foreign = { method, headers: { origin: "https://evil.test" } };
      expect(withCookie(`${NAME}=a`, foreign)).toEqual(refusal);
      expect(withCookie("__vendor=a", foreign)).toEqual(refusal);
      expect(withCookie(`${NAME}=a`, { method })).toEqual(refusal);
    },
  );

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s passes from a page of ours", (method) => {
    const own = { method, headers: { origin: ORIGIN } };
    expect(withCookie(`${NAME}=a`, own)).toEqual({ kind: "session_cookie", value: "a" });
    expect(withCookie("__vendor=a", own)).toMatchObject({ kind: "vendor_cookie" });
  });

  test.each(["GET", "HEAD", "OPTIONS"])("%s is no write and passes from anywhere", (method) => {
    const foreign = { method, headers: { origin: "https://evil.test" } };
    expect(withCookie(`${NAME}=a`, foreign)).toEqual({ kind: "session_cookie", value: "a" });
  });
});

describe("row 23: whatever a stranger sends", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "Bearer %",
      `${NAME}=%`,
      "=;=;,",
      "Bearer ",
      "\u0000",
      "__vendor=a; __vendor=b",
    ),
  );
  const header = fc.array(text, { maxLength: 3 });

  test("is answered by a value and never by an exception", () => {
    fc.assert(
      fc.property(
        fc.record({
          method: text,
          target: text,
          headers: fc.record({
            authorization: header,
            cookie: header,
            origin: header,
            "sec-fetch-site": header,
          }),
        }),
        fc.boolean(),
        (sketch, cookies) => {
          const { kind } = choose(sketch, { cookies });
          expect(["none", "bearer", "session_cookie", "vendor_cookie", "refused"]).toContain(kind);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("never makes a bearer token of anything but a token68", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (line) => {
        const presented = withAuthorization(`Bearer ${line}`);
        const token = presented.kind === "bearer" ? presented.token : "none";
        expect(token).toMatch(/^[\w\-.~+/]+=*$/);
      }),
      { numRuns: 500 },
    );
  });
});
