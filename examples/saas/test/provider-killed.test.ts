import { setTimeout as pause } from "node:timers/promises";
import { createHeadlessBrowser, signInHeadless } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callApi } from "./support/api-answer.ts";
import { startDemo, until, type RunningDemo } from "./support/demo.ts";
import { signInAs, type SignedIn } from "./support/session.ts";
import { machineToken, personTokens } from "./support/tokens.ts";

let demo: RunningDemo;
let ada: SignedIn;
let halfWay: { readonly callback: URL; readonly cookie: string };
let robot = "";
let opaque = "";

beforeAll(async () => {
  demo = await startDemo();
  const issuer = demo.emulator?.issuer ?? "";
  ada = await signInAs(demo.url, "ada@acme.example");
  robot = await machineToken(issuer, { clientId: "acme-robot", resource: `${demo.url}/api` });
  // The keys are known from here on.
  await callApi(`${demo.url}/api/notes`, `Bearer ${robot}`);
  opaque = (
    await personTokens(issuer, {
      appUrl: demo.url,
      person: "ada@acme.example",
      scope: "openid",
    })
  ).access_token;

  const started = await fetch(`${demo.url}/auth/login`, { redirect: "manual" });
  const callback = await signInHeadless({
    authorizationUrl: started.headers.get("location") ?? "",
    person: "ben@acme.example",
    browser: createHeadlessBrowser(),
  });
  halfWay = { callback, cookie: started.headers.getSetCookie()[0]?.split(";")[0] ?? "" };

  process.kill(demo.emulator?.pid ?? 0, "SIGKILL");
  await until(() => demo.output().includes("The emulator has stopped"), {
    child: demo.process,
    what: () => demo.output(),
  });
  await pause(1000); // for so long an issuer that has answered counts as one that answers
}, 60_000);
afterAll(() => demo[Symbol.asyncDispose]());

describe("while the provider's process is dead", () => {
  test("it really is", async () => {
    await expect(fetch(demo.emulator?.issuer ?? "")).rejects.toThrow("fetch failed");
  });

  test("who is signed in goes on reading and writing", async () => {
    expect((await ada.get("/t/acme/notes")).status).toBe(200);
    const written = await ada.post("/t/acme/notes", { text: "still here" });
    expect(written.status).toBe(303);
    expect(await (await ada.get("/t/acme/notes")).text()).toContain("still here");
  });

  test("and still gets nowhere else", async () => {
    expect((await ada.get("/t/birch/notes")).status).toBe(404);
    expect((await ada.get("/support")).status).toBe(403);
  });

  test("a new sign-in gets a page that says so: 503", async () => {
    const begin = () =>
      fetch(`${demo.url}/auth/login?returnTo=/notes`, {
        headers: { accept: "text/html" },
        redirect: "manual",
      });
    await expect.poll(async () => (await begin()).status, { timeout: 5000 }).toBe(503);
    const response = await begin();
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).toContain("The identity provider cannot be reached");
  });

  test("a sign-in that was half way ends at 503, without a session", async () => {
    const response = await fetch(halfWay.callback, {
      headers: { accept: "text/html", cookie: halfWay.cookie },
      redirect: "manual",
    });
    expect(response.status).toBe(503);
    const cookies = response.headers.getSetCookie().filter((one) => !one.includes("Max-Age=0"));
    expect(cookies).toEqual([]);
  });

  test("a token is verified with the keys that are known", async () => {
    expect((await callApi(`${demo.url}/api/notes`, `Bearer ${robot}`)).status).toBe(200);
  });

  test("nothing fails open: forged, opaque and missing tokens stay out", async () => {
    const [header = "", payload, signature] = robot.split(".");
    const unknownKey = Buffer.from(
      JSON.stringify({
        ...(JSON.parse(Buffer.from(header, "base64url").toString()) as object),
        kid: "new",
      }),
    ).toString("base64url");
    const url = `${demo.url}/api/notes`;
    expect((await callApi(url)).status).toBe(401);
    expect((await callApi(url, `Bearer ${header}.${payload}.AAAA`)).status).toBe(401);
    expect((await callApi(url, `Bearer ${opaque}`)).status).toBe(401);
    // A key that might have appeared meanwhile: nobody can know, so it is neither yes nor no.
    expect([401, 503]).toContain(
      (await callApi(url, `Bearer ${unknownKey}.${payload}.${signature}`)).status,
    );
    expect((await fetch(`${demo.url}/t/acme/notes`)).status).toBe(401);
  });

  test("signing out works, and is complete here", async () => {
    const before = ada.cookie();
    const out = await ada.post("/auth/logout", {});
    expect(out.status).toBe(303);
    // Not to the provider's own sign-out, which would be a broken page.
    expect(out.headers.get("location")).toBe("/");
    const again = await fetch(`${demo.url}/t/acme/notes`, { headers: { cookie: before } });
    expect(again.status).toBe(401);
  });
});
