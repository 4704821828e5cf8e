import { describe, expect, test } from "vitest";
import type { Capabilities, Support } from "../../src/provider/capabilities.ts";
import {
  defineProvider,
  PROVIDER_SPEC,
  type Provider,
} from "../../src/provider/define-provider.ts";
import { NO_CAPABILITIES } from "../../src/provider/capabilities.ts";
import type { LoginFlow } from "../../src/provider/login-flow.ts";
import type { DirectorySource } from "../../src/provider/directory.ts";
import { providerOf } from "../fixtures/providers.ts";

const able = (...names: readonly (keyof Capabilities)[]): Capabilities =>
  names.reduce((all, name) => ({ ...all, [name]: "yes" }), NO_CAPABILITIES);

const login: LoginFlow = {
  start: async () => ({ kind: "refused", reason: "test" }),
  resume: async () => ({ kind: "refused", reason: "test" }),
};
const directory = {} as DirectorySource;
const part = async () => null as never;
const issuer = "https://idp.example";

/** Each capability with a provider that has exactly its part, and what that part needs besides. */
const PARTS: readonly (readonly [keyof Capabilities, Partial<Provider>, Capabilities])[] = [
  ["login", { login }, able("login")],
  ["refresh", { login: { ...login, refresh: part } }, able("login", "refresh")],
  ["endSession", { login: { ...login, endSessionUrl: part } }, able("login", "endSession")],
  [
    "backchannelLogout",
    { login: { ...login, backchannelLogout: part } },
    able("login", "backchannelLogout"),
  ],
  [
    "opaqueTokens",
    {
      opaque: [
        {
          kind: "access",
          recognises: () => false,
          verify: part,
          scopes: "none",
          roles: "token",
        },
      ],
    },
    able("opaqueTokens"),
  ],
  ["frontEndSession", { browserSession: { recover: part } }, able("frontEndSession")],
  ["webhooks", { issuer, webhooks: { verify: part } }, able("webhooks")],
  ["directoryList", { issuer, directory }, able("directoryList")],
  [
    "directoryEvents",
    { issuer, directory: { ...directory, events: part } },
    able("directoryList", "directoryEvents"),
  ],
  ["endSession", { login: { ...login, endSession: part } }, able("login", "endSession")],
  ["admin", { admin: { createTenant: part } }, able("admin")],
  [
    "memberManagement",
    { admin: { setMember: part, removeMember: part } },
    able("memberManagement"),
  ],
  ["invitations", { admin: { invite: part, revokeInvitation: part } }, able("invitations")],
  [
    "domainManagement",
    { admin: { addDomain: part, removeDomain: part } },
    able("domainManagement"),
  ],
  ["portalLink", { admin: { portalLink: part } }, able("portalLink")],
  ["mcp", { mcp: {} as NonNullable<Provider["mcp"]> }, able("mcp")],
];

describe.each(PARTS)("the capability %s", (name, parts, capabilities) => {
  const claim = (support: Support, given: Partial<Provider> = parts) =>
    defineProvider(providerOf({ ...given, capabilities: { ...capabilities, [name]: support } }));

  test("goes with its part, also where each installation decides", () => {
    expect(claim("yes").capabilities[name]).toBe("yes");
    expect(claim("discovered").capabilities[name]).toBe("discovered");
  });

  test("must be claimed if the part is there", () => {
    expect(() => claim("no")).toThrow(
      new TypeError(`Provider "acme": capability "${name}" is "no", but the part is there.`),
    );
  });

  test.each(["yes", "discovered"] as const)(
    "must not be claimed (%s) if the part is missing",
    (support) => {
      const alone = { ...NO_CAPABILITIES, [name]: support };
      expect(() => defineProvider(providerOf({ capabilities: alone }))).toThrow(
        new TypeError(
          `Provider "acme": capability "${name}" is "${support}", but the part is missing.`,
        ),
      );
    },
  );
});

describe("defineProvider", () => {
  test("freezes a copy and names the instance after the vendor, unless it has a name", () => {
    const given = providerOf();
    const provider = defineProvider(given);
    expect(provider).toEqual({ ...given, instance: "acme" });
    expect(provider).not.toBe(given);
    expect(Object.isFrozen(provider)).toBe(true);
    expect(defineProvider(providerOf({ instance: "acme-eu" })).instance).toBe("acme-eu");
  });

  test("takes a provider again that it has made", () => {
    const provider = defineProvider(providerOf());
    expect(defineProvider(provider)).toEqual(provider);
  });

  test.each([0, 2, "1", undefined, null])("refuses the port version %j", (spec) => {
    const provider = { ...providerOf(), spec } as unknown as Provider;
    expect(() => defineProvider(provider)).toThrow(
      new TypeError(
        `Provider "acme" speaks port version ${String(spec)}; this core speaks ${PROVIDER_SPEC}. Install matching versions.`,
      ),
    );
  });

  test.each(["", "Acme", "-acme", "ac me", "ac/me", "ac_me", "../x", "a".repeat(64)])(
    "refuses the instance %j, which is part of callback addresses",
    (instance) => {
      expect(() => defineProvider(providerOf({ instance }))).toThrow(
        new TypeError(
          `Provider instance "${instance}" must be lower-case letters, digits and hyphens, at most 63.`,
        ),
      );
    },
  );

  test("refuses a vendor whose name cannot be an instance, if it has no other", () => {
    expect(() => defineProvider(providerOf({ vendor: "Acme Inc." }))).toThrow("Acme Inc.");
    expect(defineProvider(providerOf({ vendor: "Acme Inc.", instance: "acme" })).vendor).toBe(
      "Acme Inc.",
    );
  });

  test("refuses a provider without any tokens, and takes either way to have them", () => {
    const { tokens, ...without } = providerOf();
    expect(() => defineProvider(without)).toThrow('declares no tokens: give "tokens"');
    expect(defineProvider({ ...without, tokens: tokens ?? [] }).tokens).toEqual([]);
    const dynamic: Provider = { ...without, profilesFor: async () => null };
    expect(defineProvider(dynamic)).not.toHaveProperty("tokens");
  });

  test.each<[string, Partial<Provider>, Capabilities]>([
    ["webhooks", { webhooks: { verify: part } }, able("webhooks")],
    ["a directory", { directory }, able("directoryList")],
  ])("refuses %s without the issuer whose people it is about", (_what, parts, capabilities) => {
    expect(() => defineProvider(providerOf({ ...parts, capabilities }))).toThrow(
      'give the "issuer" of its identities',
    );
    expect(defineProvider(providerOf({ ...parts, issuer, capabilities })).issuer).toBe(issuer);
  });
});
