import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasImpostor, parseCookies } from "../../src/request/cookies.ts";

const NAME = "__Host-tenantry";
const NBSP = "\u00a0";

function parse(...lines: readonly string[]) {
  const jar = parseCookies(lines);
  if (jar === null) throw new Error("the cookies were refused");
  return jar;
}

describe("parseCookies", () => {
  test.each([
    ["one pair", ["a=1"], "a", ["1"]],
    ["two pairs", ["a=1; b=2"], "b", ["2"]],
    ["no blank after the semicolon", ["a=1;b=2"], "b", ["2"]],
    ["tabs and spaces around names and values", ["\t a \t=\t 1 \t"], "a", ["1"]],
    ["an equals sign in the value", ["a=1=2="], "a", ["1=2="]],
    ["an empty value", ["a="], "a", [""]],
    ["a second line", ["a=1", "b=2"], "b", ["2"]],
    ["a name that is not there", ["a=1"], "b", []],
    ["another letter case, which is another name", ["A=1"], "a", []],
    ["a text without an equals sign, which is no cookie", ["a; b=2"], "a", []],
    ["quotes, which are part of the value", ['a="1"'], "a", ['"1"']],
    ["an escape, which is not decoded", ["a=%31"], "a", ["%31"]],
  ])("reads %s", (_, lines, name, values) => {
    expect(parse(...lines).all(name)).toEqual(values);
  });

  test("keeps both values of a name that came twice, on one line and on two", () => {
    expect(parse("a=1; a=2").all("a")).toEqual(["1", "2"]);
    expect(parse("a=1", "a=2").all("a")).toEqual(["1", "2"]);
    expect(parse("a=1; a=2").names).toEqual(["a", "a"]);
  });

  test("row 21: does not trim a no-break space, which would turn one name into another", () => {
    const jar = parse(`${NBSP}${NAME}=planted`);
    expect(jar.all(NAME)).toEqual([]);
    expect(jar.names).toEqual([`${NBSP}${NAME}`]);
  });

  test.each(["__proto__", "constructor", "toString"])("has no cookie %s by nature", (name) => {
    expect(parse("a=1").all(name)).toEqual([]);
    expect(parse(`${name}=1`).all(name)).toEqual(["1"]);
  });

  test("takes 32,768 characters and refuses one more, over all lines together", () => {
    const half = `a=${"x".repeat(16_382)}`;
    expect(parseCookies([half, half])).not.toBeNull();
    expect(parseCookies([half, `${half}x`])).toBeNull();
  });

  test("finds any pair again that has no separators and no blanks at its ends", () => {
    const part = fc.stringMatching(/^[^;=\s\t]{1,20}$/u);
    fc.assert(
      fc.property(part, part, (name, value) => {
        expect(parse(`x=0; ${name}=${value}`).all(name)).toContain(value);
      }),
    );
  });

  test("never throws, and lists a name as often as it holds values of it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (lines) => {
        const jar = parse(...lines);
        for (const name of jar.names) {
          expect(jar.all(name)).toHaveLength(jar.names.filter((other) => other === name).length);
        }
      }),
    );
  });
});

describe("hasImpostor", () => {
  test.each([
    ["a no-break space in front", `${NBSP}${NAME}`],
    ["a no-break space behind", `${NAME}${NBSP}`],
    ["an ideographic space", `\u3000${NAME}`],
    ["a zero-width space", `__Host-\u200Btenantry`],
    ["a soft hyphen", `__Host-ten\u00adantry`],
    ["a byte order mark", `\uFEFF${NAME}`],
    ["a NUL", `\u0000${NAME}`],
    ["a vertical tab", `\u000b${NAME}`],
    ["another letter case of the prefix", "__HOST-tenantry"],
    ["another letter case of the rest", "__Host-Tenantry"],
    ["full-width letters", "__Host-\uFF54enantry"],
  ])("row 21: recognises %s", (_, name) => {
    expect(hasImpostor(parse(`${name}=x`), NAME)).toBe(true);
  });

  test.each([NAME, `${NAME}2`, "tenantry", "Host-tenantry", `${NAME}-flow-abc`, ""])(
    "takes %s for what it is",
    (name) => {
      expect(hasImpostor(parse(`${name}=x`), NAME)).toBe(false);
    },
  );

  test("recognises an impostor beside the real one", () => {
    expect(hasImpostor(parse(`${NAME}=real; ${NBSP}${NAME}=planted`), NAME)).toBe(true);
  });
});
