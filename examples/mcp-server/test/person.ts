import { createHeadlessBrowser, type Stop } from "@tenantry/emulators";
import { CALLBACK } from "../client/identity.ts";
import type { SignIn } from "../client/oauth.ts";

type Page = Extract<Stop, { kind: "page" }>;

/** A person at a browser who reads each page and presses what fits. The browser stays signed in. */
export function createPerson(options: { readonly email: string }) {
  const browser = createHeadlessBrowser();
  const seen: string[] = [];

  async function press({ body, url }: Page, button?: readonly [string, string]): Promise<Stop> {
    const action = attribute(/<form\b[^>]*>/.exec(body)?.[0] ?? "", "action") ?? url.href;
    const inputs = [...body.matchAll(/<input\b[^>]*>/g)].map(([tag]): [string, string] => [
      attribute(tag, "name") ?? "",
      attribute(tag, "value") ?? "",
    ]);
    const fields = new URLSearchParams(inputs);
    if (button !== undefined) fields.append(...button);
    return browser.submit(new URL(action, url), fields);
  }

  /** What to do on a page: the vendor's, those of sign-in, and the one that asks. */
  async function answer(page: Page, wish: Wish): Promise<Stop> {
    const buttons = [...page.body.matchAll(/<button\b([^>]*)>([^<]*)/g)].map(
      ([tag, , text = ""]) => ({
        label: text.trim(),
        name: attribute(tag, "name") ?? "",
        value: attribute(tag, "value") ?? "",
        person: attribute(tag, "data-person"),
        organization: attribute(tag, "data-organization"),
        action: attribute(tag, "data-action"),
      }),
    );
    const found = buttons.find(({ name, label, person, organization, action }) => {
      if (person !== undefined) return person === options.email;
      if (organization !== undefined) return organization === wish.organization.toLowerCase();
      if (name === "choice") return label === wish.organization;
      if (name === "decision") return false;
      return action !== "cancel";
    });
    if (page.body.includes('name="decision"')) {
      seen.push(page.body);
      if (!page.body.includes(`in <strong>${wish.organization}</strong>`)) {
        const link = /href="([^"]*)">Sign in with another account or organization/.exec(page.body);
        return browser.open(new URL(unescape(link?.[1] ?? ""), page.url));
      }
      return press(page, ["decision", wish.decision ?? "allow"]);
    }
    if (found === undefined) throw new Error(`nothing to press on ${page.url.href}: ${page.body}`);
    return press(page, found.name === "" ? undefined : [found.name, found.value]);
  }

  return {
    /** The pages of consent that were shown. */
    seen,
    /** Says yes or no for an organization, and brings back what the client's own address was sent. */
    decides:
      (wish: Wish): SignIn =>
      async (authorizationUrl) => {
        let stop = await browser.open(authorizationUrl);
        for (let steps = 0; steps < 20; steps += 1) {
          if (stop.kind === "page") stop = await answer(stop, wish);
          else if (stop.url.href.startsWith(CALLBACK)) return stop.url;
          else stop = await browser.open(stop.url);
        }
        throw new Error("the pages do not end");
      },
  };
}

/** What somebody wants. */
export interface Wish {
  /** By its name: the one that the client is to act in. */
  readonly organization: string;
  readonly decision?: "allow" | "deny";
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescape(value);
}

function unescape(value: string): string {
  return value
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
