import type { Browser } from "playwright-core";
import { pick } from "./browser.ts";

/** What a person and their script have seen of a notes API. */
export interface NotesApiWalk {
  /** Whose page asked who it is. */
  readonly provider: string;
  readonly welcome: string;
  /** The notes, opened in the browser. */
  readonly notes: unknown;
  /** Status codes of a script with the key that the person has made. */
  readonly byKey: { readonly read: number; readonly write: number; readonly foreign: number };
  readonly after: string;
  readonly notesAfter: number | undefined;
}

/** As Ada: signs in, opens her notes, makes an API key, has a script use it, and signs out. */
export async function walkNotesApi(browser: Browser, url: string): Promise<NotesApiWalk> {
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const text = () => page.locator("body").innerText();

  await page.goto(`${url}/`);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.locator("[data-person]").first().waitFor();
  const provider = new URL(page.url()).origin;
  await pick(page, "ada@acme.example");
  await page.waitForURL(`${url}/`);
  const welcome = await text();

  await page.getByRole("link", { name: "Your notes" }).click();
  await page.waitForURL(`${url}/api/notes`);
  const notes: unknown = JSON.parse(await text());

  await page.goto(`${url}/`);
  await page.getByRole("button", { name: "Make an API key" }).click();
  await page.waitForURL(`${url}/api/keys`);
  const { key }: { readonly key: string } = JSON.parse(await text());

  const script = async (path: string, init: RequestInit = {}) =>
    (
      await fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      })
    ).status;
  const byKey = {
    read: await script("/api/notes"),
    write: await script("/api/notes", { method: "POST", body: '{"text":"by a script"}' }),
    foreign: await script("/api/t/birch/notes"),
  };

  await page.goto(`${url}/`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  const after = await text();
  const notesAfter = (await context.request.get(`${url}/api/notes`)).status();
  await context.close();
  return { provider, welcome, notes, byKey, after, notesAfter };
}
