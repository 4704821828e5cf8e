import type { StytchApi } from "./api.ts";
import { isFields, isText, isTextList } from "./claims.ts";
import { failureOf } from "./errors.ts";

const FRESH_MS = 5 * 60_000;
/** For how long the last good policy serves while Stytch does not answer. */
const STALE_MS = 60 * 60_000;

/** What the project's roles and scopes may do, as `resource:action`. */
export interface Policy {
  permissionsOf(roles: readonly string[]): readonly string[];
  /** Each scope itself and what it stands for. */
  scopesOf(scopes: readonly string[]): readonly string[];
}

/** Fetches the policy now and then. Throws what the SDK throws when there is none to be had. */
export interface PolicySource {
  get(nowMs: number): Promise<Policy>;
}

/** Makes a {@link PolicySource}: one request at a time, five minutes apart. */
export function createPolicySource(api: Pick<StytchApi, "call">): PolicySource {
  let known: { readonly policy: Policy; readonly atMs: number } | undefined;
  let asking: Promise<Policy> | undefined;

  const ask = async (nowMs: number): Promise<Policy> => {
    const answer: { readonly policy?: unknown } = await api.call((sdk) => sdk.rbac.policy());
    const policy = readPolicy(answer.policy);
    known = { policy, atMs: nowMs };
    return policy;
  };

  return {
    async get(nowMs) {
      const before = known;
      if (before !== undefined && nowMs - before.atMs < FRESH_MS) return before.policy;
      asking ??= ask(nowMs).finally(() => {
        asking = undefined;
      });
      try {
        return await asking;
      } catch (error) {
        if (before !== undefined && nowMs - before.atMs < STALE_MS) return before.policy;
        // A "no" here is about our project, not about anybody's token.
        throw failureOf(error).kind === "unavailable" ? error : new Error("no policy");
      }
    },
  };
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
    permissionsOf: (names) => unique(names.flatMap((name) => byRole.get(name) ?? [])),
    scopesOf: (names) => unique(names.flatMap((name) => [name, ...(byScope.get(name) ?? [])])),
  };
}

function listOf(value: unknown) {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
