import {
  ok,
  reject,
  type Enrichment,
  type Identity,
  type Result,
  type TokenProfile,
} from "@tenantry/core/provider";
import { isObject, isRejection, isText } from "../claims.ts";
import type { IssuerClients } from "../client.ts";
import { retryAfter } from "../errors.ts";
import { atEntraTenant, type Registration } from "../registration.ts";
import { areGroupsLeftOut, rolesIn } from "../roles.ts";
import { createAppTokens } from "./app-tokens.ts";
import { entraTenantOf } from "./tenants.ts";

/** How groups are asked for that were too many for a token. */
export type GroupsOf = (registration: Registration) => TokenProfile["enrich"] | undefined;

/** What {@link createEntraGroups} needs. */
export interface EntraGroupsOptions {
  readonly clients: IssuerClients;
  /** The origin of Microsoft Graph, from the options. */
  readonly graphUrl: string;
  /** Asks it, with a timeout. */
  readonly fetch: typeof globalThis.fetch;
}

/** Microsoft Graph answers with at most so many. */
const MAX_GROUPS = 11_000;

/**
 * Makes the question to Microsoft Graph for groups that an Entra ID token left out. With any other
 * answer than a list nobody gets in: groups that are not known must not look like none.
 *
 * @see {@link https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference#groups-overage-claim Groups overage claim}
 */
export function createEntraGroups(options: EntraGroupsOptions): GroupsOf {
  const appTokens = createAppTokens(options);
  return (registration) => {
    const { entra, rules } = registration;
    if (entra === undefined || rules.groupsClaim === undefined) return undefined;
    return async (identity, tools) => {
      const { claims } = tools.token;
      if (!areGroupsLeftOut(claims, rules)) return ok({});
      const id = entraTenantOf(entra, identity.issuer);
      const roles = rolesIn(undefined, claims, rules) ?? [];
      if (id === undefined || isRejection(roles)) return reject("provider_unavailable");
      const tenant = atEntraTenant(registration, id);
      const appToken = await appTokens.get(tenant, () => tools.nowMs());
      if (!appToken.ok) return appToken;
      const groups = await ask(identity, appToken.value, options);
      if (groups.ok) return ok<Enrichment>({ roles: [...new Set([...roles, ...groups.value])] });
      appTokens.forget(tenant);
      return groups;
    };
  };
}

/** @see {@link https://learn.microsoft.com/en-us/graph/api/directoryobject-getmembergroups directoryObject: getMemberGroups} */
async function ask(
  { kind, subject }: Identity,
  appToken: string,
  { graphUrl, fetch }: EntraGroupsOptions,
): Promise<Result<readonly string[]>> {
  const people = kind === "service" ? "servicePrincipals" : "users";
  // SECURITY: never the address in `_claim_sources`, which the token's author chose.
  const url = `${graphUrl}/v1.0/${people}/${encodeURIComponent(subject)}/getMemberGroups`;
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${appToken}`, "content-type": "application/json" },
    body: JSON.stringify({ securityEnabledOnly: true }),
  });
  if (response.status !== 200) {
    const { retryAfterSeconds } = retryAfter({ response });
    return reject("provider_unavailable", retryAfterSeconds);
  }
  const answer: unknown = await response.json();
  const value = isObject(answer) ? answer["value"] : undefined;
  const isList = Array.isArray(value) && value.length <= MAX_GROUPS && value.every(isText);
  return isList ? ok(value) : reject("provider_unavailable");
}
