import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ProviderTools } from "@tenantry/core/provider";
import { demoWorld, startStytchEmulator, type StytchEmulator } from "@tenantry/emulators";
import { stytch, type StytchProvider } from "../src/index.ts";

const CALLBACK = "http://localhost:9/callback";
const TOOLS: ProviderTools = {
  nowMs: Date.now,
  connections: { get: async () => null, byIssuer: async () => [] },
  verify: async () => ({ ok: false, reason: "provider_unavailable" }),
};

let emulator: StytchEmulator;
let provider: StytchProvider;
beforeEach(async () => {
  emulator = await startStytchEmulator({
    world: demoWorld(),
    dynamicClientRegistration: true,
    projectId: "project-test-1",
    secret: "secret",
    publicToken: "public-token-test-1",
    redirectUris: [],
  });
  provider = stytch({
    projectId: "project-test-1",
    secret: "secret",
    publicToken: "public-token-test-1",
    apiUrl: emulator.addresses.address,
    mcpDomain: emulator.addresses.address,
    mcpResource: ["https://mcp.example"],
    allowInsecureLoopback: true,
  });
});
afterEach(() => emulator.close());

async function register(name: string): Promise<string> {
  const response = await fetch(`${emulator.addresses.address}/v1/oauth2/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: name }),
  });
  const { client_id: clientId } = (await response.json()) as { client_id: string };
  return clientId;
}

function clients() {
  const part = provider.mcp?.clients;
  if (part === undefined) throw new Error("there is no list");
  return part;
}

describe("the OAuth clients of the vendor", () => {
  test("are listed with what it says about them, and no word about their use", async () => {
    const clientId = await register("An agent");
    const page = await clients().list(undefined, TOOLS);
    const found = page.ok ? page.value.items.find((one) => one.clientId === clientId) : undefined;
    expect(found).toMatchObject({
      name: "An agent",
      registration: "unknown",
      redirectUris: [CALLBACK],
    });
    expect(found).not.toHaveProperty("lastUsedAtMs");
    expect(found).not.toHaveProperty("createdAtMs");
  });

  test("come page by page, each once", async () => {
    const wanted = new Set<string>();
    for (let count = 0; count < 120; count += 1) wanted.add(await register(`agent ${count}`));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await clients().list(cursor, TOOLS);
      if (!page.ok) throw new Error(page.reason);
      seen.push(...page.value.items.map((one) => one.clientId));
      cursor = page.value.next;
    } while (cursor !== undefined);
    expect(seen.filter((clientId) => wanted.has(clientId)).toSorted()).toEqual(
      [...wanted].toSorted(),
    );
  });

  test("can be asked for and deleted one by one, and a second time too", async () => {
    const [kept, gone] = [await register("kept"), await register("gone")];
    expect(await clients().remove?.(gone, TOOLS)).toEqual({ ok: true, value: null });
    expect(await clients().get?.(gone, TOOLS)).toEqual({ ok: true, value: null });
    expect(await clients().get?.(kept, TOOLS)).toMatchObject({ value: { clientId: kept } });
    expect(await clients().remove?.(gone, TOOLS)).toEqual({ ok: true, value: null });
    expect(await clients().get?.("nobody", TOOLS)).toEqual({ ok: true, value: null });
  });

  test("are unknown while the vendor does not answer, and then nothing counts as absent", async () => {
    const clientId = await register("An agent");
    emulator.controls.fail({ mode: "error" });
    for (const answer of [
      clients().list(undefined, TOOLS),
      clients().get?.(clientId, TOOLS),
      clients().remove?.(clientId, TOOLS),
    ]) {
      expect(await answer).toMatchObject({
        ok: false,
        reason: expect.stringContaining("unavailable"),
      });
    }
  });
});
