import type { Result } from "../internal/result.ts";
import type { DirectoryOptions } from "./facts.ts";
import { knownId, linkedId } from "./links.ts";
import type { Link } from "./records.ts";

/** Whose words a change is in. */
export interface ChangeSource {
  readonly instance: string;
  /** The issuer that the provider's identities name. */
  readonly issuer: string;
}

/**
 * What became of a change. `outdated`: something newer is known. `ignored`: it is about someone or
 * something that is unknown here and is not to be made.
 */
export type Applied = "applied" | "outdated" | "ignored";

/** Rejects with `refetch_unsupported` for a change that only names what to ask for. */
export type ApplyResult = Result<Applied>;

/** The local id of a vendor's id, linked now if it is new and that is allowed; null otherwise. */
export async function idFor(
  directory: DirectoryOptions,
  kind: Link["kind"],
  { source, external }: { readonly source: ChangeSource; readonly external: string },
): Promise<string | null> {
  const key = { ...source, external };
  return (directory.onUnknown?.directory ?? "provision") === "provision"
    ? linkedId(directory, kind, { key, evidence: "directory" })
    : knownId(directory, kind, key);
}

/** Whether this source knows the tenant: another vendor's tenants are not its to speak of. */
export async function isTenantOf(
  { stores }: DirectoryOptions,
  tenantId: string,
  source: ChangeSource,
): Promise<boolean> {
  const links = await stores.links.listByLocal("tenant", tenantId);
  return links.some((link) => isSame(link, source));
}

/** Whether anyone but this one external id stands for the local one: another vendor, during a move. */
export async function hasOtherLinks(
  { stores }: DirectoryOptions,
  kind: "tenant" | "user",
  of: { readonly local: string; readonly source: ChangeSource; readonly external: string },
): Promise<boolean> {
  const links = await stores.links.listByLocal(kind, of.local);
  return links.some((link) => !isSame(link, of.source) || link.external !== of.external);
}

/** A vendor's clock ahead of ours must not outlast a decision that we record now. */
export function versionOf({ nowMs }: DirectoryOptions, version: number): number {
  return Math.min(version, nowMs());
}

function isSame(a: ChangeSource, b: ChangeSource): boolean {
  return a.instance === b.instance && a.issuer === b.issuer;
}
