import { localId, type ExternalKey } from "./local-id.ts";
import type { DirectoryOptions } from "./facts.ts";
import type { Link } from "./records.ts";

/** The local id of a vendor's id that is linked or that configuration maps; null if it is neither. */
export async function knownId(
  directory: DirectoryOptions,
  kind: Link["kind"],
  key: ExternalKey,
): Promise<string | null> {
  const link = await directory.stores.links.find({ ...key, kind });
  if (link !== null) return link.local;
  const adopted = directory.idOf?.(kind, key);
  if (adopted === undefined) return null;
  return addLink(directory, { ...key, kind, local: adopted, evidence: "configuration" });
}

/**
 * The local id that holds for a vendor's id, linking it if it never was. Of several callers at once
 * all get the same one, whichever came first.
 */
export async function linkedId(
  directory: DirectoryOptions,
  kind: Link["kind"],
  { key, evidence }: { readonly key: ExternalKey; readonly evidence: Link["evidence"] },
): Promise<string> {
  const known = await knownId(directory, kind, key);
  if (known !== null) return known;
  const local = await localId(kind, key);
  return addLink(directory, { ...key, kind, local, evidence });
}

/** Links a vendor's id to a local one, unless it is linked already; the local id that holds. */
export function linkTo(
  directory: DirectoryOptions,
  kind: Link["kind"],
  { key, ...to }: { readonly key: ExternalKey } & Pick<Link, "local" | "evidence">,
): Promise<string> {
  return addLink(directory, { ...key, kind, ...to });
}

async function addLink(
  { stores, nowMs }: DirectoryOptions,
  link: Omit<Link, "createdAtMs">,
): Promise<string> {
  return (await stores.links.add({ ...link, createdAtMs: nowMs() })).local;
}
