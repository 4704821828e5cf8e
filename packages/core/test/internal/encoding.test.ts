import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeBase64Url,
  decodeUtf8,
  encodeAscii,
  encodeBase64Url,
  encodeUtf8,
  sha256,
  webDecodeBase64Url,
  webEncodeBase64Url,
  webSha256,
} from "../../src/internal/encoding.ts";

const bytes = fc.uint8Array({ maxLength: 100 });

describe("base64url", () => {
  test("comes back as it went, the same way on Node and on the web", () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const text = encodeBase64Url(data);
        expect(text).toBe(Buffer.from(data).toString("base64url"));
        expect(webEncodeBase64Url(data)).toBe(text);
        expect(new Uint8Array(decodeBase64Url(text) ?? [1])).toEqual(new Uint8Array(data));
        expect(webDecodeBase64Url(text)).toEqual(new Uint8Array(data));
      }),
    );
  });

  test("encodes a part of a larger buffer, and only that", () => {
    expect(encodeBase64Url(new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3))).toBe("AgM");
  });

  test("has exactly one spelling of everything", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const decoded = decodeBase64Url(text);
        expect(decoded === null || encodeBase64Url(decoded) === text).toBe(true);
      }),
    );
    for (const text of ["A", "AB", "ABC=", "A+", "A/", "AAB", "AA==", " AA", "AA\n"]) {
      expect(decodeBase64Url(text)).toBe(null);
    }
  });
});

describe("text", () => {
  test("comes back as it went", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
  });

  test("is only made of bytes that are UTF-8", () => {
    expect(decodeUtf8(new Uint8Array([0xff]))).toBe(null);
    expect(decodeUtf8(new Uint8Array([0xc0, 0xaf]))).toBe(null);
  });

  test("keeps a byte order mark, which JSON then refuses", () => {
    expect(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toBe("\uFEFF{}");
  });

  test("in ASCII is one byte a character", () => {
    expect([...encodeAscii("eyJ.")]).toEqual([0x65, 0x79, 0x4a, 0x2e]);
  });
});

describe("SHA-256", () => {
  test("is the same on Node and on the web", async () => {
    expect(await sha256("")).toBe("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    expect(await webSha256("pässe")).toBe(await sha256("pässe"));
  });

  test("needs no waiting on Node", () => {
    expect(typeof sha256("x")).toBe("string");
  });
});
