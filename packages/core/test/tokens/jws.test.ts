import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_TOKEN_LENGTH, parseJws, visibleHeader } from "../../src/tokens/jws.ts";
import { base64url, json } from "./kit.ts";

const HEADER = { alg: "RS256", kid: "a", typ: "JWT" };
const CLAIMS = { iss: "https://issuer.example" };
const SIGNATURE = base64url("signature");

const compact = (header: unknown, claims: unknown = CLAIMS, signature = SIGNATURE) =>
  `${json(header)}.${json(claims)}.${signature}`;
const reasonOf = (token: unknown, maxLength?: number) => {
  const parsed = parseJws(token, maxLength);
  return parsed.ok ? "ok" : parsed.reason;
};

describe("a compact JWS", () => {
  test("is taken apart", () => {
    const parsed = parseJws(compact(HEADER));
    expect(parsed.ok && parsed.value).toMatchObject({
      algorithm: "RS256",
      kid: "a",
      header: HEADER,
      claims: CLAIMS,
      signingInput: `${json(HEADER)}.${json(CLAIMS)}`,
    });
    expect(parsed.ok && Buffer.from(parsed.value.signature).toString()).toBe("signature");
  });

  test.each([
    ["nothing", ""],
    ["no string", 7],
    ["null", null],
    ["an array of one token", [compact(HEADER)]],
    ["two segments", `${json(HEADER)}.${json(CLAIMS)}`],
    ["four segments", `${compact(HEADER)}.${SIGNATURE}`],
    ["an empty header", `.${json(CLAIMS)}.${SIGNATURE}`],
    ["an empty payload", `${json(HEADER)}..${SIGNATURE}`],
    ["an empty signature", `${json(HEADER)}.${json(CLAIMS)}.`],
    ["padding", compact(HEADER, CLAIMS, "c2ln=")],
    ["the other alphabet", compact(HEADER, CLAIMS, "ab+/")],
    ["white space in front", ` ${compact(HEADER)}`],
    ["a line end behind", `${compact(HEADER)}\n`],
    ["a character beyond ASCII", compact(HEADER, CLAIMS, `${SIGNATURE}Ā`)],
    ["an impossible length", compact(HEADER, CLAIMS, "abcde")],
    ["a header that is an array", compact([HEADER])],
    ["a header that is null", compact(null)],
    ["a payload that is an array", compact(HEADER, [CLAIMS])],
    ["a payload that is a string", compact(HEADER, "text")],
    ["a header that is no JSON", `${base64url("{")}.${json(CLAIMS)}.${SIGNATURE}`],
    ["a byte order mark", `${json(HEADER)}.${base64url("\uFEFF{}")}.${SIGNATURE}`],
    [
      "bytes that are not UTF-8",
      `${json(HEADER)}.${base64url(Buffer.from("7b226122 3a22ff22 7d".replaceAll(" ", ""), "hex"))}.${SIGNATURE}`,
    ],
  ])("is malformed with %s", (_what, token) => {
    expect(reasonOf(token)).toBe("malformed");
  });

  test("has one spelling only: unused bits of a last character must be zero", () => {
    // "signature" is 9 bytes: no rest. "signatur" leaves four unused bits, "signatu" two.
    expect(reasonOf(compact(HEADER, CLAIMS, base64url("s")))).toBe("ok");
    expect(base64url("s")).toBe("cw");
    expect(reasonOf(compact(HEADER, CLAIMS, "cx"))).toBe("malformed");
    expect(base64url("si")).toBe("c2k");
    expect(reasonOf(compact(HEADER, CLAIMS, "c2l"))).toBe("malformed");
  });

  test("is not looked at beyond its longest allowed length", () => {
    const long = compact({ ...HEADER, pad: "x".repeat(MAX_TOKEN_LENGTH) });
    expect(reasonOf(long)).toBe("too_long");
    expect(reasonOf(long, long.length)).toBe("ok");
    expect(reasonOf(long, long.length - 1)).toBe("too_long");
  });
});

describe("the header", () => {
  test.each([
    ["none", "none"],
    ["None", "None"],
    ["HS256", "HS256"],
    ["HS512", "HS512"],
    ["RS1", "RS1"],
    ["rs256", "rs256"],
    ["a name of every object", "constructor"],
    ["an array", ["RS256"]],
    ["null", null],
    ["nothing", undefined],
  ])("names an asymmetric algorithm, not %s", (_what, alg) => {
    expect(reasonOf(compact({ ...HEADER, alg }))).toBe("algorithm_not_allowed");
  });

  test.each(["jwk", "jku", "x5u", "b64", "zip", "enc"])("carries no %s", (name) => {
    expect(reasonOf(compact({ ...HEADER, [name]: true }))).toBe("header_not_allowed");
  });

  test.each([[["exp"]], [[]], [null], ["b64"]])("carries no crit, such as %j", (crit) => {
    expect(reasonOf(compact({ ...HEADER, crit }))).toBe("critical_header");
  });

  test.each([[""], [null], [["a"]], [7], [{}], ["x".repeat(257)]])(
    "has a kid that is a short text or none, not %j",
    (kid) => {
      expect(reasonOf(compact({ ...HEADER, kid }))).toBe("header_not_allowed");
    },
  );

  test("may leave kid and typ out", () => {
    const parsed = parseJws(compact({ alg: "RS256" }));
    expect(parsed.ok && parsed.value.kid).toBe(undefined);
  });

  test.each([[""], [null], [["JWT"]], [7]])("has a typ that is a text, not %j", (typ) => {
    expect(reasonOf(compact({ ...HEADER, typ }))).toBe("header_not_allowed");
  });

  test("is shown to profiles only as far as they declared", () => {
    const parsed = parseJws(compact({ ...HEADER, cat: "cl_B7d4PD111AAA", x5c: ["…"] }));
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(visibleHeader(parsed.value.header)).toEqual(HEADER);
    expect(visibleHeader(parsed.value.header, ["cat", "constructor"])).toEqual({
      ...HEADER,
      cat: "cl_B7d4PD111AAA",
    });
  });
});

describe("parsing", () => {
  const segment = fc.oneof(
    fc.string().map((text) => base64url(text)),
    fc.json().map((text) => base64url(text)),
    fc.string(),
  );

  test("never throws, whatever a stranger sends", () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
        const parsed = parseJws(segments.join("."));
        expect(typeof parsed.ok).toBe("boolean");
      }),
    );
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseJws(value).ok).toBe(false);
      }),
    );
  });

  test("gives every accepted token exactly one spelling", () => {
    const token = compact(HEADER, CLAIMS, base64url("si"));
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, other) => {
          const changed = token.slice(0, at) + other + token.slice(at + 1);
          const [before, after] = [parseJws(token), parseJws(changed)];
          if (!before.ok || !after.ok || changed === token) return;
          const same =
            before.value.signingInput === after.value.signingInput &&
            Buffer.compare(before.value.signature, after.value.signature) === 0;
          expect(same).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
