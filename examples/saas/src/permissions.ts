import { definePermissions, type PermissionOf, type RoleOf } from "@tenantry/core";

/**
 * What one can do in this app, and what each role may do. The provider says who has which role; what
 * a role means is said here and nowhere else.
 */
export const permissions = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:delete", "tenants:enter"],
  roles: {
    viewer: ["notes:read"],
    editor: ["notes:read", "notes:write"],
    admin: ["notes:*"],
    support: ["notes:read", "tenants:enter"],
  },
});

export type Permission = PermissionOf<typeof permissions>;
export type Role = RoleOf<typeof permissions>;
