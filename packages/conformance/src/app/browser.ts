import type { Auth, Outcome } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import type { AppFacts } from "../target/target.ts";
import type { SignInControls } from "../target/sign-in.ts";
import { readAnswer, type Answer } from "./answer.ts";
import type { AppPermission, AppRole } from "./catalogue.ts";
import type { Defects } from "./defects.ts";
import { walkSignIn, type Arrival, type SignInWish } from "./walk-sign-in.ts";

/** A browser in front of the app: it keeps cookies and speaks the JSON contract of the auth routes. */
export interface Browser {
  readonly cookies: ReadonlyMap<string, string>;
  get(path: string): Promise<Answer>;
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Answer>;
  /** What the app makes of this browser at a path. */
  outcome(path?: string, method?: string): Promise<Outcome<AppPermission>>;
  /** A whole sign-in, vendor pages included. */
  signIn(wish: SignInWish): Promise<Arrival>;
  /** A sign-in up to the address that the vendor sends the browser back to. */
  signInUntilAnswer(wish: SignInWish): Promise<URL>;
  /** Takes an answer of the vendor, as a browser that is sent there. */
  open(answer: URL): Promise<Answer>;
  /** The switch to another tenant, with whatever the vendor asks on the way. */
  switchTo(slug: string, wish: Pick<SignInWish, "person" | "tenant">): Promise<Arrival>;
  /** Another browser with the same cookies. */
  copy(): Browser;
}

/** What a browser talks to. */
export interface BrowserSetting {
  readonly auth: Auth<AppPermission, AppRole>;
  readonly facts: AppFacts;
  readonly defects: Defects;
  /** Where {@link Defects.sharesFlows} keeps cookies. */
  readonly flowCookies: Map<string, string>;
  readonly signIn: SignInControls | undefined;
}

const SESSION_COOKIE = "__Host-tenantry";

/** Makes a browser with these cookies. */
export function createBrowser(
  setting: BrowserSetting,
  initial: ReadonlyMap<string, string> = new Map(),
): Browser {
  const { auth, facts, defects, flowCookies } = setting;
  const cookies = new Map(initial);

  const headers = (more: Readonly<Record<string, string>> = {}) => {
    const all = defects.sharesFlows === true ? new Map([...flowCookies, ...cookies]) : cookies;
    const cookie = [...all].map(([name, value]) => `${name}=${value}`).join("; ");
    return { ...(cookie === "" ? {} : { cookie }), ...more };
  };
  const store = (lines: readonly string[]) => {
    for (const line of lines) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf("="));
      const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      const jars = name === SESSION_COOKIE ? [cookies] : [cookies, flowCookies];
      for (const jar of jars) {
        if (isGone) jar.delete(name);
        else jar.set(name, pair.slice(pair.indexOf("=") + 1));
      }
    }
  };
  const send = async (request: Request): Promise<Answer> => {
    const response = await auth.routes.handle(request);
    store(response.headers.getSetCookie());
    return readAnswer(response);
  };

  const browser: Browser = {
    cookies,
    get: (path) =>
      send(new Request(facts.baseUrl + path, { headers: headers({ accept: "application/json" }) })),
    post: (path, fields) =>
      send(
        new Request(facts.baseUrl + path, {
          method: "POST",
          headers: headers({ accept: "application/json", origin: facts.baseUrl }),
          body: new URLSearchParams(fields),
        }),
      ),
    async outcome(path = "/notes", method = "GET") {
      const request = new Request(facts.baseUrl + path, {
        method,
        headers: headers(method === "GET" ? {} : { origin: facts.baseUrl }),
      });
      const asked = (await defects.request?.(request)) ?? request;
      const outcome = await auth.authenticate(fromWebRequest(asked), {
        accept: defects.accept ?? ["session"],
      });
      store(outcome.setCookies);
      return defects.outcome?.(outcome) ?? outcome;
    },
    signIn: (wish) => walkSignIn(browser, setting, { wish }),
    async signInUntilAnswer(wish) {
      const arrival = await walkSignIn(browser, setting, { wish, stopAtAnswer: true });
      if (arrival.kind === "answer") return arrival.url;
      throw new Error(`The sign-in never came back from the vendor: ${arrival.kind}.`);
    },
    open: (answer) => browser.get(answer.pathname + answer.search),
    async switchTo(slug, wish) {
      const first = await browser.post("/auth/switch", { tenant: slug });
      return walkSignIn(browser, setting, { wish, first });
    },
    copy: () => createBrowser(setting, cookies),
  };
  return browser;
}
