import { signInHeadless, type OidcEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  API,
  CALLBACK,
  EMULATOR_CLAIMS,
  FLOW,
  optionsFor,
  refreshTokenOf,
  signedIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";
import { startScriptedIssuer, type ScriptedIssuer } from "./support/issuer.ts";

const INTROSPECTION = { introspection: true, introspectionClients: ["app"] } as const;

async function verdict(
  { verifier }: Adapter,
  token: string,
  request: { readonly resource?: string } = {},
): Promise<string> {
  const result = await verifier.verifyOpaque(token, { accept: ["access"], ...request });
  return result.ok ? "accepted" : result.reason;
}

describe("opaque tokens of the emulator", () => {
  let emulator: OidcEmulator;
  let adapter: Adapter;

  beforeEach(async () => {
    emulator = await startEmulator();
    adapter = adapterOf(optionsFor(emulator, { ...EMULATOR_CLAIMS, ...INTROSPECTION }));
  });

  afterEach(() => emulator.close());

  async function opaqueToken(): Promise<string> {
    const start = await adapter.login.start({ flowId: FLOW, redirectUri: CALLBACK }, adapter.tools);
    if (start.kind !== "redirect") throw new Error("no redirect");
    const callback = await signInHeadless({
      authorizationUrl: new URL(start.location),
      person: "ada@acme.example",
    });
    const response = await fetch(`${emulator.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("app:app-secret")}` },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: callback.searchParams.get("code") ?? "",
        redirect_uri: CALLBACK,
        code_verifier: String(start.state["verifier"]),
      }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  test("say who and for which organization", async () => {
    const result = await adapter.verifier.verifyOpaque(await opaqueToken(), { accept: ["access"] });
    expect(result).toMatchObject({
      ok: true,
      value: {
        identity: {
          subject: "user_ada",
          kind: "user",
          tenant: { external: "org_acme" },
          roles: ["admin"],
          clientId: "app",
        },
      },
    });
  });

  test("are refused when they are refresh tokens, unknown or revoked", async () => {
    const refreshToken = refreshTokenOf(await signedIn(adapter, { person: "ada@acme.example" }));
    await expect(verdict(adapter, refreshToken)).resolves.toBe("kind_not_accepted");
    await expect(verdict(adapter, "nobody-knows-this")).resolves.toBe("inactive");
    const token = await opaqueToken();
    await emulator.controls.signOut("ada@acme.example");
    await expect(verdict(adapter, token)).resolves.toBe("inactive");
  });

  test("are neither good nor bad while the issuer is down", async () => {
    const token = await opaqueToken();
    emulator.controls.fail({ mode: "error", endpoints: ["introspection"] });
    await expect(verdict(adapter, token)).resolves.toBe("provider_unavailable");
    await emulator.controls.recover();
    await expect(verdict(adapter, token)).resolves.toBe("accepted");
    await emulator.controls.disconnect();
    await expect(verdict(adapter, await Promise.resolve("another"))).resolves.toBe(
      "provider_unavailable",
    );
  });

  test("are asked about only when that is configured", () => {
    expect(adapterOf(optionsFor(emulator)).provider.opaque).toBeUndefined();
    expect(adapterOf(optionsFor(emulator)).provider.capabilities.opaqueTokens).toBe("no");
    expect(adapter.provider.capabilities.opaqueTokens).toBe("yes");
  });
});

describe("what counts as opaque", () => {
  test("is anything a bearer token may look like, except three parts with dots", () => {
    const [opaque] =
      adapterOf({
        issuer: "https://issuer.test",
        clientId: "app",
        ...INTROSPECTION,
      }).provider.opaque ?? [];
    const recognises = (value: string) => opaque?.recognises(value);
    expect(["abc", "a.b", "v1.local.a.b", "a+b/c=~_-"].map(recognises)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["a.b.c", "", "a b", "a\n", "é", "a".repeat(3000)].map(recognises)).not.toContain(true);
  });
});

describe("what an issuer answers about a token", () => {
  let issuer: ScriptedIssuer;
  let adapter: Adapter;
  const now = Math.floor(Date.now() / 1000);

  beforeEach(async () => {
    issuer = await startScriptedIssuer();
    issuer.metadata["introspection_endpoint"] = `${issuer.issuer}/introspect`;
    adapter = adapterOf(optionsFor(issuer, INTROSPECTION));
  });

  afterEach(() => issuer.close());

  const good = {
    active: true,
    sub: "u",
    token_type: "Bearer",
    client_id: "app",
    aud: API,
    scope: "a b",
    exp: now + 60,
    iat: now,
  };
  const ask = (body: object, status = 200, request = {}) => {
    issuer.endpoints.set("/introspect", () => ({ status, body }));
    return verdict(adapter, crypto.randomUUID(), request); // never the same: core remembers answers
  };

  test("is believed when everything is in order", async () => {
    await expect(ask(good)).resolves.toBe("accepted");
  });

  test("is asked for as an access token, with our client authentication", async () => {
    let seen: readonly unknown[] = [];
    issuer.endpoints.set("/introspect", ({ form, headers }) => {
      seen = [form.get("token"), form.get("token_type_hint"), headers.authorization];
      return { body: good };
    });
    await verdict(adapter, "opaque");
    expect(seen).toEqual(["opaque", "access_token", `Basic ${btoa("app:app%2Dsecret")}`]);
  });

  test.each<[string, object, string]>([
    ["not active", { active: false }, "inactive"],
    ["active as a text", { active: "true" }, "provider_unavailable"],
    ["without type", { token_type: undefined }, "kind_not_accepted"],
    ["a refresh token", { token_type: "refresh_token" }, "kind_not_accepted"],
    ["bound to a key", { cnf: { jkt: "x" } }, "confirmation_required"],
    ["of another issuer", { iss: "https://other.test" }, "issuer_unknown"],
    ["expired", { exp: now - 60 }, "expired_only"],
    ["without expiry", { exp: undefined }, "claim_missing"],
    ["not valid yet", { nbf: now + 600 }, "not_yet_valid"],
    ["for another audience", { aud: "https://other.test" }, "audience_mismatch"],
    ["for this app as audience", { aud: "app" }, "audience_mismatch"],
    [
      "without audience, by another client",
      { aud: undefined, client_id: "other" },
      "audience_mismatch",
    ],
    ["without audience and client", { aud: undefined, client_id: undefined }, "audience_mismatch"],
    ["without subject", { sub: undefined }, "claim_missing"],
  ])("is refused when %s", async (_name, change, reason) => {
    await expect(ask({ ...good, ...change })).resolves.toBe(reason);
  });

  test("may lack an audience if its client is a listed one, except at a mount with its own", async () => {
    const without = { ...good, aud: undefined };
    await expect(ask(without)).resolves.toBe("accepted");
    await expect(ask(without, 200, { resource: API })).resolves.toBe("audience_mismatch");
    await expect(ask({ ...good, aud: ["x", API] }, 200, { resource: API })).resolves.toBe(
      "accepted",
    );
    await expect(ask(good, 200, { resource: "https://o.test" })).resolves.toBe("audience_mismatch");
  });

  test("tells a machine from a person", async () => {
    issuer.endpoints.set("/introspect", () => ({ body: { ...good, sub: "app" } }));
    const [opaque] = adapter.provider.opaque ?? [];
    const result = await opaque?.verify("opaque", {}, adapter.tools);
    expect(result).toMatchObject({ value: { kind: "service" } });
  });

  test.each<[string, object, number, string]>([
    ["that it refuses our client", { error: "invalid_client" }, 401, "provider_unavailable"],
    ["a server error", { error: "server_error" }, 500, "provider_unavailable"],
    ["that it does not know such tokens", { error: "unsupported_token_type" }, 400, "inactive"],
  ])("%s", async (_name, body, status, reason) => {
    await expect(ask(body, status)).resolves.toBe(reason);
  });
});
