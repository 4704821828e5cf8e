import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publicHost } from "../../src/request/public-host.ts";
import { trustedProxies } from "../../src/request/trusted-proxies.ts";
import { requestOf, type RequestSketch } from "../fixtures/requests.ts";

const nobody = trustedProxies([]);
const proxies = trustedProxies(["10.0.0.0/8", "2001:db8:1::/48"]);
const PROXY = "10.1.2.3";

const fromHost = (host: string | readonly string[]) =>
  publicHost(requestOf({ headers: { host } }), nobody);

describe("publicHost reads Host", () => {
  test.each([
    ["app.example.com", "app.example.com"],
    ["APP.Example.COM", "app.example.com"],
    ["app.example.com:8443", "app.example.com"],
    ["app.example.com.", "app.example.com"],
    ["app.example.com.:443", "app.example.com"],
    ["localhost:3000", "localhost"],
    ["a", "a"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["192.0.2.7:80", "192.0.2.7"],
    ["[::1]", "[::1]"],
    ["[2001:DB8::1]:8443", "[2001:db8::1]"],
    ["[::ffff:192.0.2.7]", "[::ffff:192.0.2.7]"],
  ])("%s as %s", (host, expected) => {
    expect(fromHost(host)).toBe(expected);
  });

  test.each([
    "",
    ".",
    "..",
    "app.example.com..",
    ".app.example.com",
    "app..example.com",
    "-app.example.com",
    "app.example.com-",
    "app_1.example.com",
    "app.example.com:",
    "app.example.com:x",
    "app.example.com:123456",
    "app.example.com:80:80",
    "app.example.com, evil.test",
    "app.example.com evil.test",
    " app.example.com",
    "app.example.com/evil",
    "app.example.com\\evil",
    "user@app.example.com",
    "app.example.com#x",
    "app.example.com?x",
    "app%2eexample.com",
    "app.example.com\u0000",
    "\u212aelvin.example.com", // the Kelvin sign, whose lower case is an ASCII k
    "b\u00fccher.example",
    "::1",
    "[::1",
    "[]",
    "[::1]x",
    "[::1]:x",
    "[g::1]",
    "[::1%25eth0]",
    "[app.example.com]",
  ])("not %j", (host) => {
    expect(fromHost(host)).toBeNull();
  });

  test("not at all if there is none or if there are two", () => {
    expect(publicHost(requestOf(), nobody)).toBeNull();
    expect(fromHost(["app.example.com", "app.example.com"])).toBeNull();
  });

  test("as nothing but a plain name or an address, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (host) => {
        expect(fromHost(host) ?? "none").toMatch(/^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("row 27: X-Forwarded-Host", () => {
  const behind = (forwarded: string | readonly string[], sketch: RequestSketch = {}) =>
    publicHost(
      requestOf({
        remoteAddress: PROXY,
        ...sketch,
        headers: { host: "inner.local", "x-forwarded-host": forwarded },
      }),
      proxies,
    );

  test("counts from a listed proxy, as well-formed as a Host", () => {
    expect(behind("acme.app.example.com")).toBe("acme.app.example.com");
    expect(behind("ACME.app.example.com.:443")).toBe("acme.app.example.com");
  });

  test.each(["11.1.2.3", "192.0.2.7", "2001:db8:2::1", "not an address", ""])(
    "is ignored from the unlisted peer %j",
    (remoteAddress) => {
      expect(behind("evil.test", { remoteAddress })).toBe("inner.local");
    },
  );

  test("is ignored where the platform does not know the peer", () => {
    const headers = { host: "inner.local", "x-forwarded-host": "evil.test" };
    expect(publicHost(requestOf({ headers }), proxies)).toBe("inner.local");
  });

  test("is ignored from everybody if no proxy is listed", () => {
    const headers = { host: "inner.local", "x-forwarded-host": "evil.test" };
    const request = requestOf({ headers, remoteAddress: "127.0.0.1" });
    expect(publicHost(request, nobody)).toBe("inner.local");
  });

  test("falls back to Host if the proxy does not send it", () => {
    const request = requestOf({ headers: { host: "inner.local" }, remoteAddress: PROXY });
    expect(publicHost(request, proxies)).toBe("inner.local");
  });

  test.each([
    ["twice", ["acme.example.com", "acme.example.com"]],
    ["a list", "acme.example.com, evil.test"],
    ["nothing", ""],
    ["garbage", "acme/../globex"],
  ])("names no host if the proxy sends %s, and does not fall back", (_, forwarded) => {
    expect(behind(forwarded)).toBeNull();
  });

  test.each(["forwarded", "x-host", "x-original-host", "x_forwarded_host", "x-forwarded-server"])(
    "has no other spelling: %s means nothing, even from a proxy",
    (name) => {
      const headers = { host: "inner.local", [name]: "host=evil.test" };
      expect(publicHost(requestOf({ headers, remoteAddress: PROXY }), proxies)).toBe("inner.local");
    },
  );
});

describe("trustedProxies", () => {
  test.each([
    ["10.255.0.1", true],
    ["::ffff:10.255.0.1", true],
    ["::FFFF:0aff:0001", true],
    ["::10.255.0.1", false],
    ["64:ff9b::10.255.0.1", false],
    ["2001:db8:1:ffff::1", true],
    ["2001:db8:2::1", false],
    ["10.255.0.1:4711", false],
    ["010.255.0.1", false],
    ["0x0a.255.0.1", false],
    ["[2001:db8:1::1]", false],
    ["fe80::1%eth0", false],
  ])("calls %s listed: %s", (address, listed) => {
    expect(proxies(address)).toBe(listed);
  });

  test("lists nobody for an empty list, and never an unknown peer", () => {
    expect(nobody("127.0.0.1")).toBe(false);
    expect(proxies(undefined)).toBe(false);
  });

  test("takes a single address, and an IPv4-mapped one like its IPv4 form", () => {
    expect(trustedProxies(["::ffff:192.0.2.7"])("192.0.2.7")).toBe(true);
    expect(trustedProxies(["192.0.2.7"])("192.0.2.8")).toBe(false);
  });

  test.each(["", "proxy.internal", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "*", "10.0.0.0/8/8"])(
    "refuses the entry %j at start, naming option and entry",
    (entry) => {
      expect(() => trustedProxies(["127.0.0.1", entry])).toThrow(
        new TypeError(`Option "trustedProxies": "${entry}" is not an IP address or CIDR block.`),
      );
    },
  );
});
