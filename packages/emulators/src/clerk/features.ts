import type { World } from "../world/world.ts";

/** The organization claim of a session token of version 2, packed as the vendor packs it. */
export interface PackedPermissions {
  /** `fea`: all features with their scope. */
  readonly fea: string;
  readonly per: string;
  readonly fpm: string;
}

/** A feature that people have and organizations do not: it has no place among the masks. */
const PERSONAL_FEATURE = "u:beta";

/**
 * Packs the permissions of a role: `per` lists the names, and `fpm` has for each *organization's*
 * feature, in the order of `fea`, a number whose bit j stands for the j-th name
 * (https://clerk.com/docs/guides/sessions/session-tokens, and `@clerk/shared` `jwtPayloadParser`).
 */
export function packPermissions(world: World, role: string | undefined): PackedPermissions {
  const pairs = world.roles.list().flatMap(({ permissions }) => permissions.map(split));
  const features = [...new Set(pairs.map(([feature]) => feature))];
  const names = [...new Set(pairs.map(([, name]) => name))];
  const held = new Set(world.roles.get(role ?? "")?.permissions);
  const masks = features.map((feature) =>
    names.reduce(
      (mask, name, index) => (held.has(`${feature}:${name}`) ? mask | (1n << BigInt(index)) : mask),
      0n,
    ),
  );
  return {
    fea: [PERSONAL_FEATURE, ...features.map((feature) => `o:${feature}`)].join(","),
    per: names.join(","),
    fpm: masks.join(","),
  };
}

/** The permissions of a role as the Backend API lists them, system permissions included. */
export function permissionsOf(world: World, role: string | undefined): readonly string[] {
  const system = role === "admin" ? ["org:sys_memberships:manage"] : ["org:sys_memberships:read"];
  return [
    ...system,
    ...(world.roles.get(role ?? "")?.permissions ?? []).map((key) => `org:${key}`),
  ];
}

function split(permission: string): readonly [string, string] {
  const at = permission.indexOf(":");
  return [permission.slice(0, at), permission.slice(at + 1)];
}
