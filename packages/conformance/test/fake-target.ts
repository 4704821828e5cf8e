import { defineProvider, NO_CAPABILITIES, type Capabilities } from "@tenantry/core/provider";
import type { ConformanceTarget, ExpectedCapabilities } from "../src/index.ts";

/** Every capability as `no`, but for the ones given. */
export function expecting(changes: Partial<Capabilities> = {}): ExpectedCapabilities {
  const all = Object.entries({ ...NO_CAPABILITIES, ...changes });
  return Object.fromEntries(
    all.map(([name, support]) => [name, { support, source: "https://vendor.example/docs" }]),
  ) as ExpectedCapabilities;
}

/** A vendor that has nothing at all, and counts how often it was started and closed. */
export function fakeTarget(changes: { readonly vendor?: string; readonly broken?: boolean } = {}) {
  const counts = { started: 0, closed: 0 };
  const target: ConformanceTarget = {
    vendor: "fake",
    adapter: { name: "fake-adapter", version: "1.2.3" },
    start() {
      counts.started += 1;
      if (changes.broken === true) return Promise.reject(new Error("there is no vendor"));
      return Promise.resolve({
        provider: defineProvider({
          spec: 1,
          vendor: changes.vendor ?? "fake",
          capabilities: NO_CAPABILITIES,
          tokens: [],
        }),
        world: {
          createTenant: ({ slug, name }) => Promise.resolve({ external: slug, slug, name }),
          createPerson: () => Promise.resolve(),
          removePerson: () => Promise.resolve(),
          setMember: () => Promise.resolve(),
          removeMember: () => Promise.resolve(),
          endSessions: () => Promise.resolve(),
        },
        tokens: {
          kinds: {},
          mint: () => Promise.reject(new Error("no tokens")),
          sign: () => Promise.reject(new Error("no tokens")),
        },
        rotateKeys: () => Promise.resolve(),
        outage: () => Promise.resolve(),
        requestCount: () => 0,
        close() {
          counts.closed += 1;
          return Promise.resolve();
        },
      });
    },
  };
  return { target, counts };
}
