import { generateKeyPair, SignJWT } from "jose";
import type { OidcEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { idTokenProfile } from "../src/tokens.ts";
import { registrationFromOptions } from "../src/registration.ts";
import { settings } from "../src/options.ts";
import { adapterOf, optionsFor, signIn, startEmulator, type Adapter } from "./support/adapter.ts";

type Claims = Readonly<Record<string, unknown>>;

let emulator: OidcEmulator;
let adapter: Adapter;

beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});

afterEach(() => emulator.close());

/** Signs in at an issuer whose ID token was changed on its way; the answer's kind and reason. */
async function signInWith(
  change: (claims: Claims) => {
    readonly claims?: Claims;
    readonly header?: Claims;
    readonly key?: "rogue" | "none" | "hmac-public" | "previous";
  },
): Promise<string> {
  emulator.controls.setHooks({
    tamperIdToken: ({ claims }, sign) => {
      const { claims: changes, ...request } = change(claims);
      return sign({ ...request, claims: { ...claims, ...changes } });
    },
  });
  const step = await signIn(adapter, { person: "ada@acme.example" });
  return "reason" in step ? `${step.kind}: ${step.reason}` : step.kind;
}

const now = () => Math.floor(Date.now() / 1000);

describe("an ID token from the token endpoint", () => {
  test("is accepted when nothing is changed, and when it names another audience besides us", async () => {
    await expect(signInWith(() => ({}))).resolves.toBe("done");
    await expect(
      signInWith(() => ({ claims: { aud: ["app", "other"], azp: "app" } })),
    ).resolves.toBe("done");
  });

  test("is accepted with an unknown claim and without optional ones", async () => {
    const claims = { amr: undefined, auth_time: undefined, sid: undefined, extra: { deep: [1] } };
    await expect(signInWith(() => ({ claims }))).resolves.toBe("done");
  });

  // `openid-client` accepts the first three: it trusts the connection and checks no signature.
  test.each<[string, Parameters<typeof signInWith>[0]]>([
    ["signed with a key the issuer never published", () => ({ key: "rogue" })],
    ["not signed at all", () => ({ key: "none" })],
    ["signed with the public key as a secret", () => ({ key: "hmac-public" })],
    ["for another client", () => ({ claims: { aud: "other" } })],
    ["for several audiences without azp", () => ({ claims: { aud: ["app", "other"] } })],
    [
      "for several audiences and another azp",
      () => ({ claims: { aud: ["app", "other"], azp: "other" } }),
    ],
    ["of another issuer", () => ({ claims: { iss: "http://localhost:1" } })],
    ["of an issuer with a slash more", ({ iss }) => ({ claims: { iss: `${String(iss)}/` } })],
    ["with another nonce", () => ({ claims: { nonce: "another" } })],
    ["without a nonce", () => ({ claims: { nonce: undefined } })],
    ["that has expired", () => ({ claims: { exp: now() - 120, iat: now() - 600 } })],
    ["without exp", () => ({ claims: { exp: undefined } })],
    ["without sub", () => ({ claims: { sub: undefined } })],
    ["with a list as sub", () => ({ claims: { sub: ["user_ada"] } })],
    ["that is an access token by its type", () => ({ header: { typ: "at+jwt" } })],
    ["that is a logout token by its type", () => ({ header: { typ: "logout+jwt" } })],
    ["that is bound to a key", () => ({ claims: { cnf: { jkt: "x" } } })],
  ])("is refused when %s", async (_name, change) => {
    await expect(signInWith(change)).resolves.toMatch(/^refused: /);
  });

  test("is refused when it is missing", async () => {
    emulator.controls.setHooks({
      tamperResponse: (endpoint, { id_token: idToken, ...body }) =>
        endpoint === "token"
          ? body
          : { ...body, ...(idToken === undefined ? {} : { id_token: idToken }) },
    });
    const step = await signIn(adapter, { person: "ada@acme.example" });
    expect(step).toEqual({ kind: "refused", reason: "response_invalid" });
  });

  test("is refused with its signature's algorithm missing from the metadata", async () => {
    const { privateKey } = await generateKeyPair("PS512");
    emulator.controls.setHooks({
      tamperIdToken: ({ claims, header }) =>
        new SignJWT({ ...claims })
          .setProtectedHeader({ alg: "PS512", kid: String(header["kid"]) })
          .sign(privateKey),
    });
    const step = await signIn(adapter, { person: "ada@acme.example" });
    expect(step).toMatchObject({ kind: "refused" });
  });
});

/** The checks that `openid-client` also makes are seen here without it. */
describe("the profile of ID tokens", () => {
  const registration = registrationFromOptions(
    settings.fromOptions({ issuer: "https://issuer.test", clientId: "app" }),
  );
  if (registration === null) throw new Error("there is no registration");

  const profileWith = (algorithms?: string[]) =>
    idTokenProfile(registration, {
      issuer: "https://issuer.test",
      jwks_uri: "https://issuer.test/jwks",
      ...(algorithms === undefined ? {} : { id_token_signing_alg_values_supported: algorithms }),
    });
  const claims = { iss: "https://issuer.test", sub: "u", aud: "app", iat: 1, exp: 2 };
  const read = (more: Claims) =>
    profileWith().read({ header: { alg: "RS256" }, claims: { ...claims, ...more } });

  test("allows what the metadata names, RS256 if it names nothing, and never what is symmetric", () => {
    expect(profileWith().algorithms).toEqual(["RS256"]);
    expect(profileWith(["none", "HS256", "ES256", "PS256"]).algorithms).toEqual(["PS256", "ES256"]);
    expect(profileWith(["none", "HS256"]).algorithms).toEqual([]);
  });

  test("accepts only this client as audience", () => {
    expect(profileWith().rules.audience).toEqual({
      claim: "aud",
      anyOf: ["app"],
      ifMissing: "reject",
    });
  });

  test("reads azp as the party that the token was made for", () => {
    const mismatch = { ok: false, reason: "authorized_party_mismatch" };
    expect(read({ aud: ["app", "other"] })).toEqual(mismatch);
    expect(read({ aud: ["app", "other"], azp: "other" })).toEqual(mismatch);
    expect(read({ azp: "other" })).toEqual(mismatch);
    expect(read({ azp: null })).toEqual(mismatch);
    expect(read({ aud: ["app"] })).toMatchObject({ subject: "u" });
    expect(read({ aud: ["app", "other"], azp: "app" })).toMatchObject({ subject: "u" });
  });
});
