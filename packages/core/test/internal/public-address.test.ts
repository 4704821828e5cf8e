import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../src/internal/public-address.ts";

describe("an address of the public Internet", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:82a::200e",
    "2001:4860:4860::8888",
  ])("is %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    ["this network", "0.0.0.0"],
    ["private", "10.0.0.1"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["Alibaba's metadata", "100.100.100.200"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["cloud metadata", "169.254.169.254"],
    ["Azure's host", "168.63.129.16"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["Oracle's metadata", "192.0.0.192"],
    ["documentation", "192.0.2.1"],
    ["private", "192.168.1.1"],
    ["benchmarks", "198.19.0.1"],
    ["documentation", "203.0.113.7"],
    ["multicast", "224.0.0.1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["unspecified", "::"],
    ["loopback", "::1"],
    ["loopback, written out", "0:0:0:0:0:0:0:1"],
    ["unique local", "fc00::1"],
    ["AWS metadata", "fd00:ec2::254"],
    ["link-local", "fe80::1"],
    ["link-local with zone", "fe80::1%eth0"],
    ["site-local", "fec0::1"],
    ["multicast", "ff02::1"],
    ["documentation", "2001:db8::1"],
    ["documentation", "3fff::1"],
    ["Teredo", "2001::1"],
    ["6to4 of a private address", "2002:a00:1::1"],
    ["IPv4-mapped private", "::ffff:10.0.0.1"],
    ["IPv4-mapped loopback in hexadecimal", "::ffff:7f00:1"],
    ["IPv4-mapped public", "::ffff:8.8.8.8"],
    ["IPv4-compatible", "::8.8.8.8"],
    ["NAT64", "64:ff9b::a9fe:a9fe"],
    ["NAT64 of one's own", "64:ff9b:1::a00:1"],
    ["discard", "100::1"],
    ["octal", "010.0.0.1"],
    ["short", "127.1"],
    ["hexadecimal", "0x7f.0.0.1"],
    ["a number", "2130706433"],
    ["too large", "256.1.1.1"],
    ["a name", "example.com"],
    ["nothing", ""],
    ["too many groups", "1:2:3:4:5:6:7:8:9"],
    ["two gaps", "2606::1::1"],
  ])("is not one that is %s: %s", (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test("is decided for any text without throwing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6()), (text) => {
        expect(typeof isPublicAddress(text)).toBe("boolean");
      }),
    );
  });
});
