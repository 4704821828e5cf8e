import { AuthenticationException, OauthException, WorkOS } from "@workos-inc/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createHeadlessBrowser,
  signInHeadless,
  type RequiredStep,
  type WorkosEmulator,
} from "../../src/index.ts";
import {
  AFTER_LOGOUT,
  API_KEY,
  CLIENT_ID,
  claimsOf,
  sdkFor,
  signIn,
  start,
  visit,
} from "./environment.ts";

const PASSWORD = "a cookie password of more than 32 characters";

let emulator: WorkosEmulator;
let workos: WorkOS;
beforeEach(async () => {
  emulator = await start();
  workos = sdkFor(emulator);
});
afterEach(() => emulator.close());

async function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "nothing was thrown",
    (error: unknown) => error,
  );
}

describe("signing in with the SDK", () => {
  test("gives a token for the organization that was named", async () => {
    const answer = await signIn(workos, {
      person: "cleo@acme.example",
      organizationId: "org_birch",
    });
    expect(answer).toMatchObject({
      organizationId: "org_birch",
      authenticationMethod: "Password",
      user: { id: "user_cleo", email: "cleo@acme.example", emailVerified: true },
    });
    const claims = claimsOf(answer.accessToken);
    expect(claims).toMatchObject({
      iss: `${emulator.addresses.address}/user_management/${CLIENT_ID}`,
      sub: "user_cleo",
      org_id: "org_birch",
      role: "viewer",
      roles: ["viewer"],
      permissions: ["notes:read"],
    });
    expect(claims).not.toHaveProperty("aud");
  });

  test("lets a person of several organizations choose one", async () => {
    const answer = await signIn(workos, { person: "cleo@acme.example", organization: "acme" });
    expect(answer.organizationId).toBe("org_acme");
  });

  test("sends back whoever is no member of the organization that was named", async () => {
    const { callback } = await visit(workos, {
      person: "ada@acme.example",
      organizationId: "org_birch",
    });
    expect(callback.searchParams.get("error")).toBe("access_denied");
    expect(callback.searchParams.get("state")).toBe("state-1");
  });

  test("says so when the person cancels", async () => {
    const { callback } = await visit(workos, { cancel: true });
    expect(callback.searchParams.get("error")).toBe("access_denied");
  });

  test("takes a code once, and only with its verifier", async () => {
    const { callback, codeVerifier } = await visit(workos, { person: "ada@acme.example" });
    const code = callback.searchParams.get("code") ?? "";
    const wrong = "wrong".repeat(10);
    await expect(
      workos.userManagement.authenticateWithCode({ code, codeVerifier: wrong }),
    ).rejects.toThrow("invalid_grant");
    await expect(
      workos.userManagement.authenticateWithCode({ code, codeVerifier }),
    ).rejects.toThrow("invalid_grant");
  });

  test("knows the browser next time, unless a fresh sign-in is asked for", async () => {
    const browser = createHeadlessBrowser();
    await signIn(workos, { person: "ada@acme.example", browser });
    await expect(signIn(workos, { browser })).resolves.toMatchObject({ user: { id: "user_ada" } });
    await expect(signIn(workos, { browser, maxAge: 0 })).rejects.toThrow("offers only");
  });

  test("is an impersonation when the dashboard began it", async () => {
    emulator.controls.impersonate({
      person: "ben@acme.example",
      by: "sam@x.example",
      reason: "bug",
    });
    const answer = await signIn(workos, {});
    expect(answer.impersonator).toEqual({ email: "sam@x.example", reason: "bug" });
    expect(claimsOf(answer.accessToken)).toMatchObject({
      sub: "user_ben",
      act: { sub: "sam@x.example" },
    });
  });

  test("refuses an unknown client, address and organization", async () => {
    const url = new URL(
      workos.userManagement.getAuthorizationUrl({
        provider: "authkit",
        redirectUri: "http://localhost:9/x",
      }),
    );
    await expect(signInHeadless({ authorizationUrl: url })).rejects.toThrow("redirect URI");
    const { callback } = await visit(workos, { organizationId: "org_nowhere" });
    expect(callback.searchParams.get("error")).toBe("organization_invalid");
    const stranger = new WorkOS("sk_wrong", {
      clientId: CLIENT_ID,
      apiHostname: "localhost",
      port: emulator.port,
      https: false,
      maxRetries: 0,
    });
    await expect(signIn(stranger, { person: "ada@acme.example" })).rejects.toThrow(
      "invalid_client",
    );
    await expect(stranger.organizations.getOrganization("org_acme")).rejects.toMatchObject({
      status: 401,
    });
  });
});

describe("a sign-in that needs another step", () => {
  async function stepError(step: RequiredStep): Promise<AuthenticationException> {
    emulator.controls.requireStep(step);
    const error = await thrown(
      signIn(workos, { person: "cleo@acme.example", organizationId: "org_acme" }),
    );
    expect(error).toBeInstanceOf(AuthenticationException);
    return error as AuthenticationException;
  }

  test("chooses among the person's organizations, and no other", async () => {
    const error = await stepError("organization_selection_required");
    expect(error.rawData).toMatchObject({
      organizations: [
        { id: "org_acme", name: "Acme" },
        { id: "org_birch", name: "Birch" },
      ],
    });
    const pendingAuthenticationToken = error.pendingAuthenticationToken ?? "";
    const choose = (organizationId: string) =>
      workos.userManagement.authenticateWithOrganizationSelection({
        organizationId,
        pendingAuthenticationToken,
      });
    await expect(choose("org_lighthouse")).rejects.toMatchObject({
      code: "invalid_organization_id",
    });
    await expect(choose("org_birch")).resolves.toMatchObject({ organizationId: "org_birch" });
    await expect(choose("org_birch")).rejects.toMatchObject({
      code: "invalid_pending_authentication_token",
    });
  });

  test("takes the code from the mail", async () => {
    const { pendingAuthenticationToken = "" } = await stepError("email_verification_required");
    const verify = (code: string) =>
      workos.userManagement.authenticateWithEmailVerification({ code, pendingAuthenticationToken });
    await expect(verify("0")).rejects.toMatchObject({ code: "invalid_one_time_code" });
    const code = emulator.controls.oneTimeCode("cleo@acme.example") ?? "";
    await expect(verify(code)).resolves.toMatchObject({ user: { id: "user_cleo" } });
  });

  test("takes a second factor", async () => {
    const error = await stepError("mfa_challenge");
    const { authentication_factors: factors } = error.rawData as unknown as {
      authentication_factors: { id: string }[];
    };
    const challenge = await workos.multiFactorAuth.challengeFactor({
      authenticationFactorId: factors[0]?.id ?? "",
    });
    const answer = await workos.userManagement.authenticateWithTotp({
      code: emulator.controls.oneTimeCode("cleo@acme.example") ?? "",
      authenticationChallengeId: challenge.id,
      pendingAuthenticationToken: error.pendingAuthenticationToken ?? "",
    });
    expect(answer.user.id).toBe("user_cleo");
  });

  test("is told the connections when single sign-on is required", async () => {
    const error = await stepError("sso_required");
    expect(error.rawData).toMatchObject({ connection_ids: ["conn_acme", "conn_birch"] });
  });

  test("is refused by the organization's policy", async () => {
    emulator.controls.requireStep("organization_authentication_methods_required");
    const error = await thrown(signIn(workos, { person: "ada@acme.example" }));
    expect(error).toBeInstanceOf(OauthException);
    expect(error).toMatchObject({ error: "organization_authentication_methods_required" });
  });
});

describe("refreshing with the SDK", () => {
  const refresh = (refreshToken: string, organizationId?: string) =>
    workos.userManagement.authenticateWithRefreshToken({
      refreshToken,
      ...(organizationId === undefined ? {} : { organizationId }),
    });

  test("rotates: a refresh token works once", async () => {
    const first = await signIn(workos, { person: "ada@acme.example" });
    const second = await refresh(first.refreshToken);
    expect(claimsOf(second.accessToken)["sid"]).toBe(claimsOf(first.accessToken)["sid"]);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(refresh(second.refreshToken)).resolves.toMatchObject({ user: { id: "user_ada" } });
  });

  test("switches to another organization of the person, and keeps to the last one used", async () => {
    const first = await signIn(workos, { person: "cleo@acme.example", organization: "acme" });
    const second = await refresh(first.refreshToken, "org_birch");
    expect(claimsOf(second.accessToken)).toMatchObject({ org_id: "org_birch", role: "viewer" });
    const third = await refresh(second.refreshToken);
    expect(claimsOf(third.accessToken)["org_id"]).toBe("org_birch");
  });

  test.each([
    ["one the person is no member of", "org_birch", "organization_membership_not_found"],
    ["one that does not exist", "org_nowhere", "organization_not_found"],
  ])("refuses %s, and leaves the session alone", async (_what, organizationId, error) => {
    const { refreshToken } = await signIn(workos, { person: "ada@acme.example" });
    await expect(refresh(refreshToken, organizationId)).rejects.toMatchObject({ error });
    await expect(refresh(refreshToken)).resolves.toMatchObject({ organizationId: "org_acme" });
  });

  test("ends with the membership", async () => {
    const { refreshToken } = await signIn(workos, { person: "ada@acme.example" });
    emulator.controls.world.memberships.update("user_ada", "org_acme", { status: "inactive" });
    await expect(refresh(refreshToken, "org_acme")).rejects.toMatchObject({
      error: "organization_membership_not_found",
    });
  });

  test.each(["user", "session"])("ends with the %s", async (what) => {
    const { refreshToken } = await signIn(workos, { person: "ada@acme.example" });
    if (what === "user") emulator.controls.world.users.remove("user_ada");
    else emulator.controls.endSessions("ada@acme.example");
    await expect(refresh(refreshToken)).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("are verified by the SDK, in its sealed session cookie", async () => {
    const { callback, codeVerifier } = await visit(workos, { person: "ada@acme.example" });
    const code = callback.searchParams.get("code") ?? "";
    const { sealedSession = "" } = await workos.userManagement.authenticateWithCode({
      code,
      codeVerifier,
      session: { sealSession: true, cookiePassword: PASSWORD },
    });
    const session = workos.userManagement.loadSealedSession({
      sessionData: sealedSession,
      cookiePassword: PASSWORD,
    });
    await expect(session.authenticate()).resolves.toMatchObject({
      authenticated: true,
      organizationId: "org_acme",
      role: "admin",
    });
    await expect(session.refresh()).resolves.toMatchObject({ authenticated: true });
  });
});

describe("signing out with the SDK", () => {
  test("goes to a configured address and ends the session", async () => {
    const { accessToken, refreshToken } = await signIn(workos, { person: "ada@acme.example" });
    const sessionId = String(claimsOf(accessToken)["sid"]);
    const url = workos.userManagement.getLogoutUrl({ sessionId, returnTo: AFTER_LOGOUT });
    const response = await fetch(url, { redirect: "manual" });
    expect(response.headers.get("location")).toBe(AFTER_LOGOUT);
    await expect(
      workos.userManagement.authenticateWithRefreshToken({ refreshToken }),
    ).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("goes nowhere else", async () => {
    const url = workos.userManagement.getLogoutUrl({
      sessionId: "session_x",
      returnTo: "https://elsewhere.example/",
    });
    const response = await fetch(url, { redirect: "manual" });
    expect(response.headers.get("location")).toBe(AFTER_LOGOUT);
  });

  test("can be done from the server", async () => {
    const { accessToken } = await signIn(workos, { person: "ada@acme.example" });
    await workos.userManagement.revokeSession({ sessionId: String(claimsOf(accessToken)["sid"]) });
    expect(emulator.controls.sessionsOf("ada@acme.example")).toEqual([]);
    const revoked = emulator.controls.events().filter(({ event }) => event === "session.revoked");
    expect(revoked).toHaveLength(1);
  });
});

describe("webhooks", () => {
  test("are signed as the SDK wants them, in milliseconds", async () => {
    emulator.controls.world.users.update("user_ada", { name: "Ada Lovelace" });
    const [event] = emulator.controls.webhooks.pending();
    if (event === undefined) throw new Error("there is no event");
    const { headers, body } = emulator.controls.webhooks.sign(event);
    const read = await workos.webhooks.constructEvent({
      payload: body,
      sigHeader: headers["workos-signature"] ?? "",
      secret: "whsec_emulator",
    });
    expect(read).toMatchObject({ event: "user.updated", data: { lastName: "Lovelace" } });
    const forged = emulator.controls.webhooks.sign(event, { secret: "another" });
    await expect(
      workos.webhooks.constructEvent({
        payload: forged.body,
        sigHeader: forged.headers["workos-signature"] ?? "",
        secret: "whsec_emulator",
      }),
    ).rejects.toThrow("does not match");
  });

  test("announce memberships, organizations, domains and roles by the vendor's names", () => {
    const { world } = emulator.controls;
    world.memberships.update("user_ben", "org_acme", { roles: ["editor"] });
    world.memberships.remove("user_ben", "org_acme");
    world.tenants.update("org_acme", { domains: [{ domain: "a.example", verified: true }] });
    world.roles.update("editor", { permissions: [] });
    expect(emulator.controls.events().map(({ event }) => event)).toEqual([
      "organization_membership.updated",
      "organization_membership.deleted",
      "organization.updated",
      "organization_domain.created",
      "organization_domain.verified",
      "organization_domain.deleted",
      "role.updated",
    ]);
  });

  test("can be lost, delivered again and out of order", async () => {
    const { world, webhooks } = emulator.controls;
    world.users.update("user_ada", { name: "One" });
    world.users.update("user_ada", { name: "Two" });
    world.users.update("user_ada", { name: "Three" });
    const [one = "", two = "", three = ""] = webhooks.pending().map(({ id }) => id);
    webhooks.lose([two]);
    const nobody = "http://localhost:1/";
    const sent = await webhooks.deliver(nobody, [three, one, three]);
    expect(sent.map(({ eventId }) => eventId)).toEqual([three, one, three]);
    expect(webhooks.pending()).toEqual([]);
  });
});

describe("Connect", () => {
  const machineToken = async (form: Record<string, string>) => {
    const response = await fetch(`${emulator.addresses.authkit}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", ...form }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };

  test("gives a machine a token for its one organization", async () => {
    const { body } = await machineToken({
      client_id: "acme-robot",
      client_secret: "acme-robot-secret",
    });
    const claims = claimsOf(body["access_token"] ?? "");
    expect(claims).toMatchObject({
      iss: emulator.addresses.authkit,
      aud: CLIENT_ID,
      sub: "acme-robot",
      client_id: "acme-robot",
      org_id: "org_acme",
      scope: "notes:read notes:write",
    });
    expect(claims).not.toHaveProperty("sid");
  });

  test("refuses a wrong secret and a scope that was not given", async () => {
    const wrong = await machineToken({ client_id: "acme-robot", client_secret: "no" });
    expect(wrong).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    const more = await machineToken({
      client_id: "acme-robot",
      client_secret: "acme-robot-secret",
      scope: "notes:delete",
    });
    expect(more).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
  });

  test("says which tokens are alive", async () => {
    const credentials = { client_id: "acme-robot", client_secret: "acme-robot-secret" };
    const { body } = await machineToken(credentials);
    const introspect = async (token: string) => {
      const response = await fetch(`${emulator.addresses.authkit}/oauth2/introspection`, {
        method: "POST",
        body: new URLSearchParams({ ...credentials, token }),
      });
      return response.json();
    };
    expect(await introspect(body["access_token"] ?? "")).toMatchObject({
      active: true,
      org_id: "org_acme",
    });
    expect(await introspect("something else")).toEqual({ active: false });
  });
});

describe("limits and outages", () => {
  test("answer as the SDK understands them", async () => {
    emulator.controls.limitRate({ retryAfterSeconds: 7, endpoints: ["organizations"] });
    await expect(workos.organizations.getOrganization("org_acme")).rejects.toMatchObject({
      status: 429,
      retryAfter: 7,
    });
    await expect(workos.userManagement.getUser("user_ada")).resolves.toMatchObject({});
    await emulator.controls.recover();
    await expect(workos.organizations.getOrganization("org_acme")).resolves.toMatchObject({});
    emulator.controls.fail({ mode: "error" });
    await expect(workos.organizations.getOrganization("org_acme")).rejects.toThrow(
      /not valid JSON/,
    );
    await emulator.controls.disconnect();
    await expect(workos.organizations.getOrganization("org_acme")).rejects.toThrow("fetch failed");
  });

  test("lists come in pages of the size that was asked for, forwards and backwards", async () => {
    const first = await workos.userManagement.listUsers({ limit: 4, order: "asc" });
    expect(first.data.map(({ id }) => id)).toEqual([
      "user_ada",
      "user_ben",
      "user_cleo",
      "user_dan",
    ]);
    const after = first.listMetadata.after ?? "";
    const second = await workos.userManagement.listUsers({ limit: 4, order: "asc", after });
    expect(second.data.map(({ id }) => id)).toEqual(["user_eve", "user_sam"]);
    expect(second.listMetadata.after).toBeNull();
    const before = second.listMetadata.before ?? "";
    const back = await workos.userManagement.listUsers({ limit: 2, order: "asc", before });
    expect(back.data.map(({ id }) => id)).toEqual(["user_cleo", "user_dan"]);
    await expect(workos.userManagement.listUsers({ limit: 101 })).rejects.toMatchObject({
      status: 422,
    });
    expect(API_KEY).toMatch(/^sk_/);
  });
});
