import { createAuth, definePermissions, pathTenant, type Auth } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import { memoryStores, type Stores } from "@tenantry/core/stores";
import { signInHeadless, type ClerkEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clerk } from "../src/index.ts";
import { API, APP, optionsFor, startEmulator } from "./support/adapter.ts";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:delete"],
  roles: {
    viewer: ["notes:read"],
    editor: ["notes:read", "notes:write"],
    admin: ["notes:*"],
    support: ["notes:read"],
  },
});

let emulator: ClerkEmulator;
let stores: Stores;
let auth: Auth;
let clockMs: number;
beforeEach(async () => {
  emulator = await startEmulator();
  stores = memoryStores();
  clockMs = 0;
  auth = createAuth({
    baseUrl: APP,
    providers: [clerk(optionsFor(emulator, { missingParty: "accept", mcpScope: "mcp:use" }))],
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

const PAGE = { accept: "text/html", "sec-fetch-dest": "document" };

/** A browser at the app: it keeps the app's cookies and nothing else. */
function createBrowser() {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = (
    path: string,
    form?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = PAGE,
  ) =>
    new Request(new URL(path, APP), {
      headers: { cookie: cookie(), origin: APP, ...headers },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
  const store = (lines: readonly string[]) => {
    for (const line of lines) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  };
  const visit = async (path: string, form?: Readonly<Record<string, string>>) => {
    const response = await auth.routes.handle(request(path, form));
    store(response.headers.getSetCookie());
    return response;
  };
  /** Goes through the vendor's pages and comes back. */
  const through = async (response: Response, person: string, organization: string) => {
    const authorizationUrl = response.headers.get("location") ?? "";
    const callback = await signInHeadless({ authorizationUrl, person, organization });
    return visit(`${callback.pathname}${callback.search}`);
  };
  return {
    jar,
    store,
    visit,
    through,
    async signIn(person: string, organization = "acme", asked?: string) {
      const query = asked === undefined ? "" : `?tenant=${asked}`;
      return through(await visit(`/auth/login${query}`), person, organization);
    },
    async me() {
      const asked = request("/auth/me", undefined, { accept: "application/json" });
      const response = await auth.routes.handle(asked);
      store(response.headers.getSetCookie());
      return response.status === 200 ? ((await response.json()) as object) : response.status;
    },
    async outcome(path: string, headers = PAGE) {
      const outcome = await auth.authenticate(fromWebRequest(request(path, undefined, headers)));
      store(outcome.setCookies);
      return outcome;
    },
    async at(path: string) {
      const outcome = await this.outcome(path, { ...PAGE, accept: "application/json" });
      if (outcome.kind === "authenticated") return outcome.context.tenant?.slug;
      return outcome.kind === "refused" ? outcome.error.code : outcome.kind;
    },
  };
}

/** Delivers all webhooks that are due; the statuses of the answers. */
async function deliver(): Promise<readonly number[]> {
  const { webhooks } = emulator.controls;
  const statuses: number[] = [];
  for (const event of webhooks.pending()) {
    const { headers, body } = webhooks.sign(event);
    const url = `${APP}/auth/webhooks/clerk`;
    const response = await auth.routes.handle(new Request(url, { method: "POST", headers, body }));
    statuses.push(response.status);
  }
  webhooks.lose();
  return statuses;
}

async function bearer(token: string, path: string, mount = {}) {
  const headers = { authorization: `Bearer ${token}` };
  const outcome = await auth.authenticate(
    fromWebRequest(new Request(new URL(path, APP), { headers })),
    mount,
  );
  if (outcome.kind === "refused") return outcome.error.code;
  if (outcome.kind !== "authenticated") return outcome.kind;
  const { tenant, principal, permissions: may } = outcome.context;
  return { tenant: tenant?.slug, kind: principal.kind, may: [...may].toSorted() };
}

describe("a person who signs in through the OAuth application", () => {
  test("is themselves, switches, stays out of foreign tenants and signs out", async () => {
    const dan = createBrowser();
    await dan.signIn("dan@birch.example", "birch");
    const cleo = createBrowser();
    expect((await cleo.signIn("cleo@acme.example")).headers.get("location")).toBe("/");
    expect(await cleo.me()).toMatchObject({
      principal: { name: "Cleo Cruz", email: { value: "cleo@acme.example", verified: true } },
      tenant: { slug: "acme" },
      roles: ["editor"],
      permissions: ["notes:read", "notes:write"],
    });
    expect(await cleo.at("/t/acme/notes")).toBe("acme");
    expect(await cleo.at("/t/birch/notes")).toBe("tenant_switch_required");
    expect(await dan.at("/t/acme/notes")).toBe("tenant_not_found");
    expect(await dan.at("/t/nowhere/notes")).toBe("tenant_not_found");

    const begun = await cleo.visit("/auth/switch", { tenant: "birch", returnTo: "/t/birch/" });
    const switched = await cleo.through(begun, "cleo@acme.example", "birch");
    expect(switched.headers.get("location")).toBe("/t/birch/");
    expect(await cleo.me()).toMatchObject({ tenant: { slug: "birch" }, roles: ["viewer"] });
    expect(await cleo.at("/t/acme/notes")).toBe("tenant_switch_required");
    expect((await dan.visit("/auth/switch", { tenant: "acme" })).status).toBe(404);

    // Clerk has no sign-out page for OAuth applications.
    expect((await cleo.visit("/auth/logout", {})).headers.get("location")).toBe("/");
    expect(await cleo.me()).toBe(401);
    expect(await dan.me()).toMatchObject({ tenant: { slug: "birch" } });
  });

  test("gets a session for the tenant that was asked for, and for no other", async () => {
    await createBrowser().signIn("dan@birch.example", "birch");
    const cleo = createBrowser();
    expect((await cleo.signIn("cleo@acme.example", "acme", "birch")).status).toBe(403);
    expect(await cleo.me()).toBe(401);
    await cleo.signIn("cleo@acme.example", "birch", "birch");
    expect(await cleo.me()).toMatchObject({ tenant: { slug: "birch" } });
  });

  test("keeps a session through an outage, is renewed after it, and ends with the membership", async () => {
    const ada = createBrowser();
    await ada.signIn("ada@acme.example");
    clockMs = 300_000;
    emulator.controls.fail({ mode: "error" });
    expect(await ada.me()).toMatchObject({ tenant: { slug: "acme" }, roles: ["admin"] });
    await emulator.controls.recover();
    emulator.controls.world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    clockMs = 400_000;
    expect(await ada.me()).toMatchObject({ tenant: { slug: "acme" }, roles: ["viewer"] });
    emulator.controls.world.memberships.remove("user_ada", "org_acme");
    clockMs = 800_000;
    expect(await ada.me()).toBe(401);
  });

  test("is at no other tenant after a refresh that went astray", async () => {
    const cleo = createBrowser();
    await cleo.signIn("cleo@acme.example");
    emulator.controls.substitute({ organization: "birch" });
    clockMs = 300_000;
    expect(await cleo.me()).toBe(401);
  });

  test("is nobody else after a sign-in that went astray", async () => {
    await createBrowser().signIn("dan@birch.example", "birch");
    emulator.controls.substitute({ organization: "birch" });
    const cleo = createBrowser();
    expect((await cleo.signIn("cleo@acme.example", "acme", "acme")).status).toBe(403);
    expect(await cleo.me()).toBe(401);
  });
});

describe("what Clerk tells by webhook", () => {
  test("ends sessions of people who left, and repeats change nothing", async () => {
    const [ada, ben] = [createBrowser(), createBrowser()];
    await ada.signIn("ada@acme.example");
    await ben.signIn("ben@acme.example");
    const { world, webhooks } = emulator.controls;
    webhooks.lose();
    // The sign-in and its end must not fall into one second of the token.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    world.memberships.remove("user_ada", "org_acme");
    const [gone] = webhooks.pending();
    expect(await deliver()).toEqual([200]);
    expect(await ada.me()).toBe(401);
    expect(await ben.me()).toMatchObject({ tenant: { slug: "acme" } });
    const again = webhooks.sign(gone ?? "");
    const url = `${APP}/auth/webhooks/clerk`;
    const repeated = await auth.routes.handle(new Request(url, { method: "POST", ...again }));
    expect(repeated.status).toBe(200);
    const forged = webhooks.sign("{}", { secret: `whsec_${btoa("rogue")}` });
    const refused = await auth.routes.handle(new Request(url, { method: "POST", ...forged }));
    expect(refused.status).toBe(400);
  });

  test("locks out whom directory sync has deprovisioned, until they sign in again", async () => {
    const ada = createBrowser();
    await ada.signIn("ada@acme.example");
    emulator.controls.webhooks.lose();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    emulator.controls.deprovision("ada@acme.example");
    await deliver();
    expect(await ada.me()).toBe(401);
    emulator.controls.deprovision("ada@acme.example", false);
    await deliver();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const back = createBrowser();
    await back.signIn("ada@acme.example");
    expect(await back.me()).toMatchObject({ tenant: { slug: "acme" } });
  });

  test("makes tenants and people under the ids that sign-ins find", async () => {
    const { world } = emulator.controls;
    world.tenants.add({ id: "org_new", slug: "new", name: "New", domains: [] });
    world.users.add({ id: "user_new", email: "n@x.example", emailVerified: true, name: "Nia" });
    const row = { userId: "user_new", tenantId: "org_new", roles: ["editor"] };
    world.memberships.add({ ...row, status: "active" });
    await deliver();
    const tenant = await stores.tenants.getBySlug("new");
    expect(tenant?.name).toBe("New");
    const nia = createBrowser();
    await nia.signIn("n@x.example");
    expect(await nia.me()).toMatchObject({ tenant: { id: tenant?.id }, roles: ["editor"] });
  });
});

describe("a session of Clerk's own front end", () => {
  const arrive = async (person: string, organization: string) => {
    const browser = createBrowser();
    const signedIn = await emulator.controls.signInFrontEnd({ person, organization, azp: APP });
    browser.store(signedIn.cookies);
    return { browser, ...signedIn };
  };

  test("is a session here, of the same person and in the same tenant", async () => {
    const oauth = createBrowser();
    await oauth.signIn("ada@acme.example");
    const known = (await oauth.me()) as { principal: { id: string }; tenant: { id: string } };
    const { browser } = await arrive("ada@acme.example", "acme");
    expect(await browser.me()).toMatchObject({
      principal: { id: known.principal.id },
      tenant: { id: known.tenant.id },
      roles: ["admin"],
    });
    expect(await browser.at("/t/acme/notes")).toBe("acme");
    expect(await browser.at("/t/birch/notes")).toBe("tenant_not_found");
  });

  test("writes from our own pages only", async () => {
    const { browser } = await arrive("ada@acme.example", "acme");
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const write = async (origin: string) => {
      const request = new Request(`${APP}/notes`, { method: "POST", headers: { cookie, origin } });
      const outcome = await auth.authenticate(fromWebRequest(request));
      return outcome.kind === "refused" ? outcome.error.code : outcome.kind;
    };
    expect(await write(APP)).toBe("authenticated");
    expect(await write("https://evil.example")).toBe("csrf_refused");
  });

  test("is renewed on a page by a handshake, and never for a script", async () => {
    const { browser, clientToken } = await arrive("ada@acme.example", "acme");
    for (const name of [...browser.jar.keys()]) {
      if (name.startsWith("__session")) browser.jar.delete(name);
    }
    expect(await browser.at("/notes")).toBe("redirect");
    const script = { accept: "application/json", "sec-fetch-dest": "empty" };
    expect((await browser.outcome("/notes", script)).kind).toBe("anonymous");

    const sent = await browser.outcome("/notes?page=2");
    if (sent.kind !== "redirect") throw new Error(sent.kind);
    const headers = { cookie: `__client=${clientToken}` };
    const answer = await fetch(sent.location, { headers, redirect: "manual" });
    const back = new URL(answer.headers.get("location") ?? "");
    expect(back.origin + back.pathname).toBe(`${APP}/notes`);
    const arrived = await browser.outcome(back.pathname + back.search);
    expect(arrived).toMatchObject({
      kind: "authenticated",
      context: { tenant: { slug: "acme" }, credential: { accepted: "session" } },
    });
    expect(await browser.me()).toMatchObject({ tenant: { slug: "acme" } });
  });

  test("ends when a webhook says so, within the minute that its token has left", async () => {
    const { browser } = await arrive("ada@acme.example", "acme");
    expect(await browser.me()).toMatchObject({ tenant: { slug: "acme" } });
    emulator.controls.webhooks.lose();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    emulator.controls.endSessions("ada@acme.example");
    await deliver();
    expect(await browser.me()).toBe(401);
  });
});

describe("other credentials act in the same tenants", () => {
  beforeEach(async () => {
    await createBrowser().signIn("ada@acme.example");
    await createBrowser().signIn("dan@birch.example", "birch");
  });

  test("a machine, in the tenant that it is registered for", async () => {
    const { issuer } = emulator.addresses;
    const machine = { instance: "clerk", issuer, external: "mch_acme-robot" };
    const acme = await stores.tenants.getBySlug("acme");
    const token = await emulator.controls.mintMachineToken({
      machine: "acme-robot",
      custom: { org_id: "org_birch" },
    });
    expect(await bearer(token, "/t/birch/notes")).toBe("tenant_required");
    await auth.directory.registerMachine({
      ...machine,
      tenantId: acme?.id ?? "",
      name: "Robot",
      roles: ["editor"],
    });
    const again = await emulator.controls.mintMachineToken({ machine: "acme-robot" });
    expect(await bearer(again, "/t/acme/notes")).toEqual({
      tenant: "acme",
      kind: "service",
      may: ["notes:read", "notes:write"],
    });
    expect(await bearer(again, "/t/birch/notes")).toBe("tenant_not_found");
  });

  test("an organization's API key, and no person's", async () => {
    const own = emulator.controls.issueApiKey({ subject: "org_acme", scopes: ["notes:read"] });
    expect(await bearer(own.secret, "/t/acme/notes")).toEqual({
      tenant: "acme",
      kind: "service",
      may: ["notes:read"],
    });
    expect(await bearer(own.secret, "/t/birch/notes")).toBe("tenant_not_found");
    const personal = emulator.controls.issueApiKey({ subject: "user_ada", scopes: ["notes:read"] });
    expect(await bearer(personal.secret, "/t/acme/notes")).toBe("credential_invalid");
    const empty = emulator.controls.issueApiKey({ subject: "org_acme" });
    expect(await bearer(empty.secret, "/t/acme/notes")).toMatchObject({ may: [] });
  });

  test("an agent, bounded by its scopes and its person's role", async () => {
    const mount = { accept: ["mcp"], resource: API } as const;
    const mint = (scopes: readonly string[], organization = "acme") =>
      emulator.controls.mintAccessToken({
        person: "ada@acme.example",
        organization,
        clientId: "agent",
        scopes: ["user:org:read", "mcp:use", ...scopes],
      });
    expect(await bearer(await mint(["notes:read", "notes:delete"]), "/t/acme/mcp", mount)).toEqual({
      tenant: "acme",
      kind: "user",
      may: ["notes:delete", "notes:read"],
    });
    expect(await bearer(await mint([]), "/t/acme/mcp", mount)).toMatchObject({ may: [] });
    expect(await bearer(await mint(["notes:read"]), "/t/acme/notes")).toBe("credential_invalid");
    expect(await bearer(await mint(["notes:read"], "birch"), "/t/birch/mcp", mount)).toBe(
      "credential_invalid",
    );
  });
});
