import { describe, expect, test } from "vitest";
import { base32, externalSubject, localId } from "../../src/directory/local-id.ts";

const key = { instance: "main", issuer: "https://idp.example.com", external: "org_1" };

describe("a local id", () => {
  test("is the same for the same vendor id, always", async () => {
    expect(await localId("tenant", key)).toBe(await localId("tenant", { ...key }));
    // Rows of the app hold these: the derivation must never change.
    expect(await localId("tenant", key)).toBe("tnt_himwl45w35goru4yh273rjpv2ss5hln3");
  });

  test("tells its kind and has 160 bits", async () => {
    expect(await localId("tenant", key)).toMatch(/^tnt_[a-z2-7]{32}$/);
    expect(await localId("user", key)).toMatch(/^usr_[a-z2-7]{32}$/);
    expect(await localId("service", key)).toMatch(/^svc_[a-z2-7]{32}$/);
  });

  test.each([
    ["instance", { ...key, instance: "other" }],
    ["issuer", { ...key, issuer: "https://idp.example.org" }],
    ["external id", { ...key, external: "org_2" }],
  ])("row 33: differs when the %s differs", async (_, other) => {
    const one = (await localId("user", key)).slice(4);
    expect((await localId("user", other)).slice(4)).not.toBe(one);
    expect((await localId("service", key)).slice(4)).not.toBe(one);
  });

  test("keeps the parts of the key apart", async () => {
    const joined = await localId("user", { instance: "a", issuer: "b", external: "c" });
    expect(await localId("user", { instance: "ab", issuer: "", external: "c" })).not.toBe(joined);
    expect(await localId("user", { instance: 'a","b', issuer: "c", external: "" })).not.toBe(
      joined,
    );
  });

  test("row 34: is never what a vendor sends", async () => {
    for (const external of ["1", "usr_1", await localId("user", key)]) {
      expect(await localId("user", { ...key, external })).not.toBe(external);
    }
  });
});

describe("base32", () => {
  test.each([
    ["", ""],
    ["f", "my"],
    ["fo", "mzxq"],
    ["foo", "mzxw6"],
    ["foob", "mzxw6yq"],
    ["fooba", "mzxw6ytb"],
    ["foobar", "mzxw6ytboi"],
  ])("encodes %j as RFC 4648 §10 does", (text, encoded) => {
    expect(base32(new TextEncoder().encode(text))).toBe(encoded);
  });
});

describe("the external id of a subject", () => {
  test("is the subject itself where it is unique", () => {
    expect(externalSubject("ada", null)).toBe("ada");
  });

  test("row 33: holds the organization where subjects are the organization's own", () => {
    const one = externalSubject("member-1", { external: "org_1" });
    expect(externalSubject("member-1", { external: "org_2" })).not.toBe(one);
    expect(externalSubject("member-1", { local: "org_1" })).not.toBe(one);
    expect(externalSubject("member-1", null)).not.toBe(one);
  });

  test("cannot be imitated by a subject that is written like one", () => {
    const scoped = [
      externalSubject("ada", { external: "org_1" }),
      externalSubject("ada", { local: "org_1" }),
    ];
    for (const text of scoped) expect(scoped).not.toContain(externalSubject(text, null));
    expect(externalSubject('["ada"]', null)).not.toBe(externalSubject("ada", null));
  });
});
