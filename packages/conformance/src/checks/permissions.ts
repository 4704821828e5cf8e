import assert from "node:assert/strict";
import { arrived, opens, permissionsOf, signedIn } from "../scene/expect.ts";
import type { Scene, TokenDoor } from "../scene/scene.ts";
import { Skip } from "../scene/skip.ts";
import { valueAt, type Specimen } from "../scene/specimen.ts";
import { ROLES, type AppRole } from "../app/catalogue.ts";
import { check, slowCheck, type Check } from "./check.ts";

const NAMES: readonly AppRole[] = ["admin", "editor", "viewer"];
const grants = (role: AppRole): readonly string[] => [...ROLES[role]].toSorted();

/** What someone may do. */
export const permissionChecks: readonly Check[] = [
  check("permissions.role.session", async (scene) => {
    const { acme } = scene.cast;
    for (const role of NAMES) {
      const app = scene.app();
      const person = await scene.person({ tenant: acme, role });
      const browser = app.browser();
      arrived(await browser.signIn({ person, tenant: acme.external }));
      assert.deepEqual(permissionsOf(await signedIn(browser)), grants(role), role);
    }
  }),

  check("permissions.role.token", async (scene) => {
    const { acme } = scene.cast;
    for (const door of doorsWithRoles(scene)) {
      if (door === "m2m") {
        const { token } = await scene.specimen(door);
        const context = await opens(scene.app(), token, { accept: [door] });
        assert.deepEqual(permissionsOf(context), grants("editor"), "the editor robot");
        continue;
      }
      for (const role of NAMES) {
        const person = await scene.person({ tenant: acme, role });
        const { token } = await scene.specimen(door, { person });
        const context = await opens(scene.app(), token, { accept: [door] });
        assert.deepEqual(permissionsOf(context), grants(role), `${role} (${door})`);
      }
    }
  }),

  check("permissions.role.tenant", async (scene) => {
    const { acme, birch } = scene.cast;
    const person = await scene.person({ tenant: acme, role: "admin" });
    await scene.started.world.setMember({ email: person, tenant: birch.external, role: "viewer" });
    const app = scene.app();
    const expected = [
      { tenant: acme.external, role: "admin" },
      { tenant: birch.external, role: "viewer" },
      { tenant: acme.external, role: "admin" },
    ] as const;
    for (const { tenant, role } of expected) {
      for (const door of people(scene)) {
        const { token } = await scene.specimen(door, { person, tenant });
        const context = await opens(app, token, { accept: [door] });
        assert.deepEqual(permissionsOf(context), grants(role), `${role} (${door})`);
      }
      if (scene.started.signIn === undefined) continue;
      const browser = app.browser();
      arrived(await browser.signIn({ person, tenant }));
      assert.deepEqual(permissionsOf(await signedIn(browser)), grants(role), `${role} (session)`);
    }
  }),

  check("permissions.role.unknown", async (scene) => {
    await roleClaims(scene, (honest) =>
      Array.isArray(honest)
        ? [["intern"], ["Admin"], ["admin "], ["*"], ["notes:*"], []]
        : ["intern", "Admin", "admin ", "*", "notes:*", ""],
    );
  }),

  check("permissions.role.malformed", async (scene) => {
    await roleClaims(scene, () => [
      { admin: true },
      7,
      true,
      [["admin"]],
      [{ name: "admin" }],
      null,
    ]);
  }),

  slowCheck("permissions.role.changed", async (scene) => {
    const { acme } = scene.cast;
    const person = await scene.person({ tenant: acme, role: "admin" });
    const app = scene.app();
    const see = async (role: AppRole) => {
      for (const door of people(scene)) {
        const { token } = await scene.specimen(door, { person });
        const context = await opens(app, token, { accept: [door] });
        assert.deepEqual(permissionsOf(context), grants(role), `${role} (${door})`);
      }
      if (scene.started.signIn === undefined) return;
      const browser = app.browser();
      arrived(await browser.signIn({ person, tenant: acme.external }));
      assert.deepEqual(permissionsOf(await signedIn(browser)), grants(role), `${role} (session)`);
    };
    await see("admin");
    // Tokens tell their age in seconds, and of two in one second nobody knows the newer one.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await scene.started.world.setMember({ email: person, tenant: acme.external, role: "viewer" });
    await see("viewer");
  }),

  check("permissions.scope.bound", async (scene) => {
    for (const door of doorsWithScopes(scene)) {
      const { token } = await scene.specimen(door, { scopes: ["notes:read"] });
      const context = await opens(scene.app(), token, { accept: [door] });
      assert.deepEqual(permissionsOf(context), ["notes:read"], `scope notes:read (${door})`);
    }
  }),

  check("permissions.scope.missing", async (scene) => {
    for (const door of doorsWithScopes(scene)) {
      const specimen = await scene.specimen(door);
      const path = specimen.facts.scopes ?? [];
      for (const value of [undefined, "", "other:scope"]) {
        const token = await specimen.bend({ at: { path, value } });
        const outcome = await scene.app().present(token, { accept: [door] });
        if (outcome.kind !== "authenticated") continue;
        assert.deepEqual(
          permissionsOf(outcome.context),
          [],
          `scopes ${value ?? "missing"} (${door})`,
        );
      }
    }
  }),
];

/** Kinds of people's tokens that carry roles, possibly none. */
function people(scene: Scene): readonly TokenDoor[] {
  const { kinds } = scene.started.tokens;
  return (["session", "access", "mcp"] as const).filter((kind) => kinds[kind]?.roles);
}

function doorsWithRoles(scene: Scene): readonly TokenDoor[] {
  const doors = scene.doors().filter((door) => scene.started.tokens.kinds[door]?.roles);
  if (doors.length === 0) throw new Skip("no signed token of this vendor carries roles");
  return doors;
}

function doorsWithScopes(scene: Scene): readonly TokenDoor[] {
  const doors = scene.doors().filter((door) => scene.started.tokens.kinds[door]?.scopes);
  if (doors.length === 0) throw new Skip("scopes bound no signed token of this vendor");
  return doors;
}

/** Replaces the roles of Ada, an administrator, by values that must allow nothing. */
async function roleClaims(
  scene: Scene,
  valuesFor: (honest: unknown) => readonly unknown[],
): Promise<void> {
  for (const door of doorsWithRoles(scene)) {
    const specimen = await scene.specimen(door);
    const path = specimen.facts.roles ?? [];
    const honest = await opens(scene.app(), await specimen.bend({}), { accept: [door] });
    assert.notDeepEqual(permissionsOf(honest), [], `the honest token may do nothing (${door})`);
    const before = valueAt(specimen.claims, path);
    for (const value of valuesFor(before)) {
      const token = await withoutPermissions(specimen).bend({ at: { path, value } });
      const outcome = await scene.app().present(token, { accept: [door] });
      if (outcome.kind !== "authenticated") continue;
      const what = `roles ${JSON.stringify(value)} (${door})`;
      assert.deepEqual(permissionsOf(outcome.context), [], what);
    }
  }
}

/** The same token without the vendor's own permissions, so that the roles alone decide. */
function withoutPermissions(specimen: Specimen): Specimen {
  const path = specimen.facts.permissions;
  if (path === undefined) return specimen;
  return { ...specimen, bend: (bend) => specimen.bend({ ...bend, without: path }) };
}
