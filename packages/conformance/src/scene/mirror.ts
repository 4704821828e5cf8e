import assert from "node:assert/strict";
import type { DirectoryChange, DirectoryEntity, MembershipData } from "@tenantry/core/provider";
import type { App } from "../app/app.ts";

/** A mirror of the vendor's directory that applies changes as core does: only what is newer counts. */
export interface Mirror {
  apply(changes: readonly DirectoryChange[]): Promise<void>;
  /** The memberships that give access, as `user in tenant: roles`, sorted. */
  active(): readonly string[];
  /** The membership of a person (by any of their names) in a tenant, whatever its status. */
  membership(user: readonly string[], tenant: string): MembershipData | undefined;
}

/** Makes an empty mirror. `refetch` asks the adapter's lists, where it has some. */
export function createMirror(app: App): Mirror {
  const rows = new Map<
    string,
    { readonly version: number; readonly data: MembershipData | null }
  >();

  async function applyOne(change: DirectoryChange): Promise<void> {
    const key = `${change.entity} ${change.external}`;
    if (change.kind === "refetch") {
      const fetched = await app.provider.directory?.get(change.entity, change.external, app.tools);
      assert.ok(fetched !== undefined, "an adapter without lists cannot ask to refetch");
      if (fetched.ok) return applyOne(fetched.value);
      rows.set(key, { version: Date.now(), data: null });
      return undefined;
    }
    const held = rows.get(key);
    const isRemoval = change.kind === "delete";
    const isNewer =
      held === undefined ||
      change.version > held.version ||
      (change.version === held.version && isRemoval);
    if (!isNewer) return undefined;
    const data = !isRemoval && change.entity === "membership" ? change.data : null;
    rows.set(key, { version: change.version, data });
    return undefined;
  }

  const memberships = () => [...rows.values()].flatMap(({ data }) => (data === null ? [] : [data]));
  return {
    async apply(changes) {
      for (const change of changes) await applyOne(change);
    },
    active: () =>
      memberships()
        .filter(({ status }) => status === "active")
        .map(({ user, tenant, roles = [] }) => `${user} in ${tenant}: ${roles.join()}`)
        .toSorted(),
    membership: (user, tenant) =>
      memberships().find((one) => user.includes(one.user) && one.tenant === tenant),
  };
}

const MAX_PAGES = 200;

/** Walks a list of the adapter to its end. */
export async function walkList(
  app: App,
  entity: DirectoryEntity,
): Promise<readonly DirectoryChange[]> {
  const { directory } = app.provider;
  assert.ok(directory !== undefined, "the adapter has no lists");
  const found: DirectoryChange[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const listed = await directory.list(entity, cursor, app.tools);
    assert.ok(listed.ok, `the list of ${entity}s was refused: ${listed.ok ? "" : listed.reason}`);
    found.push(...listed.value.items);
    cursor = listed.value.next;
    if (cursor === undefined) return found;
  }
  return assert.fail(`the list of ${entity}s does not end`);
}
