/**
 * Whether a mount's resource (RFC 8707) is one of those that the configuration lists. A list may name
 * one address per tenant in one line: `{tenant}` stands for one segment of a path, as in
 * `https://api.example.com/t/{tenant}/mcp`. Everything else is compared exactly.
 */
export function matchesResource(patterns: readonly string[], resource: string): boolean {
  return patterns.some((pattern) => {
    const [before = "", after] = pattern.split("{tenant}", 2);
    if (after === undefined) return resource === pattern;
    if (resource.length <= before.length + after.length) return false;
    if (!resource.startsWith(before) || !resource.endsWith(after)) return false;
    const segment = resource.slice(before.length, resource.length - after.length);
    // SECURITY: one segment only; with a slash the pattern would reach into other paths.
    return /^[\w.~-]+$/.test(segment);
  });
}
