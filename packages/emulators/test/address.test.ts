import { networkInterfaces } from "node:os";
import { createServer, get } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { demoWorld, startOidcEmulator, type OidcEmulator } from "../src/index.ts";

let emulator: OidcEmulator;
beforeEach(async () => {
  emulator = await startOidcEmulator({ world: demoWorld(), clients: [] });
});
afterEach(() => emulator.close());

/** The status of a request to an address, or the code of the error. */
function ask(host: string, hostHeader = `localhost:${emulator.port}`): Promise<string> {
  return new Promise((resolve) => {
    const { port } = emulator;
    const request = get(
      { host, port, path: "/jwks", headers: { host: hostHeader } },
      (response) => {
        response.resume();
        resolve(String(response.statusCode));
      },
    );
    request.on("error", (error: Error & { code?: string }) => resolve(error.code ?? error.name));
  });
}

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const outside = addresses.find((each) => !each.internal && each.family === "IPv4");
const hasIpv6 = addresses.some((each) => each.address === "::1");

test("answers on the loopback address", async () => {
  expect(await ask("127.0.0.1")).toBe("200");
});

test.skipIf(!hasIpv6)("answers on the loopback address of IPv6", async () => {
  expect(await ask("::1")).toBe("200");
});

test.skipIf(outside === undefined)("is not reachable from other machines", async () => {
  expect(await ask(outside?.address ?? "")).toBe("ECONNREFUSED");
});

test("answers to no other name than that of its issuer", async () => {
  expect(await ask("127.0.0.1", `127.0.0.1:${emulator.port}`)).toBe("421");
  expect(await ask("127.0.0.1", "rebound.example")).toBe("421");
});

test("takes the port that was asked for, and rejects when it is taken", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const address = blocker.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const options = { world: demoWorld(), clients: [], port };
  await expect(startOidcEmulator(options)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await new Promise((resolve) => blocker.close(resolve));
  const second = await startOidcEmulator(options);
  expect(second.issuer).toBe(`http://localhost:${port}`);
  await second.close();
});

test("can be closed twice, and refuses connections afterwards", async () => {
  await emulator.close();
  await emulator.close();
  expect(await ask("127.0.0.1")).toBe("ECONNREFUSED");
});

test("shows a front page with a way out of the emulator's session", async () => {
  const page = await (await fetch(emulator.issuer)).text();
  expect(page).toContain(emulator.issuer);
  expect(page).toContain(`href="${emulator.issuer}/session/end"`);
});

test("lets two emulators serve one browser at the same time", async () => {
  const second = await startOidcEmulator({ world: demoWorld(), clients: [] });
  const namesOf = async (issuer: string): Promise<string[]> => {
    const { headers } = await fetch(`${issuer}/session/end`);
    return headers.getSetCookie().map((line) => line.slice(0, line.indexOf("=")));
  };
  const [ours, theirs] = [await namesOf(emulator.issuer), await namesOf(second.issuer)];
  await second.close();
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.filter((name) => theirs.includes(name))).toEqual([]);
});
