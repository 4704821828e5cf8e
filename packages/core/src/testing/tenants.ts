import assert from "node:assert/strict";
import {
  CALLERS,
  checkCopies,
  checkForeignCursors,
  checkPages,
  exactlyOne,
  race,
} from "./checks.ts";
import { tenant } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

const verified = (name: string) => ({ name, verified: true });
const claimed = (name: string) => ({ name, verified: false });

/** What every {@link TenantStore} does: unique slugs and verified domains, atomic changes, stable pages. */
export const tenantStoreConformance = storeGroup("tenants", [
  {
    title: "returns a tenant by id and by slug as it was put, and null for others",
    async run(tenants) {
      const acme = tenant("acme", {
        domains: [verified("acme.example"), claimed("acme.test")],
        policy: { methods: ["sso"], mfa: "required", maxSignInAgeSeconds: 60 },
        placement: "eu-1",
      });
      assert.equal(await tenants.put(acme), true);
      assert.deepEqual(await tenants.get("acme"), acme);
      assert.deepEqual(await tenants.getBySlug("acme"), acme);
      assert.equal(await tenants.get("ACME"), null);
      assert.equal(await tenants.getBySlug("ACME"), null);
      assert.equal(await tenants.getBySlug(""), null);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(tenants) {
      await checkCopies(tenant("acme", { domains: [verified("acme.example")] }), {
        write: (value) => tenants.put(value),
        read: () => tenants.get("acme"),
      });
    },
  },
  {
    title: "refuses a slug that another tenant has, and changes nothing",
    async run(tenants) {
      await tenants.put(tenant("one", { slug: "acme" }));
      const two = tenant("two", { domains: [verified("two.example")] });
      await tenants.put(two);
      assert.equal(await tenants.put({ ...two, slug: "acme", name: "Changed" }), false);
      assert.deepEqual(await tenants.get("two"), two);
      assert.equal((await tenants.getBySlug("acme"))?.id, "one");
      assert.equal((await tenants.getBySlug("two"))?.id, "two");
      assert.equal((await tenants.getByVerifiedDomain("two.example"))?.id, "two");
    },
  },
  {
    title: "row 31: finds a tenant by a domain only if the tenant has verified it",
    async run(tenants) {
      await tenants.put(
        tenant("acme", { domains: [claimed("claimed.example"), verified("acme.example")] }),
      );
      assert.equal((await tenants.getByVerifiedDomain("acme.example"))?.id, "acme");
      assert.equal(await tenants.getByVerifiedDomain("claimed.example"), null);
    },
  },
  {
    title: "row 31: matches a whole domain, never a part of it",
    async run(tenants) {
      await tenants.put(tenant("acme", { domains: [verified("acme.example")] }));
      for (const domain of [
        "evil-acme.example",
        "sub.acme.example",
        "acme.example.evil",
        "%",
        "",
      ]) {
        assert.equal(await tenants.getByVerifiedDomain(domain), null, domain);
      }
    },
  },
  {
    title:
      "row 31: refuses a verified domain that another tenant has verified, and changes nothing",
    async run(tenants) {
      await tenants.put(tenant("one", { domains: [verified("acme.example")] }));
      const two = tenant("two");
      await tenants.put(two);
      assert.equal(await tenants.put({ ...two, domains: [verified("acme.example")] }), false);
      assert.deepEqual(await tenants.get("two"), two);
      assert.equal((await tenants.getByVerifiedDomain("acme.example"))?.id, "one");
    },
  },
  {
    title: "lets several tenants claim a domain that none has verified",
    async run(tenants) {
      assert.equal(await tenants.put(tenant("one", { domains: [claimed("acme.example")] })), true);
      assert.equal(await tenants.put(tenant("two", { domains: [claimed("acme.example")] })), true);
      const three = tenant("three", { domains: [verified("acme.example")] });
      assert.equal(await tenants.put(three), true);
      assert.equal((await tenants.getByVerifiedDomain("acme.example"))?.id, "three");
    },
  },
  {
    title: "forgets the old slug and domain when they change",
    async run(tenants) {
      await tenants.put(tenant("one", { slug: "old", domains: [verified("old.example")] }));
      await tenants.put(tenant("one", { slug: "new", domains: [verified("new.example")] }));
      assert.equal(await tenants.getBySlug("old"), null);
      assert.equal(await tenants.getByVerifiedDomain("old.example"), null);
      assert.equal((await tenants.getBySlug("new"))?.id, "one");
      const two = tenant("two", { slug: "old", domains: [verified("old.example")] });
      assert.equal(await tenants.put(two), true);
    },
  },
  {
    title: "keeps a deleted tenant by id and frees its slug and domains",
    async run(tenants) {
      const gone = tenant("gone", { slug: "acme", domains: [verified("acme.example")] });
      await tenants.put(gone);
      await tenants.put({ ...gone, status: "deleted" });
      assert.equal((await tenants.get("gone"))?.status, "deleted");
      assert.equal(await tenants.getBySlug("acme"), null);
      assert.equal(await tenants.getByVerifiedDomain("acme.example"), null);

      const next = tenant("next", { slug: "acme", domains: [verified("acme.example")] });
      assert.equal(await tenants.put(next), true);
      // Whatever still happens to the deleted one, the new holder keeps both.
      assert.equal(await tenants.put({ ...gone, status: "deleted", name: "Gone" }), true);
      assert.equal(await tenants.put(gone), false);
      assert.equal((await tenants.getBySlug("acme"))?.id, "next");
      assert.equal((await tenants.getByVerifiedDomain("acme.example"))?.id, "next");
    },
  },
  {
    title: "adds a tenant once: a second one with the same id changes nothing",
    async run(tenants) {
      const first = tenant("acme", { status: "suspended" });
      assert.deepEqual(await tenants.add(first), first);
      assert.deepEqual(await tenants.add(tenant("acme", { slug: "other" })), first);
      assert.deepEqual(await tenants.get("acme"), first);
      assert.equal(await tenants.getBySlug("other"), null);
    },
  },
  {
    title: "adds no tenant whose slug or verified domain is another's",
    async run(tenants) {
      await tenants.add(tenant("one", { slug: "acme", domains: [verified("acme.example")] }));
      assert.equal(await tenants.add(tenant("two", { slug: "acme" })), null);
      assert.equal(
        await tenants.add(tenant("three", { domains: [verified("acme.example")] })),
        null,
      );
      assert.equal(await tenants.get("two"), null);
      assert.equal(await tenants.get("three"), null);
    },
  },
  {
    title: "updates the named fields and no others",
    async run(tenants) {
      await tenants.put(tenant("acme"));
      const expected = tenant("acme", { status: "suspended" });
      assert.deepEqual(await tenants.update("acme", { status: "suspended" }), expected);
      assert.deepEqual(await tenants.get("acme"), expected);
      assert.equal(await tenants.update("absent", { status: "suspended" }), null);
      assert.equal(await tenants.get("absent"), null);
    },
  },
  {
    title: "updates nothing when the slug or a verified domain is another's",
    async run(tenants) {
      await tenants.put(tenant("one", { slug: "acme", domains: [verified("acme.example")] }));
      await tenants.put(tenant("two"));
      assert.equal(await tenants.update("two", { slug: "acme", name: "Changed" }), null);
      assert.equal(await tenants.update("two", { domains: [verified("acme.example")] }), null);
      assert.deepEqual(await tenants.get("two"), tenant("two"));
    },
  },
  {
    title: "gives a slug to exactly one of many tenants at once",
    async run(tenants) {
      const put = (caller: number) => tenants.put(tenant(`t${caller}`, { slug: "acme" }));
      exactlyOne(await race(put));
    },
  },
  {
    title: "row 31: gives a verified domain to exactly one of many tenants at once",
    async run(tenants) {
      const domains = [verified("acme.example")];
      const added = await race((caller) => tenants.add(tenant(`t${caller}`, { domains })));
      exactlyOne(added.map((answer) => answer !== null));
    },
  },
  {
    title: "keeps concurrent updates of different fields",
    async run(tenants) {
      await tenants.put(tenant("acme"));
      await race((caller) =>
        tenants.update("acme", caller % 2 === 0 ? { status: "suspended" } : { name: "Renamed" }),
      );
      const expected = tenant("acme", { status: "suspended", name: "Renamed" });
      assert.deepEqual(await tenants.get("acme"), expected);
    },
  },
  {
    title: "lists every tenant exactly once, in pages, while others are added",
    async run(tenants) {
      await checkPages({
        list: (options) => tenants.list(options),
        add: (id) => tenants.put(tenant(id)),
        id: (item) => item.id,
      });
    },
  },
  {
    title: "lists 100 tenants unless asked for more, and at most 1000",
    async run(tenants) {
      for (let from = 0; from < 1001; from += CALLERS) {
        await race((caller) => tenants.put(tenant(`t${from + caller}`)));
      }
      assert.equal((await tenants.list()).items.length, 100);
      assert.equal((await tenants.list({ limit: 5000 })).items.length, 1000);
    },
  },
  {
    title: "takes any text as a cursor",
    async run(tenants) {
      await tenants.put(tenant("acme"));
      await checkForeignCursors(
        (options) => tenants.list(options),
        (item) => item.id === "acme",
      );
    },
  },
  {
    title: "lets the vendor's later word win, whichever arrives first",
    async run(tenants) {
      await tenants.put(tenant("x1"));
      const second = tenant("x1", { name: "Second", versionMs: 2000 });
      assert.deepEqual(await tenants.update("x1", { name: "Second", versionMs: 2000 }), second);
      assert.deepEqual(await tenants.update("x1", { name: "First", versionMs: 1000 }), second);
      assert.deepEqual(await tenants.get("x1"), second);
      const again = { ...second, name: "Again" };
      assert.deepEqual(await tenants.update("x1", { name: "Again", versionMs: 2000 }), again);
      const decided = { ...again, status: "suspended" as const };
      assert.deepEqual(await tenants.update("x1", { status: "suspended" }), decided);
    },
  },
  {
    title: "keeps the vendor's latest word when many arrive at once",
    async run(tenants) {
      await tenants.put(tenant("x1"));
      await race((caller) =>
        tenants.update("x1", { name: `At ${caller}`, versionMs: 1000 + caller }),
      );
      const held = await tenants.get("x1");
      assert.equal(held?.name, `At ${CALLERS - 1}`);
      assert.equal(held.versionMs, 1000 + CALLERS - 1);
    },
  },
]);
