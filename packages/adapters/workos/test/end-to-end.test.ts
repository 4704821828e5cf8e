import { createAuth, definePermissions, pathTenant, type Auth } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import { memoryStores, type Stores } from "@tenantry/core/stores";
import { signInHeadless, type WorkosEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { workos } from "../src/index.ts";
import { API, optionsFor, startEmulator } from "./support/adapter.ts";

const BASE = "http://localhost:9";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:delete"],
  roles: {
    viewer: ["notes:read"],
    editor: ["notes:read", "notes:write"],
    admin: ["notes:*"],
    support: ["notes:read"],
  },
});

let emulator: WorkosEmulator;
let stores: Stores;
let auth: Auth;
let clockMs: number;
beforeEach(async () => {
  // Due for renewal 70 seconds after a sign-in.
  emulator = await startEmulator({ logoutUris: [`${BASE}/`], accessTokenTtlSeconds: 100 });
  stores = memoryStores();
  clockMs = 0;
  auth = createAuth({
    baseUrl: BASE,
    providers: [workos(optionsFor(emulator))],
    permissions,
    stores,
    secrets: ["a secret of at least thirty-two characters"],
    tenants: [pathTenant("/t/:tenant")],
    nowMs: () => Date.now() + clockMs,
    log: () => undefined,
  });
});
afterEach(async () => {
  auth.close();
  await emulator.close();
});

/** A browser at the app: it keeps the app's cookies and nothing else. */
function createBrowser() {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = (path: string, form?: Readonly<Record<string, string>>, accept = "text/html") =>
    new Request(new URL(path, BASE), {
      headers: { cookie: cookie(), origin: BASE, accept },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  const visit = async (path: string, form?: Readonly<Record<string, string>>) =>
    keep(await auth.routes.handle(request(path, form)));
  return {
    visit,
    /** Signs in through the vendor's pages; where the app sends the browser in the end. */
    async signIn(person: string, tenant?: string) {
      const query = tenant === undefined ? "" : `?tenant=${tenant}`;
      const response = await visit(`/auth/login${query}`);
      const authorizationUrl = response.headers.get("location") ?? "";
      const organization = tenant ?? "acme";
      const callback = await signInHeadless({ authorizationUrl, person, organization });
      return visit(`${callback.pathname}${callback.search}`);
    },
    async me() {
      const asked = request("/auth/me", undefined, "application/json");
      const response = keep(await auth.routes.handle(asked));
      return response.status === 200 ? ((await response.json()) as Me) : response.status;
    },
    async at(path: string) {
      const outcome = await auth.authenticate(fromWebRequest(request(path)));
      if (outcome.kind === "authenticated") return outcome.context.tenant?.slug;
      return outcome.kind === "refused" ? outcome.error.code : outcome.kind;
    },
  };
}

/** Delivers all webhooks that are due. */
async function deliver(): Promise<void> {
  const { webhooks } = emulator.controls;
  for (const event of webhooks.pending()) {
    const { headers, body } = webhooks.sign(event);
    const response = await auth.routes.handle(
      new Request(`${BASE}/auth/webhooks/workos`, { method: "POST", headers, body }),
    );
    expect(response.status).toBe(200);
  }
}

interface Me {
  readonly principal: { readonly id: string; readonly name: string };
  readonly tenant: { readonly slug: string } | null;
  readonly roles: readonly string[];
}

async function bearer(token: string, path: string, mount = {}) {
  const headers = { authorization: `Bearer ${token}` };
  const outcome = await auth.authenticate(
    fromWebRequest(new Request(new URL(path, BASE), { headers })),
    mount,
  );
  return outcome.kind === "authenticated"
    ? {
        tenant: outcome.context.tenant?.slug,
        kind: outcome.context.principal.kind,
        may: [...outcome.context.permissions].toSorted(),
      }
    : outcome.kind === "refused"
      ? outcome.error.code
      : outcome.kind;
}

describe("a person in a browser", () => {
  test("signs in, is themselves, switches, stays out of foreign tenants and signs out", async () => {
    const dan = createBrowser();
    await dan.signIn("dan@birch.example");
    const cleo = createBrowser();
    const arrived = await cleo.signIn("cleo@acme.example");
    expect(arrived.headers.get("location")).toBe("/");
    expect(await cleo.me()).toMatchObject({
      principal: { name: "Cleo Cruz" },
      tenant: { slug: "acme" },
      roles: ["editor"],
    });

    expect(await cleo.at("/t/acme/notes")).toBe("acme");
    expect(await cleo.at("/t/birch/notes")).toBe("tenant_switch_required");
    expect(await dan.at("/t/acme/notes")).toBe("tenant_not_found");
    expect(await dan.at("/t/nowhere/notes")).toBe("tenant_not_found");

    const refreshes = emulator.controls.requests("authenticate");
    const switched = await cleo.visit("/auth/switch", { tenant: "birch", returnTo: "/t/birch/" });
    expect(switched.headers.get("location")).toBe("/t/birch/");
    expect(emulator.controls.requests("authenticate")).toBe(refreshes + 1);
    expect(await cleo.me()).toMatchObject({ tenant: { slug: "birch" }, roles: ["viewer"] });
    expect(await cleo.at("/t/acme/notes")).toBe("tenant_switch_required");

    const foreign = await dan.visit("/auth/switch", { tenant: "acme" });
    expect(foreign.status).toBe(404);

    const out = await cleo.visit("/auth/logout", {});
    const location = new URL(out.headers.get("location") ?? "");
    expect(location.pathname).toBe("/user_management/sessions/logout");
    await fetch(location, { redirect: "manual" });
    expect(emulator.controls.sessionsOf("cleo@acme.example")).toEqual([]);
    expect(await cleo.me()).toBe(401);
    expect(await dan.me()).toMatchObject({ tenant: { slug: "birch" } });
  });

  test("signs in to the tenant that was asked for, and to no other", async () => {
    const cleo = createBrowser();
    await cleo.signIn("cleo@acme.example", "birch");
    expect(await cleo.me()).toMatchObject({ tenant: { slug: "birch" } });
    const ada = createBrowser();
    const refused = await ada.signIn("ada@acme.example", "birch");
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await ada.me()).toBe(401);
  });

  test("is refused when the answer is about another organization", async () => {
    await createBrowser().signIn("dan@birch.example");
    emulator.controls.substitute({ organization: "birch" });
    const ada = createBrowser();
    await createBrowser().signIn("ada@acme.example");
    const refused = await ada.signIn("ada@acme.example", "acme");
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await ada.me()).toBe(401);
  });

  test("keeps a session through an outage, is renewed after it, and ends with the membership", async () => {
    const ada = createBrowser();
    await ada.signIn("ada@acme.example");
    clockMs = 71_000;
    emulator.controls.fail({ mode: "error" });
    expect(await ada.me()).toMatchObject({ tenant: { slug: "acme" }, roles: ["admin"] });
    await emulator.controls.recover();
    emulator.controls.world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    clockMs = 112_000;
    expect(await ada.me()).toMatchObject({ tenant: { slug: "acme" }, roles: ["viewer"] });
    emulator.controls.world.memberships.update("user_ada", "org_acme", { status: "inactive" });
    clockMs = 143_000;
    expect(await ada.me()).toBe(401);
  });

  test("is at no other tenant after a refresh that went astray", async () => {
    const cleo = createBrowser();
    await cleo.signIn("cleo@acme.example");
    emulator.controls.substitute({ organization: "birch" });
    clockMs = 71_000;
    expect(await cleo.me()).toBe(401);
  });

  test("chooses an organization on our page when the vendor asks us to", async () => {
    emulator.controls.requireStep("organization_selection_required");
    const cleo = createBrowser();
    const page = await (await cleo.signIn("cleo@acme.example")).text();
    expect(page).toContain("Choose an organization");
    const flow = /name="flow" value="([^"]+)"/.exec(page)?.[1] ?? "";
    await cleo.visit("/auth/login", { flow, choice: "org_birch" });
    expect(await cleo.me()).toMatchObject({ tenant: { slug: "birch" } });
  });
});

describe("other credentials act in the same tenants", () => {
  beforeEach(async () => {
    await createBrowser().signIn("ada@acme.example");
    await createBrowser().signIn("dan@birch.example");
  });

  test("a machine's token", async () => {
    const token = await emulator.controls.mintMachineToken({ machine: "acme-robot" });
    expect(await bearer(token, "/t/acme/notes")).toEqual({
      tenant: "acme",
      kind: "service",
      may: ["notes:read", "notes:write"],
    });
    expect(await bearer(token, "/t/birch/notes")).toBe("tenant_not_found");
    const stray = await emulator.controls.mintMachineToken({ machine: "stray-robot" });
    expect(await bearer(stray, "/t/acme/notes")).toBe("tenant_required");
  });

  test("an organization's API key, and a person's", async () => {
    const { controls } = emulator;
    const own = await controls.issueApiKey({
      organizationId: "org_acme",
      permissions: ["notes:read"],
    });
    expect(await bearer(own.value, "/t/acme/notes")).toEqual({
      tenant: "acme",
      kind: "service",
      may: ["notes:read"],
    });
    expect(await bearer(own.value, "/t/birch/notes")).toBe("tenant_not_found");
    const personal = await controls.issueApiKey({
      organizationId: "org_birch",
      userId: "user_dan",
      permissions: ["notes:read", "notes:write"],
    });
    expect(await bearer(personal.value, "/t/birch/notes")).toEqual({
      tenant: "birch",
      kind: "user",
      may: ["notes:read", "notes:write"],
    });
    expect(await bearer("sk_test_management_key", "/t/acme/notes")).toBe("credential_invalid");
  });

  test("an agent's token, with the roles that the directory knows", async () => {
    const { controls } = emulator;
    const mount = { accept: ["mcp"], resource: API } as const;
    const token = await controls.mintConnectToken({
      person: "ada@acme.example",
      organization: "acme",
      resource: API,
    });
    expect(await bearer(token, "/t/acme/mcp", mount)).toEqual({
      tenant: "acme",
      kind: "user",
      may: ["notes:delete", "notes:read", "notes:write"],
    });
    expect(await bearer(token, "/t/acme/notes")).toBe("credential_invalid");
    const nowhere = await controls.mintConnectToken({ person: "ada@acme.example", resource: API });
    expect(await bearer(nowhere, "/t/acme/mcp", mount)).toBe("tenant_not_found");
  });

  test("a session, until a webhook says that it was revoked", async () => {
    const { controls } = emulator;
    const [ada, other] = [createBrowser(), createBrowser()];
    await ada.signIn("ada@acme.example");
    await other.signIn("dan@birch.example");
    controls.webhooks.lose();
    controls.endSessions("ada@acme.example");
    await deliver();
    expect(await ada.me()).toBe(401);
    expect(await other.me()).toMatchObject({ tenant: { slug: "birch" } });
  });

  test("an API key, until a webhook says that it was revoked", async () => {
    const { controls } = emulator;
    const wish = { organizationId: "org_acme", permissions: ["notes:read"] };
    const [key, other] = [await controls.issueApiKey(wish), await controls.issueApiKey(wish)];
    for (const { value } of [key, other]) {
      expect(await bearer(value, "/t/acme/notes")).toMatchObject({ tenant: "acme" });
    }
    controls.webhooks.lose();
    controls.revokeApiKey(key.id);
    // The answer of a moment ago would be good for a minute.
    expect(await bearer(key.value, "/t/acme/notes")).toMatchObject({ tenant: "acme" });
    await deliver();
    expect(await bearer(key.value, "/t/acme/notes")).toBe("credential_invalid");
    expect(await bearer(other.value, "/t/acme/notes")).toMatchObject({ tenant: "acme" });
  });

  test("a session token, until a webhook says that its person is out", async () => {
    const { controls } = emulator;
    const token = await controls.mintSessionToken({
      person: "dan@birch.example",
      organization: "birch",
    });
    expect(await bearer(token, "/t/birch/notes")).toMatchObject({ tenant: "birch" });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    controls.webhooks.lose();
    controls.world.memberships.remove("user_dan", "org_birch");
    await deliver();
    expect(await bearer(token, "/t/birch/notes")).not.toMatchObject({ tenant: "birch" });
  });
});
