import type { Endpoint } from "./call.ts";
import type { Settings } from "./options.ts";

/** Where a path leads. */
export type Place =
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint }
  | { readonly kind: "metadata"; readonly endpoint: Endpoint }
  | { readonly kind: "elsewhere" };

/** RFC 9728 §3. */
const WELL_KNOWN = "/.well-known/oauth-protected-resource";
/** A slug, or a local id. */
const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** Finds the endpoint or its metadata for the path of a request. Looks nothing up. */
export function createEndpoints(settings: Settings): (target: string) => Place {
  const { resource, tenantPath, tenantOrigin } = settings;
  const endpointAt = (origin: string, path: string, tenant: string | null): Endpoint => ({
    resource: `${origin}${path}`,
    metadataUrl: `${origin}${WELL_KNOWN}${path}`,
    tenant,
  });
  const shared = endpointAt(resource.origin, resource.pathname, null);

  function byPath(path: string): Endpoint | null {
    if (path === resource.pathname) return shared;
    if (tenantPath === null) return null;
    const { before, after } = tenantPath;
    if (!path.startsWith(before) || !path.endsWith(after)) return null;
    const tenant = path.slice(before.length, path.length - after.length);
    // Every name that could be a tenant's has an endpoint: whether there is one is nobody's business.
    return SEGMENT.test(tenant) ? endpointAt(tenantOrigin, path, tenant) : null;
  }

  return (target) => {
    const query = target.search(/[?#]/);
    const path = query === -1 ? target : target.slice(0, query);
    // Only where the host has exactly one resource: else it would speak for another one.
    if (path === WELL_KNOWN && tenantPath === null) return { kind: "metadata", endpoint: shared };
    const isMetadata = path.startsWith(`${WELL_KNOWN}/`);
    const endpoint = byPath(isMetadata ? path.slice(WELL_KNOWN.length) : path);
    if (endpoint === null) return { kind: "elsewhere" };
    return { kind: isMetadata ? "metadata" : "endpoint", endpoint };
  };
}
