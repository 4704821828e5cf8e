import type { PageView } from "@tenantry/core";
import type { Visit } from "../target/sign-in.ts";
import type { Answer } from "./answer.ts";
import type { Browser, BrowserSetting } from "./browser.ts";

/** A sign-in that a person wishes. */
export interface SignInWish {
  /** E-mail address. */
  readonly person: string;
  /** The vendor's id of the tenant that the person picks where the vendor, or our page, asks. */
  readonly tenant?: string;
  /** The slug of the tenant that the app asks for. */
  readonly ask?: string;
  readonly returnTo?: string;
  readonly reauthenticate?: boolean;
  readonly cancel?: boolean;
}

/** Where a sign-in ended. */
export type Arrival =
  /** Back on a page of the app. */
  | { readonly kind: "done"; readonly location: string }
  | { readonly kind: "refused"; readonly status: number; readonly code: string | null }
  /** Only if it was to stop there: the vendor's answer, not opened. */
  | { readonly kind: "answer"; readonly url: URL };

/** From where and how far to walk. */
export interface Walk {
  readonly wish: SignInWish;
  /** Default: what `GET /auth/login` answers. */
  readonly first?: Answer;
  readonly stopAtAnswer?: boolean;
}

const MAX_STEPS = 12;

/** Goes through a sign-in: the app's routes, the vendor's pages, the app's own pages, the mailbox. */
export async function walkSignIn(
  browser: Browser,
  setting: BrowserSetting,
  walk: Walk,
): Promise<Arrival> {
  const { facts } = setting;
  let answer = walk.first ?? (await browser.get(startOf(walk.wish)));
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    if (answer.status >= 400) {
      return { kind: "refused", status: answer.status, code: answer.code };
    }
    let next: URL;
    if (answer.page !== null) {
      const submitted = await submit(browser, setting, { page: answer.page, wish: walk.wish });
      if (!(submitted instanceof URL)) {
        answer = submitted;
        continue;
      }
      next = submitted;
    } else if (answer.location === null) {
      throw new Error(`The auth routes answered ${answer.status} with neither place nor page.`);
    } else {
      next = new URL(answer.location, facts.baseUrl);
    }
    if (next.origin !== facts.baseUrl) next = await visit(setting, next, walk.wish);
    if (next.origin !== facts.baseUrl) throw new Error("The vendor did not send the browser back.");
    if (!next.pathname.startsWith("/auth/callback/")) {
      return { kind: "done", location: next.pathname + next.search };
    }
    if (walk.stopAtAnswer === true) return { kind: "answer", url: next };
    answer = await browser.open(next);
  }
  throw new Error(`The sign-in did not end within ${MAX_STEPS} steps.`);
}

function startOf(wish: SignInWish): string {
  const query = new URLSearchParams({
    ...(wish.ask === undefined ? {} : { tenant: wish.ask }),
    ...(wish.returnTo === undefined ? {} : { returnTo: wish.returnTo }),
    ...(wish.reauthenticate === true ? { reauthenticate: "1" } : {}),
  });
  return `/auth/login?${query}`;
}

function visit({ signIn }: BrowserSetting, location: URL, wish: SignInWish): Promise<URL> {
  if (signIn === undefined) throw new Error("The target has no signIn control.");
  const stop: Visit = {
    location,
    person: wish.person,
    ...(wish.tenant === undefined ? {} : { tenant: wish.tenant }),
    ...(wish.cancel === undefined ? {} : { cancel: wish.cancel }),
  };
  return signIn.visit(stop);
}

/** Fills in one of core's own pages; an address if the way on is in a mail. */
async function submit(
  browser: Browser,
  { signIn }: BrowserSetting,
  { page, wish }: { readonly page: PageView; readonly wish: SignInWish },
): Promise<Answer | URL> {
  switch (page.kind) {
    case "email":
      return browser.post(page.form.action, { ...page.form.hidden, email: wish.person });
    case "prompt": {
      const fields: Record<string, string> = { ...page.form.hidden };
      for (const { name, type } of page.fields) {
        if (type === "email") fields[name] = wish.person;
        else if (type === "otp") fields[name] = (await signIn?.mail?.(wish.person))?.code ?? "";
      }
      return browser.post(page.form.action, fields);
    }
    case "chooseTenant": {
      const choice = wish.tenant ?? page.choices[0]?.external ?? "";
      return browser.post(page.form.action, { ...page.form.hidden, choice });
    }
    case "checkMail": {
      const mail = await signIn?.mail?.(wish.person);
      if (mail?.link === undefined) throw new Error("The target has no mail with a link.");
      return mail.link;
    }
    case "confirm":
    case "consent":
    case "error":
      break;
  }
  throw new Error(`A sign-in does not expect a page of kind ${page.kind}.`);
}
