import type { DirectoryChange, UserData } from "../provider/directory.ts";
import { attestedEmail } from "./attest-user.ts";
import {
  hasOtherLinks,
  idFor,
  isTenantOf,
  versionOf,
  type Applied,
  type ChangeSource,
} from "./change-source.ts";
import { endSessions } from "./end-sessions.ts";
import type { DirectoryOptions } from "./facts.ts";
import type { Membership, User } from "./records.ts";
import { membershipKey, userKey } from "./revocation-keys.ts";

type UserUpsert = Extract<DirectoryChange, { kind: "upsert"; entity: "user" }>;

/**
 * Makes a person or changes their profile. One whom the vendor has locked out loses their places in
 * the vendor's tenants until it attests them anew; the person themself is not locked, because they
 * may have another vendor's identity too, and because an administrator here may have locked them.
 */
export async function applyUser(
  directory: DirectoryOptions,
  source: ChangeSource,
  { external, version, data }: UserUpsert,
): Promise<Applied> {
  const id = await idFor(directory, "user", { source, external });
  if (id === null) return "ignored";
  const user = await userOf(directory, id);
  if (user.status === "deleted") return "outdated";
  const versionMs = versionOf(directory, version);
  if ((user.versionMs ?? 0) > versionMs) return "outdated";
  await directory.stores.users.update(id, { ...profileOf(data), versionMs });
  if (data.status === "inactive") {
    await endMemberships(directory, source, { userId: id, status: "suspended", versionMs });
  }
  return "applied";
}

/**
 * A person whom the vendor deleted: their places in the vendor's tenants go, and so does the person,
 * unless another identity of theirs is left.
 */
export async function deleteUser(
  directory: DirectoryOptions,
  source: ChangeSource,
  { external, version }: Pick<UserUpsert, "external" | "version">,
): Promise<Applied> {
  const { stores, nowMs } = directory;
  const id = await idFor(directory, "user", { source, external });
  if (id === null) return "ignored";
  // One who was never heard of is noted down as well: the news of their creation may come later.
  await userOf(directory, id, "deleted");
  const versionMs = versionOf(directory, version);
  await endMemberships(directory, source, { userId: id, status: "removed", versionMs });
  if (await hasOtherLinks(directory, "user", { local: id, source, external })) return "applied";
  // Without a version: a vendor never gives an id out again, so nothing comes after this.
  await stores.users.update(id, { status: "deleted" });
  await endSessions(directory, id, () => true);
  await stores.revocations.raise([userKey(id)], nowMs());
  return "applied";
}

/** The person with this id, made without a profile if there is none. */
export async function userOf(
  { stores: { users } }: DirectoryOptions,
  id: string,
  status: User["status"] = "active",
): Promise<User> {
  return users.add({ id, name: null, email: null, status });
}

function profileOf(data: UserData): Partial<Pick<User, "name" | "email">> {
  const email = data.email === undefined ? null : attestedEmail({ email: data.email }, undefined);
  return {
    ...(data.name === undefined ? {} : { name: data.name }),
    ...(email === null ? {} : { email }),
  };
}

async function endMemberships(
  directory: DirectoryOptions,
  source: ChangeSource,
  how: {
    readonly userId: string;
    readonly status: "suspended" | "removed";
    readonly versionMs: number;
  },
): Promise<void> {
  const { stores, nowMs } = directory;
  const { userId, status, versionMs } = how;
  const ended: Membership[] = [];
  for (const membership of await stores.memberships.listByUser(userId)) {
    // SECURITY: one vendor's word counts for nothing about the tenants of another.
    if (!(await isTenantOf(directory, membership.tenantId, source))) continue;
    const held = await stores.memberships.apply({ ...membership, roles: [], status, versionMs });
    if (held.status !== "active") ended.push(held);
  }
  await endSessions(
    directory,
    userId,
    (session) =>
      session.instance === source.instance ||
      ended.some(({ tenantId }) => tenantId === session.tenantId),
  );
  const keys = ended.map(({ tenantId }) => membershipKey(userId, tenantId));
  if (keys.length > 0) await stores.revocations.raise(keys, nowMs());
}
