import express from "express";
import { definePermissions } from "@tenantry/core";
import { createAuthFromEnv } from "@tenantry/core/config";
import { expressAuth } from "@tenantry/express";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"], editor: ["notes:*"] },
});
const providers = { oidc: () => import("@tenantry/oidc") }; // AUTH_PROVIDER chooses one
const auth = await createAuthFromEnv({ permissions, providers });
const { authenticate, requirePermission, authRoutes, tenantContext } = expressAuth(auth);

const app = express();
app.use(auth.routes.path, authRoutes());
app.get("/notes", authenticate(), requirePermission("notes:read"), (req, res) => {
  res.json({ notesOf: tenantContext(req).tenant.slug });
});
app.listen(process.env["PORT"] ?? 3000);
