import { describe, expect, test } from "vitest";
import { memoryStores, type Stores } from "../../src/stores.ts";
import * as groups from "../../src/testing.ts";
import * as access from "./access-defects.ts";
import type { Defect } from "./defect.ts";
import * as directory from "./directory-defects.ts";

/** Runs a group without a test runner; returns the titles of its cases, and of those that failed. */
async function collect<K extends keyof Stores>(
  group: groups.StoreGroup<K>,
  open: () => Promise<groups.OpenStores<K>>,
): Promise<{ readonly titles: readonly string[]; readonly failed: readonly string[] }> {
  const cases: { readonly title: string; readonly body: () => Promise<void> }[] = [];
  const runner: groups.TestRunner = {
    describe: (_name, body) => body(),
    test: (title, body) => void cases.push({ title, body }),
  };
  group(runner, { name: "broken", open });
  const failed: string[] = [];
  for (const { title, body } of cases) await body().catch(() => failed.push(title));
  return { titles: cases.map(({ title }) => title), failed };
}

/** A store in which the members a defect names are replaced, and the rest is memory's. */
async function openBroken<K extends keyof Stores>(
  defect: Defect<K>,
): Promise<groups.OpenStores<K>> {
  const real = memoryStores()[defect.port];
  const broken = { ...real, ...defect.break(real) };
  return { stores: { [defect.port]: broken } as Pick<Stores, K> };
}

function prove<K extends keyof Stores>(
  group: groups.StoreGroup<K>,
  defects: readonly Defect<K>[],
): void {
  const noticed = new Set<string>();
  for (const defect of defects) {
    test(`notices a store that ${defect.name}`, async () => {
      const { failed } = await collect(group, () => openBroken(defect));
      expect(failed).not.toEqual([]);
      for (const title of failed) noticed.add(title);
    });
  }
  test("has no case that every broken store passes", async () => {
    const { titles } = await collect(group, async () => ({ stores: memoryStores() }));
    expect(titles.filter((title) => !noticed.has(title))).toEqual([]);
  });
}

describe("the group of tenants", () => {
  prove(groups.tenantStoreConformance, directory.tenantDefects);
});
describe("the group of users", () => {
  prove(groups.userStoreConformance, directory.userDefects);
});
describe("the group of links", () => {
  prove(groups.linkStoreConformance, directory.linkDefects);
});
describe("the group of memberships", () => {
  prove(groups.membershipStoreConformance, directory.membershipDefects);
});
describe("the group of connections", () => {
  prove(groups.connectionStoreConformance, access.connectionDefects);
});
describe("the group of machines", () => {
  prove(groups.machineStoreConformance, access.machineDefects);
});
describe("the group of sessions", () => {
  prove(groups.sessionStoreConformance, access.sessionDefects);
});
describe("the group of revocations", () => {
  prove(groups.revocationStoreConformance, access.revocationDefects);
});
describe("the group of replay values", () => {
  prove(groups.replayStoreConformance, access.replayDefects);
});
describe("the group of API keys", () => {
  prove(groups.apiKeyStoreConformance, access.apiKeyDefects);
});
describe("the group of audit events", () => {
  prove(groups.auditStoreConformance, access.auditDefects);
});

describe("all groups", () => {
  test("cover every port", async () => {
    const ports = new Set<string>();
    const runner: groups.TestRunner = {
      describe: (name, body) => {
        ports.add(name);
        body();
      },
      test: () => undefined,
    };
    groups.storeConformance(runner, { name: "x", open: async () => ({ stores: memoryStores() }) });
    const expected = Object.keys(memoryStores()).map((port) => `x: ${port}`);
    expect([...ports].toSorted()).toEqual(expected.toSorted());
  });

  test("close the stores after each case, also after one that failed", async () => {
    let open = 0;
    const defect = access.replayDefects[0];
    if (defect === undefined) throw new Error("no defect");
    const { failed } = await collect(groups.replayStoreConformance, async () => {
      open += 1;
      return { ...(await openBroken(defect)), close: async () => void (open -= 1) };
    });
    expect(failed.length).toBeGreaterThan(0);
    expect(open).toBe(0);
  });
});
describe("the group of clients", () => {
  prove(groups.clientStoreConformance, access.clientDefects);
});
