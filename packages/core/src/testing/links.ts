import assert from "node:assert/strict";
import { checkCopies, race } from "./checks.ts";
import { link } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link LinkStore} does: exact keys of four parts, and the first link holds. */
export const linkStoreConformance = storeGroup("links", [
  {
    title: "finds a link by all four parts of its key",
    async run(links) {
      const added = link("x", "u1");
      assert.deepEqual(await links.add(added), added);
      assert.deepEqual(await links.find(added), added);
    },
  },
  {
    title: "row 33: finds no link when instance, issuer, kind or external id differs",
    async run(links) {
      await links.add(link("x", "u1"));
      assert.equal(await links.find(link("x", "u1", { instance: "other" })), null);
      assert.equal(await links.find(link("x", "u1", { issuer: "https://idp.example" })), null);
      assert.equal(await links.find(link("x", "u1", { kind: "service" })), null);
      assert.equal(await links.find(link("X", "u1")), null);
    },
  },
  {
    title: "row 34: a local id finds nothing as an external one",
    async run(links) {
      await links.add(link("x", "1"));
      assert.equal(await links.find(link("1", "1")), null);
    },
  },
  {
    title: "keeps the parts of a key apart, whatever characters they hold",
    async run(links) {
      // Pairs that become one text when the parts are simply joined.
      const keys = [
        { instance: "m", issuer: "a:b", external: "x" },
        { instance: "m:a", issuer: "b", external: "x" },
        { instance: "m", issuer: "a", external: "x:user:y" },
        { instance: "m", issuer: "a:user:x", external: "y" },
        { instance: "m", issuer: 'a","b', external: "x" },
        { instance: 'm","a', issuer: "b", external: "x" },
        { instance: "m", issuer: "ab", external: "" },
        { instance: "ma", issuer: "b", external: "" },
      ];
      for (const [index, key] of keys.entries()) await links.add(link("", `u${index}`, key));
      for (const [index, key] of keys.entries()) {
        assert.equal((await links.find({ ...key, kind: "user" }))?.local, `u${index}`);
      }
    },
  },
  {
    title: "shares no objects with its callers",
    async run(links) {
      await checkCopies(link("x", "u1"), {
        write: (value) => links.add(value),
        read: () => links.find(link("x", "u1")),
      });
    },
  },
  {
    title: "keeps the first link of a key and returns it to whoever comes later",
    async run(links) {
      const first = link("x", "u1");
      await links.add(first);
      assert.deepEqual(await links.add(link("x", "u2")), first);
      assert.deepEqual(await links.find(first), first);
      assert.deepEqual(await links.listByLocal("user", "u2"), []);
    },
  },
  {
    title: "gives all of many that link the same key at once the same answer",
    async run(links) {
      const held = await race((caller) => links.add(link("x", `u${caller}`)));
      assert.equal(new Set(held.map((one) => one.local)).size, 1);
      assert.deepEqual(await links.find(link("x", "")), held[0]);
    },
  },
  {
    title: "moves a link when an administrator sets it",
    async run(links) {
      await links.add(link("x", "u1"));
      const moved = link("x", "u2", { evidence: "admin" });
      await links.set(moved, moved);
      assert.deepEqual(await links.find(moved), moved);
      assert.deepEqual(await links.listByLocal("user", "u1"), []);
      assert.deepEqual(await links.listByLocal("user", "u2"), [moved]);
    },
  },
  {
    title: "forgets a link that is set to null, and takes a new one afterwards",
    async run(links) {
      await links.add(link("x", "u1"));
      await links.set(link("x", "u1"), null);
      assert.equal(await links.find(link("x", "u1")), null);
      assert.deepEqual(await links.listByLocal("user", "u1"), []);
      await links.set(link("never", "u1"), null);
      assert.equal((await links.add(link("x", "u2"))).local, "u2");
    },
  },
  {
    title: "lists the links of one local id of one kind",
    async run(links) {
      const mine = [link("a", "1"), link("b", "1", { instance: "other" })];
      for (const one of mine) await links.add(one);
      await links.add(link("c", "2"));
      await links.add(link("d", "1", { kind: "tenant" }));
      const listed = await links.listByLocal("user", "1");
      assert.deepEqual(
        listed.toSorted((one, other) => one.external.localeCompare(other.external)),
        mine,
      );
      assert.equal((await links.listByLocal("tenant", "1")).length, 1);
      assert.deepEqual(await links.listByLocal("service", "1"), []);
    },
  },
  {
    title: "lists what one issuer of one instance has given ids to, of one kind",
    async run(links) {
      const mine = [link("a", "1"), link("b", "2"), link("c", "1")];
      for (const one of mine) await links.add(one);
      await links.add(link("d", "1", { instance: "other" }));
      await links.add(link("e", "1", { issuer: "https://other.example" }));
      await links.add(link("f", "1", { kind: "tenant" }));
      const { items, next } = await links.listBySource(link("", ""));
      assert.deepEqual(externalsOf(items).toSorted(), ["a", "b", "c"]);
      assert.equal(next, undefined);
    },
  },
  {
    title: "pages through the links of a source without losing or repeating one",
    async run(links) {
      for (const external of ["c", "a", "e"]) await links.add(link(external, "1"));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await links.listBySource(link("", ""), {
          limit: 1,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...externalsOf(page.items));
        // Whatever is added meanwhile moves nothing.
        await links.add(link(`0${seen.length}`, "1"));
        cursor = page.next;
      } while (cursor !== undefined && seen.length < 20);
      const early = seen.filter((external) => ["a", "c", "e"].includes(external));
      assert.deepEqual(early.toSorted(), ["a", "c", "e"]);
      assert.equal(new Set(seen).size, seen.length);
    },
  },
  {
    title: "takes a cursor that it never gave out without harm",
    async run(links) {
      await links.add(link("a", "1"));
      await links.listBySource(link("", ""), { cursor: "';--" });
    },
  },
]);

function externalsOf(links: readonly { readonly external: string }[]): readonly string[] {
  return links.map(({ external }) => external);
}
