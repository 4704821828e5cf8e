import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createHeadlessBrowser,
  demoWorld,
  signInHeadless,
  type HeadlessBrowser,
  type Stop,
} from "../src/index.ts";
import { CALLBACK, startApp, type App } from "./app.ts";

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.emulator.close());

async function pageOf(extra: Record<string, string> = {}, browser = createHeadlessBrowser()) {
  const stop: Stop = await browser.open((await app.begin(extra)).url);
  if (stop.kind !== "page") throw new Error(`no page, but ${stop.url.href}`);
  return stop.body;
}

async function signedIn(person: string): Promise<HeadlessBrowser> {
  const browser = createHeadlessBrowser();
  const organization = "acme";
  await app.signIn({ person, organization, browser });
  return browser;
}

function buttonsOf(page: string): string[] {
  return [...page.matchAll(/<button\b[^>]*>/g)].map(([tag]) => tag.replaceAll(/\s+/g, " "));
}

function focusedIn(page: string): string[] {
  return buttonsOf(page)
    .filter((tag) => tag.includes("autofocus"))
    .map((tag) => /aria-label="([^"]*)"/.exec(tag)?.[1] ?? tag);
}

describe("the sign-in page", () => {
  test("lists everyone as a button of a plain form, named by name and e-mail", async () => {
    const page = await pageOf();
    expect(page).toMatch(/<form method="post">/);
    const names = buttonsOf(page).flatMap((tag) => /aria-label="([^"]*)"/.exec(tag)?.[1] ?? []);
    expect(names).toEqual([
      "Ada Ames, ada@acme.example",
      "Ben Boyd, ben@acme.example",
      "Cleo Cruz, cleo@acme.example",
      "Dan Dorsey, dan@birch.example",
      "Eve Ellis, eve@birch.example",
      "Sam Shore, sam@lighthouse.example",
    ]);
  });

  test("says that it is an emulator and loads nothing from elsewhere", async () => {
    const page = await pageOf();
    expect(page).toContain("Emulator.");
    expect(page).not.toMatch(/\b(?:src|href)=/);
    expect(page).not.toMatch(/url\(|@import|<script/);
  });

  test("puts the focus on the first person", async () => {
    expect(focusedIn(await pageOf())).toEqual(["Ada Ames, ada@acme.example"]);
  });

  test("puts the focus on the hinted person", async () => {
    const page = await pageOf({ login_hint: "DAN@birch.example" });
    expect(focusedIn(page)).toEqual(["Dan Dorsey, dan@birch.example"]);
  });

  test("lists the members of the named organization first", async () => {
    const page = await pageOf({ organization: "birch" });
    const people = [...page.matchAll(/data-person="([^"]*)"/g)].map(([, email]) => email);
    expect(people.slice(0, 3)).toEqual([
      "cleo@acme.example",
      "dan@birch.example",
      "eve@birch.example",
    ]);
    expect(page).toContain("Not members of Birch");
    expect(focusedIn(page)).toEqual(["Cleo Cruz, cleo@acme.example"]);
  });

  test("shows markup in a name as text", async () => {
    const world = demoWorld();
    world.users.update("user_ada", { name: `<img src=x> "Ada" & 'co'` });
    const other = await startApp({ world });
    try {
      const stop = await createHeadlessBrowser().open((await other.begin()).url);
      const page = stop.kind === "page" ? stop.body : "";
      expect(page).toContain("&lt;img src=x&gt; &quot;Ada&quot; &amp; &#39;co&#39;");
      expect(page).not.toContain("<img");
    } finally {
      await other.emulator.close();
    }
  });

  test("sends access_denied back when cancelled", async () => {
    const { url } = await app.begin();
    const callback = await signInHeadless({ authorizationUrl: url, cancel: true });
    expect(callback.origin + callback.pathname).toBe(CALLBACK);
    expect(callback.searchParams.get("error")).toBe("access_denied");
    expect(callback.searchParams.get("iss")).toBe(app.emulator.issuer);
    expect(callback.searchParams.get("state")).toBe(url.searchParams.get("state"));
  });

  test("takes no person that is not in the world", async () => {
    const browser = createHeadlessBrowser();
    const stop = await browser.open((await app.begin()).url);
    const answer = await browser.submit(stop.url, new URLSearchParams({ person: "user_nobody" }));
    expect(answer).toMatchObject({ kind: "page", status: 400 });
  });

  test("explains itself to a browser without the interaction's cookie", async () => {
    const stop = await createHeadlessBrowser().open((await app.begin()).url);
    const answer = await createHeadlessBrowser().open(stop.url);
    expect(answer).toMatchObject({ kind: "page", status: 400 });
    expect(answer.kind === "page" && answer.body).toContain("This sign-in is over");
  });

  test("keeps two tabs of one browser apart", async () => {
    const browser = createHeadlessBrowser();
    const [first, second] = [await app.begin(), await app.begin()];
    const firstPage = await browser.open(first.url);
    const secondPage = await browser.open(second.url);
    const pick = new URLSearchParams({ person: "user_ada" });
    const firstEnd = await browser.submit(firstPage.url, pick);
    const secondEnd = await browser.submit(secondPage.url, pick);
    expect((await first.finish(firstEnd.url)).claims()?.sub).toBe("user_ada");
    expect((await second.finish(secondEnd.url)).claims()?.sub).toBe("user_ada");
  });
});

describe("an emulator session", () => {
  test("signs the same person in silently", async () => {
    const browser = await signedIn("ada@acme.example");
    const tokens = await app.signIn({ browser });
    expect(tokens.claims()).toMatchObject({ sub: "user_ada", org_slug: "acme" });
  });

  test("is not shared with another browser", async () => {
    await signedIn("ada@acme.example");
    expect(await pageOf()).toContain("Who is signing in?");
  });

  test.each([
    ["prompt=login", { prompt: "login" }],
    ["prompt=select_account", { prompt: "select_account" }],
    ["max_age=0", { max_age: "0" }],
  ])("asks again for %s", async (_what, extra) => {
    const browser = await signedIn("ada@acme.example");
    expect(await pageOf(extra, browser)).toContain("Who is signing in?");
  });

  test("asks again when the sign-in is older than max_age, and not before", async () => {
    const browser = await signedIn("ada@acme.example");
    await app.signIn({ browser }, { max_age: "60" });
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await pageOf({ max_age: "1" }, browser)).toContain("Who is signing in?");
  });

  test("lets another person take over after prompt=login", async () => {
    const browser = await signedIn("ada@acme.example");
    const tokens = await app.signIn({ person: "ben@acme.example", browser }, { prompt: "login" });
    expect(tokens.claims()?.sub).toBe("user_ben");
    expect((await app.signIn({ browser })).claims()?.sub).toBe("user_ben");
  });

  test("asks once more, and only to confirm, for prompt=consent", async () => {
    const browser = await signedIn("ada@acme.example");
    expect(await pageOf({ prompt: "consent" }, browser)).toContain("You are signed in as Ada Ames");
    const tokens = await app.signIn({ browser }, { prompt: "consent" });
    expect(tokens.claims()?.sub).toBe("user_ada");
  });

  test("does not ask for consent somebody who has just picked themselves", async () => {
    const browser = createHeadlessBrowser();
    const attempt = await app.begin({ prompt: "consent" });
    const stop = await browser.open(attempt.url);
    const end = await browser.submit(stop.url, new URLSearchParams({ person: "user_ada" }));
    expect(end.kind).toBe("left");
  });

  test("answers prompt=none with a code, and without a session with login_required", async () => {
    const browser = await signedIn("ada@acme.example");
    const known = await app.callback({ browser }, { prompt: "none" });
    expect(known.searchParams.has("code")).toBe(true);
    const unknown = await app.callback({}, { prompt: "none" });
    expect(unknown.searchParams.get("error")).toBe("login_required");
  });

  test("of a deleted person asks who is there", async () => {
    const world = demoWorld();
    const other = await startApp({ world });
    try {
      const browser = createHeadlessBrowser();
      await other.signIn({ person: "ada@acme.example", browser });
      world.users.remove("user_ada");
      const tokens = await other.signIn({ person: "ben@acme.example", browser });
      expect(tokens.claims()?.sub).toBe("user_ben");
    } finally {
      await other.emulator.close();
    }
  });
});

describe("the organization of a sign-in", () => {
  test("is the only one a person has", async () => {
    const tokens = await app.signIn({ person: "dan@birch.example" });
    expect(tokens.claims()).toMatchObject({ org_id: "org_birch", roles: ["admin"] });
  });

  test("is asked for when there are several", async () => {
    const acme = await app.signIn({ person: "cleo@acme.example", organization: "acme" });
    expect(acme.claims()).toMatchObject({ org_slug: "acme", roles: ["editor"] });
    const birch = await app.signIn({ person: "cleo@acme.example", organization: "birch" });
    expect(birch.claims()).toMatchObject({ org_slug: "birch", roles: ["viewer"] });
  });

  test.each(["birch", "org_birch"])(
    "is %s when the request names it, without asking",
    async (name) => {
      const tokens = await app.signIn({ person: "cleo@acme.example" }, { organization: name });
      expect(tokens.claims()).toMatchObject({ org_id: "org_birch", roles: ["viewer"] });
    },
  );

  test.each(["birch", "no-such-organization"])(
    "cannot be %s for somebody who is no member",
    async (organization) => {
      const callback = await app.callback({ person: "ada@acme.example" }, { organization });
      expect(callback.searchParams.get("error")).toBe("access_denied");
      expect(callback.searchParams.has("code")).toBe(false);
    },
  );

  test("cannot be one in which the membership is not active", async () => {
    const world = demoWorld();
    world.memberships.update("user_cleo", "org_birch", { status: "pending" });
    const other = await startApp({ world });
    try {
      const person = "cleo@acme.example";
      const callback = await other.callback({ person }, { organization: "birch" });
      expect(callback.searchParams.get("error")).toBe("access_denied");
    } finally {
      await other.emulator.close();
    }
  });

  test("cannot be forged on the organization page", async () => {
    const browser = createHeadlessBrowser();
    const start = await browser.open((await app.begin()).url);
    const second = await browser.submit(start.url, new URLSearchParams({ person: "user_cleo" }));
    const forged = new URLSearchParams({ organization: "org_lighthouse" });
    const end = await browser.submit(second.url, forged);
    expect(end.kind === "left" && end.url.searchParams.get("error")).toBe("access_denied");
  });

  test("is missing from the tokens of a person who has none", async () => {
    const world = demoWorld();
    world.memberships.remove("user_ada", "org_acme");
    const other = await startApp({ world });
    try {
      const claims = (await other.signIn({ person: "ada@acme.example" })).claims();
      expect(claims).toMatchObject({ sub: "user_ada", organizations: [] });
      for (const name of ["org_id", "org_slug", "org_name", "roles"]) {
        expect(claims).not.toHaveProperty(name);
      }
    } finally {
      await other.emulator.close();
    }
  });

  test("can be switched in one emulator session, and a foreign one is denied at once", async () => {
    const browser = createHeadlessBrowser();
    await app.signIn({ person: "cleo@acme.example", organization: "acme", browser });
    const switched = await app.signIn({ browser }, { organization: "birch" });
    expect(switched.claims()).toMatchObject({ sub: "user_cleo", org_slug: "birch" });
    const foreign = await app.callback({ browser }, { organization: "lighthouse" });
    expect(foreign.searchParams.get("error")).toBe("access_denied");
  });

  test("is interaction_required under prompt=none when it would have to be asked", async () => {
    const browser = createHeadlessBrowser();
    await app.signIn({ person: "cleo@acme.example", organization: "acme", browser });
    const callback = await app.callback({ browser }, { prompt: "none" });
    expect(callback.searchParams.get("error")).toBe("interaction_required");
  });
});
