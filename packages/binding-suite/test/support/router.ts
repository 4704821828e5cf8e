import type { SuiteRoute } from "@tenantry/binding-suite";

/** What a hand-written router makes of a path: literal segments, and `:name` for parameters. */
export function matchRoute(
  route: Pick<SuiteRoute, "method" | "path">,
  { method, target }: { readonly method: string; readonly target: string },
): ReadonlyMap<string, string> | null {
  if (method !== route.method && !(method === "HEAD" && route.method === "GET")) return null;
  const path = target.replace(/[?#].*$/s, "");
  const wanted = route.path.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params = new Map<string, string>();
  for (const [index, segment] of wanted.entries()) {
    const text = decoded(given[index] ?? "");
    if (segment.startsWith(":")) params.set(segment.slice(1), text);
    else if (given[index] !== segment) return null;
  }
  return params;
}

/** As it is, where it cannot be decoded. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
