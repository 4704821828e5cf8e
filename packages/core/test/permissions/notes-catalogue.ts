import { definePermissions } from "../../src/permissions/define-permissions.ts";

/** The catalogue of a small app, for tests. */
export const notes = definePermissions({
  permissions: ["notes:read", "notes:write", "members:read", "members:manage"],
  roles: {
    admin: ["*"],
    member: ["notes:*"],
    viewer: ["*:read"],
    support: [],
  },
  claims: {
    roles: { "org:admin": "admin", both: ["member", "viewer"], viewer: [] },
    permissions: { "urn:write": "notes:write", "urn:all": ["notes:read", "notes:write"] },
  },
});
