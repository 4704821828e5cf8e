import { ok, reject } from "../internal/result.ts";
import type { DirectoryChange } from "../provider/directory.ts";
import { applyMembership, endMembership } from "./apply-membership.ts";
import { applyTenant, deleteTenant } from "./apply-tenant.ts";
import { applyUser, deleteUser } from "./apply-user.ts";
import type { Applied, ApplyResult, ChangeSource } from "./change-source.ts";
import type { DirectoryOptions } from "./facts.ts";

/**
 * Takes over what a vendor says about its tenants, people and memberships. Changes may come late,
 * twice and in any order: the vendor's latest word holds, and what was deleted stays so.
 */
export async function applyChange(
  directory: DirectoryOptions,
  source: ChangeSource,
  change: DirectoryChange,
): Promise<ApplyResult> {
  if (change.kind === "refetch") return reject("refetch_unsupported");
  if (!Number.isFinite(change.version)) return reject("claim_invalid");
  return ok(await apply(directory, source, change));
}

function apply(
  directory: DirectoryOptions,
  source: ChangeSource,
  change: Exclude<DirectoryChange, { kind: "refetch" }>,
): Promise<Applied> {
  if (change.kind === "upsert") {
    if (change.entity === "tenant") return applyTenant(directory, source, change);
    if (change.entity === "user") return applyUser(directory, source, change);
    return applyMembership(directory, source, change);
  }
  if (change.entity === "membership") return endMembership(directory, source, change);
  return change.entity === "tenant"
    ? deleteTenant(directory, source, change)
    : deleteUser(directory, source, change);
}
