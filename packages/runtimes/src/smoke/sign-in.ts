import { fromWebRequest } from "@tenantry/core/http";
import { createApp } from "./app.ts";
import { createBrowser } from "./browser.ts";
import type { Plan } from "./plan.ts";
import { expectSame, type Check } from "./report.ts";
import { PROVIDERS } from "./tokens.ts";

/** Sign-in by OpenID Connect from the first redirect to the end of the session, in both modes. */
export function signInChecks(plan: Plan): readonly Check[] {
  return [
    {
      name: "auth routes: login redirects to the provider",
      async run() {
        const browser = createBrowser(createApp(plan, PROVIDERS.oidc(plan.options)), plan.baseUrl);
        const response = await browser.visit("/auth/login?returnTo=/t/acme/notes");
        const location = new URL(response.headers.get("location") ?? "");
        expectSame(
          [response.status, location.origin, location.searchParams.get("client_id")],
          [303, new URL(plan.options.oidc.issuer ?? "").origin, plan.options.oidc.clientId],
        );
      },
    },
    {
      name: "auth routes: an unknown one is not found, and nobody is not signed in",
      async run() {
        const browser = createBrowser(createApp(plan, PROVIDERS.oidc(plan.options)), plan.baseUrl);
        const unknown = await browser.visit("/auth/nothing-here", "application/json");
        const me = await browser.visit("/auth/me", "application/json");
        expectSame([unknown.status, me.status], [404, 401]);
      },
    },
    ...(["stored", "sealed"] as const).map((mode) => ({
      name: `session, ${mode}: sign-in, a request with the cookie, a forged cookie, sign-out`,
      run: () => walk(plan, mode),
    })),
  ];
}

async function walk(plan: Plan, mode: "stored" | "sealed"): Promise<void> {
  const app = createApp(plan, PROVIDERS.oidc(plan.options), mode);
  const browser = createBrowser(app, plan.baseUrl);
  const login = await browser.visit("/auth/login?returnTo=/t/acme/notes");
  const back = await fetch(plan.personUrl, {
    method: "POST",
    body: login.headers.get("location") ?? "",
  });
  const callback = new URL(await back.text());
  const landed = await browser.visit(`${callback.pathname}${callback.search}`);
  expectSame([landed.status, landed.headers.get("location")], [303, "/t/acme/notes"]);

  const signedIn = browser.request("/t/acme/notes");
  const outcome = await app.authenticate(fromWebRequest(signedIn));
  if (outcome.kind !== "authenticated") throw new Error(`the session is ${outcome.kind}`);
  expectSame(
    [outcome.context.tenant?.slug, outcome.context.permissions.has("notes:write")],
    ["acme", true],
  );

  const [cookie = ""] = signedIn.headers.get("cookie")?.split("; ") ?? [];
  const forged = new Request(signedIn.url, { headers: { cookie: bend(cookie) } });
  const refused = await app.authenticate(fromWebRequest(forged));
  expectSame(refused.kind, "refused");

  const out = await app.routes.handle(
    new Request(new URL("/auth/logout", plan.baseUrl), {
      method: "POST",
      headers: { cookie, origin: plan.baseUrl, accept: "application/json" },
    }),
  );
  expectSame(out.status < 400, true);
  const after = await app.authenticate(fromWebRequest(signedIn));
  expectSame(after.kind, "refused");
}

/** The same cookie with one character in the middle of its value changed. */
function bend(cookie: string): string {
  const at = Math.floor((cookie.indexOf("=") + cookie.length) / 2);
  return cookie.slice(0, at) + (cookie[at] === "A" ? "B" : "A") + cookie.slice(at + 1);
}
