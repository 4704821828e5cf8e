import { definePermissions } from "@tenantry/core";

/** The permissions of the suite's app. */
export const PERMISSIONS = ["notes:read", "notes:write", "notes:delete"] as const;

/** What its roles may do. */
export const ROLES = {
  admin: ["notes:read", "notes:write", "notes:delete"],
  editor: ["notes:read", "notes:write"],
  viewer: ["notes:read"],
} as const;

/** A permission of the suite's app. */
export type AppPermission = (typeof PERMISSIONS)[number];

/** A role of the suite's app. */
export type AppRole = keyof typeof ROLES;

/** The suite's app: three permissions and three roles. */
export const catalogue = definePermissions({ permissions: PERMISSIONS, roles: ROLES });
