import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtin } from "../../src/internal/platform.ts";
import type { TokenProfile } from "../../src/tokens/profile.ts";
import { createNodeSignatureVerifier } from "../../src/tokens/signature-node.ts";
import { createWebSignatureVerifier } from "../../src/tokens/signature-web.ts";
import {
  base64url,
  createEndpoint,
  createEngine,
  goodClaims,
  ISSUER,
  json,
  NOW,
  profileOf,
  providerOf,
  readIdentity,
  type Signer,
  signer,
  tokenOf,
} from "./kit.ts";

// Rows of the security table, by number, with the advisories that each one answers.

const rsa = signer("RS256", "rsa");
const ec = signer("ES256", "ec");
const stranger = signer("RS256", "rsa");
const nodeCrypto = builtin("node:crypto");
if (nodeCrypto === undefined) throw new Error("these tests run on Node");

const VERIFIERS = [
  ["Node's cryptography", createNodeSignatureVerifier(nodeCrypto)],
  ["the web's cryptography", createWebSignatureVerifier()],
] as const;

describe.each(VERIFIERS)("with %s", (_name, signatures) => {
  const engineOf = (profile: Partial<TokenProfile> = {}, ...keys: readonly unknown[]) => {
    const endpoint = createEndpoint(rsa, ec);
    if (keys.length > 0) endpoint.keys = [...keys];
    const provider = providerOf({ tokens: [profileOf(profile)], fetch: endpoint.fetch });
    return { ...createEngine({ providers: [provider], signatures }), endpoint };
  };
  const verdict = (token: string, profile?: Partial<TokenProfile>, ...keys: readonly unknown[]) =>
    engineOf(profile, ...keys).verdict(token);
  const unsigned = (header: object, signature: (input: string) => string | Uint8Array) => {
    const input = `${json({ kid: rsa.kid, typ: "at+jwt", ...header })}.${json(goodClaims())}`;
    return `${input}.${base64url(signature(input))}`;
  };

  test("accepts an honest token of each key", async () => {
    expect(await verdict(tokenOf(rsa))).toBe("ok");
    expect(await verdict(tokenOf(ec))).toBe("ok");
  });

  describe("row 1 (CVE-2022-23540, CVE-2022-23541, CVE-2020-15084)", () => {
    test.each(["none", "None", "NONE", "nOnE"])(
      "refuses alg %s, with and without a signature",
      async (alg) => {
        const { verdict: judge, endpoint } = engineOf();
        expect(await judge(unsigned({ alg }, () => "x"))).toBe("algorithm_not_allowed");
        expect(
          await judge(
            `${unsigned({ alg }, () => "x")
              .split(".")
              .slice(0, 2)
              .join(".")}.`,
          ),
        ).toBe("malformed");
        expect(endpoint.calls).toEqual([]);
      },
    );

    test.each(["HS256", "HS384", "HS512"])(
      "refuses %s made with the public key as a secret",
      async (alg) => {
        const { n = "", e = "" } = rsa.jwk as { n?: string; e?: string };
        const pem = pemOf(rsa.jwk);
        for (const secret of [pem, pem.trim(), JSON.stringify(rsa.jwk), n, e]) {
          const mac = (input: string) =>
            createHmac(`sha${alg.slice(2)}`, secret)
              .update(input)
              .digest();
          // oxlint-disable-next-line no-await-in-loop -- a handful
          expect(await verdict(unsigned({ alg }, mac))).toBe("algorithm_not_allowed");
        }
      },
    );

    test("refuses an algorithm of another key type than the key's", async () => {
      const asEc = unsigned({ alg: "ES256" }, (input) => rsa.seal(input));
      expect(await verdict(asEc)).toBe("key_unknown");
      const asRsa = tokenOf({ ...ec, alg: "RS256" });
      expect(await verdict(asRsa)).toBe("key_unknown");
    });

    test("refuses an algorithm that the profile does not allow, though the key could serve it", async () => {
      const { alg: _alg, ...open } = rsa.jwk;
      const token = unsigned({ alg: "PS256" }, (input) => rsa.seal(input, "PS256"));
      expect(await verdict(token, {}, open)).toBe("ok");
      expect(await verdict(token, { algorithms: ["RS256"] }, open)).toBe("algorithm_not_allowed");
    });

    test("refuses an algorithm that only another profile of the issuer allows", async () => {
      const endpoint = createEndpoint(ec);
      const mcp = profileOf({ id: "mcp", kind: "mcp", matches: () => false });
      const access = profileOf({ algorithms: ["RS256"] });
      const provider = providerOf({ tokens: [access, mcp], fetch: endpoint.fetch });
      const engine = createEngine({ providers: [provider], signatures });
      expect(await engine.verdict(tokenOf(ec))).toBe("algorithm_not_allowed");
    });
  });

  describe("row 2 (CVE-2026-22817, CVE-2026-22818)", () => {
    const { alg: _alg, use: _use, ...bare } = rsa.jwk;

    test("takes the algorithm from the profile when the key set names none", async () => {
      expect(await verdict(tokenOf(rsa), { algorithms: ["RS256"] }, bare)).toBe("ok");
      const token = unsigned({ alg: "RS384" }, (input) => rsa.seal(input, "RS384"));
      expect(await verdict(token, { algorithms: ["RS256"] }, bare)).toBe("algorithm_not_allowed");
    });

    test("never lets a token turn a public key without alg into a shared secret", async () => {
      const mac = (input: string) =>
        createHmac("sha256", String(rsa.jwk["n"])).update(input).digest();
      expect(await verdict(unsigned({ alg: "HS256" }, mac), {}, bare)).toBe(
        "algorithm_not_allowed",
      );
    });

    test("refuses an algorithm other than the one the key set names", async () => {
      const token = unsigned({ alg: "PS256" }, (input) => rsa.seal(input, "PS256"));
      expect(await verdict(token)).toBe("key_unknown");
    });
  });

  describe("row 3 (CVE-2026-34950, GHSA-ww5h-9m49-7xx4, GHSA-g3jj-5cmm-3hxx)", () => {
    test.each([
      ["a PEM", pemOf(rsa.jwk)],
      ["a PEM with white space in front", `\n ${pemOf(rsa.jwk)}`],
      ["a PEM in an object", { kid: "rsa", pem: pemOf(rsa.jwk) }],
      ["a certificate chain only", { kid: "rsa", kty: "RSA", x5c: ["MIIB"], alg: "RS256" }],
      ["a symmetric key", { kid: "rsa", kty: "oct", k: base64url("secret"), alg: "HS256" }],
      ["a private key", { ...rsa.jwk, ...rsa.privateKey.export({ format: "jwk" }) }],
      ["numbers as arrays", { ...rsa.jwk, n: [rsa.jwk["n"]] }],
      ["a type as text that only looks like RSA", { ...rsa.jwk, kty: " RSA" }],
    ])("takes no key from %s", async (_what, key) => {
      expect(await verdict(tokenOf(rsa), {}, key)).toBe("key_unknown");
    });

    test("takes no key that the token itself brings or points to", async () => {
      for (const header of [
        { jwk: stranger.jwk },
        { jku: "https://evil.example/jwks" },
        { x5u: "https://evil.example/x" },
      ]) {
        // oxlint-disable-next-line no-await-in-loop -- a handful
        expect(await verdict(tokenOf(stranger, {}, header))).toBe("header_not_allowed");
      }
      expect(await verdict(tokenOf(stranger, {}, { x5c: ["MIIB"] }))).toBe("signature_invalid");
    });

    test("takes no RSA key below 2048 bits", async () => {
      const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
      const weak = { ...publicKey.export({ format: "jwk" }), kid: "rsa", alg: "RS256" };
      expect(await verdict(tokenOf(rsa), {}, weak)).toBe("key_unknown");
    });
  });

  describe("row 4 (CVE-2026-44351, GHSA-8wpc-h4q6-8fxv)", () => {
    test.each([
      ["unknown", "other", "key_unknown"],
      ["a path", "../../../../dev/null", "key_unknown"],
      ["SQL", "x' UNION SELECT 'key", "key_unknown"],
      ["a name of every object", "__proto__", "key_unknown"],
      ["in another case", "RSA", "key_unknown"],
      ["empty", "", "header_not_allowed"],
      ["null", null, "header_not_allowed"],
      ["an array of the right one", ["rsa"], "header_not_allowed"],
      ["a number", 0, "header_not_allowed"],
      ["ten kilobytes", "x".repeat(10_240), "too_long"],
      ["long", "x".repeat(257), "header_not_allowed"],
    ])("refuses a kid that is %s", async (_what, kid, reason) => {
      expect(await verdict(tokenOf(rsa, {}, { kid }))).toBe(reason);
    });

    test("refuses an empty signature made with an empty key", async () => {
      const mac = (input: string) => createHmac("sha256", "").update(input).digest();
      expect(await verdict(unsigned({ alg: "RS256", kid: "other" }, mac))).toBe("key_unknown");
      expect(await verdict(unsigned({ alg: "RS256" }, mac))).toBe("signature_invalid");
    });

    test("refuses everything when the key set is empty", async () => {
      const { verdict: judge, endpoint } = engineOf();
      endpoint.keys = [];
      expect(await judge(tokenOf(rsa))).toBe("key_unknown");
      expect(await judge(tokenOf(rsa, {}, { kid: undefined }))).toBe("key_unknown");
    });
  });

  describe("row 5 (CVE-2026-18500)", () => {
    const issuers = { acme: "https://acme.example", globex: "https://globex.example" };
    const twoTenants = () => {
      const profiles = Object.entries(issuers).map(([name, issuer]) =>
        profileOf({ id: name, issuers: [issuer], keys: { jwksUri: `${issuer}/jwks` } }),
      );
      const keys = { [`${issuers.acme}/jwks`]: rsa.jwk, [`${issuers.globex}/jwks`]: stranger.jwk };
      const fetch = ((url: string) =>
        Promise.resolve(Response.json({ keys: [keys[url]] }))) as typeof globalThis.fetch;
      return createEngine({ providers: [providerOf({ tokens: profiles, fetch })], signatures });
    };

    test("refuses a token of one tenant's issuer that another tenant's key has signed", async () => {
      const { verdict: judge } = twoTenants();
      expect(await judge(tokenOf(rsa, { iss: issuers.acme }))).toBe("ok");
      expect(await judge(tokenOf(stranger, { iss: issuers.globex }))).toBe("ok");
      expect(await judge(tokenOf(rsa, { iss: issuers.globex }))).toBe("signature_invalid");
      expect(await judge(tokenOf(stranger, { iss: issuers.acme }))).toBe("signature_invalid");
    });

    test("is not configured at all when two profiles give one issuer different keys", () => {
      const tokens = [
        profileOf(),
        profileOf({ id: "b", keys: { jwksUri: "https://other.example/jwks" } }),
      ];
      expect(() => createEngine({ providers: [providerOf({ tokens })] })).toThrow(
        /"https:\/\/issuer.example" different keys/,
      );
    });
  });

  describe("row 6 (CVE-2025-62610, honojs/middleware e956ae02)", () => {
    test("refuses a token without issuer", async () => {
      expect(await verdict(tokenOf(rsa, { iss: undefined }))).toBe("issuer_unknown");
    });

    test("refuses a token without audience", async () => {
      expect(await verdict(tokenOf(rsa, { aud: undefined }))).toBe("audience_mismatch");
    });

    test("refuses a token for a sibling app that the same keys have signed", async () => {
      expect(await verdict(tokenOf(rsa, { aud: "https://sibling.example" }))).toBe(
        "audience_mismatch",
      );
    });
  });

  describe("row 7 (CVE-2025-30144, CVE-2024-53861, CVE-2020-26160)", () => {
    test.each<[unknown]>([
      [[ISSUER]],
      [{ 0: ISSUER }],
      [7],
      [null],
      [true],
      [""],
      [ISSUER.slice(0, -1)],
      [`${ISSUER}/`],
      [`${ISSUER}.evil.example`],
      [ISSUER.toUpperCase()],
      ["https://issuer.ехample"],
      [` ${ISSUER}`],
      ["example"],
      ["__proto__"],
    ])("refuses the issuer %j", async (iss) => {
      const { verdict: judge, endpoint } = engineOf();
      expect(await judge(tokenOf(rsa, { iss }))).toBe("issuer_unknown");
      expect(endpoint.calls).toEqual([]);
    });

    test.each([[["user_1"]], [7], [{}]])("refuses the subject %j", async (sub) => {
      expect(await verdict(tokenOf(rsa, { sub }))).toBe("claim_invalid");
    });

    test.each([[[]], [""], [[7]], [{ 0: "https://api.example" }]])(
      "refuses the audience %j",
      async (aud) => {
        expect(await verdict(tokenOf(rsa, { aud }))).toBe("claim_invalid");
      },
    );

    test.each([[["org_1"]], [7], [{ id: "org_1" }]])(
      "refuses the organization %j that a reader passes on",
      async (org) => {
        const read: TokenProfile["read"] = (token) => ({
          ...readIdentity(token),
          tenant: { external: token.claims["org_id"] as string },
        });
        expect(await verdict(tokenOf(rsa, { org_id: "org_1" }), { read })).toBe("ok");
        expect(await verdict(tokenOf(rsa, { org_id: org }), { read })).toBe("identity_invalid");
      },
    );

    test("accepts no issuer, audience or subject but the exact texts", async () => {
      const { verdict: judge } = engineOf();
      const odd = fc.oneof(
        fc.jsonValue(),
        fc.string({ unit: "grapheme" }),
        fc.nat(ISSUER.length).map((length) => ISSUER.slice(0, length)),
        fc.string().map((tail) => ISSUER + tail),
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom("iss", "aud"), odd, async (claim, value) => {
          const isExact =
            value === goodClaims()[claim as "iss"] || (claim === "aud" && isAudience(value));
          expect((await judge(tokenOf(ec, { [claim]: value }))) === "ok").toBe(isExact);
        }),
        { numRuns: 200 },
      );
    });
  });

  describe("row 8 (CVE-2026-44459)", () => {
    test.each([["9e9"], [null], [0], [-1], [[NOW + 60]], [true], [{}], [""]])(
      "refuses exp %j",
      async (exp) => {
        expect(await verdict(tokenOf(rsa, { exp }))).toBe("claim_invalid");
      },
    );

    test("refuses a token without exp, and one whose exp is too large to be a number", async () => {
      expect(await verdict(tokenOf(rsa, { exp: undefined }))).toBe("claim_missing");
      const input = `${json({ alg: "RS256", kid: "rsa", typ: "at+jwt" })}.${base64url(
        JSON.stringify({ ...goodClaims(), exp: 0 }).replace('"exp":0', '"exp":1e999'),
      )}`;
      expect(await verdict(`${input}.${base64url(rsa.seal(input))}`)).toBe("claim_invalid");
    });

    test("refuses an expired token", async () => {
      expect(await verdict(tokenOf(rsa, { exp: NOW - 31 }))).toBe("expired_only");
    });
  });

  describe("row 9 (CVE-2026-35042, CVE-2026-32597)", () => {
    test.each([[["x-unknown"]], [["b64"]], [["exp"]], [[]], ["exp"], [null]])(
      "refuses crit %j",
      async (crit) => {
        expect(await verdict(tokenOf(rsa, {}, { crit, "x-unknown": true }))).toBe(
          "critical_header",
        );
      },
    );
  });

  describe("row 10 (CVE-2026-35040, CVE-2026-35041)", () => {
    test("treats what looks like a pattern in the configuration as plain text", async () => {
      const issuers = ["https://.*\\.example", "/^https:/", "*"];
      const { endpoint, verdict: judge } = engineOf({ issuers });
      expect(await judge(tokenOf(rsa))).toBe("issuer_unknown");
      expect(endpoint.calls).toEqual([]);
      const audience = { claim: "aud", anyOf: ["https://.*", "*"], ifMissing: "reject" } as const;
      expect(await verdict(tokenOf(rsa), { rules: { audience } })).toBe("audience_mismatch");
    });

    test("answers the same however often it is asked", async () => {
      const { verdict: judge } = engineOf();
      for (let round = 0; round < 10; round += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after another is the point
        expect(await judge(tokenOf(ec))).toBe("ok");
        // oxlint-disable-next-line no-await-in-loop -- one after another is the point
        expect(await judge(tokenOf(ec, { aud: "https://other.example" }))).toBe(
          "audience_mismatch",
        );
      }
    });
  });

  describe("row 11 (CVE-2026-35039, CVE-2026-33496)", () => {
    const audience = {
      claim: "aud",
      anyOf: (resource: string | undefined) => [resource ?? "https://api.example"],
      ifMissing: "reject",
    } as const;

    test("does not confuse two tokens that share all but their end", async () => {
      const { verdict: judge } = engineOf();
      const token = tokenOf(rsa);
      expect(await judge(token)).toBe("ok");
      const [header = "", claims = "", signature = ""] = token.split(".");
      const { sub: _sub, ...rest } = goodClaims();
      const other = json({ ...rest, sub: "user_2" });
      expect(await judge(`${header}.${other}.${signature}`)).toBe("signature_invalid");
      expect(
        await judge(`${header}.${claims}.${base64url(stranger.seal(`${header}.${claims}`))}`),
      ).toBe("signature_invalid");
      expect(await judge(token)).toBe("ok");
    });

    test("does not lend one mount's verdict to a mount of another audience", async () => {
      const { verdict: judge } = engineOf({ rules: { audience } });
      const token = tokenOf(rsa);
      expect(await judge(token)).toBe("ok");
      expect(await judge(token, "https://api.example/mcp")).toBe("audience_mismatch");
      expect(await judge(token, "https://api.example")).toBe("ok");
      expect(await judge(token, "https://api.example/mcp")).toBe("audience_mismatch");
    });

    test("does not lend one mount's verdict to a mount that accepts other kinds", async () => {
      const { verifier } = engineOf();
      const token = tokenOf(rsa);
      expect(await verifier.verify(token, { accept: ["access", "m2m"] })).toMatchObject({
        ok: true,
      });
      expect(await verifier.verify(token, { accept: ["m2m"] })).toMatchObject({
        reason: "kind_not_accepted",
      });
      expect(await verifier.verify(token, { accept: ["mcp"] })).toMatchObject({
        reason: "kind_not_accepted",
      });
    });

    test("ends every verdict with its token", async () => {
      const { verdict: judge, clock } = engineOf();
      const token = tokenOf(rsa, { exp: NOW + 60 });
      expect(await judge(token)).toBe("ok");
      clock.nowMs += 89_000;
      expect(await judge(token)).toBe("ok");
      clock.nowMs += 1000;
      expect(await judge(token)).toBe("expired_only");
    });
  });

  describe("row 12 (jlowin/fastmcp#3524, honojs/hono 5463db27)", () => {
    const kindOf = (token: { readonly claims: Readonly<Record<string, unknown>> }) =>
      token.claims["token_use"];
    const profiles = (["access", "id", "logout"] as const).map((kind) =>
      profileOf({
        id: kind,
        kind,
        matches: (token) => kindOf(token) === kind,
        rules: { ...profileOf().rules, typ: ["jwt"] },
      }),
    );
    const judge = async (
      use: string | undefined,
      accept: readonly ("access" | "id" | "logout")[],
    ) => {
      const endpoint = createEndpoint(rsa);
      const provider = providerOf({ tokens: profiles, fetch: endpoint.fetch });
      const { verifier } = createEngine({ providers: [provider], signatures });
      const result = await verifier.verify(tokenOf(rsa, { token_use: use }, { typ: "JWT" }), {
        accept,
      });
      return result.ok ? "ok" : result.reason;
    };

    test("accepts an access token where access tokens are accepted", async () => {
      expect(await judge("access", ["access"])).toBe("ok");
    });

    test.each(["id", "logout"] as const)(
      "refuses an %s token at every mount, even one that asks for it",
      async (use) => {
        expect(await judge(use, ["access"])).toBe("kind_not_accepted");
        expect(await judge(use, ["access", use])).toBe("kind_not_accepted");
        expect(await judge(use, [use])).toBe("kind_not_accepted");
      },
    );

    test.each(["refresh", undefined])("refuses a token whose use is %s", async (use) => {
      expect(await judge(use, ["access"])).toBe("profile_none");
    });

    test("refuses a token of another typ", async () => {
      expect(await verdict(tokenOf(rsa, {}, { typ: "JWT" }))).toBe("typ_mismatch");
      expect(await verdict(tokenOf(rsa, {}, { typ: "logout+jwt" }))).toBe("typ_mismatch");
    });

    test("refuses what belongs to another scheme", async () => {
      expect(await verdict(base64url("user:password"))).toBe("malformed");
      expect(await verdict(`Bearer ${tokenOf(rsa)}`)).toBe("malformed");
    });
  });

  describe("row 13 (jlowin/fastmcp#3407)", () => {
    const scopes = async (claims: object, profile: Partial<TokenProfile> = {}) => {
      const { verifier } = engineOf(profile);
      const result = await verifier.verify(tokenOf(rsa, { ...claims }), { accept: ["access"] });
      return result.ok ? result.value.identity.scopes : result.reason;
    };

    test("grants the scopes of the token and no others", async () => {
      expect(await scopes({ scope: "notes:read" })).toEqual(["notes:read"]);
    });

    test.each([[undefined], [""], [7], [{}]])(
      "grants none to a token whose scope is %j",
      async (scope) => {
        expect(await scopes({ scope })).toEqual([]);
      },
    );

    test("leaves them unknown where scopes are not about permissions", async () => {
      expect(await scopes({ scope: undefined }, { scopes: "none" })).toBe(undefined);
    });
  });
});

function pemOf(jwk: Signer["jwk"]): string {
  const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
  return key.export({ type: "spki", format: "pem" }).toString();
}

function isAudience(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.includes("https://api.example") &&
    value.every((item) => typeof item === "string" && item !== "")
  );
}
