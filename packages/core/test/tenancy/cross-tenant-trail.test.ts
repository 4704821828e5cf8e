import { describe, expect, test } from "vitest";
import { createAudit } from "../../src/audit/audit.ts";
import type { AuthContext } from "../../src/context.ts";
import { memoryStores } from "../../src/directory/memory/stores.ts";
import { createGrant } from "../../src/grant.ts";
import { createGrants } from "../../src/permissions/grants.ts";
import { createCrossTenantTrail } from "../../src/tenancy/cross-tenant-trail.ts";
import { createScopeMint } from "../../src/tenancy/scope.ts";
import { catalogue } from "../fixtures/house.ts";
import { NOW_MS, tenantOf, whoOf } from "../fixtures/records.ts";
import { requestOf } from "../fixtures/requests.ts";

const grant = createGrant({ catalogue, grants: createGrants(), scopes: createScopeMint() });
const stay = {
  reason: "ticket 7",
  enteredAtMs: NOW_MS,
  untilMs: NOW_MS + 1000,
  home: { id: "tnt_lighthouse", slug: "lighthouse" },
};

function contextOf(crossTenant?: typeof stay): AuthContext {
  return grant(whoOf(), {
    ok: true,
    tenant: tenantOf("acme"),
    roles: [],
    vendorPermissions: [],
    ...(crossTenant === undefined ? {} : { crossTenant }),
  });
}

function trailOf(stores = memoryStores()) {
  const audit = createAudit({
    stores,
    nowMs: () => NOW_MS,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log: () => {},
  });
  return { record: createCrossTenantTrail(audit), stores };
}

const items = async (stores: ReturnType<typeof memoryStores>) =>
  (await stores.audit.listByTenant("tnt_acme")).items;

describe("what a supporter does in another tenant", () => {
  test("is on that tenant's record: who, why, from where, and what", async () => {
    const { record, stores } = trailOf();
    await record(contextOf(stay), requestOf({ method: "DELETE", target: "/t/acme/notes/7" }));
    expect(await items(stores)).toMatchObject([
      {
        type: "tenant.acted",
        outcome: "ok",
        tenantId: "tnt_acme",
        principal: { kind: "user", id: "usr_ada" },
        actors: [{ kind: "support", id: "usr_ada" }],
        reason: "ticket 7",
        details: { homeTenantId: "tnt_lighthouse", method: "DELETE", path: "/t/acme/notes/7" },
      },
    ]);
  });

  test.each(["?token=SECRET", "#SECRET", "?a#SECRET", "?"])(
    "is recorded without the query, which may hold anything: %s",
    async (rest) => {
      const { record, stores } = trailOf();
      await record(contextOf(stay), requestOf({ target: `/t/acme/files/7${rest}` }));
      const [event] = await items(stores);
      expect(event?.details["path"]).toBe("/t/acme/files/7");
      expect(JSON.stringify(event)).not.toContain("SECRET");
    },
  );

  test("does not happen if it cannot be recorded", async () => {
    const stores = memoryStores();
    const broken = {
      ...stores,
      audit: { ...stores.audit, append: () => Promise.reject(new Error("down")) },
    };
    await expect(trailOf(broken).record(contextOf(stay), requestOf())).rejects.toThrow(Error);
  });

  test("is not mixed up with what members do", async () => {
    const { record, stores } = trailOf();
    await record(contextOf(), requestOf());
    expect(await items(stores)).toEqual([]);
  });
});
