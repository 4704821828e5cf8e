import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { base64url, json, NOW, signer } from "./kit.ts";

// The engine as it runs where there are no Node builtins: modules are loaded anew without them.

const getBuiltinModule = process.getBuiltinModule.bind(process);
let kit: typeof import("./kit.ts");
let guard: typeof import("../../src/internal/guarded-fetch.ts");

beforeAll(async () => {
  process.getBuiltinModule = () => undefined as never;
  vi.resetModules();
  kit = await import("./kit.ts");
  guard = await import("../../src/internal/guarded-fetch.ts");
});
afterAll(() => {
  process.getBuiltinModule = getBuiltinModule;
});

describe("without Node's builtins", () => {
  test.each(["RS256", "PS256", "ES256", "ES384", "EdDSA"] as const)(
    "verifies %s tokens, remembers them, and refuses forged ones",
    async (alg) => {
      const by = signer(alg);
      const endpoint = kit.createEndpoint(by);
      const provider = kit.providerOf({ fetch: endpoint.fetch });
      const { verdict } = kit.createEngine({ providers: [provider] });
      const token = kit.tokenOf(by, { name: "Zoë" });
      expect([await verdict(token), await verdict(token)]).toEqual(["ok", "ok"]);
      expect(await verdict(kit.tokenOf({ ...signer(alg), kid: by.kid }))).toBe("signature_invalid");
      expect(await verdict(kit.tokenOf(by, { exp: NOW - 60 }))).toBe("expired_only");
      const unsigned = `${json({ alg: "none", typ: "at+jwt" })}.${json(kit.goodClaims())}.${base64url("x")}`;
      expect(await verdict(unsigned)).toBe("algorithm_not_allowed");
      expect(await verdict("not base64url: +/=.a.b")).toBe("malformed");
      expect(endpoint.calls).toHaveLength(1);
    },
  );

  test("uses WebCrypto and no builtin", async () => {
    const { createSignatureVerifier } = await import("../../src/tokens/default-signatures.ts");
    const { publicKeyFor } = await import("../../src/tokens/jwk.ts");
    const jwk = publicKeyFor(signer("ES256").jwk, "ES256");
    const key = jwk && (await createSignatureVerifier().importKey(jwk, "ES256"));
    expect(key).toBeInstanceOf(CryptoKey);
  });

  test("has no request that escapes the guard", async () => {
    const guarded = guard.createGuardedFetch();
    await expect(guarded("http://example.com/")).rejects.toMatchObject({ reason: "scheme" });
    await expect(guarded("https://127.0.0.1/")).rejects.toMatchObject({ reason: "address" });
  });
});
