import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInBlock, parseIp, parseIpBlock } from "../../src/internal/ip-address.ts";

const zeros = (count: number) => Array.from({ length: count }, () => 0);

function inBlock(address: string, block: string): boolean {
  const ip = parseIp(address);
  const range = parseIpBlock(block);
  if (ip === null || range === null) throw new Error(`${address} or ${block} cannot be read`);
  return isInBlock(ip, range);
}

describe("parseIp", () => {
  test.each([
    ["0.0.0.0", [0, 0, 0, 0]],
    ["255.255.255.255", [255, 255, 255, 255]],
    ["10.0.0.1", [10, 0, 0, 1]],
    ["::", zeros(16)],
    ["::1", [...zeros(15), 1]],
    ["1::", [0, 1, ...zeros(14)]],
    ["2001:DB8::ff", [0x20, 0x01, 0x0d, 0xb8, ...zeros(11), 0xff]],
    ["1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ["64:ff9b::10.0.0.1", [0, 0x64, 0xff, 0x9b, ...zeros(8), 10, 0, 0, 1]],
    ["::10.0.0.1", [...zeros(12), 10, 0, 0, 1]],
    ["::fffe:10.0.0.1", [...zeros(10), 0xff, 0xfe, 10, 0, 0, 1]],
    ["1::ffff:10.0.0.1", [0, 1, ...zeros(8), 0xff, 0xff, 10, 0, 0, 1]],
  ])("reads %s", (text, bytes) => {
    expect(parseIp(text)).toEqual(bytes);
  });

  test.each(["::ffff:10.0.0.1", "::FFFF:a00:1", "0:0:0:0:0:ffff:10.0.0.1"])(
    "reads the IPv4-mapped %s as IPv4",
    (text) => {
      expect(parseIp(text)).toEqual([10, 0, 0, 1]);
    },
  );

  test.each([
    "",
    "10.0.0",
    "10.0.0.1.1",
    "10.0.0.256",
    "10.0.0.1000",
    "10.0.0.01",
    "10.0.0.0x1",
    "10.0.0.-1",
    "10.0.0.1 ",
    "10.0.0.",
    "10..0.1",
    "167772161",
    "1.2.3.\u0664",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "g::1",
    "::1%eth0",
    "[::1]",
    "::1/128",
    "::256.0.0.1",
    "::1]@evil.test/[::1",
    "localhost",
  ])("does not read %j", (text) => {
    expect(parseIp(text)).toBeNull();
  });

  test("gives 4 or 16 bytes or null, whatever comes", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[0-9a-f:.]{1,40}$/));
    fc.assert(
      fc.property(text, (input) => {
        const bytes = parseIp(input);
        if (bytes === null) return;
        expect([4, 16]).toContain(bytes.length);
        expect(bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)).toBe(
          true,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test("reads every IPv4 address that is written out", () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(bytes, (address) => {
        expect(parseIp(address.join("."))).toEqual(address);
        expect(parseIp(`::ffff:${address.join(".")}`)).toEqual(address);
      }),
    );
  });

  test("reads every IPv6 address that is written out", () => {
    const groups = fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (address) => {
        const text = address.map((group) => group.toString(16)).join(":");
        expect(parseIp(text)).toEqual(address.flatMap((group) => [group >> 8, group & 0xff]));
      }),
    );
  });
});

describe("parseIpBlock", () => {
  test.each([
    ["10.0.0.0/8", { address: [10, 0, 0, 0], bits: 8 }],
    ["0.0.0.0/0", { address: [0, 0, 0, 0], bits: 0 }],
    ["10.0.0.1", { address: [10, 0, 0, 1], bits: 32 }],
    ["10.0.0.1/32", { address: [10, 0, 0, 1], bits: 32 }],
    ["::/0", { address: zeros(16), bits: 0 }],
    ["::1", { address: [...zeros(15), 1], bits: 128 }],
    ["fd00::/8", { address: [0xfd, ...zeros(15)], bits: 8 }],
  ])("reads %s", (text, block) => {
    expect(parseIpBlock(text)).toEqual(block);
  });

  test.each([
    "",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8.0",
    "10.0.0.0/ 8",
    "10.0.0.0/0x8",
    "10.0.0.0/1e1",
    "10.0.0.0/8/8",
    "10.0.0.0/255.0.0.0",
    "::/129",
    "::ffff:10.0.0.0/104",
    "example.com/8",
  ])("does not read %j", (text) => {
    expect(parseIpBlock(text)).toBeNull();
  });
});

describe("isInBlock", () => {
  test.each([
    ["10.0.0.0", "10.0.0.0/8", true],
    ["10.255.255.255", "10.0.0.0/8", true],
    ["11.0.0.0", "10.0.0.0/8", false],
    ["9.255.255.255", "10.0.0.0/8", false],
    ["10.1.2.3", "10.9.9.9/8", true],
    ["172.16.0.0", "172.16.0.0/12", true],
    ["172.31.255.255", "172.16.0.0/12", true],
    ["172.32.0.0", "172.16.0.0/12", false],
    ["172.15.255.255", "172.16.0.0/12", false],
    ["192.0.2.1", "192.0.2.0/31", true],
    ["192.0.2.2", "192.0.2.0/31", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.2", "192.0.2.1", false],
    ["203.0.113.9", "0.0.0.0/0", true],
    ["2001:db8:ffff::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["febf::1", "fe80::/10", true],
    ["fec0::1", "fe80::/10", false],
    ["::1", "::1", true],
    ["::2", "::1", false],
    ["10.0.0.1", "::/0", false],
    ["::1", "0.0.0.0/0", false],
    ["::ffff:10.0.0.1", "10.0.0.0/8", true],
    ["::ffff:10.0.0.1", "::/0", false],
  ])("%s in %s: %s", (address, block, expected) => {
    expect(inBlock(address, block)).toBe(expected);
  });

  test("compares exactly the leading bits", () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    const text = (value: number) =>
      [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join(".");
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 32 }), (address, base, bits) => {
        const size = 2 ** (32 - bits);
        const expected = Math.floor(address / size) === Math.floor(base / size);
        expect(inBlock(text(address), `${text(base)}/${bits}`)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
