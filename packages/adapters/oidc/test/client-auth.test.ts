import { exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OidcOptions } from "../src/index.ts";
import { adapterOf, optionsFor, signedIn, signIn, startEmulator } from "./support/adapter.ts";
import { startScriptedIssuer, type ScriptedIssuer } from "./support/issuer.ts";

describe("what the token endpoint sees", () => {
  let issuer: ScriptedIssuer;

  beforeEach(async () => {
    issuer = await startScriptedIssuer();
  });

  afterEach(() => issuer.close());

  /** How the adapter proves itself when the metadata offers these methods. */
  async function methodFor(offered: unknown, more: Partial<OidcOptions> = {}): Promise<string> {
    issuer.metadata["token_endpoint_auth_methods_supported"] = offered;
    let seen = "nothing";
    issuer.endpoints.set("/token", ({ form, headers }) => {
      const isBasic = headers.authorization?.startsWith("Basic ") === true;
      seen = isBasic
        ? "basic"
        : form.has("client_secret")
          ? "post"
          : form.has("client_assertion")
            ? "key"
            : "none";
      return { body: { access_token: "a", token_type: "Bearer" } };
    });
    const { clientSecret: _, ...options } = optionsFor(issuer);
    const { login, tools } = adapterOf({ ...options, ...more });
    await login.refresh({ refreshToken: "r" }, tools);
    return seen;
  }

  test("is what the metadata offers, basic first, and basic if it says nothing", async () => {
    const clientSecret = "app-secret";
    await expect(methodFor(undefined, { clientSecret })).resolves.toBe("basic");
    await expect(
      methodFor(["client_secret_post", "client_secret_basic"], { clientSecret }),
    ).resolves.toBe("basic");
    await expect(methodFor(["client_secret_post"], { clientSecret })).resolves.toBe("post");
    await expect(methodFor(["private_key_jwt"], { clientSecret })).resolves.toBe("basic");
    await expect(methodFor(["client_secret_basic"])).resolves.toBe("none");
  });

  test("is the configured method, whatever the metadata offers", async () => {
    const clientSecret = "app-secret";
    const offered = ["client_secret_basic"];
    await expect(
      methodFor(offered, { clientSecret, clientAuth: "client_secret_post" }),
    ).resolves.toBe("post");
    await expect(methodFor(offered, { clientSecret, clientAuth: "none" })).resolves.toBe("none");
  });

  test("is a key rather than a secret where both would do", async () => {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const privateKeyJwk = { ...(await exportJWK(privateKey)), alg: "ES256" };
    const both = { clientSecret: "app-secret", privateKeyJwk };
    await expect(methodFor(["client_secret_basic", "private_key_jwt"], both)).resolves.toBe("key");
    await expect(methodFor(["client_secret_basic"], both)).resolves.toBe("basic");
  });

  test("is nothing while the key cannot be used", async () => {
    const privateKeyJwk = { kty: "EC", d: "x", alg: "ES256" };
    await expect(
      methodFor(undefined, { privateKeyJwk, clientAuth: "private_key_jwt" }),
    ).resolves.toBe("nothing");
  });
});

describe.each(["RS256", "ES256", "PS256", "Ed25519"])("a private key for %s", (alg) => {
  test("signs in at the emulator", async () => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg, kid: "k" }] };
    const emulator = await startEmulator({ tokenEndpointAuthMethod: "private_key_jwt", jwks });
    const privateKeyJwk = { ...(await exportJWK(privateKey)), alg, kid: "k", use: "sig" };
    const { clientSecret: _, ...options } = optionsFor(emulator);
    const adapter = adapterOf({ ...options, privateKeyJwk });
    const { identity } = await signedIn(adapter, { person: "ada@acme.example" });
    expect(identity.subject).toBe("user_ada");

    const { privateKey: other } = await generateKeyPair(alg, { extractable: true });
    const stranger = { ...(await exportJWK(other)), alg, kid: "k" };
    const step = await signIn(adapterOf({ ...options, privateKeyJwk: stranger }), {
      person: "ada@acme.example",
    });
    expect(step).toEqual({ kind: "unavailable", reason: "client_rejected" });
    await emulator.close();
  });
});

test("a public client signs in with PKCE alone", async () => {
  const emulator = await startEmulator({ tokenEndpointAuthMethod: "none" });
  const { clientSecret: _, ...options } = optionsFor(emulator);
  const { identity } = await signedIn(adapterOf(options), { person: "ada@acme.example" });
  expect(identity.subject).toBe("user_ada");
  await emulator.close();
});
