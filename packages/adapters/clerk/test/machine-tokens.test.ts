import type { OpaqueCredentials } from "@tenantry/core/provider";
import type { ClerkEmulator } from "@tenantry/emulators";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClerkOptions } from "../src/index.ts";
import { adapterOf, optionsFor, startEmulator, type Adapter } from "./support/adapter.ts";

const CLAIMS = { machineOrgClaim: "org_id", machineRolesClaim: "roles" };
const WORKER = "mch_worker";

let emulator: ClerkEmulator;
let adapter: Adapter;
beforeAll(async () => {
  emulator = await startEmulator();
  adapter = adapterWith(CLAIMS);
});
afterAll(() => emulator.close());

const adapterWith = (more: Partial<ClerkOptions>) => adapterOf(optionsFor(emulator, more));
const verify = async (secret: string, { provider, tools } = adapter) =>
  tokensOf(provider).verify(secret, {}, tools);
const issue = (wish: Partial<Parameters<typeof emulator.controls.issueMachineToken>[0]> = {}) =>
  emulator.controls.issueMachineToken({ machine: WORKER, ...wish });
const refused = (reason: string) => expect.objectContaining({ ok: false, reason });

function tokensOf({ opaque }: Adapter["provider"]): OpaqueCredentials {
  const tokens = opaque.find(({ kind }) => kind === "m2m");
  if (tokens === undefined) throw new TypeError("the adapter takes no opaque machine tokens");
  return tokens;
}

test("an opaque token proves what a signed one with the same claims does", async () => {
  const claims = { org_id: "org_acme", roles: ["org:editor"] };
  const { secret } = issue({ claims });
  const opaque = await adapter.verifier.verifyOpaque(secret, { accept: ["m2m"] });
  const signed = await adapter.verifier.verify(
    await emulator.controls.mintMachineToken({ machine: WORKER, custom: claims }),
    { accept: ["m2m"] },
  );
  if (!opaque.ok || !signed.ok) throw new Error("one of them is refused");
  const { issuedAtSeconds: _issued, expiresAtSeconds: _expires, ...proven } = opaque.value.identity;
  expect(proven).toMatchObject({
    issuer: emulator.addresses.issuer,
    subject: WORKER,
    kind: "service",
    tenant: { external: "org_acme" },
    roles: ["editor"],
  });
  expect(signed.value.identity).toMatchObject(proven);
});

test("claims name no tenant and no role unless the operator trusts them to", async () => {
  const { secret } = issue({ claims: { org_id: "org_acme", roles: ["org:editor"] } });
  const verified = await verify(secret, adapterWith({}));
  expect(verified).toMatchObject({ ok: true, value: { tenant: null } });
  expect(verified.ok && verified.value.roles).toBeUndefined();
});

test("what a machine writes into its token overwrites nothing of Clerk's", async () => {
  const lies = { sub: "mch_other", iss: "https://evil.example", exp: 9e9, scopes: "mch_api" };
  const expiresAtMs = Date.now() + 60_000;
  const { secret } = issue({ claims: lies, expiresAtMs });
  expect(await verify(secret)).toMatchObject({
    ok: true,
    value: {
      subject: WORKER,
      issuer: emulator.addresses.issuer,
      expiresAtSeconds: Math.floor(expiresAtMs / 1000),
    },
  });
  expect(await verify(secret, adapterWith({ machineId: "mch_api" }))).toEqual(
    refused("audience_mismatch"),
  );
});

test("a token for another machine is refused by an API that says which machine it is", async () => {
  const api = adapterWith({ ...CLAIMS, machineId: "mch_api" });
  expect(await verify(issue({ scopes: ["mch_other"] }).secret, api)).toEqual(
    refused("audience_mismatch"),
  );
  expect(await verify(issue({ scopes: ["mch_other", "mch_api"] }).secret, api)).toMatchObject({
    ok: true,
  });
});

test("with the machine's own secret, Clerk confirms tokens for it only", async () => {
  const clientSecret = "ak_api_secret";
  emulator.controls.world.services.add({
    clientId: "mch_api",
    clientSecret,
    tenantId: null,
    roles: [],
    scopes: [],
  });
  const api = adapterWith({ machineSecretKey: clientSecret });
  expect(await verify(issue({ scopes: ["mch_other"] }).secret, api)).toEqual(
    refused("token-invalid"),
  );
  expect(await verify(issue({ scopes: ["mch_api"] }).secret, api)).toMatchObject({ ok: true });
});

test("a revoked token is refused, though the answer looks good", async () => {
  const { id, secret } = issue();
  emulator.controls.revokeMachineToken(id);
  expect(await verify(secret)).toEqual(refused("inactive"));
});

test("an expired token is refused, though the answer looks good", async () => {
  const { secret } = issue({ expiresAtMs: Date.now() - 1 });
  expect(await verify(secret)).toEqual(refused("inactive"));
});

test("an unknown token is refused, and so is one whose claims are of another shape", async () => {
  expect(await verify("mt_unknown")).toEqual(refused("token-invalid"));
  expect(await verify(issue({ claims: { roles: "admin" } }).secret)).toEqual(
    refused("claim_invalid"),
  );
});

test("a token is neither good nor bad while Clerk does not answer", async () => {
  const { secret } = issue();
  emulator.controls.fail({ mode: "reset" });
  expect(await verify(secret)).toEqual(refused("provider_unavailable"));
  await emulator.controls.recover();
});

test("a token opens machines' mounts only, and only what has its form is asked about", async () => {
  const { secret } = issue();
  for (const kind of ["session", "access", "api_key", "mcp"] as const) {
    expect(await adapter.verifier.verifyOpaque(secret, { accept: [kind] })).toEqual(
      refused("kind_not_accepted"),
    );
  }
  const tokens = tokensOf(adapter.provider);
  expect(tokens.recognises("mt_abc123")).toBe(true);
  for (const other of ["ak_abc", "oat_abc", "mt_", "mt_a.b", `mt_${"a".repeat(600)}`]) {
    expect(tokens.recognises(other)).toBe(false);
  }
});
