import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { adapterOf } from "./support/adapter.ts";
import { optionsFor, startEmulator } from "./support/app.ts";

test("every call to a Stytch that never answers is given up, and is neither yes nor no", async () => {
  const emulator = await startEmulator();
  const { provider, tools } = adapterOf(optionsFor(emulator));
  emulator.controls.fail({ mode: "hang" });
  const refreshToken = JSON.stringify(["org_acme", "session token"]);
  const asked = Promise.all([
    provider.login?.refresh?.({ refreshToken, tenant: { external: "org_acme" } }, tools),
    provider.directory?.list("membership", undefined, tools),
    provider.directory?.get("tenant", "org_acme", tools),
    provider.admin?.createTenant?.({ name: "New", slug: "new" }),
    provider.admin?.invite?.({ tenantExternal: "org_acme", email: "new@acme.example" }),
  ]);
  const answers = await Promise.race([asked, setTimeout(12_000, "nobody gave up")]);
  const givenUp = { reason: expect.stringMatching(/unavailable$/) };
  expect(answers).toMatchObject(Array(5).fill(givenUp));
  await emulator.close();
});
