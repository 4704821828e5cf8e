import { describe, expect, test } from "vitest";
import type { Identified } from "../../src/identified.ts";
import { AuthError } from "../../src/errors.ts";
import { answerRefusal } from "../../src/http/answer.ts";
import { defaultPages } from "../../src/sessions/pages/pages.ts";
import type { Entered } from "../../src/tenancy/cross-tenant.ts";
import type { AgreedHint } from "../../src/tenancy/hints.ts";
import { resolveTenant, type Resolved, type TenantLookup } from "../../src/tenancy/resolve.ts";
import { bearerOf, NOW_MS, tenantOf, whoOf } from "../fixtures/records.ts";
import { requestOf } from "../fixtures/requests.ts";

const acme = tenantOf("acme");
const globex = tenantOf("globex");
const initech = tenantOf("initech");

const NO_HINT: AgreedHint = { kind: "none" };
const hint = (slug: string): AgreedHint => ({ kind: "named", slug });

/** A directory of three tenants in which Ada belongs to Acme and Globex. It writes down questions. */
function lookupOf(entered?: Entered): TenantLookup & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async bySlug(slug) {
      asked.push(`slug ${slug}`);
      return [acme, globex, initech].find((tenant) => tenant.slug === slug) ?? null;
    },
    async isMember(userId, tenantId) {
      asked.push(`member ${userId} ${tenantId}`);
      return userId === "usr_ada" && [acme.id, globex.id].includes(tenantId);
    },
    crossTenant:
      entered === undefined
        ? undefined
        : { maxSeconds: 60, canEnter: async () => true, current: async () => entered },
  };
}

const service = (changes: Partial<Identified> = {}): Identified =>
  bearerOf({ principal: { kind: "service", id: "svc_robot" }, ...changes });

const own = (who: Identified) => ({
  ok: true,
  tenant: who.tenant,
  roles: who.roles,
  vendorPermissions: who.vendorPermissions,
});

const notFound = { ok: false, code: "tenant_not_found" };
const switchTo = (slug: string) => ({
  ok: false,
  code: "tenant_switch_required",
  details: { reason: "tenant_other", switchTo: { slug, name: `The ${slug} company` } },
});
const required = { ok: false, code: "tenant_required", details: { reason: "machine_unbound" } };

describe("resolveTenant", () => {
  const session = whoOf({ roles: ["admin"], vendorPermissions: ["notes:read"] });
  const homeless = whoOf({ tenant: null, roles: [] });
  const token = bearerOf();
  const unbound = bearerOf({ tenant: null, roles: [] });
  const machine = service();
  const unboundMachine = service({ tenant: null, roles: [] });
  const apiKey = service({
    principal: { kind: "service", id: "key_1" },
    credential: { kind: "api_key", accepted: "api_key", id: "key_1", expiresAtMs: NOW_MS + 1 },
  });

  test.each([
    ["a session without a hint", session, NO_HINT, own(session)],
    ["a session with its own tenant", session, hint("acme"), own(session)],
    ["a session with another of its person's tenants", session, hint("globex"), switchTo("globex")],
    ["a session with a foreign tenant", session, hint("initech"), notFound],
    ["a session with a tenant that does not exist", session, hint("nobody"), notFound],
    ["a session without a tenant, without a hint", homeless, NO_HINT, own(homeless)],
    [
      "a session without a tenant, with one of its person's",
      homeless,
      hint("acme"),
      switchTo("acme"),
    ],
    ["a session without a tenant, with a foreign one", homeless, hint("initech"), notFound],
    ["a person's token without a hint", token, NO_HINT, own(token)],
    ["a person's token with its own tenant", token, hint("acme"), own(token)],
    ["a person's token with another of their tenants", token, hint("globex"), notFound],
    ["a person's token with a foreign tenant", token, hint("initech"), notFound],
    ["a person's token with a tenant that does not exist", token, hint("nobody"), notFound],
    ["a person's token without a tenant, without a hint", unbound, NO_HINT, own(unbound)],
    ["a person's token without a tenant, with one of theirs", unbound, hint("acme"), notFound],
    ["a machine without a hint", machine, NO_HINT, own(machine)],
    ["a machine with its own tenant", machine, hint("acme"), own(machine)],
    ["a machine with a foreign tenant", machine, hint("globex"), notFound],
    ["a machine without a tenant, without a hint", unboundMachine, NO_HINT, required],
    ["a machine without a tenant, with a hint", unboundMachine, hint("acme"), notFound],
    ["an API key with its own tenant", apiKey, hint("acme"), own(apiKey)],
    ["an API key with a foreign tenant", apiKey, hint("globex"), notFound],
  ])("answers %s", async (_, who, agreed, expected) => {
    const resolved = await resolveTenant(who, agreed, lookupOf());
    expect(resolved).toMatchObject(expected);
    expect(resolved).not.toHaveProperty("crossTenant");
  });

  test.each(["tenant_hint_malformed", "tenant_hints_disagree"] as const)(
    "row 30: answers %s like a tenant that does not exist, and looks nothing up",
    async (reason) => {
      const lookup = lookupOf();
      const resolved = await resolveTenant(session, { kind: "refused", reason }, lookup);
      expect(resolved).toEqual({ ok: false, code: "tenant_not_found", details: { reason } });
      expect(lookup.asked).toEqual([]);
    },
  );

  test("looks nothing up where credential and request agree", async () => {
    const lookup = lookupOf();
    await resolveTenant(session, hint("acme"), lookup);
    await resolveTenant(session, NO_HINT, lookup);
    await resolveTenant(machine, NO_HINT, lookup);
    expect(lookup.asked).toEqual([]);
  });

  test("asks about the membership of nobody but a person with a session", async () => {
    const lookup = lookupOf();
    for (const who of [token, unbound, machine, unboundMachine, apiKey]) {
      await resolveTenant(who, hint("globex"), lookup);
    }
    expect(lookup.asked.filter((question) => question.startsWith("member"))).toEqual([]);
  });

  test("a service never learns of a tenant, even if it came with a session", async () => {
    const odd = whoOf({ principal: { kind: "service", id: "usr_ada" } });
    expect(await resolveTenant(odd, hint("globex"), lookupOf())).toMatchObject(notFound);
  });

  test("takes no other tenant if the directory does not know the asked one", async () => {
    // Ada belongs to Acme and Globex; neither is a fallback for a credential without a tenant.
    const resolved = await resolveTenant(homeless, NO_HINT, lookupOf());
    expect(resolved).toMatchObject({ ok: true, tenant: null });
  });

  test("a store that cannot answer is not an answer", async () => {
    const broken: TenantLookup = {
      bySlug: () => Promise.reject(new Error("down")),
      isMember: () => Promise.reject(new Error("down")),
      crossTenant: undefined,
    };
    await expect(resolveTenant(session, hint("globex"), broken)).rejects.toThrow("down");
  });
});

describe("a foreign tenant and an absent one", () => {
  /** All that a client can see of a refusal. */
  async function seen(who: Identified, slug: string) {
    const resolved: Resolved = await resolveTenant(who, hint(slug), lookupOf());
    if (resolved.ok) throw new Error("this was meant to be refused");
    const error = new AuthError(resolved.code, resolved.details);
    const { reason: _, ...details } = error.details;
    return ["application/json", "text/html"].map((accept) => ({
      code: error.code,
      status: error.status,
      message: error.message,
      details,
      answer: answerRefusal(error, requestOf({ headers: { accept } }), {
        authPath: "/auth",
        pages: defaultPages,
      }),
    }));
  }

  test.each([
    ["a session", whoOf()],
    ["a session without a tenant", whoOf({ tenant: null })],
    ["a person's token", bearerOf()],
    ["a machine", service()],
    ["a machine without a tenant", service({ tenant: null })],
  ])("look exactly alike to %s", async (_, who) => {
    expect(await seen(who, "initech")).toEqual(await seen(who, "nobody"));
  });
});

describe("a stay in another tenant", () => {
  const entered: Entered = {
    tenant: initech,
    role: "support_viewer",
    crossTenant: {
      reason: "ticket 7",
      enteredAtMs: NOW_MS - 1000,
      untilMs: NOW_MS + 1000,
      home: { id: acme.id, slug: acme.slug },
    },
  };
  const supporter = whoOf({ roles: ["admin"], vendorPermissions: ["notes:delete"] });

  test("replaces tenant and roles, and brings nothing from home", async () => {
    const expected = {
      ok: true,
      tenant: initech,
      roles: ["support_viewer"],
      vendorPermissions: [],
      crossTenant: entered.crossTenant,
    };
    expect(await resolveTenant(supporter, NO_HINT, lookupOf(entered))).toEqual(expected);
    expect(await resolveTenant(supporter, hint("initech"), lookupOf(entered))).toEqual(expected);
  });

  test("does not act at home at the same time", async () => {
    const resolved = await resolveTenant(supporter, hint("acme"), lookupOf(entered));
    expect(resolved).toEqual(switchTo("acme"));
  });

  test("opens no third tenant", async () => {
    const third = await resolveTenant(
      whoOf({ principal: { kind: "user", id: "usr_eve" } }),
      hint("globex"),
      lookupOf(entered),
    );
    expect(third).toMatchObject(notFound);
  });
});
