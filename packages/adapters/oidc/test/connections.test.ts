import type { OpenConnection } from "@tenantry/core/provider";
import type { OidcEmulator } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adapterOf,
  API,
  bearer,
  CALLBACK,
  EMULATOR_CLAIMS,
  FLOW,
  optionsFor,
  refreshTokenOf,
  signedIn,
  signIn,
  startEmulator,
} from "./support/adapter.ts";

const OWN_CALLBACK = `${CALLBACK}/acme-okta`;
let environment: OidcEmulator;
let customer: OidcEmulator;
let row: OpenConnection;

beforeAll(async () => {
  environment = await startEmulator();
  customer = await startEmulator();
  row = {
    id: "acme-okta",
    tenantId: "tnt_acme",
    issuer: customer.issuer,
    clientId: "app",
    emailDomains: ["acme.example"],
    settings: { audience: [API], rolesClaim: ["roles"] },
    secrets: { clientSecret: "app-secret" },
  };
});

afterAll(async () => {
  await environment.close();
  await customer.close();
});

/** The adapter for the environment's issuer and these rows; the customer's origin may be asked. */
function adapterWith(...rows: readonly OpenConnection[]) {
  const options = optionsFor(environment, {
    ...EMULATOR_CLAIMS,
    trustedOrigins: [new URL(customer.issuer).origin],
  });
  return adapterOf(options, { rows });
}

const through = { connectionId: "acme-okta", redirectUri: OWN_CALLBACK };

describe("signing in through a customer's own connection", () => {
  test("gives the row's tenant, whatever organizations the token names", async () => {
    const done = await signedIn(adapterWith(row), { ...through, person: "dan@birch.example" });
    expect(done.identity).toMatchObject({
      issuer: customer.issuer,
      subject: "user_dan",
      tenant: { local: "tnt_acme" },
      roles: ["admin"],
      authentication: { method: "sso" },
    });
    expect(done.memberships).toBeUndefined();
  });

  test("renews, signs out and hears of logouts with the row's own issuer", async () => {
    const adapter = adapterWith(row);
    const { login, tools } = adapter;
    const done = await signedIn(adapter, { ...through, person: "ada@acme.example" });
    const refreshToken = refreshTokenOf(
      await signedIn(adapterOf(optionsFor(customer)), { person: "ada@acme.example" }),
    );
    const { connectionId } = through;
    await expect(login.refresh({ refreshToken, connectionId }, tools)).resolves.toMatchObject({
      kind: "refreshed",
      identity: { tenant: { local: "tnt_acme" } },
    });
    const returnUrl = "http://localhost:9/";
    const url = await login.endSessionUrl({ connectionId, returnUrl }, tools);
    expect(url).toMatch(customer.issuer);
    const logoutToken = await customer.controls.mintLogoutToken({ person: "ada@acme.example" });
    await expect(
      login.backchannelLogout({ logoutToken, connectionId }, tools),
    ).resolves.toMatchObject({
      ok: true,
    });
    await expect(login.backchannelLogout({ logoutToken }, tools)).resolves.toEqual({
      ok: false,
      reason: "issuer_unknown",
    });
    expect(done.identity.issuer).not.toBe(environment.issuer);
  });

  test("is refused when the answer comes to another connection's address", async () => {
    const adapter = adapterWith(row);
    const step = await signIn(adapter, {
      ...through,
      person: "ada@acme.example",
      tamper: (callback) => new URL(callback.search, CALLBACK),
    });
    expect(step).toEqual({ kind: "refused", reason: "redirect_uri_mismatch" });
  });

  test("is refused when the flow was started with another issuer", async () => {
    const { login, tools } = adapterWith(row);
    const start = await login.start({ flowId: FLOW, redirectUri: OWN_CALLBACK }, tools);
    if (start.kind !== "redirect") throw new Error("no redirect");
    const url = new URL(`${OWN_CALLBACK}?code=x&state=${FLOW}`);
    await expect(
      login.resume(
        { flowId: FLOW, redirectUri: OWN_CALLBACK, connectionId: row.id, url, state: start.state },
        tools,
      ),
    ).resolves.toEqual({ kind: "refused", reason: "connection_changed" });
  });

  test.each<[string, (row: OpenConnection) => OpenConnection, string]>([
    [
      "an unknown setting",
      (r) => ({ ...r, settings: { rolesClaims: ["roles"] } }),
      "connection_invalid",
    ],
    [
      "a claim path that is a text",
      (r) => ({ ...r, settings: { rolesClaim: "roles" } }),
      "connection_invalid",
    ],
    [
      "its client id as audience",
      (r) => ({ ...r, settings: { audience: ["app"] } }),
      "connection_invalid",
    ],
    [
      "scopes without openid",
      (r) => ({ ...r, settings: { scopes: ["email"] } }),
      "connection_invalid",
    ],
    [
      "basic authentication without a secret",
      (r) => ({ ...r, settings: { clientAuth: "client_secret_basic" }, secrets: {} }),
      "connection_invalid",
    ],
    [
      "a private key that is none",
      (r) => ({ ...r, secrets: { privateKeyJwk: "{}" } }),
      "connection_invalid",
    ],
    [
      "a private key that is no JSON",
      (r) => ({ ...r, secrets: { privateKeyJwk: "-----BEGIN" } }),
      "connection_invalid",
    ],
    ["an empty client id", (r) => ({ ...r, clientId: "" }), "connection_invalid"],
    [
      "a full metadata address as issuer",
      (r) => ({ ...r, issuer: `${r.issuer}/.well-known/openid-configuration` }),
      "connection_invalid",
    ],
    ["a query in its issuer", (r) => ({ ...r, issuer: `${r.issuer}?x` }), "connection_invalid"],
    [
      "a plain http issuer elsewhere",
      (r) => ({ ...r, issuer: "http://idp.acme.example" }),
      "connection_invalid",
    ],
    [
      "the environment's own issuer",
      (r) => ({ ...r, issuer: environment.issuer }),
      "connection_issuer_reserved",
    ],
    [
      "an issuer inside the network",
      (r) => ({ ...r, issuer: "https://10.0.0.1" }),
      "metadata_address_refused",
    ],
    [
      "an issuer on cloud metadata's address",
      (r) => ({ ...r, issuer: "https://169.254.169.254" }),
      "metadata_address_refused",
    ],
    [
      "an issuer on loopback that nobody trusted",
      (r) => ({ ...r, issuer: "http://localhost:1" }),
      "metadata_address_refused",
    ],
  ])("is unavailable with %s", async (_name, change, reason) => {
    const { login, tools } = adapterWith(change(row));
    await expect(
      login.start({ flowId: FLOW, redirectUri: OWN_CALLBACK, connectionId: row.id }, tools),
    ).resolves.toEqual({ kind: "unavailable", reason });
  });

  test("row 35: a customer's issuer is never asked inside the network, not even at the environment's origin", async () => {
    environment.controls.resetRequests();
    const options = optionsFor(environment);
    const nested = { ...row, issuer: `${environment.issuer}/nested` };
    const { login, tools } = adapterOf(options, { rows: [nested] });
    await expect(
      login.start({ flowId: FLOW, redirectUri: OWN_CALLBACK, connectionId: row.id }, tools),
    ).resolves.toEqual({ kind: "unavailable", reason: "metadata_address_refused" });
    expect(environment.controls.requests("discovery")).toBe(0);
    expect(environment.controls.requests("other")).toBe(0);
  });

  test("plain http needs the development setting", async () => {
    const { login, tools } = adapterOf({}, { rows: [row] });
    await expect(
      login.start({ flowId: FLOW, redirectUri: OWN_CALLBACK, connectionId: row.id }, tools),
    ).resolves.toEqual({ kind: "unavailable", reason: "connection_invalid" });
  });

  test("is unavailable when the store cannot answer", async () => {
    const { login } = adapterWith(row);
    const tools = {
      ...adapterWith(row).tools,
      connections: {
        get: () => Promise.reject(new Error("no database")),
        byIssuer: () => Promise.reject(new Error("no database")),
      },
    };
    await expect(
      login.start({ flowId: FLOW, redirectUri: OWN_CALLBACK, connectionId: row.id }, tools),
    ).resolves.toEqual({ kind: "unavailable", reason: "provider_unavailable" });
  });
});

describe("bearer tokens of a customer's own issuer", () => {
  const person = { subject: "dan@birch.example" };

  test("stand for the row's tenant and carry its binding", async () => {
    const token = await customer.controls.mintAccessToken(person);
    const result = await adapterWith(row).verifier.verify(token, { accept: ["access"] });
    expect(result).toMatchObject({
      ok: true,
      value: {
        profile: {
          id: "access:acme-okta",
          connection: { id: "acme-okta", tenantId: "tnt_acme", emailDomains: ["acme.example"] },
        },
        identity: { tenant: { local: "tnt_acme" }, subject: "user_dan" },
      },
    });
  });

  test("are unknown without a row, before anything is fetched", async () => {
    customer.controls.resetRequests();
    const token = await customer.controls.mintAccessToken(person);
    await expect(bearer(adapterWith(), token)).resolves.toBe("issuer_unknown");
    expect(customer.controls.requests("discovery")).toBe(0);
  });

  test("need an audience in the row", async () => {
    const token = await customer.controls.mintAccessToken(person);
    const adapter = adapterWith({ ...row, settings: {} });
    await expect(bearer(adapter, token)).resolves.toBe("audience_mismatch");
  });

  test("of an issuer that two customers share belong to neither", async () => {
    const other = { ...row, id: "birch-okta", tenantId: "tnt_birch" };
    const token = await customer.controls.mintAccessToken(person);
    await expect(bearer(adapterWith(row, other), token)).resolves.toBe("issuer_unknown");
  });

  test("signed by one issuer in the name of another are refused", async () => {
    const claims = { iss: environment.issuer };
    const forged = await customer.controls.mintAccessToken({ ...person, claims });
    await expect(bearer(adapterWith(row), forged)).resolves.not.toBe("accepted");
  });

  test("of the environment's issuer never belong to a row that names it", async () => {
    const token = await environment.controls.mintAccessToken({ subject: "ada@acme.example" });
    const thief = { ...row, issuer: environment.issuer, tenantId: "tnt_birch" };
    const result = await adapterWith(thief).verifier.verify(token, { accept: ["access"] });
    expect(result).toMatchObject({
      ok: true,
      value: { identity: { tenant: { external: "org_acme" } } },
    });
    expect(result.ok && result.value.profile.connection).toBeUndefined();
  });

  test("are neither good nor bad while their row cannot be used", async () => {
    const token = await customer.controls.mintAccessToken(person);
    const adapter = adapterWith({ ...row, settings: { nonsense: true } });
    await expect(bearer(adapter, token)).resolves.toBe("provider_unavailable");
  });
});
