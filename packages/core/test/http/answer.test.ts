import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AuthError, ERRORS, type AuthErrorCode } from "../../src/errors.ts";
import {
  answerRefusal,
  errorBody,
  PRIVATE_HEADERS,
  wantsPage,
  type AnswerFacts,
  type HttpAnswer,
} from "../../src/http/answer.ts";
import { defaultPages } from "../../src/sessions/pages/pages.ts";
import { requestOf, type RequestSketch } from "../fixtures/requests.ts";

const codes = Object.keys(ERRORS) as AuthErrorCode[];
const facts: AnswerFacts = { authPath: "/auth", pages: defaultPages };
const browser = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };
const switchTo = { slug: "globex", name: "Globex" };

const PROGRAM: RequestSketch = { target: "/t/acme/notes?page=2" };
const PERSON: RequestSketch = { target: "/t/acme/notes?page=2", headers: browser };

function answer(
  error: AuthError | AuthErrorCode,
  sketch = PROGRAM,
  more: Partial<AnswerFacts> = {},
) {
  const refusal = typeof error === "string" ? new AuthError(error) : error;
  return answerRefusal(refusal, requestOf(sketch), { ...facts, ...more });
}

const values = ({ headers }: HttpAnswer, name: string) =>
  headers.filter(([key]) => key === name).map(([, value]) => value);

const location = (given: HttpAnswer) => values(given, "location")[0];

describe("row 14: every answer", () => {
  const sketches: readonly (readonly [string, RequestSketch])[] = [
    ["a program", PROGRAM],
    ["a person", PERSON],
    ["a person's form", { ...PERSON, method: "POST" }],
  ];

  describe.each(sketches)("to %s", (_, sketch) => {
    test.each(codes)("%s is private, not stored, and varies by who asks", (code) => {
      const given = answer(new AuthError(code, { switchTo }), sketch);
      expect(values(given, "cache-control")).toEqual(["private, no-store"]);
      expect(values(given, "vary")).toEqual(["Cookie, Authorization, Accept"]);
    });

    test.each(codes)(
      "%s has lower-case header names, each once, and nothing that ends a line",
      (code) => {
        const { headers } = answer(new AuthError(code, { switchTo, scopes: ["a:b"] }), sketch);
        const names = headers.map(([name]) => name);
        expect(new Set(names).size).toBe(names.length);
        for (const [name, value] of headers) {
          expect(name).toMatch(/^[a-z-]+$/);
          expect(value).toMatch(/^[\x20-\x7e]*$/);
        }
      },
    );
  });

  test("shares a frozen list of private headers", () => {
    expect(Object.isFrozen(PRIVATE_HEADERS)).toBe(true);
  });
});

describe("to a program, an answer", () => {
  test.each(codes)("%s is JSON with the code, the message and the status of the table", (code) => {
    const given = answer(code);
    expect(given.status).toBe(ERRORS[code].status);
    expect(values(given, "content-type")).toEqual(["application/json; charset=utf-8"]);
    expect(JSON.parse(given.body)).toEqual({ error: { code, message: ERRORS[code].message } });
    expect(location(given)).toBeUndefined();
  });

  test.each([
    ["credential_missing", "Bearer"],
    ["reauthentication_required", "Bearer"],
    ["credential_malformed", 'Bearer error="invalid_request"'],
    ["credential_invalid", 'Bearer error="invalid_token"'],
    ["credential_expired", 'Bearer error="invalid_token"'],
    ["scope_insufficient", 'Bearer error="insufficient_scope"'],
  ] satisfies readonly (readonly [AuthErrorCode, string])[])(
    "%s challenges with %s",
    (code, challenge) => {
      expect(values(answer(code), "www-authenticate")).toEqual([challenge]);
    },
  );

  test.each(codes.filter((code) => ERRORS[code].challenge === "none"))(
    "%s does not challenge",
    (code) => {
      expect(values(answer(code), "www-authenticate")).toEqual([]);
    },
  );

  test("names no error where no credential was sent (RFC 6750 §3.1)", () => {
    expect(values(answer("credential_missing"), "www-authenticate").join()).not.toContain("error");
  });

  test("names the scopes to ask for, in challenge and body", () => {
    const error = new AuthError("scope_insufficient", { scopes: ["notes:read", "notes:write"] });
    const given = answer(error);
    expect(values(given, "www-authenticate")).toEqual([
      'Bearer error="insufficient_scope", scope="notes:read notes:write"',
    ]);
    expect(JSON.parse(given.body)).toMatchObject({
      error: { scopes: ["notes:read", "notes:write"] },
    });
  });

  test("says where to switch", () => {
    const given = answer(new AuthError("tenant_switch_required", { switchTo }));
    expect(given.status).toBe(403);
    expect(JSON.parse(given.body)).toMatchObject({ error: { switchTo } });
  });

  test("never says the reason, which is for the log", () => {
    const error = new AuthError("credential_invalid", { reason: "REASON-of-the-log" });
    for (const sketch of [PROGRAM, { headers: { ...browser, "sec-fetch-dest": "iframe" } }]) {
      expect(JSON.stringify(answer(error, sketch))).not.toContain("REASON");
    }
    expect(JSON.stringify(errorBody(error))).not.toContain("REASON");
  });

  test.each([
    [7, "7"],
    [6.2, "7"],
    [0, "1"],
    [-5, "1"],
    [0.01, "1"],
  ])("rounds a wait of %d seconds to %s", (retryAfterSeconds, expected) => {
    const given = answer(new AuthError("provider_unavailable", { retryAfterSeconds }));
    expect(values(given, "retry-after")).toEqual([expected]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "says nothing of a wait of %d seconds",
    (seconds) => {
      const given = answer(new AuthError("provider_unavailable", { retryAfterSeconds: seconds }));
      expect(values(given, "retry-after")).toEqual([]);
    },
  );

  test("says nothing of a wait that nobody knows", () => {
    expect(values(answer("provider_unavailable"), "retry-after")).toEqual([]);
  });
});

describe("to a person in a browser, an answer", () => {
  const redirects = codes.filter((code) => ERRORS[code].browser === "sign_in");
  const pages = codes.filter((code) => ERRORS[code].browser === "page");

  test("redirects or shows a page by the table, and there is nothing else", () => {
    expect(redirects.toSorted()).toEqual([
      "credential_expired",
      "credential_invalid",
      "credential_missing",
      "mfa_required",
      "reauthentication_required",
    ]);
    expect(codes).toHaveLength(redirects.length + pages.length + 1);
  });

  test.each(redirects)("%s leads to sign-in and back", (code) => {
    const given = answer(code, PERSON, { tenantHint: "acme" });
    const url = new URL(location(given) ?? "", "https://app.example.com");
    const again = code === "mfa_required" || code === "reauthentication_required";
    expect(given.status).toBe(303);
    expect(given.body).toBe("");
    expect(url.pathname).toBe("/auth/login");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: "acme",
      returnTo: "/t/acme/notes?page=2",
      ...(again ? { reauthenticate: "1" } : {}),
    });
  });

  test("names no tenant at sign-in where the request names none", () => {
    expect(location(answer("credential_missing", PERSON))).toBe(
      "/auth/login?returnTo=%2Ft%2Facme%2Fnotes%3Fpage%3D2",
    );
  });

  test("leads to the switch, and back", () => {
    const given = answer(new AuthError("tenant_switch_required", { switchTo }), PERSON);
    expect(location(given)).toBe(
      "/auth/switch?tenant=globex&returnTo=%2Ft%2Facme%2Fnotes%3Fpage%3D2",
    );
  });

  test("shows a page where nobody said whereto to switch", () => {
    const given = answer("tenant_switch_required", PERSON);
    expect(given.status).toBe(403);
    expect(location(given)).toBeUndefined();
  });

  test.each(pages)(
    "%s is a page with the message and the status, and no way to frame it",
    (code) => {
      const given = answer(code, PERSON);
      expect(given.status).toBe(ERRORS[code].status);
      expect(values(given, "content-type")).toEqual(["text/html; charset=utf-8"]);
      expect(values(given, "content-security-policy").join()).toContain("frame-ancestors 'none'");
      expect(given.body).toContain(ERRORS[code].message.replaceAll("'", "&#39;"));
      expect(location(given)).toBeUndefined();
    },
  );

  test("still carries the challenge that belongs to its status", () => {
    expect(values(answer("credential_malformed", PERSON), "www-authenticate")).toEqual([
      'Bearer error="invalid_request"',
    ]);
  });

  test("looks as the app's own pages do", () => {
    const own = { render: (view: { readonly kind: string }) => `own ${view.kind}` };
    expect(answer("tenant_not_found", PERSON, { pages: own }).body).toBe("own error");
  });
});

describe("a redirect", () => {
  const isRedirect = (sketch: RequestSketch) => answer("credential_missing", sketch).status === 303;

  test.each([
    ["a navigation", true, {}],
    ["a navigation of a new browser", true, { headers: { "sec-fetch-dest": "document" } }],
    ["HEAD", true, { method: "HEAD" }],
    ["a form", false, { method: "POST" }],
    [
      "a form of a new browser",
      false,
      { method: "POST", headers: { "sec-fetch-dest": "document" } },
    ],
    ["PUT", false, { method: "PUT" }],
    ["OPTIONS", false, { method: "OPTIONS" }],
    ["a frame", false, { headers: { "sec-fetch-dest": "iframe" } }],
    ["fetch()", false, { headers: { "sec-fetch-dest": "empty" } }],
    ["an image", false, { headers: { "sec-fetch-dest": "image" } }],
  ] satisfies readonly (readonly [string, boolean, RequestSketch])[])(
    "answers %s: %s",
    (_, expected, sketch: RequestSketch) => {
      expect(isRedirect({ ...sketch, headers: { ...browser, ...sketch.headers } })).toBe(expected);
    },
  );

  test("that a request cannot follow is a link on a page that leads back to the start", () => {
    const error = new AuthError("credential_missing");
    const { body, status } = answer(error, { ...PERSON, method: "POST" }, { tenantHint: "acme" });
    expect(status).toBe(401);
    expect(body).toContain('<a href="/auth/login?tenant=acme&amp;returnTo=%2F">Sign in</a>');
  });

  test("to the switch is a link of that name", () => {
    const error = new AuthError("tenant_switch_required", { switchTo });
    const { body } = answer(error, { ...PERSON, method: "POST" });
    expect(body).toContain('<a href="/auth/switch?tenant=globex&amp;returnTo=%2F">Switch</a>');
  });

  test("stays in the auth routes, whatever the address was", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        (target, tenantHint) => {
          const whereto = location(
            answer("credential_missing", { ...PERSON, target }, { tenantHint }),
          );
          expect(whereto).toMatch(/^\/auth\/login\?tenant=[\w.*%+-]*&returnTo=[\w.*%+-]*$/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("wantsPage", () => {
  test.each([
    ["text/html", true],
    ["TEXT/HTML", true],
    ["text/html;q=0.9", true],
    ["application/json, text/html", true],
    ["application/json,text/html", true],
    ["*/*", false],
    ["", false],
    ["application/json", false],
    ["text/*", false],
    ["text/plain", false],
    ["xtext/html", false],
    ["application/x;y=text/html", false],
  ])("takes Accept %j for a person: %s", (accept, expected) => {
    expect(wantsPage(requestOf({ headers: { accept } }))).toBe(expected);
  });

  test("looks at every line of Accept, and at none", () => {
    const accept = ["application/json", "text/html"];
    expect(wantsPage(requestOf({ headers: { accept } }))).toBe(true);
    expect(wantsPage(requestOf())).toBe(false);
  });

  test("takes whoever sends Authorization for a program", () => {
    const headers = { accept: "text/html", authorization: "Bearer x" };
    expect(wantsPage(requestOf({ headers }))).toBe(false);
    expect(answer("credential_invalid", { headers }).status).toBe(401);
  });
});

describe("no header can be broken", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('a"b', "a\r\nSet-Cookie: x=1", "a b", "a\\b", "a,b", 'a", realm="x', "", "ä"),
  );

  test("by the names of scopes", () => {
    fc.assert(
      fc.property(fc.array(hostile), (scopes) => {
        const given = answer(new AuthError("scope_insufficient", { scopes }));
        expect(values(given, "www-authenticate").join("\n")).toMatch(
          /^Bearer error="insufficient_scope"(?:, scope="[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")?$/,
        );
      }),
      { numRuns: 500 },
    );
  });

  test("by a scope that is no scope-token (RFC 6749 §3.3), which is left out", () => {
    const scopes = ["notes:read", 'x", realm="evil', "a b", "a\\b", "notes:write"];
    const given = answer(new AuthError("scope_insufficient", { scopes }));
    expect(values(given, "www-authenticate")).toEqual([
      'Bearer error="insufficient_scope", scope="notes:read notes:write"',
    ]);
  });

  test("by the name of the tenant to switch to, nor can a page", () => {
    fc.assert(
      fc.property(hostile, hostile, fc.constantFrom("GET", "POST"), (slug, name, method) => {
        const error = new AuthError("tenant_switch_required", { switchTo: { slug, name } });
        const given = answer(error, { ...PERSON, method });
        for (const [, value] of given.headers) expect(value).toMatch(/^[\x20-\x7e]*$/);
        expect(given.body).not.toContain("<script");
      }),
    );
  });
});
