import { createHeadlessBrowser, type HeadlessBrowser } from "./browser.ts";
import { readForm, type FormButton } from "./forms.ts";

/** What to do on the emulator's pages. */
export interface SignInHeadlessOptions {
  /** Where the application sent the browser. */
  readonly authorizationUrl: URL | string;
  /** E-mail of the person to pick. Leave out when the emulator should know them already. */
  readonly person?: string;
  /** Slug to pick when the emulator asks for an organization. */
  readonly organization?: string;
  /** Presses cancel on the first page instead. */
  readonly cancel?: boolean;
  /** Keeps the emulator's session between calls. Default: a new browser without one. */
  readonly browser?: HeadlessBrowser;
}

/**
 * Walks through an emulator's sign-in pages and returns the address the browser is sent back to,
 * with `code` or `error`. Throws when a page asks something that the options do not answer.
 */
export async function signInHeadless(options: SignInHeadlessOptions): Promise<URL> {
  const browser = options.browser ?? createHeadlessBrowser();
  let stop = await browser.open(options.authorizationUrl);
  for (let pages = 0; pages < 8; pages += 1) {
    if (stop.kind === "left") return stop.url;
    const form = readForm(stop.body, stop.url);
    if (form === undefined)
      throw new Error(`sign-in stopped with status ${stop.status}: ${gist(stop.body)}`);
    const fields = new URLSearchParams(form.fields);
    if (form.buttons.some((button) => button.name !== "")) {
      const button = pick(form.buttons, options);
      fields.append(button.name, button.value);
    }
    if (form.action.origin !== stop.url.origin) return form.action;
    stop = await browser.submit(form.action, fields);
  }
  throw new Error("the sign-in pages do not end");
}

function pick(buttons: readonly FormButton[], options: SignInHeadlessOptions): FormButton {
  const wanted = (button: FormButton): boolean => {
    if (options.cancel === true) return button.action === "cancel";
    if (button.person !== undefined) return button.person === options.person;
    if (button.organization !== undefined) return button.organization === options.organization;
    return button.action === "continue";
  };
  const found = buttons.find(wanted);
  if (found !== undefined) return found;
  const offered = buttons.map((each) => each.person ?? each.organization ?? each.action);
  throw new Error(`the sign-in page offers only ${offered.join(", ")}`);
}

function gist(body: string): string {
  return body
    .replaceAll(/<style[\s\S]*?<\/style>|<[^>]+>/gi, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
