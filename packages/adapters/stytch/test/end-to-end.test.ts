import type { Auth } from "@tenantry/core";
import type { StytchEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StytchOptions } from "../src/index.ts";
import { createApp, createBrowser as browserAt, optionsFor, startEmulator } from "./support/app.ts";

let emulator: StytchEmulator;
let auth: Auth;
let clockMs: number;

const createBrowser = () => browserAt(auth);

function open(options: Partial<StytchOptions> = {}): void {
  auth = createApp({ ...optionsFor(emulator), ...options }, () => clockMs);
}

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  clockMs = 0;
  emulator = await startEmulator();
  open();
});
afterEach(async () => {
  auth.close();
  await emulator.close();
  vi.restoreAllMocks();
});

describe("a person in a browser", () => {
  test("chooses an organization, is themselves, switches without a sign-in, and signs out", async () => {
    const { controls } = emulator;
    const dan = createBrowser();
    await dan.signIn("dan@birch.example");
    const cleo = createBrowser();
    const page = await cleo.signIn("cleo@acme.example");
    expect(page.status).toBe(200);
    await cleo.fill(page, { choice: "org_acme" });
    expect(await cleo.me()).toMatchObject({
      principal: { name: "Cleo Cruz", email: { value: "cleo@acme.example", verified: true } },
      tenant: { slug: "acme", name: "Acme" },
      roles: ["editor"],
    });
    // The role grants nothing in this app's catalogue: these come from the vendor's policy.
    expect(await cleo.at("/t/acme/notes")).toEqual(["notes:read", "notes:write"]);
    expect(await cleo.at("/t/birch/notes")).toBe("tenant_switch_required");
    expect(await dan.at("/t/acme/notes")).toBe("tenant_not_found");

    const switched = await cleo.visit("/auth/switch", { tenant: "birch", returnTo: "/t/birch/" });
    expect(switched.headers.get("location")).toBe("/t/birch/");
    expect(controls.requests("exchange")).toBe(1);
    expect(await cleo.me()).toMatchObject({ tenant: { slug: "birch" }, roles: ["viewer"] });
    expect((await dan.visit("/auth/switch", { tenant: "acme" })).status).toBe(404);

    await cleo.visit("/auth/logout", {});
    expect(controls.requests("revoke")).toBe(1);
    expect(await cleo.me()).toBe(401);
    expect(await dan.me()).toMatchObject({ tenant: { slug: "birch" } });
  });

  test("is one person in all of their organizations, whichever they came through first", async () => {
    const ids = new Set<unknown>();
    for (const choice of ["org_birch", "org_acme"]) {
      const cleo = createBrowser();
      await cleo.fill(await cleo.signIn("cleo@acme.example"), { choice });
      ids.add(((await cleo.me()) as { principal: { id: string } }).principal.id);
    }
    expect(ids.size).toBe(1);
  });

  test("cannot choose an organization that is not theirs", async () => {
    const cleo = createBrowser();
    const page = await cleo.signIn("cleo@acme.example");
    const refused = await cleo.fill(page, { choice: "org_lighthouse" });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await cleo.me()).toBe(401);
  });

  test("signs in by a link in a mail, in the browser that asked for it", async () => {
    open({ signIn: "magic_link" });
    const ada = createBrowser();
    const sent = await ada.fill(await ada.visit("/auth/login"), { email: "ada@acme.example" });
    expect(await sent.text()).toContain("Check your e-mail");
    const [mail] = emulator.controls.mails("ada@acme.example");
    const answer = await fetch(mail?.link ?? "", { redirect: "manual" });
    const { pathname, search } = new URL(answer.headers.get("location") ?? "");
    const other = createBrowser();
    expect((await other.visit(pathname + search)).status).toBe(400);
    await ada.visit(pathname + search);
    expect(await ada.me()).toMatchObject({ tenant: { slug: "acme" } });
  });

  test("is not signed in before the organization has its SSO and its second factor", async () => {
    emulator.controls.setRules("birch", { authMethods: ["sso"], mfaRequired: true });
    const dan = createBrowser();
    const toSso = await dan.signIn("dan@birch.example");
    expect(toSso.headers.get("location") ?? "").toContain("/v1/public/sso/start");
    expect(await dan.me()).toBe(401);
    const page = await dan.away(toSso, "dan@birch.example");
    expect(await dan.me()).toBe(401);
    await dan.fill(page, { code: "123456" });
    expect(await dan.me()).toMatchObject({ tenant: { slug: "birch" } });
  });

  test("does not get through somebody else's SSO", async () => {
    emulator.controls.setRules("birch", { authMethods: ["sso"] });
    const dan = createBrowser();
    const refused = await dan.away(await dan.signIn("dan@birch.example"), "eve@birch.example");
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await dan.me()).toBe(401);
  });

  test("keeps a session through an outage, is renewed after it, and ends with the membership", async () => {
    const { world } = emulator.controls;
    const ada = createBrowser();
    await ada.signIn("ada@acme.example");
    clockMs = 71_000;
    emulator.controls.fail({ mode: "error" });
    expect(await ada.me()).toMatchObject({ roles: ["admin"] });
    await emulator.controls.recover();
    world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    clockMs = 112_000;
    expect(await ada.me()).toMatchObject({ roles: ["viewer"] });
    world.memberships.update("user_ada", "org_acme", { status: "inactive" });
    clockMs = 183_000;
    expect(await ada.me()).toBe(401);
  });
});
