import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  adapterOf,
  optionsFor,
  refreshTokenOf,
  signedIn,
  startEmulator,
} from "./support/adapter.ts";

test("every call to a WorkOS that never answers is given up, and is neither yes nor no", async () => {
  const emulator = await startEmulator();
  const adapter = adapterOf(optionsFor(emulator));
  const { provider, login, tools } = adapter;
  const refreshToken = refreshTokenOf(
    await signedIn(adapter, { person: "ada@acme.example", wanted: "org_acme" }),
  );
  emulator.controls.fail({ mode: "hang" });
  const asked = Promise.all([
    login.refresh({ refreshToken, tenant: { external: "org_acme" } }, tools),
    provider.directory?.list("tenant", undefined, tools),
    provider.directory?.get("user", "user_ada", tools),
    provider.directory?.events?.(undefined, tools),
    provider.admin?.invite?.({ tenantExternal: "org_acme", email: "new@acme.example" }),
    ...(provider.opaque ?? []).map((one) => one.verify("sk_unknown", {}, tools)),
  ]);
  const answers = await Promise.race([asked, setTimeout(12_000, "nobody gave up")]);
  const givenUp = { reason: expect.stringMatching(/unavailable$/) };
  expect(answers).toMatchObject(Array(6).fill(givenUp));
  await emulator.close();
});
