import { createWorld, type World } from "./world.ts";
import type { WorldData } from "./types.ts";

/**
 * Three tenants and six people: Acme and Birch are customers, Lighthouse is the SaaS vendor's own.
 * Cleo belongs to two tenants; Sam is the supporter. The secrets are constants because they open
 * nothing but a local emulator.
 */
export function demoWorld(): World {
  return createWorld(demoData);
}

const demoData: WorldData = {
  roles: [
    { slug: "admin", name: "Admin", permissions: ["notes:read", "notes:write", "notes:delete"] },
    { slug: "editor", name: "Editor", permissions: ["notes:read", "notes:write"] },
    { slug: "viewer", name: "Viewer", permissions: ["notes:read"] },
    { slug: "support", name: "Support", permissions: ["notes:read"] },
  ],
  tenants: [tenant("acme", "Acme"), tenant("birch", "Birch"), tenant("lighthouse", "Lighthouse")],
  users: [
    user("ada", "Ada Ames", "acme.example"),
    user("ben", "Ben Boyd", "acme.example"),
    user("cleo", "Cleo Cruz", "acme.example"),
    user("dan", "Dan Dorsey", "birch.example"),
    user("eve", "Eve Ellis", "birch.example"),
    user("sam", "Sam Shore", "lighthouse.example"),
  ],
  memberships: [
    membership("ada", "acme", "admin"),
    membership("ben", "acme", "viewer"),
    membership("cleo", "acme", "editor"),
    membership("cleo", "birch", "viewer"),
    membership("dan", "birch", "admin"),
    membership("eve", "birch", "viewer"),
    membership("sam", "lighthouse", "support"),
  ],
  services: [
    service("acme-robot", "org_acme"),
    service("birch-robot", "org_birch"),
    service("stray-robot", null),
  ],
};

function tenant(slug: string, name: string) {
  return {
    id: `org_${slug}`,
    slug,
    name,
    domains: [{ domain: `${slug}.example`, verified: true }],
  };
}

function user(handle: string, name: string, domain: string) {
  return { id: `user_${handle}`, email: `${handle}@${domain}`, emailVerified: true, name };
}

function membership(handle: string, slug: string, role: string) {
  return {
    userId: `user_${handle}`,
    tenantId: `org_${slug}`,
    roles: [role],
    status: "active" as const,
  };
}

function service(clientId: string, tenantId: string | null) {
  return {
    clientId,
    clientSecret: `${clientId}-secret`,
    tenantId,
    roles: ["editor"],
    scopes: ["notes:read", "notes:write"],
  };
}
