import type { StytchApi } from "./api.ts";
import { createCached } from "./cached.ts";
import { isFields, isText, isTextList } from "./claims.ts";
import { failureOf } from "./errors.ts";

const FRESH_MS = 5 * 60_000;

/** What roles and scopes may do, as `resource:action`. */
export interface Policy {
  hasRole(role: string): boolean;
  permissionsOf(roles: readonly string[]): readonly string[];
  /** Each scope itself and what it stands for. */
  scopesOf(scopes: readonly string[]): readonly string[];
  /** What an organization's own roles may do: `org_policy` of its policy. */
  ofOrganization(policy: unknown): Policy;
}

/** Fetches policies now and then. Throws what the SDK throws when there is none to be had. */
export interface PolicySource {
  /** The project's. */
  get(nowMs: number): Promise<Policy>;
  /**
   * What somebody with these roles may do in one organization. It is asked for its own policy only if
   * there is a role that the project does not have.
   */
  permissionsIn(
    organization: string,
    roles: readonly string[],
    nowMs: number,
  ): Promise<readonly string[]>;
}

/** Makes a {@link PolicySource}: each policy is asked every five minutes, and kept through an outage. */
export function createPolicySource(api: Pick<StytchApi, "read">): PolicySource {
  const policies = createCached(
    async () => {
      try {
        const answer: { readonly policy?: unknown } = await api.read((sdk) => sdk.rbac.policy());
        return readPolicy(answer.policy);
      } catch (error) {
        // A "no" here is about our project, not about anybody's token.
        throw failureOf(error).kind === "unavailable" ? error : new Error("no policy");
      }
    },
    { freshMs: FRESH_MS },
  );
  const own = createCached((organization) => organizationPolicy(api, organization), {
    freshMs: FRESH_MS,
  });
  return {
    get: (nowMs) => policies.get("policy", nowMs),
    async permissionsIn(organization, roles, nowMs) {
      const project = await policies.get("policy", nowMs);
      const others = roles.filter((role) => !project.hasRole(role));
      const common = project.permissionsOf(roles);
      if (others.length === 0) return common;
      const policy = project.ofOrganization(await own.get(organization, nowMs));
      return [...new Set([...common, ...policy.permissionsOf(others)])];
    },
  };
}

/** Roles of one organization, a private beta: where it is not switched on they grant nothing. */
async function organizationPolicy(
  api: Pick<StytchApi, "read">,
  organization_id: string,
): Promise<unknown> {
  try {
    const answer: { readonly org_policy?: unknown } = await api.read((sdk) =>
      sdk.rbac.organizations.getOrgPolicy({ organization_id }),
    );
    return answer.org_policy;
  } catch (error) {
    if (failureOf(error).kind === "unavailable") throw error;
    return undefined;
  }
}

/**
 * Reads `policy` of `GET /v1/b2b/rbac/policy`. A wildcard becomes every action that the resource has
 * and stays as `resource:*`. An entry of another shape grants nothing.
 *
 * @see {@link https://stytch.com/docs/b2b/guides/rbac/overview Stytch: RBAC}
 */
export function readPolicy(value: unknown): Policy {
  const { roles, resources, scopes } = isFields(value) ? value : {};
  const actions = new Map<string, readonly string[]>();
  for (const resource of listOf(resources)) {
    const { resource_id: id, actions: names } = resource;
    if (isText(id) && isTextList(names)) actions.set(id, names);
  }
  const grants = (entries: unknown): readonly string[] =>
    listOf(entries).flatMap(({ resource_id: id, actions: names }) => {
      if (!isText(id) || !isTextList(names)) return [];
      const all = names.includes("*") ? [...names, ...(actions.get(id) ?? [])] : names;
      return all.map((action) => `${id}:${action}`);
    });
  const table = (entries: unknown, key: string) =>
    new Map(
      listOf(entries).flatMap((entry): [string, readonly string[]][] => {
        const { [key]: name, permissions } = entry;
        return isText(name) ? [[name, grants(permissions)]] : [];
      }),
    );
  const byRole = table(roles, "role_id");
  const byScope = table(scopes, "scope");
  const unique = (names: readonly string[]) => [...new Set(names)];
  return {
    hasRole: (name) => byRole.has(name),
    permissionsOf: (names) => unique(names.flatMap((name) => byRole.get(name) ?? [])),
    scopesOf: (names) => unique(names.flatMap((name) => [name, ...(byScope.get(name) ?? [])])),
    // Wildcards of its roles stand for the actions of the project's resources.
    ofOrganization: (policy) =>
      readPolicy({ roles: isFields(policy) ? policy["roles"] : undefined, resources }),
  };
}

function listOf(value: unknown) {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
