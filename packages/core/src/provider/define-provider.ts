import type { TokenProfile } from "../tokens/profile.ts";
import type { Capabilities, Support } from "./capabilities.ts";
import type { LoginFlow, ProviderTools } from "./login-flow.ts";
import type { Admin } from "./admin.ts";
import type { BrowserSession, CredentialSource, OpaqueCredentials } from "./credentials.ts";
import type { DirectorySource, Webhooks } from "./directory.ts";
import type { McpFacts } from "./mcp.ts";

/** The version of the provider port that this core speaks. */
export const PROVIDER_SPEC = 1;

/** An identity provider as core sees it. An absent capability is an absent part. */
export interface Provider {
  readonly spec: typeof PROVIDER_SPEC;
  readonly vendor: string;
  /** Tells two configured providers of one vendor apart; part of links and callback addresses. Default: the vendor. */
  readonly instance?: string;
  readonly capabilities: Capabilities;
  /**
   * The issuer that this provider's identities name. Required with `webhooks` or `directory`: what
   * they say is about the same people and tenants, and is found by it.
   */
  readonly issuer?: string;
  readonly credentials?: readonly CredentialSource[];
  /** Profiles that are known without asking anyone. */
  readonly tokens?: readonly TokenProfile[];
  /**
   * Profiles of an issuer that must be looked up: discovery, or customers' own connections. Returns
   * null for an issuer it does not know, without any network call. Throws when it could not find out.
   */
  profilesFor?(issuer: string, tools: ProviderTools): Promise<readonly TokenProfile[] | null>;
  readonly login?: LoginFlow;
  readonly browserSession?: BrowserSession;
  /** One for each kind. No two of them recognise the same credential, or it is asked of neither. */
  readonly opaque?: readonly OpaqueCredentials[];
  readonly webhooks?: Webhooks;
  readonly directory?: DirectorySource;
  readonly admin?: Admin;
  readonly mcp?: McpFacts;
  /** Fetches this provider's key sets, behind the guard against server-side request forgery. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Which part must be there for which capability. */
const PARTS: readonly (readonly [keyof Capabilities, (provider: Provider) => boolean])[] = [
  ["login", ({ login }) => login !== undefined],
  ["refresh", ({ login }) => has(login, "refresh")],
  ["endSession", ({ login }) => has(login, "endSessionUrl") || has(login, "endSession")],
  ["backchannelLogout", ({ login }) => has(login, "backchannelLogout")],
  ["opaqueTokens", ({ opaque = [] }) => opaque.length > 0],
  ["frontEndSession", ({ browserSession }) => browserSession !== undefined],
  ["webhooks", ({ webhooks }) => webhooks !== undefined],
  ["directoryList", ({ directory }) => directory !== undefined],
  ["directoryEvents", ({ directory }) => has(directory, "events")],
  ["admin", ({ admin }) => has(admin, "createTenant")],
  ["memberManagement", ({ admin }) => has(admin, "setMember") && has(admin, "removeMember")],
  ["invitations", ({ admin }) => has(admin, "invite") && has(admin, "revokeInvitation")],
  ["domainManagement", ({ admin }) => has(admin, "addDomain") && has(admin, "removeDomain")],
  ["portalLink", ({ admin }) => has(admin, "portalLink")],
  ["mcp", ({ mcp }) => mcp !== undefined],
];

function has<T extends object>(part: T | undefined, method: keyof T): boolean {
  return part?.[method] !== undefined;
}

const INSTANCE = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Checks an adapter when it is made: the port version, the instance id, and that the manifest and
 * the parts agree in both directions. Throws `TypeError` naming what disagrees.
 */
export function defineProvider<T extends Provider>(provider: T): T & { readonly instance: string } {
  if ((provider.spec as number) !== PROVIDER_SPEC) {
    throw new TypeError(
      `Provider "${provider.vendor}" speaks port version ${String(provider.spec)}; this core speaks ${PROVIDER_SPEC}. Install matching versions.`,
    );
  }
  const instance = provider.instance ?? provider.vendor;
  if (!INSTANCE.test(instance)) {
    throw new TypeError(
      `Provider instance "${instance}" must be lower-case letters, digits and hyphens, at most 63.`,
    );
  }
  if (provider.tokens === undefined && provider.profilesFor === undefined) {
    throw new TypeError(
      `Provider "${instance}" declares no tokens: give "tokens" or "profilesFor".`,
    );
  }
  const { issuer, webhooks, directory } = provider;
  if (issuer === undefined && (webhooks !== undefined || directory !== undefined)) {
    throw new TypeError(
      `Provider "${instance}" has webhooks or a directory: give the "issuer" of its identities.`,
    );
  }
  for (const [name, isPresent] of PARTS) {
    const claimed: Support = provider.capabilities[name];
    const present = isPresent(provider);
    if (present !== (claimed !== "no")) {
      throw new TypeError(
        `Provider "${instance}": capability "${name}" is "${claimed}", but the part is ${present ? "there" : "missing"}.`,
      );
    }
  }
  return Object.freeze({ ...provider, instance });
}
