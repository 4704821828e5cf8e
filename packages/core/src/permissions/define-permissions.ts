import { createLru } from "../internal/lru.ts";
import type { Catalogue, CatalogueDefinition, Effective, Holding } from "./catalogue.ts";
import { PermissionSet } from "./permission-set.ts";
import { expand } from "./wildcards.ts";

const PERMISSION = /^[a-z][a-z0-9_-]*(?::[a-z0-9_-]+)+$/;
const ROLE = /^[a-z][a-z0-9_-]*$/;
/** Distinct holdings in one app are few: roles times scopes that were ever asked for. */
const REMEMBERED = 1000;

/**
 * The app's permissions, its roles, and what the provider's roles and permissions mean in them.
 * Misspelt names do not compile; from JavaScript they throw `TypeError` here, at start.
 */
export function definePermissions<const P extends string, const R extends string>(
  definition: CatalogueDefinition<P, R>,
): Catalogue<P, R> {
  const permissions = namesOf(definition.permissions, PERMISSION, "permissions");
  const roles = namesOf(keysOf(definition.roles), ROLE, "roles");
  const grantsOf = compileRoles(definition, permissions);
  const rolesByVendor = compileMap(definition.claims?.roles, roles, "claims.roles");
  const permissionsByVendor = compileMap(
    definition.claims?.permissions,
    permissions,
    "claims.permissions",
  );
  for (const name of permissionsByVendor.keys()) {
    // Sessions and keys keep names of the catalogue and have them read again: those must stay put.
    if (isIn(permissions, name)) {
      throw new TypeError(`claims.permissions: "${name}" is a permission and means itself.`);
    }
  }

  const readRole = (name: string) => rolesByVendor.get(name) ?? (isIn(roles, name) ? [name] : []);
  const readPermission = (name: string) =>
    permissionsByVendor.get(name) ?? expand(name, permissions);
  const bound = (names: readonly string[]) => unique(names.flatMap(readPermission));
  const grants = (names: readonly string[]) => unique(names.flatMap((n) => grantsOf.get(n) ?? []));

  const answers = createLru<Effective<P>>(REMEMBERED);
  const rolesByList = new WeakMap<readonly string[], ReturnType<Catalogue<P, R>["rolesOf"]>>();

  function readRoles(vendorRoles: readonly string[]) {
    const isKnown = (name: string) => rolesByVendor.has(name) || isIn(roles, name);
    return Object.freeze({
      roles: Object.freeze(unique(vendorRoles.flatMap(readRole))),
      unknown: Object.freeze(vendorRoles.filter((name) => !isKnown(name))),
    });
  }

  function compute(holding: Holding): Effective<P> {
    const held = unique([...grants(holding.roles), ...bound(holding.vendorPermissions)]);
    if (holding.bound === undefined) {
      return { permissions: new PermissionSet(held), withheldByScope: new PermissionSet<P>([]) };
    }
    const limit = new Set(bound(holding.bound));
    return {
      permissions: new PermissionSet(held.filter((name) => limit.has(name))),
      withheldByScope: new PermissionSet(held.filter((name) => !limit.has(name))),
    };
  }

  return Object.freeze({
    permissions: Object.freeze([...permissions]),
    roles: Object.freeze([...roles]),
    isPermission: (name: string): name is P => isIn(permissions, name),
    isRole: (name: string): name is R => isIn(roles, name),
    rolesOf(vendorRoles: readonly string[]) {
      const known = rolesByList.get(vendorRoles);
      if (known !== undefined) return known;
      const read = readRoles(vendorRoles);
      // SECURITY: only what nobody can change, such as a verified identity's, always means the same.
      if (Object.isFrozen(vendorRoles)) rolesByList.set(vendorRoles, read);
      return read;
    },
    permissionsOf(vendorPermissions: readonly string[]) {
      return {
        permissions: bound(vendorPermissions),
        unknown: vendorPermissions.filter((name) => readPermission(name).length === 0),
      };
    },
    bound,
    grants,
    cap(names: readonly string[], by: readonly string[]) {
      const limit = new Set(grants(by));
      return names.filter((name) => {
        if (by.includes(name)) return true;
        // SECURITY: a role without grants means something only to code that asks for it by name, so
        // "grants no more than" says nothing about it.
        const own = grants([name]);
        return own.length > 0 && own.every((permission) => limit.has(permission));
      });
    },
    effective(holding: Holding) {
      const key = keyOf(holding);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = Object.freeze(compute(holding));
      answers.set(key, answer);
      return answer;
    },
  });
}

/** SECURITY: JSON keeps the three lists and the names in them apart; joined text would collide. */
function keyOf({ roles, vendorPermissions, bound }: Holding): string {
  return JSON.stringify([
    roles.toSorted(),
    vendorPermissions.toSorted(),
    bound === undefined ? null : bound.toSorted(),
  ]);
}

function namesOf<N extends string>(names: readonly N[], format: RegExp, option: string) {
  for (const name of names) {
    if (typeof name !== "string" || !format.test(name)) {
      throw new TypeError(`${option}: "${name}" must match ${format.source}.`);
    }
  }
  const set = new Set(names);
  if (set.size !== names.length) throw new TypeError(`${option}: a name is listed twice.`);
  return set;
}

function compileRoles<P extends string, R extends string>(
  definition: CatalogueDefinition<P, R>,
  permissions: ReadonlySet<P>,
): ReadonlyMap<string, readonly P[]> {
  const entries = Object.entries<readonly string[]>(definition.roles);
  return new Map(
    entries.map(([role, patterns]) => {
      const granted = patterns.map((pattern) => {
        const names = expand(pattern, permissions);
        if (names.length === 0) {
          throw new TypeError(`roles.${role}: "${pattern}" is no permission and matches none.`);
        }
        return names;
      });
      return [role, unique(granted.flat())];
    }),
  );
}

function compileMap<N extends string>(
  map: Readonly<Record<string, N | readonly N[]>> | undefined,
  known: ReadonlySet<N>,
  option: string,
): ReadonlyMap<string, readonly N[]> {
  return new Map(
    Object.entries(map ?? {}).map(([vendorName, target]) => {
      const names: readonly N[] = typeof target === "string" ? [target] : target;
      for (const name of names) {
        if (!known.has(name)) throw new TypeError(`${option}.${vendorName}: "${name}" is unknown.`);
      }
      return [vendorName, names];
    }),
  );
}

function keysOf<R extends string>(record: Readonly<Record<R, unknown>>): readonly R[] {
  // Object.keys forgets the key type; a record literal has exactly these.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.keys(record) as R[];
}

function isIn<N extends string>(names: ReadonlySet<N>, name: string): name is N {
  const set: ReadonlySet<string> = names;
  return set.has(name);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
