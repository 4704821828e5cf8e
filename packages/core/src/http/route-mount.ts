import type { MountOptions } from "../options.ts";

/** What one mount accepts, for frameworks whose router reads parameters from the path. */
export interface RouteMount extends Omit<MountOptions, "tenant"> {
  /**
   * The route's own parameter that names the tenant: `"slug"` on `/t/:slug/notes`. `authenticate`
   * then has to stand on a route that has it.
   */
  readonly tenantParam?: string;
}

/**
 * The mount of one request; `param` reads a parameter of the route. Throws `TypeError`, for the
 * developer, if the route has no parameter of that name.
 */
export function routeMount(
  { tenantParam, ...mount }: RouteMount,
  param: (name: string) => unknown,
): MountOptions {
  if (tenantParam === undefined) return mount;
  const tenant = param(tenantParam);
  // SECURITY: a route without the parameter would be a route without the check.
  if (typeof tenant !== "string") {
    throw new TypeError(
      `authenticate({ tenantParam: "${tenantParam}" }) stands on a route without the parameter "${tenantParam}". Put it on the route that has it.`,
    );
  }
  return { ...mount, tenant };
}
