import { describe, expect, test } from "vitest";
import { judge, mismatches, type Observed } from "../src/rows/compare.ts";
import { row, type Expected } from "../src/rows/row.ts";
import { parseReply } from "../src/wire.ts";

const good: Observed = {
  reply: {
    status: 401,
    headers: [
      ["cache-control", "private, no-store"],
      ["vary", "Accept-Encoding"],
      ["vary", "Cookie, Authorization, Accept"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["www-authenticate", "Bearer"],
    ],
    body: '{"error":{"code":"credential_missing"}}',
    isWhole: true,
  },
  handled: 0,
  logged: [{ level: "error", event: "guard", reason: "say authenticate()" }],
  secrets: ["s3cret"],
};
const expected: Expected = {
  status: 401,
  headers: { "www-authenticate": "Bearer", "set-cookie": ["b=2", /^a=/], allow: null },
  body: { error: "credential_missing" },
  vary: ["Accept-Encoding"],
  logged: { level: "error", text: /authenticate\(\)/ },
};

const withHeaders = (change: (name: string, value: string) => string | null): Observed => ({
  ...good,
  reply: {
    ...good.reply,
    headers: good.reply.headers.flatMap(([name, value]) => {
      const changed = change(name, value);
      return changed === null ? [] : [[name, changed] as const];
    }),
  },
});

describe("an answer", () => {
  test("that is as expected has nothing wrong", () => {
    expect(mismatches(expected, good)).toEqual([]);
  });

  test.each<[string, Observed, RegExp]>([
    ["another status", { ...good, reply: { ...good.reply, status: 200 } }, /^status 200/],
    [
      "public caching",
      withHeaders((name, value) => (name === "cache-control" ? "public" : value)),
      /^cache-control/,
    ],
    [
      "no mention of the cookie in Vary",
      withHeaders((_, value) => value.replace("Cookie, ", "")),
      /^vary.*without cookie$/,
    ],
    [
      "no mention of what the app varies by",
      withHeaders((_, value) => (value === "Accept-Encoding" ? null : value)),
      /^vary.*without accept-encoding$/,
    ],
    ["a cookie fewer", withHeaders((_, value) => (value === "b=2" ? null : value)), /^set-cookie/],
    [
      "a challenge that names an error",
      withHeaders((name, value) => (name === "www-authenticate" ? 'Bearer error="x"' : value)),
      /^www-authenticate/,
    ],
    [
      "another error",
      { ...good, reply: { ...good.reply, body: '{"error":{"code":"credential_invalid"}}' } },
      /^body/,
    ],
    ["a handler that ran", { ...good, handled: 1 }, /^a handler ran/],
    ["nothing in the log", { ...good, logged: [] }, /^logged/],
    [
      "a secret",
      {
        ...good,
        reply: { ...good.reply, body: '{"error":{"code":"credential_missing","x":"s3cret"}}' },
      },
      /^a secret/,
    ],
  ])("with %s is wrong in that alone", (_, observed, reason) => {
    const wrong = mismatches(expected, observed);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toMatch(reason);
  });
});

describe("a difference", () => {
  const line = row("a.row", "is there", { request: { line: "GET /" }, expected });
  const difference = {
    rows: ["a.row"],
    reason: "Its router is lenient.",
    expected: { status: 404 },
  };
  const notFound = { ...good, reply: { ...good.reply, status: 404 } };

  test("that is listed and there is no failure", () => {
    expect(judge(line, difference, notFound)).toEqual([]);
  });
  test("that is not listed is one", () => {
    expect(judge(line, undefined, notFound)).not.toEqual([]);
  });
  test("that is listed and gone is one, and says so", () => {
    const gone = { ...difference, expected: { status: [401, 404] } };
    expect(judge(line, gone, good).join()).toContain("take the row off the list");
  });
});

describe("a reply on the wire", () => {
  test("is read with its repeated headers", () => {
    const reply = parseReply("HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nContent-Length: 2\r\n\r\nhi");
    expect(reply.headers).toContainEqual(["a", "1"]);
    expect(reply.headers).toContainEqual(["a", "2"]);
    expect(reply).toMatchObject({ status: 200, body: "hi", isWhole: true });
  });
  test("in chunks is whole only with its last one", () => {
    const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    expect(parseReply(`${head}2\r\nhi\r\n0\r\n\r\n`)).toMatchObject({ body: "hi", isWhole: true });
    expect(parseReply(`${head}2\r\nhi\r\n`)).toMatchObject({ body: "hi", isWhole: false });
  });
  test("after an interim one is the one that counts", () => {
    const reply = parseReply("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    expect(reply.status).toBe(204);
  });
  test("that never came has no status", () => {
    expect(parseReply("").status).toBe(0);
  });
});
