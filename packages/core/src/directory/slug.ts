const MAX_LENGTH = 63;
const SUFFIX_LENGTH = 8;

/**
 * Slugs for a new tenant, best first: the vendor's own (or its name), the same with a suffix that
 * only this tenant has, and its id. The same tenant always gets the same list.
 */
export function slugCandidates(tenant: {
  readonly id: string;
  readonly slug?: string | undefined;
  readonly name?: string | undefined;
}): readonly string[] {
  const unique = toSlug(tenant.id);
  const base = toSlug(tenant.slug ?? "") || toSlug(tenant.name ?? "");
  if (base === "") return [unique];
  const suffix = unique.slice(-SUFFIX_LENGTH);
  const room = MAX_LENGTH - SUFFIX_LENGTH - 1;
  return [base, `${base.slice(0, room)}-${suffix}`, unique];
}

/** The text as `^[a-z0-9][a-z0-9-]{0,62}$`, empty if nothing of it fits. */
export function toSlug(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+/g, "")
    .slice(0, MAX_LENGTH)
    .replaceAll(/-+$/g, "");
}
