import { definePermissions, type PermissionOf, type RoleOf } from "@tenantry/core";

/** What one can do here, and what each role may do. The provider says who has which role. */
export const permissions = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:delete"],
  roles: {
    viewer: ["notes:read"],
    editor: ["notes:read", "notes:write"],
    admin: ["notes:*"],
    support: ["notes:read"],
  },
});

export type Permission = PermissionOf<typeof permissions>;
export type Role = RoleOf<typeof permissions>;
