import type { Schema } from "./definitions.ts";

/** Names under which an argument would choose a tenant. */
const TENANT_NAME = /^(?:tenant|org|organi[sz]ation|workspace|account)(?:[_-]?(?:id|slug|key))?$/i;
const DIALECT = "draft-2020-12";

/**
 * The paths of arguments that are named like a tenant, at any depth. Throws `TypeError` for a schema
 * that cannot be written as JSON Schema: what cannot be looked at cannot be vouched for.
 */
export function tenantArguments(schema: Schema | undefined, where: string): readonly string[][] {
  if (schema === undefined) return [];
  let json: unknown;
  try {
    json = schema["~standard"].jsonSchema.input({ target: DIALECT });
  } catch {
    throw new TypeError(`${where}: the schema cannot be written as JSON Schema.`);
  }
  const found: string[][] = [];
  walk(json, [], { found, seen: new Set() });
  return found;
}

function walk(
  node: unknown,
  path: readonly string[],
  state: { readonly found: string[][]; readonly seen: Set<unknown> },
): void {
  if (typeof node !== "object" || node === null || state.seen.has(node)) return;
  state.seen.add(node);
  for (const [key, value] of Object.entries(node)) {
    if (key !== "properties" || typeof value !== "object" || value === null) {
      walk(value, path, state);
      continue;
    }
    for (const [name, member] of Object.entries(value)) {
      const here = [...path, name];
      if (TENANT_NAME.test(name)) state.found.push(here);
      walk(member, here, state);
    }
  }
}

/**
 * Whether every argument that is named like a tenant names this one. SECURITY: compares; what the
 * caller wrote never chooses.
 */
export function namesOnly(
  args: unknown,
  tenant: { readonly id: string; readonly slug: string },
): boolean {
  if (typeof args !== "object" || args === null) return true;
  return Object.entries(args).every(([name, value]) =>
    !Array.isArray(args) && TENANT_NAME.test(name)
      ? isOnly(value, tenant)
      : namesOnly(value, tenant),
  );
}

/** Nothing, the tenant, or a list of nothing but it. An object could name another one anywhere in it. */
function isOnly(value: unknown, tenant: { readonly id: string; readonly slug: string }): boolean {
  if (Array.isArray(value)) return value.every((one: unknown) => isOnly(one, tenant));
  return value === undefined || value === null || value === tenant.id || value === tenant.slug;
}
