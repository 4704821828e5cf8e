/** An entry point that has to run where there is only the web platform. */
export interface WebEntry {
  /** As an app imports it. */
  readonly name: string;
  /** From the repository's root. */
  readonly source: string;
  /** Most bytes it may have, minified and gzipped. */
  readonly limitBytes?: number;
}

/** All of them. */
export const WEB_ENTRIES: readonly WebEntry[] = [
  { name: "@tenantry/core", source: "packages/core/src/index.ts", limitBytes: 40_000 },
  { name: "@tenantry/core/http", source: "packages/core/src/http.ts" },
  { name: "@tenantry/core/provider", source: "packages/core/src/provider.ts" },
  { name: "@tenantry/core/stores", source: "packages/core/src/stores.ts" },
  { name: "@tenantry/core/telemetry", source: "packages/core/src/telemetry.ts" },
  { name: "@tenantry/hono", source: "packages/bindings/hono/src/index.ts" },
  { name: "@tenantry/clerk", source: "packages/adapters/clerk/src/index.ts" },
  { name: "@tenantry/oidc", source: "packages/adapters/oidc/src/index.ts" },
  { name: "@tenantry/stytch", source: "packages/adapters/stytch/src/index.ts" },
  { name: "@tenantry/workos", source: "packages/adapters/workos/src/index.ts" },
];
