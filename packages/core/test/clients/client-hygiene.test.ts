import { expect, test } from "vitest";
import { tidyClients } from "../../src/clients/client-hygiene.ts";
import {
  defineProvider,
  NO_CAPABILITIES,
  type ProviderTools,
  type RegisteredClient,
} from "../../src/provider.ts";
import { providerOf } from "../fixtures/providers.ts";

const DAY = 86_400_000;
const NOW = 1000 * DAY;

function client(clientId: string, changes: Partial<RegisteredClient> = {}): RegisteredClient {
  return {
    clientId,
    name: clientId,
    registration: "dynamic",
    redirectUris: [],
    createdAtMs: NOW - 100 * DAY,
    ...changes,
  };
}

const CLIENTS = [
  client("used", { lastUsedAtMs: NOW - DAY }),
  client("idle", { lastUsedAtMs: NOW - 91 * DAY }),
  client("never", { lastUsedAtMs: null }),
  client("new", { lastUsedAtMs: null, createdAtMs: NOW - DAY }),
  client("unknown"),
  client("manual", { registration: "manual", lastUsedAtMs: null }),
  client("document", { registration: "metadata_document", lastUsedAtMs: NOW - 500 * DAY }),
  client("undated", { lastUsedAtMs: null, createdAtMs: undefined as never }),
];

const tools: ProviderTools = {
  nowMs: () => NOW,
  connections: { get: async () => null, byIssuer: async () => [] },
  verify: async () => ({ ok: false, reason: "malformed" }),
};

function open(options: { readonly fails?: string } = {}) {
  const removed: string[] = [];
  const provider = defineProvider(
    providerOf({
      capabilities: { ...NO_CAPABILITIES, mcp: "yes" },
      mcp: {
        authorizationServers: [],
        resourceBinding: true,
        clientIdMetadataDocuments: true,
        dynamicClientRegistration: true,
        tenantScopes: [],
        permissionScopes: true,
        clients: {
          // Two pages.
          list: async (cursor) => ({
            ok: true,
            value:
              cursor === undefined
                ? { items: CLIENTS.slice(0, 3), next: "2" }
                : { items: CLIENTS.slice(3) },
          }),
          async remove(clientId) {
            if (clientId === options.fails) return { ok: false, reason: "provider_unavailable" };
            removed.push(clientId);
            return { ok: true, value: null };
          },
        },
      },
    }),
  );
  return { provider, removed };
}

test("counts clients, and names those that registered themselves and were left over", async () => {
  const { provider, removed } = open();
  const report = await tidyClients(provider, tools);
  expect(report).toEqual({
    ok: true,
    value: {
      instance: "acme",
      total: 8,
      dynamic: 6,
      unknownUse: 1,
      stale: [
        { clientId: "idle", name: "idle", why: "idle", outcome: "kept" },
        { clientId: "never", name: "never", why: "never_used", outcome: "kept" },
      ],
    },
  });
  expect(removed).toEqual([]);
});

test("removes them when told to, and goes on when the vendor refuses one", async () => {
  const { provider, removed } = open({ fails: "idle" });
  const report = await tidyClients(provider, tools, { remove: true });
  expect(removed).toEqual(["never"]);
  expect(report.ok && report.value.stale.map(({ outcome }) => outcome)).toEqual([
    "failed",
    "removed",
  ]);
});

test("takes other limits", async () => {
  const { provider } = open();
  const report = await tidyClients(provider, tools, { idleDays: 200, unusedDays: 200 });
  expect(report.ok && report.value.stale).toEqual([]);
});

test("says so when the vendor has no list, and when it does not answer", async () => {
  const none = defineProvider(providerOf());
  expect(await tidyClients(none, tools)).toMatchObject({ reason: "clients_unsupported" });
  const { provider } = open();
  const mcp = provider.mcp;
  const down = {
    ...provider,
    mcp: mcp && {
      ...mcp,
      clients: { list: async () => ({ ok: false, reason: "provider_unavailable" }) as const },
    },
  };
  expect(await tidyClients({ ...down, instance: "acme" } as typeof provider, tools)).toMatchObject({
    ok: false,
    reason: "provider_unavailable",
  });
});
