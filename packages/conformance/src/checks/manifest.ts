import assert from "node:assert/strict";
import { defineProvider, type Capabilities } from "@tenantry/core/provider";
import type { Started } from "../target/target.ts";
import { Skip } from "../scene/skip.ts";
import { check, type Check } from "./check.ts";

/** The adapter's word about itself. */
export const manifestChecks: readonly Check[] = [
  check("manifest.expected", async ({ started }, { expected }) => {
    if (expected === undefined) throw new Skip("no expected capabilities were given");
    const wanted = Object.entries(expected).map(([name, { support }]) => [name, support]);
    assert.deepEqual({ ...started.provider.capabilities }, Object.fromEntries(wanted));
    return Promise.resolve();
  }),

  check("manifest.parts", async ({ started, facts }) => {
    const { provider } = started;
    defineProvider(provider);
    const instance = provider.instance ?? provider.vendor;
    const callback = `${facts.baseUrl}/auth/callback/${instance}`;
    assert.equal(callback, facts.redirectUri, "the provider's instance must be its vendor");
    for (const [capability, control] of CONTROLS) {
      const isDeclared = provider.capabilities[capability] !== "no";
      const isThere = started[control] !== undefined;
      assert.ok(!isDeclared || isThere, `the target has no ${control} for ${capability}`);
    }
    return Promise.resolve();
  }),
];

const CONTROLS: readonly (readonly [keyof Capabilities, keyof Started])[] = [
  ["login", "signIn"],
  ["opaqueTokens", "opaque"],
  ["frontEndSession", "frontEnd"],
  ["webhooks", "webhooks"],
  ["directoryList", "directory"],
  ["admin", "directory"],
  ["memberManagement", "directory"],
  ["invitations", "directory"],
  ["domainManagement", "directory"],
];
