import { describe, expect, test } from "vitest";
import {
  choice,
  claimPath,
  defineSettings,
  flag,
  integer,
  jsonObject,
  list,
  mapping,
  setting,
  text,
} from "../../src/config.ts";

const settings = defineSettings({
  title: "Acme",
  prefix: "ACME_",
  foreign: ["ACME_SDK_LOG"],
  settings: {
    issuer: setting({
      env: "ACME_ISSUER",
      value: text("an https address", (value) => value.startsWith("https://")),
      description: "Where tokens come from.",
      example: "https://acme.example",
      required: true,
    }),
    secret: setting({
      env: "ACME_SECRET",
      value: text("at least 8 characters", (value) => value.length >= 8),
      description: "Shared with Acme.",
      secret: true,
    }),
    mode: setting({
      env: "ACME_MODE",
      value: choice(["fast", "safe"]),
      description: "How it works | what it does.",
      default: "safe",
    }),
    scopes: setting({
      env: "ACME_SCOPES",
      value: list("scopes separated by spaces", { separator: " " }),
      description: "What to ask for.",
      default: ["openid"],
    }),
    insecure: setting({
      env: "ACME_INSECURE",
      value: flag(),
      description: "For development.",
      default: false,
    }),
    seconds: setting({
      env: "ACME_SECONDS",
      value: integer({ min: 1, max: 60 }),
      description: "How long.",
    }),
    names: setting({ env: "ACME_NAMES", value: mapping(), description: "Names." }),
    claim: setting({ env: "ACME_CLAIM", value: claimPath(), description: "Where." }),
    key: setting({ env: "ACME_KEY", value: jsonObject(), description: "Key.", secret: true }),
    onlyInCode: setting({ value: text(), description: "No variable." }),
  },
  rules: ({ insecure, issuer }) =>
    insecure && issuer.endsWith(".example")
      ? ['"insecure" (ACME_INSECURE) is not for .example']
      : [],
});

const ISSUER = { ACME_ISSUER: "https://acme.test" };

/** The message of the error that `run` throws; fails if it throws none or another kind. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("settings from the environment", () => {
  test("become typed values, with defaults filled in", () => {
    const values = settings.fromEnv({
      ...ISSUER,
      ACME_SCOPES: "openid  email",
      ACME_INSECURE: "true",
      ACME_SECONDS: "60",
      ACME_NAMES: "org_1=acme, https://x/?a=b=birch",
      ACME_CLAIM: '["realm_access","roles"]',
      ACME_KEY: '{"kty":"EC"}',
      HOME: "/root",
    });
    expect(values).toEqual({
      issuer: "https://acme.test",
      secret: undefined,
      mode: "safe",
      scopes: ["openid", "email"],
      insecure: true,
      seconds: 60,
      names: { org_1: "acme", "https://x/?a=b": "birch" },
      claim: ["realm_access", "roles"],
      key: { kty: "EC" },
      onlyInCode: undefined,
    });
  });

  test("keep a plain claim name whole, whatever characters it has", () => {
    const name = "https://acme.example/claims.org:id";
    expect(settings.fromEnv({ ...ISSUER, ACME_CLAIM: name }).claim).toEqual([name]);
  });

  test("treat an empty variable as not set", () => {
    expect(settings.fromEnv({ ...ISSUER, ACME_MODE: "", ACME_SECONDS: "  " })).toMatchObject({
      mode: "safe",
      seconds: undefined,
    });
  });

  test("are overridden by code, except where code says undefined", () => {
    const values = settings.fromEnv(
      { ...ISSUER, ACME_MODE: "fast", ACME_SECONDS: "5" },
      { mode: "safe", seconds: undefined },
    );
    expect(values).toMatchObject({ mode: "safe", seconds: 5 });
  });

  test("name option and variable when one is missing", () => {
    expect(refusal(() => settings.fromEnv({}))).toContain(
      'option "issuer" (variable ACME_ISSUER) is missing',
    );
  });

  test.each([
    ["ACME_ISSUER", "http://acme.test", "issuer", "an https address"],
    ["ACME_SECRET", "hunter2", "secret", "at least 8 characters"],
    ["ACME_MODE", "reckless", "mode", 'one of "fast", "safe"'],
    ["ACME_INSECURE", "yes", "insecure", "true or false"],
    ["ACME_SECONDS", "61", "seconds", "a whole number from 1 to 60"],
    ["ACME_SECONDS", "5.5", "seconds", "a whole number from 1 to 60"],
    ["ACME_SECONDS", "0x10", "seconds", "a whole number from 1 to 60"],
    ["ACME_NAMES", "org_1", "names", "pairs such as name=value"],
    ["ACME_NAMES", "org_1=acme,org_1=birch", "names", "pairs such as name=value"],
    ["ACME_CLAIM", "[not json", "claim", "a claim name, or a JSON array"],
    ["ACME_CLAIM", "[1]", "claim", "a claim name, or a JSON array"],
    ["ACME_CLAIM", "[]", "claim", "a claim name, or a JSON array"],
    ["ACME_KEY", "[]", "key", "a JSON object"],
    ["ACME_KEY", "-----BEGIN", "key", "a JSON object"],
  ])("refuse %s=%s without repeating the value", (variable, value, option, expected) => {
    const message = refusal(() => settings.fromEnv({ ...ISSUER, [variable]: value }));
    expect(message).toContain(`option "${option}" (variable ${variable}): expected ${expected}`);
    expect(message.replaceAll(variable, "")).not.toContain(value);
  });

  test("refuse a variable with the prefix that means nothing, and say what it resembles", () => {
    expect(refusal(() => settings.fromEnv({ ...ISSUER, ACME_MDOE: "fast" }))).toContain(
      "unknown variable ACME_MDOE; did you mean ACME_MODE?",
    );
    expect(refusal(() => settings.fromEnv({ ...ISSUER, ACME_SOMETHING_ELSE: "1" }))).toContain(
      "unknown variable ACME_SOMETHING_ELSE.",
    );
  });

  test("leave alone what the vendor's own packages read", () => {
    expect(settings.fromEnv({ ...ISSUER, ACME_SDK_LOG: "debug" }).mode).toBe("safe");
    expect(refusal(() => settings.fromEnv({ ...ISSUER, ACME_SDK_LOGS: "1" }))).toContain(
      "unknown variable ACME_SDK_LOGS",
    );
  });

  test("report every problem at once, and rules between options only when each is right", () => {
    const both = refusal(() => settings.fromEnv({ ACME_MODE: "x", ACME_SECONDS: "x" }));
    expect(both.match(/^- /gm)).toHaveLength(3);
    expect(
      refusal(() => settings.fromEnv({ ACME_ISSUER: "https://a.example", ACME_INSECURE: "true" })),
    ).toContain('"insecure" (ACME_INSECURE) is not for .example');
  });
});

describe("settings without a prefix", () => {
  const unprefixed = defineSettings({
    title: "Plain",
    settings: {
      mode: setting({ env: "SESSION_MODE", value: text(), description: "Mode.", default: "a" }),
      url: setting({ env: "BASE_URL", value: text(), description: "Address." }),
    },
  });

  test("refuse what looks like a misspelling of an unset variable, and nothing else", () => {
    expect(refusal(() => unprefixed.fromEnv({ SESSION_MOED: "b" }))).toContain(
      "unknown variable SESSION_MOED; did you mean SESSION_MODE?",
    );
    expect(unprefixed.fromEnv({ PATH: "/bin", SESSION_SECRET: "x" }).mode).toBe("a");
    expect(unprefixed.fromEnv({ BASE_URL: "x", BASE_URI: "y" }).url).toBe("x");
  });
});

describe("settings from code", () => {
  test("refuse an unknown option name", () => {
    expect(
      refusal(() => settings.fromOptions({ issuer: "https://a.test", isuer: "x" } as never)),
    ).toContain('unknown option "isuer"; did you mean "issuer"?');
  });

  test("refuse a text where a list, a number or a flag is meant", () => {
    for (const option of [{ scopes: "openid" }, { seconds: "5" }, { insecure: "true" }]) {
      expect(
        refusal(() => settings.fromOptions({ issuer: "https://a.test", ...option } as never)),
      ).toContain("expected");
    }
  });

  test("are not read from the prototype", () => {
    const polluted = Object.create({ issuer: "https://a.test" }) as never;
    expect(refusal(() => settings.fromOptions(polluted))).toContain('"issuer"');
  });
});

describe("what settings say about themselves", () => {
  test("a .env.example comments out what is optional and shows no secret", () => {
    const example = settings.envExample();
    expect(example).toContain(
      "# Where tokens come from. Required.\nACME_ISSUER=https://acme.example\n",
    );
    expect(example).toContain("# Shared with Acme.\n# ACME_SECRET=\n");
    expect(example).toContain("# ACME_MODE=safe\n");
    expect(example).not.toContain("No variable.");
  });

  test("the example can be read back once its required values are real", () => {
    const lines = settings.envExample().split("\n");
    const env = Object.fromEntries(
      lines
        .filter((line) => /^(# )?[A-Z_]+=/.test(line))
        .map((line) => line.replace(/^# /, "").split(/=(.*)/).slice(0, 2) as [string, string]),
    );
    expect(settings.fromEnv({ ...env, ...ISSUER }).scopes).toEqual(["openid"]);
  });

  test("the table has one row per option and survives a pipe in a description", () => {
    const rows = settings.table().trimEnd().split("\n");
    expect(rows).toHaveLength(2 + Object.keys(settings.definitions).length);
    expect(rows).toContain("| `issuer` | `ACME_ISSUER` | required | Where tokens come from. |");
    expect(rows).toContain("| `mode` | `ACME_MODE` | `safe` | How it works \\| what it does. |");
    expect(rows).toContain("| `onlyInCode` |  |  | No variable. |");
  });
});
