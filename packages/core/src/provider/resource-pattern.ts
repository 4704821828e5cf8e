/**
 * Whether a mount's resource (RFC 8707) is one of those that the configuration lists. A list may name
 * one address per tenant in one line: `{tenant}` stands for one segment of a path, as in
 * `https://api.example.com/t/{tenant}/mcp`. Everything else is compared exactly.
 */
export function matchesResource(patterns: readonly string[], resource: string): boolean {
  const exact = patterns.filter((pattern) => !pattern.includes("{tenant}"));
  return exact.includes(resource) || tenantOfResource(patterns, resource) !== null;
}

/** What stands for `{tenant}` in a resource that matches such a line; null for any other one. */
export function tenantOfResource(patterns: readonly string[], resource: string): string | null {
  for (const pattern of patterns) {
    const [before = "", after] = pattern.split("{tenant}", 2);
    if (after === undefined || resource.length <= before.length + after.length) continue;
    if (!resource.startsWith(before) || !resource.endsWith(after)) continue;
    const segment = resource.slice(before.length, resource.length - after.length);
    // SECURITY: one segment only; with a slash the pattern would reach into other paths.
    if (/^[\w.~-]+$/.test(segment)) return segment;
  }
  return null;
}
