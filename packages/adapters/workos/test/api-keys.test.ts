import type { WorkosEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  API_KEY,
  ISSUER,
  optionsFor,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";

let emulator: WorkosEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

const verify = (credential: string) =>
  adapter.verifier.verifyOpaque(credential, { accept: ["api_key"] });
const reasonOf = async (credential: string) => {
  const result = await verify(credential);
  return result.ok ? "accepted" : result.reason;
};

describe("an organization's key", () => {
  test("is a service of that organization with the permissions that were chosen for it", async () => {
    const { id, value } = await emulator.controls.issueApiKey({
      organizationId: "org_acme",
      name: "deploy",
      permissions: ["notes:read"],
    });
    const result = await verify(value);
    expect(result).toMatchObject({
      ok: true,
      value: {
        profile: { kind: "api_key", scopes: "permissions" },
        identity: {
          issuer: ISSUER,
          subject: id,
          kind: "service",
          tenant: { external: "org_acme" },
          roles: [],
          permissions: ["notes:read"],
          scopes: ["notes:read"],
          name: "deploy",
        },
      },
    });
  });

  test("is asked about once a minute, not once a request", async () => {
    const { value } = await emulator.controls.issueApiKey({ organizationId: "org_acme" });
    await verify(value);
    await verify(value);
    expect(emulator.controls.requests("validations")).toBe(1);
  });
});

describe("a person's key", () => {
  test("is that person in that organization, bounded by the key and by no role of its own", async () => {
    const { id, value } = await emulator.controls.issueApiKey({
      organizationId: "org_birch",
      userId: "user_cleo",
      permissions: ["notes:read", "notes:delete"],
    });
    const result = await verify(value);
    expect(result).toMatchObject({
      ok: true,
      value: {
        profile: { roles: "directory" },
        identity: {
          subject: "user_cleo",
          kind: "user",
          tenant: { external: "org_birch" },
          clientId: id,
          scopes: ["notes:read", "notes:delete"],
        },
      },
    });
    expect(result.ok && result.value.identity).not.toHaveProperty("permissions");
    expect(result.ok && result.value.identity).not.toHaveProperty("roles");
  });

  test("is as old as its making, so that a later removal wins", async () => {
    const { value } = await emulator.controls.issueApiKey({
      organizationId: "org_birch",
      userId: "user_cleo",
    });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const result = await verify(value);
    expect(result.ok && result.value.identity.issuedAtSeconds).toBeLessThan(
      Math.floor(Date.now() / 1000),
    );
  });

  test("ends with the membership", async () => {
    const { value } = await emulator.controls.issueApiKey({
      organizationId: "org_birch",
      userId: "user_cleo",
    });
    emulator.controls.world.memberships.remove("user_cleo", "org_birch");
    expect(await reasonOf(value)).toBe("inactive");
  });
});

describe("a key is refused", () => {
  test("when it is the environment's own, without asking anybody", async () => {
    expect(await reasonOf(API_KEY)).toBe("profile_none");
    expect(emulator.controls.requests()).toBe(0);
  });

  test.each(["sk_short", "pk_live_0123456789", "sk_live 0123456789", `sk_${"x".repeat(300)}`])(
    "when it has another form, without asking anybody: %s",
    async (credential) => {
      expect(await reasonOf(credential)).not.toBe("accepted");
      expect(emulator.controls.requests()).toBe(0);
    },
  );

  test("when it was never issued, revoked or has expired", async () => {
    const { controls } = emulator;
    expect(await reasonOf("sk_01NEVERISSUED")).toBe("inactive");
    const { id, value } = await controls.issueApiKey({ organizationId: "org_acme" });
    controls.revokeApiKey(id);
    expect(await reasonOf(value)).toBe("inactive");
    const old = await controls.issueApiKey({
      organizationId: "org_acme",
      expiresAtMs: Date.now() - 1000,
    });
    expect(await reasonOf(old.value)).toBe("inactive");
  });

  test("when the vendor's clock lets it live and ours does not", async () => {
    const { value } = await emulator.controls.issueApiKey({
      organizationId: "org_acme",
      expiresAtMs: Date.now() + 60_000,
    });
    adapter = adapterOf(optionsFor(emulator), { nowMs: () => Date.now() + 120_000 });
    expect(await reasonOf(value)).toBe("inactive");
  });
});

describe("nothing is found out about a key", () => {
  test("while WorkOS is down, has enough of us, or refuses our own key", async () => {
    const { value } = await emulator.controls.issueApiKey({ organizationId: "org_acme" });
    emulator.controls.fail({ mode: "error" });
    expect(await reasonOf(value)).toBe("provider_unavailable");
    await emulator.controls.recover();
    emulator.controls.limitRate({ retryAfterSeconds: 3 });
    expect(await verify(value)).toEqual({
      ok: false,
      reason: "rate_limited_unavailable",
      retryAfterSeconds: 3,
    });
    await emulator.controls.recover();
    expect(await reasonOf(value)).toBe("accepted");
    adapter = adapterOf(optionsFor(emulator, { apiKey: "sk_wrong_management" }));
    expect(await reasonOf(value)).toBe("client_rejected_unavailable");
  });

  test.each([
    [{ api_key: { id: "api_key_1" } }, "response_malformed_unavailable"],
    [{ api_key: "yes" }, "response_malformed_unavailable"],
    [
      { api_key: { id: "k", permissions: [], created_at: "x", owner: {} } },
      "response_malformed_unavailable",
    ],
    [
      {
        api_key: {
          id: "k",
          permissions: [],
          created_at: "2026-01-01T00:00:00Z",
          owner: { type: "user", id: "user_1" },
        },
      },
      "owner_unknown",
    ],
    [{}, "inactive"],
    [null, "inactive"],
  ])("from an answer like %j", async (body, reason) => {
    const fetch = async () => Response.json(body);
    adapter = adapterOf(optionsFor(emulator), { runtime: { fetch } });
    expect(await reasonOf("sk_01SOMETHING")).toBe(reason);
  });
});
