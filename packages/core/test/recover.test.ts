import { describe, expect, test } from "vitest";
import { reject } from "../src/internal/result.ts";
import type { MountOptions } from "../src/options.ts";
import { NO_CAPABILITIES } from "../src/provider/capabilities.ts";
import type {
  BrowserSession,
  CredentialSource,
  FrontEndPage,
} from "../src/provider/credentials.ts";
import { houseOf, profileOf, tokenOf } from "./fixtures/house.ts";
import { providerOf } from "./fixtures/providers.ts";
import { NOW_MS } from "./fixtures/records.ts";
import { requestOf } from "./fixtures/requests.ts";

type Recovered = Awaited<ReturnType<BrowserSession["recover"]>>;

const OTHER = "https://other.example";
const nowSeconds = NOW_MS / 1000;
const expired = () => tokenOf({ exp: nowSeconds - 60, iat: nowSeconds - 120 });
const none: Recovered = { kind: "none" };
const away: Recovered = {
  kind: "redirect",
  location: "https://vendor.example/handshake",
  setCookies: ["__count=1"],
};
const renewed = (token = tokenOf()): Recovered => ({
  kind: "token",
  token,
  setCookies: ["__vendor=renewed"],
});

/** A house whose vendor's front end owns the cookie `__vendor`. */
async function withFrontEnd(
  answer: Recovered | (() => never),
  {
    instance = "acme",
    open,
  }: { readonly instance?: string; readonly open?: CredentialSource["open"] } = {},
) {
  const asked: FrontEndPage[] = [];
  const provider = providerOf({
    instance,
    capabilities: { ...NO_CAPABILITIES, frontEndSession: "yes" },
    tokens: [{ ...profileOf("access"), id: "session", kind: "session" }],
    credentials: [
      {
        name: "vendor",
        cookies: ["__vendor"],
        pick(jar) {
          const [token] = jar.all("__vendor");
          return token === undefined ? { kind: "none" } : { kind: "one", token };
        },
        ...(open === undefined ? {} : { open }),
      },
    ],
    browserSession: {
      async recover(page) {
        asked.push(page);
        return typeof answer === "function" ? answer() : answer;
      },
    },
  });
  // Another provider, without a front end, whose session tokens are as good.
  const session = { ...profileOf("access"), id: "session", kind: "session" } as const;
  const other = providerOf({ instance: "other", tokens: [{ ...session, issuers: [OTHER] }] });
  const { auth } = await houseOf({ providers: [provider, other] });
  const ask = (
    headers: Readonly<Record<string, string>> = {},
    {
      method = "GET",
      mount = {},
      target = "/notes?x=1",
    }: { method?: string; mount?: MountOptions; target?: string } = {},
  ) => {
    const all = { host: "app.example.com", ...headers };
    return auth.authenticate(requestOf({ method, target, headers: all }), mount);
  };
  return { ask, asked };
}

const SESSION_MOUNT = { mount: { accept: ["session"] as const } };
const page = { accept: "text/html" };
const cookie = (token: string) => ({ ...page, cookie: `__vendor=${token}; __other=1` });

describe("an expired cookie of a vendor's front end", () => {
  test("is renewed by a redirect, with the cookies that come with it", async () => {
    const { ask, asked } = await withFrontEnd(away);
    expect(await ask(cookie(expired()))).toEqual({
      kind: "redirect",
      location: "https://vendor.example/handshake",
      setCookies: ["__count=1"],
    });
    expect(asked[0]?.request.target).toBe("/notes?x=1");
    expect(asked[0]?.jar.all("__other")).toEqual(["1"]);
    expect(asked[0]?.url.href).toBe("https://app.example.com/notes?x=1");
  });

  test("is renewed by a new token, whose cookies go out", async () => {
    const { ask } = await withFrontEnd(renewed());
    expect(await ask(cookie(expired()))).toMatchObject({
      kind: "authenticated",
      context: { principal: { id: "usr_ada" }, credential: { accepted: "session" } },
      setCookies: ["__vendor=renewed"],
    });
  });

  test("is not renewed by a token that is not good, and its cookies stay here", async () => {
    for (const token of [expired(), `${tokenOf().slice(0, -8)}AAAAAAAA`, "", "x"]) {
      const { ask } = await withFrontEnd(renewed(token));
      const outcome = await ask(cookie(expired()));
      expect(outcome).toMatchObject({ kind: "refused", setCookies: [] });
    }
  });

  test("stays expired when there is nothing to renew", async () => {
    const { ask } = await withFrontEnd(none);
    const outcome = await ask(cookie(expired()));
    expect(outcome).toMatchObject({ kind: "refused", error: { code: "credential_expired" } });
  });

  test("tells the front end so when there is nothing to renew", async () => {
    const { ask } = await withFrontEnd({ kind: "none", setCookies: ["__hint=0"] });
    expect(await ask(cookie(expired()))).toMatchObject({
      kind: "refused",
      error: { code: "credential_expired" },
      setCookies: ["__hint=0"],
    });
    expect(await ask(page)).toEqual({ kind: "anonymous", setCookies: ["__hint=0"] });
  });

  test.each<[string, Recovered | (() => never)]>([
    ["says so", { kind: "refused", ...reject("provider_unavailable") }],
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
  ])("is neither good nor bad when the vendor cannot be asked: it %s", async (_how, answer) => {
    const { ask } = await withFrontEnd(answer);
    const outcome = await ask(cookie(expired()));
    expect(outcome).toMatchObject({ kind: "refused", error: { code: "provider_unavailable" } });
  });

  test("sends nobody to what is not an address of the web", async () => {
    const { ask } = await withFrontEnd({ ...away, location: "javascript:alert(1)" });
    expect(await ask(cookie(expired()))).toMatchObject({
      kind: "refused",
      error: { code: "credential_invalid" },
    });
  });
});

describe("a vendor's front end is not asked", () => {
  test("while its cookie is good", async () => {
    const { ask, asked } = await withFrontEnd(away);
    expect((await ask(cookie(tokenOf()))).kind).toBe("authenticated");
    expect(asked).toEqual([]);
  });

  test("about a token that was never good", async () => {
    const { ask, asked } = await withFrontEnd(away);
    const forged = `${expired().slice(0, -8)}AAAAAAAA`;
    expect((await ask(cookie(forged))).kind).toBe("refused");
    expect((await ask(cookie(tokenOf({ aud: "other", exp: nowSeconds - 60 })))).kind).toBe(
      "refused",
    );
    expect(asked).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["asks for JSON", { accept: "application/json" }, "GET"],
    ["says nothing about what it wants", {}, "GET"],
    ["is a script's fetch", { ...page, "sec-fetch-dest": "empty" }, "GET"],
    ["is a frame in another page", { ...page, "sec-fetch-dest": "iframe" }, "GET"],
    ["only loads a page in advance", { ...page, "sec-purpose": "prefetch" }, "GET"],
    ["only asks for headers", page, "HEAD"],
    ["writes", { ...page, origin: "https://app.example.com" }, "POST"],
  ])("when the request %s, with or without its cookie", async (_what, headers, method) => {
    const { ask, asked } = await withFrontEnd(away);
    const withCookie = await ask({ ...headers, cookie: `__vendor=${expired()}` }, { method });
    expect(withCookie).toMatchObject({ kind: "refused", error: { code: "credential_expired" } });
    expect((await ask(headers, { method })).kind).toBe("anonymous");
    expect(asked).toEqual([]);
  });

  test("for a bearer token, which no browser sends by itself", async () => {
    const { ask, asked } = await withFrontEnd(away);
    const outcome = await ask({ ...page, authorization: `Bearer ${expired()}` });
    expect(outcome).toMatchObject({ kind: "refused", error: { code: "credential_expired" } });
    expect(asked).toEqual([]);
  });

  test("for a target that names a host of the sender's choice", async () => {
    const { ask, asked } = await withFrontEnd(away);
    const headers = { ...page, cookie: "__hint=1" };
    expect((await ask(headers, { target: "https://evil.test/notes" })).kind).toBe("anonymous");
    expect((await ask(headers, { target: "//evil.test/notes" })).kind).toBe("redirect");
    expect(asked.map(({ url }) => url.origin)).toEqual(["https://app.example.com"]);
  });

  test("on a mount that takes no sessions", async () => {
    const { ask, asked } = await withFrontEnd(away);
    expect((await ask(page, { mount: { accept: ["access"] } })).kind).toBe("anonymous");
    expect(asked).toEqual([]);
  });
});

describe("a page without any credential", () => {
  test("is sent to the vendor if its front end may know somebody", async () => {
    const { ask } = await withFrontEnd(away);
    expect((await ask({ ...page, cookie: "__hint=1" })).kind).toBe("redirect");
    expect((await ask({ ...page, "sec-fetch-dest": "document" })).kind).toBe("redirect");
  });

  test("is somebody's if the vendor has a token, and nobody's if it has none", async () => {
    expect((await (await withFrontEnd(renewed())).ask(page)).kind).toBe("authenticated");
    expect(await (await withFrontEnd(none)).ask(page)).toEqual({
      kind: "anonymous",
      setCookies: [],
    });
  });

  test("is not taken for somebody's when the vendor's answer is no good", async () => {
    const { ask } = await withFrontEnd(renewed("x"));
    expect(await ask(page)).toMatchObject({ kind: "refused", setCookies: [] });
    const refused = await withFrontEnd({ kind: "refused", ...reject("handshake_invalid") });
    expect(await refused.ask(page)).toMatchObject({
      kind: "refused",
      error: { code: "credential_invalid" },
    });
  });
});

describe("another provider's token", () => {
  const foreign = () => tokenOf({ iss: OTHER });
  const mismatch = {
    kind: "refused",
    error: { code: "credential_invalid", details: { reason: "provider_mismatch" } },
    setCookies: [],
  };

  test("is good by itself", async () => {
    const { ask } = await withFrontEnd(none);
    const outcome = await ask({ authorization: `Bearer ${foreign()}` }, SESSION_MOUNT);
    expect(outcome).toMatchObject({ context: { provider: { instance: "other" } } });
  });

  test("signs nobody in from the cookie of a vendor's front end", async () => {
    const { ask } = await withFrontEnd(none);
    expect(await ask(cookie(foreign()))).toMatchObject(mismatch);
  });

  test("signs nobody in as what a vendor's front end has renewed", async () => {
    const { ask } = await withFrontEnd(renewed(foreign()));
    expect(await ask(cookie(expired()))).toMatchObject(mismatch);
    expect(await ask(page)).toMatchObject(mismatch);
  });
});

describe("a cookie that seals its token", () => {
  /** `sealed-` before the token; nothing else can be opened. */
  const open = async (value: string) =>
    value.startsWith("sealed-") ? value.slice("sealed-".length) : null;

  test("is opened, and the token within is verified like any other", async () => {
    const { ask } = await withFrontEnd(none, { open });
    expect(await ask(cookie(`sealed-${tokenOf()}`))).toMatchObject({ kind: "authenticated" });
    const forged = `${tokenOf().slice(0, -8)}AAAAAAAA`;
    expect(await ask(cookie(`sealed-${forged}`))).toMatchObject({
      kind: "refused",
      error: { code: "credential_invalid" },
    });
  });

  test("is refused if it cannot be opened, even if it is a good token as it is", async () => {
    const { ask, asked } = await withFrontEnd(renewed(), { open });
    expect(await ask(cookie(tokenOf()))).toMatchObject({
      kind: "refused",
      error: { code: "credential_invalid", details: { reason: "cookie_unsealable" } },
    });
    expect(asked).toEqual([]);
  });

  test("is renewed when the token within has expired", async () => {
    const { ask } = await withFrontEnd(renewed(), { open });
    expect(await ask(cookie(`sealed-${expired()}`))).toMatchObject({
      kind: "authenticated",
      setCookies: ["__vendor=renewed"],
    });
  });

  test("is neither good nor bad when opening fails", async () => {
    const failing = async () => Promise.reject(new Error("no crypto"));
    const { ask } = await withFrontEnd(none, { open: failing });
    const outcome = await ask(cookie("sealed-x"));
    expect(outcome).toMatchObject({ kind: "refused", error: { status: 503 } });
  });
});
