import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyToken } from "@clerk/backend";
import { signedInAuthObject } from "@clerk/backend/internal";
import { roleName, unpackPermissions, withoutSystem } from "../src/permissions.ts";
import { startEmulator } from "./support/adapter.ts";

const unpack = (fea?: unknown, per?: unknown, fpm?: unknown) =>
  unpackPermissions({ fea, per, fpm });

describe("packed permissions", () => {
  test("are those of organizations' features only, in their order", () => {
    const features = "u:beta,o:dashboard,uo:reports,o:teams";
    expect(unpack(features, "manage,read", "3,0,2")).toEqual([
      "org:dashboard:manage",
      "org:dashboard:read",
      "org:teams:read",
    ]);
  });

  test("may be wider than a number is exact", () => {
    const names = Array.from({ length: 60 }, (_, index) => `p${index}`);
    expect(unpack("o:wide", names.join(","), String(2n ** 59n))).toEqual(["org:wide:p59"]);
    expect(unpack("o:wide", names.join(","), String(2n ** 59n + 1n))).toEqual([
      "org:wide:p0",
      "org:wide:p59",
    ]);
  });

  test("may be absent, which grants nothing", () => {
    expect(unpack()).toEqual([]);
    expect(unpack("u:beta")).toEqual([]);
    expect(unpack("o:notes", "read", "")).toEqual([]);
    expect(unpack("o:notes,o:teams", "read", "1")).toEqual(["org:notes:read"]);
  });

  test("never hold the vendor's system permissions", () => {
    expect(unpack("o:sys_memberships,o:notes", "read", "1,1")).toEqual(["org:notes:read"]);
  });

  test.each<[string, unknown, unknown, unknown]>([
    ["a feature without a scope", "notes", "read", "1"],
    ["a feature with a foreign scope", "x:notes", "read", "1"],
    ["a feature with two names", "o:notes:more", "read", "1"],
    ["an empty feature", "o:notes,", "read", "1"],
    ["features that are no text", ["o:notes"], "read", "1"],
    ["names that are no text", "o:notes", ["read"], "1"],
    ["masks that are no text", "o:notes", "read", 1],
    ["a mask that is no number", "o:notes", "read", "one"],
    ["a negative mask", "o:notes", "read", "-1"],
    ["a mask in another notation", "o:notes", "read", "0x1"],
    ["a mask with blanks", "o:notes", "read", " 1"],
    ["more masks than features", "o:notes", "read", "1,1"],
    ["masks of personal features", "u:notes", "read", "1"],
    ["a bit without a name", "o:notes", "read", "2"],
    ["a mask of endless length", "o:notes", "read", "9".repeat(101)],
  ])("are refused with %s: nothing is granted by guess", (_what, fea, per, fpm) => {
    expect(unpack(fea, per, fpm)).toBeNull();
  });

  test("are what the vendor's own SDK unpacks, whatever the roles", async () => {
    const scopes = fc.constantFrom("o", "u", "uo", "ou");
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const wish = fc
      .record({
        features: fc.uniqueArray(fc.tuple(scopes, word), {
          minLength: 1,
          maxLength: 5,
          selector: ([, name]) => name,
        }),
        names: fc.uniqueArray(word, { minLength: 1, maxLength: 70 }),
        seed: fc.bigInt({ min: 0n, max: 2n ** 350n }),
      })
      .map(({ features, names, seed }) => {
        const width = BigInt(names.length);
        const mine = features.filter(([scope]) => scope.includes("o"));
        const masks = mine.map((_, i) => (seed >> (BigInt(i) * width)) & ((1n << width) - 1n));
        return {
          fea: features.map(([scope, name]) => `${scope}:${name}`).join(","),
          per: names.join(","),
          fpm: masks.join(","),
        };
      });
    const emulator = await startEmulator();
    const options = { apiUrl: emulator.addresses.address, secretKey: emulator.secretKey };
    await fc.assert(
      fc.asyncProperty(wish, async ({ fea, per, fpm }) => {
        const o = { id: "org_acme", slg: "acme", rol: "admin", per, fpm };
        const token = await emulator.controls.mintSessionToken({
          person: "ada@acme.example",
          organization: "acme",
          claims: { fea, o },
        });
        const claims = await verifyToken(token, options);
        const oracle = signedInAuthObject({}, token, claims).orgPermissions ?? [];
        expect(unpack(fea, per, fpm)).toEqual(oracle);
      }),
      { numRuns: 60 },
    );
    await emulator.close();
  });
});

test("a role has one name, with and without its prefix", () => {
  expect([roleName("org:admin"), roleName("admin"), roleName("org:org:admin")]).toEqual([
    "admin",
    "admin",
    "org:admin",
  ]);
});

test("lists and tokens agree once the system permissions are gone", () => {
  const listed = ["org:sys_profile:manage", "org:sys_domains:read", "org:notes:read"];
  expect(withoutSystem(listed)).toEqual(["org:notes:read"]);
});
