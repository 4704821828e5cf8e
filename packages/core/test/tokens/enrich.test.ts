import { describe, expect, test } from "vitest";
import { ok, reject } from "../../src/internal/result.ts";
import type { Enrichment, Identity, TokenProfile } from "../../src/tokens/profile.ts";
import {
  createEndpoint,
  createEngine,
  NOW,
  profileOf,
  providerOf,
  readIdentity,
  signer,
  tokenOf,
} from "./kit.ts";

const key = signer("RS256");
const ALL = { accept: ["access", "m2m"] } as const;

function engineThat(enrich: NonNullable<TokenProfile["enrich"]>, read = readIdentity) {
  const asked: Identity[] = [];
  const profile = profileOf({
    read,
    enrich(identity, tools) {
      asked.push(identity);
      return enrich(identity, tools);
    },
  });
  const provider = providerOf({ tokens: [profile] });
  const engine = createEngine({ providers: [provider], fetch: createEndpoint(key).fetch });
  return { ...engine, asked, provider, profile };
}

const robot: typeof readIdentity = (token) => ({ ...readIdentity(token), kind: "service" });

describe("what a profile asks its vendor for", () => {
  test("may depend on the very token", async () => {
    const { verifier } = engineThat(async (_identity, { token }) =>
      ok({ roles: [String(token.claims["sub"])] }),
    );
    expect(await verifier.verify(tokenOf(key), ALL)).toMatchObject({
      value: { identity: { roles: ["user_1"] } },
    });
  });

  test("is added to the identity and asked once for all who present the token", async () => {
    const { verifier, asked } = engineThat(async () =>
      ok({ roles: ["editor"], permissions: ["notes:read"] }),
    );
    const token = tokenOf(key);
    const results = await Promise.all([verifier.verify(token, ALL), verifier.verify(token, ALL)]);
    results.push(await verifier.verify(token, ALL));
    for (const result of results) {
      expect(result).toMatchObject({
        ok: true,
        value: { identity: { subject: "user_1", roles: ["editor"], permissions: ["notes:read"] } },
      });
    }
    expect(asked).toHaveLength(1);
  });

  test("may tell what scopes stand for", async () => {
    const { verifier } = engineThat(async () => ok({ scopes: ["notes:read"] }));
    const result = await verifier.verify(tokenOf(key, { scope: "reading" }), ALL);
    expect(result).toMatchObject({ ok: true, value: { identity: { scopes: ["notes:read"] } } });
  });

  test("is asked for login routes too", async () => {
    const { verifier, provider, profile } = engineThat(async () => ok({ roles: ["editor"] }));
    const result = await verifier.verifyWith(tokenOf(key), { provider, profile });
    expect(result).toMatchObject({ ok: true, value: { identity: { roles: ["editor"] } } });
  });

  test("is not asked for a token that is refused anyway", async () => {
    const { verdict, asked } = engineThat(async () => ok({}));
    expect(await verdict(tokenOf(key, { exp: NOW - 60, iat: NOW - 90 }))).toBe("expired_only");
    expect(await verdict(tokenOf(key, { aud: "https://other.example" }))).toBe("audience_mismatch");
    expect(asked).toEqual([]);
  });

  test("may refuse the token", async () => {
    const { verdict } = engineThat(async () => reject("machine_inactive"));
    expect(await verdict(tokenOf(key))).toBe("machine_inactive");
  });

  test("that cannot be found out is neither yes nor no, and is asked again", async () => {
    let isDown = true;
    const { verdict, logs } = engineThat(async () => {
      if (isDown) throw new TypeError("fetch of https://secret.example failed");
      return ok({});
    });
    const token = tokenOf(key);
    expect(await verdict(token)).toBe("provider_unavailable");
    expect(JSON.stringify(logs)).not.toContain("secret.example");
    isDown = false;
    expect(await verdict(token)).toBe("ok");
  });

  test("cannot say whom the token is about", async () => {
    const elsewhere = { subject: "user_2", email: { value: "a@b.example", verified: true } };
    const { verifier } = engineThat(async () => ok(elsewhere as Enrichment));
    const result = await verifier.verify(tokenOf(key), ALL);
    expect(result).toMatchObject({ ok: true, value: { identity: { subject: "user_1" } } });
    expect(result).not.toHaveProperty("value.identity.email");
  });

  test("binds a machine without a tenant, and nobody else", async () => {
    const tenant = { external: "org_1" };
    const bound = engineThat(async () => ok({ tenant }), robot);
    const result = await bound.verifier.verify(tokenOf(key), ALL);
    expect(result).toMatchObject({ ok: true, value: { identity: { tenant } } });
    expect(await bound.verdict(tokenOf(key, { org_id: "org_2" }))).toBe("identity_invalid");
    const person = engineThat(async () => ok({ tenant }));
    expect(await person.verdict(tokenOf(key))).toBe("identity_invalid");
  });

  test("has the types of an identity or is refused", async () => {
    const { verdict } = engineThat(async () => ok({ roles: "editor" } as unknown as Enrichment));
    expect(await verdict(tokenOf(key))).toBe("identity_invalid");
  });
});
