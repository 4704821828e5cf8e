import type { OidcEmulator } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callApi } from "./support/api-answer.ts";
import { startDemo, type RunningDemo } from "./support/demo.ts";
import { issuerEnv, ORGANIZATIONS, startIssuer } from "./support/provider-env.ts";

type Mint = Parameters<OidcEmulator["controls"]["mintAccessToken"]>[0];

const ADA: Mint = { subject: "ada@acme.example", scopes: ["notes:read"] };

let issuer: OidcEmulator;
let demo: RunningDemo;
let notes = "";

beforeAll(async () => {
  issuer = await startIssuer();
  demo = await startDemo({ ...issuerEnv(issuer.issuer), ...ORGANIZATIONS });
  notes = `${demo.url}/api/notes`;
}, 60_000);
afterAll(async () => {
  await demo[Symbol.asyncDispose]();
  await issuer.close();
});

describe("a token that the issuer's own keys could have signed", () => {
  test("opens the API when everything in it is right", async () => {
    const token = await issuer.controls.mintAccessToken(ADA);
    expect(await callApi(notes, `Bearer ${token}`)).toMatchObject({
      status: 200,
      body: { tenant: "acme" },
    });
  });

  const WRONG: readonly (readonly [string, Partial<Mint>, string])[] = [
    ["has expired", { expiresInSeconds: -120 }, "credential_expired"],
    ["is for another API", { audience: "https://other-api.example.test" }, "credential_invalid"],
    ["is for the client", { audience: "pinboard" }, "credential_invalid"],
    ["names no audience", { claims: { aud: undefined } }, "credential_invalid"],
    ["names a part of the audience", { claims: { aud: "https://api" } }, "credential_invalid"],
    ["never expires", { claims: { exp: undefined } }, "credential_invalid"],
    ["expires at a text", { claims: { exp: "9e9" } }, "credential_invalid"],
    ["comes from another issuer", { claims: { iss: "https://evil.test" } }, "credential_invalid"],
    ["names two issuers", { claims: { iss: ["https://evil.test"] } }, "credential_invalid"],
    ["is not valid yet", { claims: { nbf: 4_102_444_800 } }, "credential_invalid"],
    ["is of another type", { header: { typ: "JWT" } }, "credential_invalid"],
    ["is a logout token by type", { header: { typ: "logout+jwt" } }, "credential_invalid"],
    ["is bound to a key", { claims: { cnf: { jkt: "x" } } }, "credential_invalid"],
    [
      "asks for an unknown extension",
      { header: { crit: ["b64"], b64: true } },
      "credential_invalid",
    ],
    ["names no subject", { claims: { sub: undefined } }, "credential_invalid"],
    ["is signed by a stranger", { key: "rogue" }, "credential_invalid"],
    ["is not signed", { key: "none" }, "credential_invalid"],
    ["is signed with the public key as a secret", { key: "hmac-public" }, "credential_invalid"],
  ];

  test.each(WRONG)("is refused when it %s", async (_, wrong, code) => {
    const token = await issuer.controls.mintAccessToken({ ...ADA, ...wrong });
    expect(await callApi(notes, `Bearer ${token}`)).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      code,
    });
  });

  test("is refused when it is an ID token or a logout token", async () => {
    const { controls } = issuer;
    for (const token of [
      await controls.mintIdToken({ person: "ada@acme.example", clientId: "pinboard" }),
      await controls.mintLogoutToken({ clientId: "pinboard", person: "ada@acme.example" }),
    ]) {
      expect(await callApi(notes, `Bearer ${token}`)).toMatchObject({ status: 401 });
    }
  });

  test("grants nothing that its scopes do not name", async () => {
    const token = await issuer.controls.mintAccessToken({ ...ADA, scopes: [] });
    expect(await callApi(notes, `Bearer ${token}`)).toMatchObject({
      status: 403,
      code: "scope_insufficient",
    });
  });
});

test("keys that the issuer has just rotated are known at the next token", async () => {
  await issuer.controls.rotateKeys({ keepOld: true });
  const token = await issuer.controls.mintAccessToken(ADA);
  expect((await callApi(notes, `Bearer ${token}`)).status).toBe(200);
});
