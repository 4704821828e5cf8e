import { definePermissions, type PermissionOf, type RoleOf } from "@tenantry/core";

/** What a tool can ask for, and what each role may do. The same names are the scopes of agents. */
export const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: {
    viewer: ["notes:read"],
    editor: ["notes:read", "notes:write"],
    admin: ["notes:*"],
    support: ["notes:read"],
  },
});

export type Permission = PermissionOf<typeof permissions>;
export type Role = RoleOf<typeof permissions>;
