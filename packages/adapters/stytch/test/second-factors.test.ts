import type { Auth } from "@tenantry/core";
import type { StytchEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StytchOptions } from "../src/index.ts";
import { createApp, createBrowser, optionsFor, startEmulator } from "./support/app.ts";

const DAN = { person: "dan@birch.example", organization: "birch" };
const PHONE = "+12025550123";

let emulator: StytchEmulator;
let auth: Auth;

function open(options: Partial<StytchOptions> = {}): void {
  auth = createApp({ ...optionsFor(emulator), ...options });
}

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  emulator = await startEmulator();
  open();
});
afterEach(async () => {
  auth.close();
  await emulator.close();
  vi.restoreAllMocks();
});

const newestCode = (to: string) => emulator.controls.codes(to)[0]?.code ?? "";
/** Where the link of the newest mail leads at the app. */
async function linkTo(email: string): Promise<string> {
  const [mail] = emulator.controls.mails(email);
  const answer = await fetch(mail?.link ?? "", { redirect: "manual" });
  const { pathname, search } = new URL(answer.headers.get("location") ?? "");
  return pathname + search;
}
const wrong = (code: string) => (code === "000000" ? "000001" : "000000");
const signedIn = { tenant: { slug: "birch" } };

describe("an organization that asks for a second factor", () => {
  test("takes a code of the app, and asks again after a wrong one", async () => {
    emulator.controls.setRules("birch", { mfaRequired: true });
    const dan = createBrowser(auth);
    const page = await dan.fill(await dan.signIn(DAN.person), { code: "000000" });
    expect(await page.clone().text()).toContain("not right");
    expect(await dan.me()).toBe(401);
    await dan.fill(page, { code: " 123 456 " });
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test("takes a recovery code instead of the app, once", async () => {
    emulator.controls.setRules("birch", { mfaRequired: true });
    emulator.controls.setMember(DAN, { totp: false });
    const dan = createBrowser(auth);
    const setUp = await dan.signIn(DAN.person);
    const recovery = /[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}/.exec(await setUp.clone().text())?.[0];
    await dan.fill(setUp, { code: "123456" });
    const recover = async () => {
      const again = createBrowser(auth);
      await again.fill(await again.signIn(DAN.person), { code: recovery ?? "" });
      return again.me();
    };
    expect(await recover()).toMatchObject(signedIn);
    expect(await recover()).toBe(401);
  });

  test("lets somebody without one set up an app, whose key and recovery codes the page shows", async () => {
    emulator.controls.setRules("birch", { mfaRequired: true });
    emulator.controls.setMember(DAN, { totp: false });
    const dan = createBrowser(auth);
    const page = await dan.signIn(DAN.person);
    const html = await page.clone().text();
    expect(html).toMatch(/authenticator app: [A-Z2-7]{32}/);
    expect(html).toMatch(/recovery codes.*[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}/);
    expect(await dan.me()).toBe(401);
    await dan.fill(page, { code: "123456" });
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test("sends a code to the phone of whoever has one, and once only", async () => {
    emulator.controls.setRules("birch", { mfaRequired: true });
    emulator.controls.setMember(DAN, { phone: PHONE, preferred: "sms_otp" });
    const dan = createBrowser(auth);
    const page = await dan.signIn(DAN.person);
    expect(emulator.controls.codes(PHONE)).toHaveLength(1);
    const again = await dan.fill(page, { code: wrong(newestCode(PHONE)) });
    expect(await dan.me()).toBe(401);
    await dan.fill(again, { code: newestCode(PHONE) });
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test("that takes codes by SMS only asks for a phone first", async () => {
    emulator.controls.setRules("birch", { mfaRequired: true, mfaMethods: ["sms_otp"] });
    const dan = createBrowser(auth);
    const asked = await dan.fill(await dan.signIn(DAN.person), { phone: "0" });
    expect(await asked.clone().text()).toContain("no number");
    const page = await dan.fill(asked, { phone: "+1 (202) 555-0123" });
    expect(await dan.me()).toBe(401);
    await dan.fill(page, { code: newestCode(PHONE) });
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test("that takes the app only does not take a phone for it", async () => {
    emulator.controls.setRules("birch", { mfaRequired: true, mfaMethods: ["totp"] });
    emulator.controls.setMember(DAN, { totp: false, phone: PHONE, preferred: "sms_otp" });
    const dan = createBrowser(auth);
    const page = await dan.signIn(DAN.person);
    expect(await page.clone().text()).toContain("Set up your authenticator app");
    await dan.fill(page, { code: "123456" });
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test("is asked for at a switch too: the session there needs a sign-in of its own", async () => {
    const cleo = createBrowser(auth);
    await cleo.fill(await cleo.signIn("cleo@acme.example"), { choice: "org_acme" });
    emulator.controls.setRules("birch", { mfaRequired: true });
    const sent = await cleo.visit("/auth/switch", { tenant: "birch", returnTo: "/t/birch/" });
    expect(sent.headers.get("location") ?? "").not.toBe("/t/birch/");
    expect(await cleo.at("/t/birch/notes")).toBe("tenant_switch_required");
  });

  test("ends a sign-in after too many wrong codes", async () => {
    emulator.controls.setRules("birch", { mfaRequired: true });
    const dan = createBrowser(auth);
    let page = await dan.signIn(DAN.person);
    for (let attempt = 0; attempt < 9; attempt += 1)
      page = await dan.fill(page, { code: "000000" });
    expect((await dan.fill(page, { code: "000000" })).status).toBeGreaterThanOrEqual(400);
    expect(await dan.me()).toBe(401);
  });
});

describe("an organization that allows some ways to sign in only", () => {
  test.each<[string, readonly string[], (to: string) => Promise<string>]>([
    ["another OAuth provider", ["microsoft_oauth"], async () => "microsoft"],
    ["SSO before others", ["google_oauth", "sso"], async () => "sso"],
  ])("sends the browser to %s", async (_, methods, provider) => {
    open({ signIn: "magic_link" });
    emulator.controls.setRules("birch", { authMethods: methods });
    const dan = createBrowser(auth);
    await dan.fill(await dan.visit("/auth/login"), { email: DAN.person });
    const sent = await dan.visit(await linkTo(DAN.person));
    expect(sent.headers.get("location")).toContain(await provider(""));
    expect(await dan.me()).toBe(401);
    await dan.away(sent, DAN.person);
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test("has a code sent where it allows nothing but codes", async () => {
    emulator.controls.setRules("birch", { authMethods: ["email_otp"] });
    const dan = createBrowser(auth);
    const page = await dan.signIn(DAN.person);
    expect(await dan.me()).toBe(401);
    await dan.fill(page, { code: newestCode(DAN.person) });
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test("has a link sent where it allows links", async () => {
    emulator.controls.setRules("birch", { authMethods: ["magic_link", "email_otp"] });
    const dan = createBrowser(auth);
    expect(await (await dan.signIn(DAN.person)).text()).toContain("Check your e-mail");
  });

  test("lets nobody in by a password, which is not typed here", async () => {
    emulator.controls.setRules("birch", { authMethods: ["password"] });
    const dan = createBrowser(auth);
    expect((await dan.signIn(DAN.person)).status).toBeGreaterThanOrEqual(400);
    expect(await dan.me()).toBe(401);
  });
});

describe("a sign-in by a code in a mail", () => {
  beforeEach(() => open({ signIn: "email_otp" }));

  test("finds the organizations of the address", async () => {
    const cleo = createBrowser(auth);
    const email = "cleo@acme.example";
    const asked = await cleo.fill(await cleo.visit("/auth/login"), { email });
    const again = await cleo.fill(asked, { code: wrong(newestCode(email)) });
    expect(await again.clone().text()).toContain("not right");
    const choose = await cleo.fill(again, { code: newestCode(email) });
    await cleo.fill(choose, { choice: "org_birch" });
    expect(await cleo.me()).toMatchObject(signedIn);
  });

  test("goes to the organization that was asked for", async () => {
    await createBrowser(auth).visit("/auth/login");
    const first = createBrowser(auth);
    const asked = await first.fill(await first.visit("/auth/login"), { email: DAN.person });
    await first.fill(asked, { code: newestCode(DAN.person) });
    const dan = createBrowser(auth);
    const page = await dan.fill(await dan.visit("/auth/login?tenant=birch"), { email: DAN.person });
    await dan.fill(page, { code: newestCode(DAN.person) });
    expect(await dan.me()).toMatchObject(signedIn);
  });

  test.each(["email_otp", "magic_link"] as const)(
    "by %s says nothing about who has an address here",
    async (signIn) => {
      const addresses = [DAN.person, "ada@acme.example", "nobody@nowhere.example"];
      const pages = async (path: string) => {
        const texts = new Set<string>();
        for (const email of addresses) {
          const browser = createBrowser(auth);
          const page = await browser.fill(await browser.visit(path), { email });
          expect(page.status).toBe(200);
          texts.add((await page.text()).replaceAll(email, "").replaceAll(/value="[^"]+"/g, ""));
        }
        return texts.size;
      };
      open({ signIn });
      // Somebody has been here, so that the organization is known.
      const dan = createBrowser(auth);
      const sent = await dan.fill(await dan.visit("/auth/login"), { email: DAN.person });
      await (signIn === "email_otp"
        ? dan.fill(sent, { code: newestCode(DAN.person) })
        : dan.visit(await linkTo(DAN.person)));
      expect(await dan.me()).toMatchObject(signedIn);
      expect(await pages("/auth/login")).toBe(1);
      expect(await pages("/auth/login?tenant=birch")).toBe(1);
    },
  );
});

describe("an invitation", () => {
  test("is accepted by signing in, at the organization that the person chooses", async () => {
    const { controls } = emulator;
    const app = createApp({ ...optionsFor(emulator), signIn: "magic_link" });
    controls.world.users.add({
      id: "user_ida",
      email: "ida@birch.example",
      name: "Ida",
      emailVerified: true,
    });
    const { secret, projectId } = optionsFor(emulator);
    const invited = await fetch(`${emulator.addresses.address}/v1/b2b/magic_links/email/invite`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${projectId}:${secret}`)}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        organization_id: "org_birch",
        email_address: "ida@birch.example",
        roles: ["viewer"],
      }),
    });
    expect(invited.status).toBe(200);
    const ida = createBrowser(app);
    await ida.fill(await ida.visit("/auth/login"), { email: "ida@birch.example" });
    await ida.visit(await linkTo("ida@birch.example"));
    expect(await ida.me()).toMatchObject({ ...signedIn, roles: ["viewer"] });
    app.close();
  });

  test("does not sign anybody in by its link alone, which somebody else asked for", async () => {
    emulator.controls.world.memberships.update("user_dan", "org_birch", { status: "active" });
    const { token } = emulator.controls.impersonate({ ...DAN, by: "support@vendor.example" });
    for (const type of ["multi_tenant_magic_links", "multi_tenant_impersonation"]) {
      const dan = createBrowser(auth);
      const path = `/auth/callback/stytch?stytch_token_type=${type}&token=${token}`;
      expect((await dan.visit(path)).status).toBe(400);
      expect(await dan.me()).toBe(401);
    }
  });
});
