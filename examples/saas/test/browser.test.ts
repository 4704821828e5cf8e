import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { providers } from "../src/providers.ts";
import { arrive, chromiumPath, heading, launch, openAs, pick } from "@tenantry/example-kit/testing";
import { startDemo, type RunningDemo } from "./support/demo.ts";
import { keepScreenshot } from "./support/screenshots.ts";

const path = chromiumPath();

/** Every provider that the app can be deployed with: not a line of it may care which. */
const PROVIDERS = Object.keys(providers);

describe.skipIf(path === null).each(PROVIDERS)("AUTH_PROVIDER=%s, in Chromium", (provider) => {
  const keep = (shown: Page, name: string) =>
    provider === "oidc" ? keepScreenshot(shown, name) : Promise.resolve();

  let demo: RunningDemo;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const violations: string[] = [];

  beforeAll(async () => {
    demo = await startDemo({ AUTH_PROVIDER: provider });
    browser = await launch(path ?? "");
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1000, height: 640 } });
    context.setDefaultTimeout(10_000);
    context.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) violations.push(message.text());
    });
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const at = (target: string) => `${demo.url}${target}`;

  test("a person signs in on the provider's page, reads, and sees tenant and role", async () => {
    await page.goto(at("/"));
    await keep(page, "01-landing");
    await page.getByRole("link", { name: "Sign in" }).first().click();
    expect(new URL(page.url()).origin).not.toBe(demo.url);
    expect(await page.locator("[data-person]").count()).toBe(6);
    await keep(page, "02-sign-in");
    await pick(page, "ada@acme.example");
    await page.waitForURL(at("/t/acme/notes"));
    expect(await heading(page)).toBe("Notes of Acme");
    expect(await page.locator(".badge").innerText()).toBe("admin");
    expect(await page.locator(".notes").innerText()).toContain("Launch is on Thursday.");
    await page.getByLabel("New note").fill("Ada was <b>here</b>");
    await page.getByRole("button", { name: "Post" }).click();
    expect(await page.locator(".notes li").first().innerText()).toContain("Ada was <b>here</b>");
    await keep(page, "03-notes");
  });

  test("the keyboard alone is enough", async () => {
    await page.goto(at("/"));
    const focused = () => page.evaluate("document.activeElement.textContent.trim()");
    for (let presses = 0; presses < 5 && (await focused()) !== "Sign in"; presses += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.locator("[data-person]").first().waitFor();
    for (let presses = 0; presses < 8; presses += 1) {
      if (String(await focused()).includes("Ben Boyd")) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(at("/t/acme/notes"));
    expect(await heading(page)).toBe("Notes of Acme");
  });

  test("a viewer is refused a write, by the server and not only by a missing form", async () => {
    await openAs(page, at("/t/acme/notes"), "ben@acme.example");
    await page.getByText("Try it anyway").click();
    await page.getByLabel("New note").fill("Ben was here");
    const [response] = await Promise.all([
      page.waitForResponse((one) => one.request().method() === "POST"),
      page.getByRole("button", { name: "Post anyway" }).click(),
    ]);
    expect(response.status()).toBe(403);
    expect(await heading(page)).toBe("Not allowed");
    expect(await page.locator("main").innerText()).toContain("Your role");
    await keep(page, "04-refused");
    await page.goto(at("/t/acme/notes"));
    expect(await page.locator("main").innerText()).not.toContain("Ben was here");
  });

  test("a person of two tenants switches, by the menu and by following a link", async () => {
    const email = "cleo@acme.example";
    await page.goto(at("/t/acme/notes"));
    await arrive(page, at("/t/acme/notes"), { email, slug: "acme" });
    await page.getByText("switch tenant").click();
    await page.getByRole("button", { name: "Switch to Birch" }).click();
    await arrive(page, at("/t/birch/notes"), { email, slug: "birch" });
    expect(await heading(page)).toBe("Notes of Birch");
    expect(await page.locator(".badge").innerText()).toBe("viewer");
    expect(await page.locator("main").innerText()).not.toContain("Launch is on Thursday.");

    await page.goto(at("/t/acme/notes"));
    expect(await heading(page)).toBe("Switch to Acme");
    await keep(page, "05-switch");
    await page.getByRole("button", { name: "Switch to Acme" }).click();
    await arrive(page, at("/t/acme/notes"), { email, slug: "acme" });
    expect(await page.locator(".badge").innerText()).toBe("editor");
  });

  test("a link to a foreign tenant shows exactly what a link to no tenant shows", async () => {
    await openAs(page, at("/t/acme/notes"), "ben@acme.example");
    const seen = [];
    for (const slug of ["birch", "nowhere"]) {
      const response = await page.goto(at(`/t/${slug}/notes`));
      const { date: _, ...headers } = response?.headers() ?? {};
      seen.push({ status: response?.status(), headers, page: await page.content() });
    }
    const [foreign, absent] = seen;
    expect(foreign?.status).toBe(404);
    expect(foreign).toEqual(absent);
    expect(await heading(page)).toBe("Not found");
    await keep(page, "06-not-found");
  });

  test("a supporter enters a tenant with a reason, under a banner, and leaves", async () => {
    await openAs(page, at("/support"), "sam@lighthouse.example");
    await page.getByLabel("Customer").selectOption("birch");
    await page.getByLabel("Reason").fill("Ticket 4711: notes look empty");
    await page.getByLabel("Minutes").fill("15");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.waitForURL(at("/t/birch/notes"));
    const banner = page.getByRole("complementary", { name: "Support access" });
    for (const target of ["/", "/you", "/t/birch/notes"]) {
      await page.goto(at(target));
      expect(await banner.innerText()).toMatch(
        /You are in Birch as support\.\s+Reason: “Ticket 4711: notes look empty”\.\s+1[45] minutes left/,
      );
    }
    expect(await page.locator(".notes").innerText()).toContain("New office plants!");
    await keep(page, "07-support");

    await page.getByText("Try it anyway").click();
    await page.getByLabel("New note").fill("Sam was here");
    await page.getByRole("button", { name: "Post anyway" }).click();
    expect(await heading(page)).toBe("Not allowed");
    expect((await page.goto(at("/t/acme/notes")))?.status()).toBe(404);

    await page.goto(at("/"));
    await page.getByRole("button", { name: "Leave Birch" }).click();
    await page.waitForURL(at("/support"));
    expect(await banner.count()).toBe(0);
    expect((await page.goto(at("/t/birch/notes")))?.status()).toBe(404);
  });

  test("nobody but support may enter, whatever form they send", async () => {
    await openAs(page, at("/t/acme/notes"), "ada@acme.example");
    expect((await page.goto(at("/support")))?.status()).toBe(403);
    await page.goto(at("/"));
    await page.setContent(
      `<form method="post" action="${at("/auth/enter")}"><input name="tenant" value="birch">
       <input name="reason" value="curious"><button>Enter</button></form>`,
    );
    const [response] = await Promise.all([
      page.waitForResponse((one) => one.request().method() === "POST"),
      page.getByRole("button", { name: "Enter" }).click(),
    ]);
    expect(response.status()).toBe(403);
    // Refused for who she is, not for where the form came from.
    expect(await page.locator("main").innerText()).not.toContain("own pages");
    expect((await page.goto(at("/t/birch/notes")))?.status()).toBe(404);
  });

  test("after signing out, the back button shows nothing of before", async () => {
    await openAs(page, at("/t/acme/notes"), "ada@acme.example");
    await page.goto(at("/you"));
    await page.goto(at("/t/acme/notes"));
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(at("/"));
    expect(await page.getByRole("link", { name: "Sign in" }).count()).toBeGreaterThan(0);
    for (let steps = 0; steps < 5; steps += 1) {
      // Chromium reports no "load" for pages that it keeps; reading the body waits for the page.
      await page.goBack({ waitUntil: "commit" });
      const shown = await page.locator("body").innerText();
      expect(shown).not.toMatch(/Launch is on Thursday|ada@acme\.example\nTenant|Sign out/);
    }
    // And the provider has forgotten her too: it asks who it is.
    await page.goto(at("/t/acme/notes"));
    expect(await page.locator("[data-person]").count()).toBe(6);
  });

  test("two tabs that sign in at once both arrive where they wanted to go", async () => {
    const other = await context.newPage();
    await page.goto(at("/t/acme/notes"));
    await other.goto(at("/you"));
    await pick(page, "ben@acme.example");
    await page.waitForURL(at("/t/acme/notes"));
    await pick(other, "ben@acme.example");
    await other.waitForURL(at("/you"));
    expect(await heading(other)).toBe("Ben Boyd");
    await page.reload();
    expect(await heading(page)).toBe("Notes of Acme");
  });

  test("a cancelled sign-in says so and offers another try", async () => {
    await page.goto(at("/t/acme/notes"));
    await page.locator('[data-action="cancel"]').click();
    await page.waitForURL((now) => now.origin === demo.url);
    expect(await heading(page)).toBe("That did not work");
    await page.locator("main .button").click();
    await pick(page, "ben@acme.example");
    await page.waitForURL(at("/t/acme/notes"));
  });

  test("without scripts all of it works too", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const tab = await plain.newPage();
    await openAs(tab, at("/t/birch/notes"), "dan@birch.example");
    await tab.getByLabel("New note").fill("Dan needs no scripts");
    await tab.getByRole("button", { name: "Post" }).click();
    expect(await tab.locator(".notes li").first().innerText()).toContain("Dan needs no scripts");
    await tab.getByRole("button", { name: /Delete the note “Dan needs/ }).click();
    expect(await tab.locator(".notes").innerText()).not.toContain("Dan needs no scripts");
    await plain.close();
  });

  test("a page on another port of this very host cannot post a note for somebody", async () => {
    await openAs(page, at("/t/acme/notes"), "ada@acme.example");
    const evil = createServer((_req, res) => {
      res.setHeader("content-type", "text/html");
      res.end(`<form method="post" action="${at("/t/acme/notes")}">
        <input name="text" value="posted by a stranger"><button>Win a prize</button></form>`);
    }).listen(0, "localhost");
    await once(evil, "listening");
    // Another port is another origin and yet the same site: SameSite cookies are sent along.
    await page.goto(`http://localhost:${(evil.address() as AddressInfo).port}/`);
    const [response] = await Promise.all([
      page.waitForResponse((one) => one.request().method() === "POST"),
      page.getByRole("button", { name: "Win a prize" }).click(),
    ]);
    expect((await response.request().allHeaders())["cookie"]).toContain("__Host-tenantry=");
    expect(response.status()).toBe(403);
    evil.close();
    await page.goto(at("/t/acme/notes"));
    expect(await page.locator("main").innerText()).not.toContain("posted by a stranger");
  });

  test("no page breaks its own content security policy", () => {
    expect(violations).toEqual([]);
  });
});
