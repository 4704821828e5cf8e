import type { PageView } from "@tenantry/core";
import { describe, expect, test } from "vitest";
import { authPages } from "../src/views/auth-pages.ts";

const form = {
  action: "/auth/step",
  hidden: { flow: "flow-1", csrf: 'of"two' },
  submit: "Go on & on",
};
const link = { label: "Elsewhere <b>", href: "/auth/other?a=1&b=2" };

/** One of each kind, with all that it can hold. */
const VIEWS: { readonly [K in PageView["kind"]]: Extract<PageView, { kind: K }> } = {
  email: { kind: "email", title: "Who", form, email: "ada@acme.example", notice: "Not <there>" },
  prompt: {
    kind: "prompt",
    title: "One more",
    text: ["We sent a code to •• 12.", "It's good for <10> minutes."],
    form,
    fields: [{ name: "code", label: "The code", type: "otp", autocomplete: "one-time-code" }],
  },
  chooseTenant: {
    kind: "chooseTenant",
    title: "Where",
    form: { ...form, submit: "" }, // each choice is a button
    choices: [
      { external: "org_a", name: "Acme & Co." },
      { external: "org_b", name: "Birch", needsStepUp: true },
    ],
  },
  checkMail: { kind: "checkMail", title: "Mail", email: "ada@acme.example" },
  confirm: { kind: "confirm", title: "Sure", message: "Really <now>?", form, cancel: link },
  consent: {
    kind: "consent",
    title: "May it",
    client: { name: "<script>Agent", id: "https://agent.example/id", host: "agent.example" },
    person: "Ada Ames",
    tenant: "Acme & Co.",
    scopes: ["notes:read", "notes:write"],
    warning: "Nobody has <checked> it.",
    form,
    decline: "No",
    others: [link],
  },
  error: {
    kind: "error",
    code: "tenant_required",
    title: "No tenant",
    message: "You are in <none>.",
    action: link,
  },
};

const escaped = (text: string) =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Every text in a view, but for words of the program. */
function textsIn(value: unknown, name = ""): readonly string[] {
  if (["kind", "code", "type"].includes(name)) return [];
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, key));
}

describe.each(Object.values(VIEWS))("the page of kind $kind", (view) => {
  const shown = authPages.render(view);

  test("shows all of what core says, and none of it as markup", () => {
    expect(textsIn(view).filter((text) => !shown.includes(escaped(text)))).toEqual([]);
    expect(shown).not.toMatch(/<script|<there>|<10>|<now>|<none>|<checked>|Elsewhere <b>/);
  });

  test("sends each hidden field back, where it has a form", () => {
    const hidden = "form" in view ? Object.entries(view.form.hidden) : [];
    for (const [name, value] of hidden) {
      expect(shown).toContain(`name="${name}" value="${escaped(value)}"`);
    }
    expect(shown.includes(`<form method="post" action="/auth/step">`)).toBe("form" in view);
  });
});

test("who would have to sign in again for a choice is told so", () => {
  expect(authPages.render(VIEWS.chooseTenant)).toMatch(/Birch \(asks you to sign in again\)/);
});

test("a question about an agent that only the provider knows has two answers all the same", () => {
  const shown = authPages.render({ ...VIEWS.consent, client: null, scopes: [] });
  expect(shown).toContain("An application");
  expect(shown).toContain('name="decision" value="allow"');
  expect(shown).toContain('name="decision" value="deny"');
});
