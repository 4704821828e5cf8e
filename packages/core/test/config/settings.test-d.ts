import { expectTypeOf, test } from "vitest";
import { choice, defineSettings, flag, setting, text } from "../../src/config.ts";

const settings = defineSettings({
  title: "Acme",
  settings: {
    issuer: setting({ value: text(), description: "", required: true }),
    mode: setting({ value: choice(["fast", "safe"]), description: "", default: "safe" }),
    insecure: setting({ value: flag(), description: "" }),
  },
});

test("only required options must be given", () => {
  expectTypeOf(settings.fromOptions({ issuer: "x" })).not.toBeAny();
  settings.fromOptions({ issuer: "x", mode: undefined, insecure: true });
  // @ts-expect-error issuer is required
  settings.fromOptions({});
  // @ts-expect-error not one of the words
  settings.fromOptions({ issuer: "x", mode: "slow" });
  // @ts-expect-error unknown option
  settings.fromOptions({ issuer: "x", isuer: "x" });
});

test("values are typed: only an optional one may be undefined", () => {
  const values = settings.fromOptions({ issuer: "x" });
  expectTypeOf(values.issuer).toEqualTypeOf<string>();
  expectTypeOf(values.mode).toEqualTypeOf<"fast" | "safe">();
  expectTypeOf(values.insecure).toEqualTypeOf<boolean | undefined>();
});
