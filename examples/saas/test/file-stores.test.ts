import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeConformance } from "@tenantry/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDataFile } from "../src/data-file.ts";
import { fileStores } from "../src/file-stores.ts";
import { createNotes } from "../src/notes.ts";
import { startDemo } from "./support/demo.ts";
import { signInAs, type SignedIn } from "./support/session.ts";

let folder = "";
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pinboard-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file that is not there yet. */
function newPath(): string {
  count += 1;
  return join(folder, `data-${count}.json`);
}

storeConformance(
  { describe, test },
  { name: "file", open: async () => ({ stores: await fileStores(openDataFile(newPath())) }) },
);

const TENANT = {
  id: "tnt_acme",
  slug: "acme",
  name: "Acme",
  status: "active",
  domains: [{ name: "acme.example", verified: true }],
  policy: {},
  placement: null,
} as const;
const USER = { id: "usr_ada", name: "Ada", email: null, status: "active" } as const;
const LINK = {
  instance: "old",
  issuer: "https://old.example",
  kind: "user",
  external: "ada",
  local: USER.id,
  evidence: "sign_in",
  createdAtMs: 1,
} as const;
const MEMBERSHIP = {
  userId: USER.id,
  tenantId: TENANT.id,
  roles: ["editor"],
  status: "active",
  versionMs: 1,
} as const;

describe("the next process", () => {
  test("finds the directory as the last one left it", async () => {
    const path = newPath();
    const before = await fileStores(openDataFile(path));
    await before.tenants.add(TENANT);
    await before.tenants.update(TENANT.id, { name: "Acme Ltd" });
    await before.users.add(USER);
    await before.users.update(USER.id, { name: "Ada Ames" });
    await before.links.add(LINK);
    await before.links.add({ ...LINK, external: "gone" });
    await before.links.set({ ...LINK, external: "gone" }, null);
    await before.memberships.apply(MEMBERSHIP);
    await before.memberships.apply({ ...MEMBERSHIP, status: "removed", versionMs: 2 });

    const after = await fileStores(openDataFile(path));
    expect(await after.tenants.getBySlug("acme")).toEqual({ ...TENANT, name: "Acme Ltd" });
    expect(await after.users.get(USER.id)).toEqual({ ...USER, name: "Ada Ames" });
    expect(await after.links.listByLocal("user", USER.id)).toEqual([LINK]);
    expect(await after.memberships.listByUser(USER.id)).toEqual([
      { ...MEMBERSHIP, status: "removed", versionMs: 2 },
    ]);
  });

  test("finds what was replaced", async () => {
    const path = newPath();
    const before = await fileStores(openDataFile(path));
    await before.tenants.put(TENANT);
    await before.users.put(USER);
    await before.links.set(LINK, LINK);
    const after = await fileStores(openDataFile(path));
    expect(await after.tenants.get(TENANT.id)).toEqual(TENANT);
    expect(await after.users.get(USER.id)).toEqual(USER);
    expect(await after.links.find(LINK)).toEqual(LINK);
  });

  test("finds the notes, beside the directory", async () => {
    const path = newPath();
    const scope = { tenantId: TENANT.id } as Parameters<ReturnType<typeof createNotes>["list"]>[0];
    const file = openDataFile(path);
    const stores = await fileStores(file);
    const before = createNotes(() => true, file.section("notes"));
    const kept = before.add(scope, { text: "Kept", author: "Ada" });
    before.remove(scope, before.add(scope, { text: "Gone", author: "Ada" }).id);
    await stores.users.add(USER);

    const again = openDataFile(path);
    expect(createNotes(() => true, again.section("notes")).list(scope)).toEqual([kept]);
    expect(await (await fileStores(again)).users.get(USER.id)).toEqual(USER);
  });
});

test("the demo keeps its notes in DATA_FILE, once each and whatever the provider", async () => {
  const env = { DATA_FILE: newPath() };
  await using before = await startDemo(env);
  const ada = await signInAs(before.url, "ada@acme.example");
  const notesOf = async (person: SignedIn) =>
    (await (await person.get("/t/acme/notes")).text()).match(/Launch is on|Kept for later/g);
  await ada.post("/t/acme/notes", { text: "Kept for later" });
  const seen = await notesOf(ada);
  expect(seen).toContain("Kept for later");
  await before[Symbol.asyncDispose]();

  await using after = await startDemo({ ...env, AUTH_PROVIDER: "workos" });
  const again = await signInAs(after.url, "ada@acme.example");
  expect(await notesOf(again)).toEqual(seen);
});

test("a file is replaced as a whole, and nothing is left beside it", async () => {
  const path = newPath();
  const section = openDataFile(path).section<string>("greeting");
  section.write("hello");
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ greeting: "hello" });
  expect((await readdir(folder)).filter((name) => name.endsWith(".next"))).toEqual([]);
});

test.each(["[]", "null", "7", "{"])("a file with %s is refused and left alone", async (content) => {
  const path = newPath();
  await writeFile(path, content);
  expect(() => openDataFile(path)).toThrow("is not a data file of this app");
  expect(await readFile(path, "utf8")).toBe(content);
});
