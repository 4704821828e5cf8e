import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { adapterOf, optionsFor, signedIn, startEmulator } from "./support/adapter.ts";

test("every call to a Clerk that never answers is given up, and is neither yes nor no", async () => {
  const emulator = await startEmulator();
  const { provider, login, tools, ...adapter } = adapterOf(optionsFor(emulator));
  const { tokens } = await signedIn(
    { provider, login, tools, ...adapter },
    { person: "ada@acme.example" },
  );
  const { secret } = emulator.controls.issueApiKey({ subject: "org_acme" });
  const tenant = { external: "org_acme" };
  emulator.controls.fail({ mode: "hang" });
  const asked = Promise.all([
    login.refresh({ refreshToken: tokens?.refreshToken ?? "", tenant }, tools),
    provider.directory.list("membership", undefined, tools),
    provider.directory.get("user", "user_ada", tools),
    provider.admin.invite?.({ tenantExternal: "org_acme", email: "new@acme.example" }),
    ...provider.opaque.map((one) =>
      one.verify(one.kind === "m2m" ? "mt_unknown" : secret, {}, tools),
    ),
  ]);
  const answers = await Promise.race([asked, setTimeout(12_000, "nobody gave up")]);
  const givenUp = { reason: expect.stringMatching(/unavailable$/) };
  expect(answers).toMatchObject(Array(6).fill(givenUp));
  await emulator.close();
});
