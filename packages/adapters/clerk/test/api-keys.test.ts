import type { ClerkEmulator } from "@tenantry/emulators";
import type { OpaqueCredentials } from "@tenantry/core/provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adapterOf, optionsFor, startEmulator, type Adapter } from "./support/adapter.ts";

let emulator: ClerkEmulator;
let adapter: Adapter;
beforeAll(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator, { machineRolesClaim: "roles" }));
});
afterAll(() => emulator.close());

const verify = async (secret: string, { provider, tools } = adapter) =>
  keysOf(provider).verify(secret, {}, tools);
function keysOf({ opaque }: Adapter["provider"]): OpaqueCredentials {
  const keys = opaque.find(({ kind }) => kind === "api_key");
  if (keys === undefined) throw new TypeError("the adapter takes no API keys");
  return keys;
}
const issue = (wish: Parameters<typeof emulator.controls.issueApiKey>[0]) =>
  emulator.controls.issueApiKey(wish);
const refused = (reason: string) => expect.objectContaining({ ok: false, reason });

test("a key of an organization acts there, as a service, with what it was made for", async () => {
  const { id, secret } = issue({
    subject: "org_acme",
    name: "export",
    scopes: ["notes:read"],
    claims: { roles: ["org:viewer"] },
  });
  expect(await verify(secret)).toMatchObject({
    ok: true,
    value: {
      issuer: emulator.addresses.issuer,
      subject: id,
      kind: "service",
      tenant: { external: "org_acme" },
      roles: ["viewer"],
      permissions: ["notes:read"],
      scopes: ["notes:read"],
      name: "export",
    },
  });
});

test("a key without an end is asked about again, one with an end lives no longer", async () => {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const unending = await verify(issue({ subject: "org_acme" }).secret);
  expect(unending.ok && unending.value.expiresAtSeconds - nowSeconds).toBeLessThanOrEqual(3601);
  const expiresAtMs = Date.now() + 10_000;
  const short = await verify(issue({ subject: "org_acme", expiresAtMs }).secret);
  expect(short.ok && short.value.expiresAtSeconds).toBe(Math.floor(expiresAtMs / 1000));
});

test("a person's own key stands for no organization, whatever it says", async () => {
  const { secret } = issue({ subject: "user_ada", claims: { org_id: "org_acme" } });
  expect(await verify(secret)).toEqual(refused("kind_not_accepted"));
});

test("a revoked key is refused, though the answer looks good", async () => {
  const { id, secret } = issue({ subject: "org_acme" });
  emulator.controls.revokeApiKey(id);
  expect(await verify(secret)).toEqual(refused("inactive"));
});

test("an expired key is refused, though the answer looks good", async () => {
  const { secret } = issue({ subject: "org_acme", expiresAtMs: Date.now() - 1 });
  expect(await verify(secret)).toEqual(refused("inactive"));
});

test("an unknown key is refused", async () => {
  expect(await verify("ak_unknown")).toEqual(refused("token-invalid"));
});

test("a key whose roles are of another shape is refused", async () => {
  const { secret } = issue({ subject: "org_acme", claims: { roles: "admin" } });
  expect(await verify(secret)).toEqual(refused("claim_invalid"));
});

test("a key is neither good nor bad while Clerk does not answer, or refuses ours", async () => {
  const { secret } = issue({ subject: "org_acme" });
  emulator.controls.fail({ mode: "reset" });
  expect(await verify(secret)).toEqual(refused("provider_unavailable"));
  await emulator.controls.recover();
  emulator.controls.limitRate({ retryAfterSeconds: 5 });
  expect(await verify(secret)).toEqual({
    ok: false,
    reason: "rate_limited_unavailable",
    retryAfterSeconds: 5,
  });
  await emulator.controls.recover();
  const wrong = adapterOf(optionsFor(emulator, { secretKey: "sk_test_wrong" }));
  expect(await verify(secret, wrong)).toEqual(refused("client_rejected_unavailable"));
});

test("only what has the form of a key is asked about", () => {
  const recognises = (secret: string) => keysOf(adapter.provider).recognises(secret);
  expect(recognises("ak_abc123")).toBe(true);
  for (const other of [
    "mt_abc",
    "oat_abc",
    "sk_abc",
    "ak_",
    "ak_a.b",
    "ak_a b",
    `ak_${"a".repeat(600)}`,
  ]) {
    expect(recognises(other)).toBe(false);
  }
});
