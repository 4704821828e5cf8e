import { decodeJwt } from "jose";
import * as oidc from "openid-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHeadlessBrowser, type World } from "../src/index.ts";
import { API, errorOf, refreshTokenOf, startApp, type App } from "./app.ts";

let app: App;
let world: World;
beforeEach(async () => {
  app = await startApp();
  world = app.world;
});
afterEach(() => app.emulator.close());

const BEN = { person: "ben@acme.example" };
const refresh = (token: string) => oidc.refreshTokenGrant(app.config, token);

describe("a refresh token", () => {
  test("is issued only when offline_access was asked for", async () => {
    const without = await app.signIn(BEN, { scope: "openid" });
    expect(without.refresh_token).toBeUndefined();
    const withIt = await app.signIn(BEN, { scope: "openid offline_access" });
    expect(withIt.refresh_token).toBeTypeOf("string");
  });

  test("is issued to somebody with an emulator session without asking anything", async () => {
    const browser = createHeadlessBrowser();
    await app.signIn({ ...BEN, browser }, { scope: "openid" });
    const tokens = await app.signIn({ browser }, { scope: "openid offline_access" });
    expect(tokens.refresh_token).toBeTypeOf("string");
  });

  test("is replaced on each use", async () => {
    const first = refreshTokenOf(await app.signIn(BEN));
    const second = refreshTokenOf(await refresh(first));
    const third = refreshTokenOf(await refresh(second));
    expect(new Set([first, second, third]).size).toBe(3);
  });

  test("used twice ends the whole family, the newest included", async () => {
    const tokens = await app.signIn(BEN);
    const first = refreshTokenOf(tokens);
    const renewed = await refresh(first);
    expect(await errorOf(refresh(first))).toBe("invalid_grant");
    expect(await errorOf(refresh(refreshTokenOf(renewed)))).toBe("invalid_grant");
    const answer = await oidc.tokenIntrospection(app.config, renewed.access_token);
    expect(answer).toEqual({ active: false });
  });

  test("used twenty times at once is worth one answer", async () => {
    const first = refreshTokenOf(await app.signIn(BEN));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => errorOf(refresh(first))));
    expect(outcomes.filter((outcome) => outcome === "no error")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "invalid_grant")).toHaveLength(19);
  });

  test("used twice leaves other sign-ins of the same person alone", async () => {
    const [one, other] = [await app.signIn(BEN), await app.signIn(BEN)];
    await refresh(refreshTokenOf(one));
    await errorOf(refresh(refreshTokenOf(one)));
    expect((await refresh(refreshTokenOf(other))).claims()?.sub).toBe("user_ben");
  });

  test("is of no use to another client", async () => {
    const token = refreshTokenOf(await app.signIn(BEN));
    const robot = await app.configFor("acme-robot", "acme-robot-secret");
    expect(await errorOf(oidc.refreshTokenGrant(robot, token))).not.toBe("no error");
    expect((await refresh(token)).claims()?.sub).toBe("user_ben");
  });

  test("cannot be revoked by another client", async () => {
    const token = refreshTokenOf(await app.signIn(BEN));
    const robot = await app.configFor("acme-robot", "acme-robot-secret");
    await oidc.tokenRevocation(robot, token).catch(() => undefined);
    expect((await refresh(token)).claims()?.sub).toBe("user_ben");
  });

  test("can be revoked", async () => {
    const token = refreshTokenOf(await app.signIn(BEN));
    await oidc.tokenRevocation(app.config, token);
    expect(await errorOf(refresh(token))).toBe("invalid_grant");
  });

  test("expires", async () => {
    const other = await startApp({ refreshTokenTtlSeconds: 1 });
    const token = refreshTokenOf(await other.signIn(BEN));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const outcome = await errorOf(oidc.refreshTokenGrant(other.config, token));
    await other.emulator.close();
    expect(outcome).toBe("invalid_grant");
  });
});

describe("a refresh", () => {
  test("brings the roles of today", async () => {
    const tokens = await app.signIn(BEN, { resource: API });
    world.memberships.update("user_ben", "org_acme", { roles: ["editor"] });
    const renewed = await refresh(refreshTokenOf(tokens));
    expect(renewed.claims()).toMatchObject({ org_id: "org_acme", roles: ["editor"] });
    const claims = decodeJwt(renewed.access_token);
    expect(claims).toMatchObject({ aud: API, org_id: "org_acme", roles: ["editor"] });
  });

  test.each<readonly [string, (w: World) => unknown]>([
    ["a removed member", (w) => w.memberships.remove("user_ben", "org_acme")],
    [
      "a deactivated member",
      (w) => w.memberships.update("user_ben", "org_acme", { status: "inactive" }),
    ],
    ["a deleted person", (w) => w.users.remove("user_ben")],
    ["a member of a deleted organization", (w) => w.tenants.remove("org_acme")],
  ])("is refused to %s", async (_who, change) => {
    const token = refreshTokenOf(await app.signIn(BEN));
    change(world);
    expect(await errorOf(refresh(token))).toBe("invalid_grant");
  });

  test("does not move a person to another organization when theirs is gone", async () => {
    const cleo = { person: "cleo@acme.example", organization: "acme" };
    const token = refreshTokenOf(await app.signIn(cleo));
    world.memberships.remove("user_cleo", "org_acme");
    expect(await errorOf(refresh(token))).toBe("invalid_grant");
  });

  test("does not bring an organization to a sign-in that had none", async () => {
    world.memberships.remove("user_ben", "org_acme");
    const token = refreshTokenOf(await app.signIn(BEN));
    const roles = ["viewer"];
    world.memberships.add({ userId: "user_ben", tenantId: "org_birch", roles, status: "active" });
    expect((await refresh(token)).claims()).not.toHaveProperty("org_id");
  });

  test("is not needed for two organizations in one browser to work side by side", async () => {
    const browser = createHeadlessBrowser();
    const cleo = { person: "cleo@acme.example", organization: "acme", browser };
    const acme = await app.signIn(cleo, { scope: "openid" });
    const birch = await app.signIn({ browser }, { scope: "openid", organization: "birch" });
    for (const [tokens, slug] of [
      [acme, "acme"],
      [birch, "birch"],
    ] as const) {
      const told = await oidc.tokenIntrospection(app.config, tokens.access_token);
      expect(told).toMatchObject({ active: true, org_slug: slug });
    }
  });

  test("keeps the organization of each of two sign-ins, in one browser or in two", async () => {
    const browser = createHeadlessBrowser();
    const person = "cleo@acme.example";
    const acme = await app.signIn({ person, organization: "acme", browser });
    const birch = await app.signIn({ browser }, { organization: "birch" });
    const elsewhere = await app.signIn({ person, organization: "acme" });

    const renewedAcme = await refresh(refreshTokenOf(acme));
    const renewedBirch = await refresh(refreshTokenOf(birch));
    const renewedElsewhere = await refresh(refreshTokenOf(elsewhere));
    expect(renewedAcme.claims()).toMatchObject({ org_slug: "acme", roles: ["editor"] });
    expect(renewedBirch.claims()).toMatchObject({ org_slug: "birch", roles: ["viewer"] });
    expect(renewedElsewhere.claims()).toMatchObject({ org_slug: "acme", roles: ["editor"] });
    for (const { access_token } of [renewedAcme, acme]) {
      const told = await oidc.tokenIntrospection(app.config, access_token);
      expect(told).toMatchObject({ active: true, org_slug: "acme" });
    }
  });
});
