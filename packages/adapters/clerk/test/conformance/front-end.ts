import type { AppFacts, FrontEndBrowser, FrontEndControls } from "@tenantry/conformance";
import type { ClerkControls } from "@tenantry/emulators";

type Claims = Readonly<Record<string, unknown>>;

/** Browsers with Clerk's front end in them, as far as cookies go. */
export function frontEndControls(app: AppFacts, controls: ClerkControls): FrontEndControls {
  return {
    async signIn({ person, tenant }) {
      const { cookies, clientToken } = await controls.signInFrontEnd({
        person,
        ...(tenant === undefined ? {} : { organization: tenant }),
        azp: app.baseUrl,
      });
      const browser = browserOf(controls, clientToken);
      browser.store(cookies);
      return browser;
    },
  };
}

function browserOf(controls: ClerkControls, clientToken: string): FrontEndBrowser {
  const jar = new Map<string, string>();
  const nameOf = (prefix: string) => [...jar.keys()].find((name) => name.startsWith(prefix)) ?? "";
  return {
    cookies: () => Object.fromEntries(jar),
    async expire() {
      const session = nameOf("__session_");
      const claims = claimsOf(jar.get(session) ?? "");
      const past = Math.floor(Date.now() / 1000) - 600;
      const times = { iat: past, nbf: past - 10, exp: past + 60 };
      const header = { typ: "JWT", cat: "cl_B7d4PD111AAA" };
      jar.set(session, await controls.sign({ header, claims: { ...claims, ...times } }));
      jar.set(nameOf("__client_uat_"), String(past - 60));
    },
    store(setCookies) {
      for (const line of setCookies) {
        const [pair = ""] = line.split(";");
        const equals = pair.indexOf("=");
        const name = pair.slice(0, equals);
        // The plain ones say the same; an altered one beside an honest one would prove nothing.
        if (name === "__session" || name === "__client_uat") continue;
        if (/; Max-Age=0\b/.test(line)) jar.delete(name);
        else jar.set(name, pair.slice(equals + 1));
      }
    },
    async follow(location) {
      const headers = { cookie: `__client=${clientToken}` };
      const answer = await fetch(location, { headers, redirect: "manual" });
      return new URL(answer.headers.get("location") ?? "", location);
    },
  };
}

function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}
