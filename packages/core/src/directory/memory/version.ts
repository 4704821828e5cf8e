/** Whether a change comes too late: something newer is known. */
export function isOutdated(
  stored: { readonly versionMs?: number },
  changes: { readonly versionMs?: number },
): boolean {
  return changes.versionMs !== undefined && (stored.versionMs ?? 0) > changes.versionMs;
}
