import { describe, expect, test } from "vitest";
import { ERRORS, type AuthErrorCode } from "../../src/errors.ts";
import {
  defaultPages,
  errorView,
  renderPage,
  type LoginPages,
  type PageView,
} from "../../src/sessions/pages/pages.ts";

const EVIL = `"><script>alert('1')</script>&`;
const form = { action: "/auth/login", hidden: { flow: EVIL }, submit: EVIL };

const VIEWS: readonly PageView[] = [
  { kind: "email", title: EVIL, form, email: EVIL, notice: EVIL },
  {
    kind: "prompt",
    title: EVIL,
    text: [EVIL, "One more paragraph."],
    form,
    fields: [
      { name: EVIL, label: EVIL, type: "password", autocomplete: EVIL },
      { name: "otp", label: "Code", type: "otp" },
    ],
  },
  { kind: "chooseTenant", title: EVIL, form, choices: [{ external: EVIL, name: EVIL }] },
  { kind: "checkMail", title: EVIL, email: EVIL },
  { kind: "confirm", title: EVIL, message: EVIL, form, cancel: { label: EVIL, href: EVIL } },
  {
    kind: "consent",
    title: EVIL,
    client: { name: EVIL, id: EVIL, host: EVIL },
    person: EVIL,
    tenant: EVIL,
    scopes: [EVIL],
    warning: EVIL,
    form,
    decline: EVIL,
    others: [{ label: EVIL, href: EVIL }],
  },
  {
    kind: "error",
    code: "sign_in_failed",
    title: EVIL,
    message: EVIL,
    action: { label: EVIL, href: EVIL },
  },
];

describe("a default page", () => {
  test.each(VIEWS)("of kind $kind makes every text of its view harmless", (view) => {
    const { body } = renderPage(view);
    expect(body).not.toContain("<script");
    expect(body).not.toContain(EVIL);
    expect(body.replaceAll(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
  });

  test.each(VIEWS)(
    "of kind $kind has a language, a title, one heading and a label per field",
    (view) => {
      const { body } = renderPage({ ...view, title: "Sign in" });
      expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(body).toContain("<title>Sign in</title>");
      expect(body.match(/<h1>/g)).toHaveLength(1);
      const visible = body.match(/<input (?!type="hidden")/g)?.length ?? 0;
      expect(body.match(/<label for=/g)?.length ?? 0).toBe(visible);
    },
  );

  test("allows exactly its own style", async () => {
    const { body, headers } = renderPage(errorView("tenant_not_found"));
    const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? "";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    expect(headers["content-security-policy"]).toContain(`style-src 'sha256-${hash}';`);
  });

  test("with a form does not forbid the redirects that follow it; without one, all forms", () => {
    for (const view of VIEWS) {
      const policy = renderPage(view).headers["content-security-policy"] ?? "";
      expect(policy.includes("form-action")).toBe(!("form" in view));
    }
  });

  test.each(Object.keys(ERRORS) as AuthErrorCode[])("exists for the error %s", (code) => {
    const { body } = renderPage(errorView(code));
    expect(body).toContain(ERRORS[code].message.replaceAll("'", "&#39;"));
  });
});

describe("pages of an app's own", () => {
  const own: LoginPages = { render: ({ kind }) => `<p>${kind}</p>` };

  test("change the look and none of the protection", () => {
    const mine = renderPage(errorView("csrf_refused"), own);
    const standard = renderPage(errorView("csrf_refused"), defaultPages);
    expect(mine.body).toBe("<p>error</p>");
    const { "content-security-policy": a, ...rest } = mine.headers;
    const { "content-security-policy": b, ...others } = standard.headers;
    expect(rest).toEqual(others);
    expect(a?.replace("style-src 'none'", "")).toBe(b?.replace(/style-src 'sha256-[^']+'/, ""));
  });

  test("may name sources for styles and pictures", () => {
    const pages = { ...own, styleSources: ["'self'"], assetSources: ["https://cdn.example.com"] };
    const policy = renderPage(errorView("csrf_refused"), pages).headers["content-security-policy"];
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("img-src https://cdn.example.com;");
  });

  test.each(["'unsafe-inline'", "*", "a; script-src *", "a b", ""])(
    "may not open the policy with the source %j",
    (source) => {
      const pages = { ...own, styleSources: [source] };
      expect(() => renderPage(errorView("csrf_refused"), pages)).toThrow(/pages/);
    },
  );
});
