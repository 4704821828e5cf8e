import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { runDemoToItsEnd, startDemo, until } from "./support/demo.ts";
import { issuerEnv } from "./support/provider-env.ts";

describe("settings that cannot work end the start and say which", () => {
  const GOOD = issuerEnv("https://issuer.example.test");

  test.each([
    ["a client id is missing", { OIDC_ISSUER: "https://issuer.example.test" }, "OIDC_CLIENT_ID"],
    ["a name is misspelt", { ...GOOD, OIDC_TENNANT: "acme" }, "OIDC_TENNANT"],
    ["an unknown provider", { ...GOOD, AUTH_PROVIDER: "odic" }, "AUTH_PROVIDER"],
    [
      "plain http beyond this machine",
      { ...GOOD, OIDC_ISSUER: "http://issuer.test" },
      "OIDC_ISSUER",
    ],
    ["a port that is none", { ...GOOD, PORT: "http" }, "PORT"],
  ])("when %s", async (_, env, variable) => {
    const { output, code } = await runDemoToItsEnd(env);
    expect(code).toBe(1);
    expect(output).toContain(variable);
    expect(output).not.toContain("pinboard-secret");
  });
});

describe("a port that is in use ends the start and says what to do", () => {
  test.each([
    ["the app's", "PORT"],
    ["the emulator's", "EMULATOR_PORT"],
  ])("when it is %s", async (_, variable) => {
    const taken = createServer().listen(0, "localhost");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const { output, code } = await runDemoToItsEnd({ [variable]: String(port) });
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain(String(port));
    expect(output).toContain(`${variable}=`);
  });
});

describe("the emulator ends with the demo", () => {
  test.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("on %s", async (signal) => {
    await using demo = await startDemo();
    const issuer = demo.emulator?.issuer ?? "";
    expect(await isServing(issuer)).toBe(true);
    demo.process.kill(signal);
    await until(async () => !(await isServing(issuer)), { what: () => `alive after ${signal}` });
    expect(demo.output()).not.toContain("The emulator has stopped");
  });
});

async function isServing(issuer: string): Promise<boolean> {
  try {
    await fetch(issuer);
    return true;
  } catch {
    return false;
  }
}
