import { accessSync, constants } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";

/** Chromium's switches for a test: nothing but the page, and no services of its maker. */
const SWITCHES = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Where Chromium is. Without one, tests fail where a browser is required (CI), and are skipped with
 * a printed reason elsewhere.
 */
export function chromiumPath(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | null {
  const path = env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    const why = `there is no Chromium at ${path}; set CHROMIUM_PATH to one`;
    if (env["CI"] || env["TENANTRY_REQUIRE_BROWSER"]) throw new Error(why);
    console.warn(`Skipping the browser tests: ${why}.`);
    return null;
  }
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: SWITCHES,
    // People's browsers keep pages for the back button; a test must not be kinder than they are.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
}

/** Picks a person on the emulator's page, with the mouse. */
export async function pick(page: Page, email: string): Promise<void> {
  await page.locator(`[data-person="${email}"]`).click();
}

/** Opens a page of the app as somebody who is not signed in yet. */
export async function openAs(page: Page, url: string, email: string): Promise<void> {
  await page.goto(url);
  await pick(page, email);
  await page.waitForURL((now) => now.origin === new URL(url).origin);
}

/**
 * Goes on from a click to a page of the app. Some providers ask again who it is, or which
 * organization is meant; a person answers then.
 */
export async function arrive(
  page: Page,
  url: string,
  { email, slug }: { readonly email: string; readonly slug: string },
): Promise<void> {
  const asked = page.locator(`[data-person="${email}"], [data-organization="${slug}"]`).first();
  for (let questions = 0; questions < 3; questions += 1) {
    await Promise.race([
      page.waitForURL(url).catch(() => {}),
      asked.waitFor({ state: "visible" }).catch(() => {}),
    ]);
    if (page.url() === url) return;
    const button = await asked.elementHandle();
    await asked.click();
    // The next question may have the same address.
    await button?.waitForElementState("hidden").catch(() => {});
  }
  await page.waitForURL(url);
}

/** What a person reads. */
export function heading(page: Page): Promise<string> {
  return page.locator("h1").innerText();
}
