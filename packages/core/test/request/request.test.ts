import { describe, expect, test } from "vitest";
import { fromWebRequest } from "../../src/request/request.ts";

describe("fromWebRequest", () => {
  test.each([
    ["https://app.example.com/t/acme?page=2", "/t/acme?page=2"],
    ["https://app.example.com", "/"],
    ["https://app.example.com?x=/t/globex", "/?x=/t/globex"],
    ["https://app.example.com/t/%61cme%2f..", "/t/%61cme%2f.."],
    ["https://app.example.com/a#/t/globex", "/a"],
    ["https://app.example.com/#x", "/"],
    ["https://user:secret@app.example.com:8443/a", "/a"],
    ["http://[::1]:3000/a//b", "/a//b"],
  ])("keeps path and query of %s as they are", (url, target) => {
    expect(fromWebRequest(new Request(url.replace("user:secret@", ""))).target).toBe(target);
  });

  test("survives an address without a path, which only a stand-in for Request has", () => {
    const standIn = { url: "https://app.example.com", method: "GET", headers: new Headers() };
    expect(fromWebRequest(standIn as Request).target).toBe("/");
  });

  test("carries the method, and the peer's address where the platform knows it", () => {
    const request = new Request("https://app.example.com/", { method: "delete" });
    expect(fromWebRequest(request).method).toBe("DELETE");
    expect(fromWebRequest(request)).not.toHaveProperty("remoteAddress");
    expect(fromWebRequest(request, "192.0.2.7").remoteAddress).toBe("192.0.2.7");
  });

  test("gives the lines of a header, and none for one that is absent", () => {
    const request = fromWebRequest(
      new Request("https://app.example.com/", { headers: { "X-Tenant": "acme" } }),
    );
    expect(request.header("x-tenant")).toEqual(["acme"]);
    expect(request.header("authorization")).toEqual([]);
  });

  test("shows a repeated header at least as a list, which everybody who reads one refuses", () => {
    const headers = new Headers();
    headers.append("authorization", "Bearer a");
    headers.append("authorization", "Bearer b");
    const request = fromWebRequest(new Request("https://app.example.com/", { headers }));
    expect(request.header("authorization")).toEqual(["Bearer a, Bearer b"]);
  });
});
