import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkClaims, type ClaimsContext } from "../../src/tokens/claims.ts";
import type { TokenProfile } from "../../src/tokens/profile.ts";
import { goodClaims, NOW, START_MS } from "./kit.ts";

type Rules = TokenProfile["rules"];

const RULES: Rules = {
  audience: { claim: "aud", anyOf: ["https://api.example"], ifMissing: "reject" },
};
const CONTEXT: ClaimsContext = { nowMs: START_MS, toleranceSeconds: 30, resource: undefined };

const verdict = (
  claims: Readonly<Record<string, unknown>>,
  rules: Partial<Rules> = {},
  { header = {}, ...context }: Partial<ClaimsContext> & { header?: object } = {},
) => {
  const token = { header: { alg: "RS256", ...header }, claims: { ...goodClaims(), ...claims } };
  const checked = checkClaims(token, { ...RULES, ...rules }, { ...CONTEXT, ...context });
  if (!checked.ok) return checked.reason;
  return checked.value.expired ? "expired" : "ok";
};
const without = (name: string) => {
  const { [name]: _gone, ...rest } = goodClaims() as Record<string, unknown>;
  return checkClaims({ header: { alg: "RS256" }, claims: rest }, RULES, CONTEXT);
};

describe("times", () => {
  test.each([
    ["exp", "9e9"],
    ["exp", null],
    ["exp", Number.NaN],
    ["exp", Number.POSITIVE_INFINITY],
    ["exp", 0],
    ["exp", -1],
    ["exp", [NOW + 60]],
    ["exp", true],
    ["exp", 1e300],
    ["iat", String(NOW)],
    ["iat", null],
    ["iat", {}],
    ["nbf", String(NOW)],
    ["nbf", null],
    ["nbf", Number.NEGATIVE_INFINITY],
  ])("refuse %s when it is %j", (name, value) => {
    expect(verdict({ [name]: value })).toBe("claim_invalid");
  });

  test.each(["exp", "iat"])("require %s", (name) => {
    expect(without(name)).toMatchObject({ reason: "claim_missing" });
  });

  test("let a token live through its last second and the tolerance, and not one longer", () => {
    expect(verdict({ exp: NOW - 29 })).toBe("ok");
    expect(verdict({ exp: NOW - 30 })).toBe("expired");
    expect(verdict({ exp: NOW }, {}, { toleranceSeconds: 0 })).toBe("expired");
    expect(verdict({ exp: NOW + 1 }, {}, { toleranceSeconds: 0 })).toBe("ok");
  });

  test("refuse a token before its time, within the same tolerance", () => {
    expect(verdict({ nbf: NOW + 30 })).toBe("ok");
    expect(verdict({ nbf: NOW + 31 })).toBe("not_yet_valid");
  });

  test("refuse a token from the future, within the same tolerance", () => {
    expect(verdict({ iat: NOW + 30 })).toBe("ok");
    expect(verdict({ iat: NOW + 31 })).toBe("issued_in_future");
  });

  test("refuse a token that is older than its profile allows, whatever its exp says", () => {
    expect(verdict({ iat: NOW - 90 }, { maxAgeSeconds: 60 })).toBe("ok");
    expect(verdict({ iat: NOW - 91 }, { maxAgeSeconds: 60 })).toBe("too_old");
    expect(verdict({ iat: NOW - 9100 })).toBe("ok");
  });
});

describe("the audience", () => {
  test.each([
    ["the name itself", "https://api.example"],
    ["a list with the name", ["https://other.example", "https://api.example"]],
  ])("is met by %s", (_what, aud) => {
    expect(verdict({ aud })).toBe("ok");
  });

  test.each([
    ["another name", "https://other.example"],
    ["a prefix", "https://api.exampl"],
    ["an extension", "https://api.example.evil.example"],
    ["another case", "https://API.example"],
    ["a look-alike", "https://api.ехample"],
    ["a list of others", ["https://other.example"]],
  ])("is not met by %s", (_what, aud) => {
    expect(verdict({ aud })).toBe("audience_mismatch");
  });

  test.each([
    [""],
    [[]],
    [[""]],
    [["https://api.example", 7]],
    [["https://api.example", ""]],
    [[["https://api.example"]]],
    [{ 0: "https://api.example", length: 1 }],
    [null],
    [7],
    [Array.from({ length: 257 }, () => "https://api.example")],
  ])("is a text or a list of texts, not %j", (aud) => {
    expect(verdict({ aud })).toBe("claim_invalid");
  });

  test("is required, unless the provider never mints it", () => {
    expect(without("aud")).toMatchObject({ reason: "audience_mismatch" });
    const accept = { ...RULES.audience, ifMissing: "accept" } as const;
    const { aud: _aud, ...claims } = goodClaims();
    const token = { header: { alg: "RS256" }, claims };
    expect(checkClaims(token, { audience: accept }, CONTEXT).ok).toBe(true);
    expect(verdict({ aud: "https://other.example" }, { audience: accept })).toBe(
      "audience_mismatch",
    );
    expect(verdict({ aud: null }, { audience: accept })).toBe("claim_invalid");
  });

  test("may stand in another claim, and aud keeps its type even then", () => {
    const audience = { claim: "client_id", anyOf: ["client_1"], ifMissing: "reject" } as const;
    expect(verdict({ client_id: "client_1" }, { audience })).toBe("ok");
    expect(verdict({ client_id: "client_2" }, { audience })).toBe("audience_mismatch");
    expect(verdict({ client_id: "client_1", aud: [] }, { audience })).toBe("claim_invalid");
    expect(verdict({}, { audience: { ...audience, claim: "constructor" } })).toBe(
      "audience_mismatch",
    );
  });

  test("may depend on the resource of the mount", () => {
    const audience = {
      claim: "aud",
      anyOf: (resource: string | undefined) => (resource === undefined ? [] : [resource]),
      ifMissing: "reject",
    } as const;
    const aud = "https://api.example/mcp";
    expect(verdict({ aud }, { audience }, { resource: aud })).toBe("ok");
    expect(verdict({ aud }, { audience }, { resource: "https://api.example" })).toBe(
      "audience_mismatch",
    );
    expect(verdict({ aud }, { audience })).toBe("audience_mismatch");
  });
});

describe("the subject", () => {
  test.each([[7], [["user_1"]], [{ id: "user_1" }], [true], ["x".repeat(256)]])(
    "is a short text, not %j",
    (sub) => {
      expect(verdict({ sub })).toBe("claim_invalid");
    },
  );

  test.each([[null], [""]])("may be %j only where no profile requires it", (sub) => {
    expect(verdict({ sub })).toBe("ok");
    expect(verdict({ sub }, { required: ["sub"] })).toBe("claim_missing");
  });
});

describe("typ", () => {
  const typ = ["at+jwt"];

  test.each(["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"])(
    "accepts %s",
    (value) => {
      expect(verdict({}, { typ }, { header: { typ: value } })).toBe("ok");
    },
  );

  test.each(["JWT", "logout+jwt", "at+jwt ", "x/at+jwt", "application/application/at+jwt"])(
    "refuses %s",
    (value) => {
      expect(verdict({}, { typ }, { header: { typ: value } })).toBe("typ_mismatch");
    },
  );

  test("may be missing only where the profile says so", () => {
    expect(verdict({}, { typ })).toBe("typ_mismatch");
    expect(verdict({}, { typ, typIfMissing: "reject" })).toBe("typ_mismatch");
    expect(verdict({}, { typ, typIfMissing: "accept" })).toBe("ok");
    expect(verdict({}, {}, { header: { typ: "anything" } })).toBe("ok");
  });
});

describe("other rules", () => {
  test("refuse a token without a required claim", () => {
    expect(verdict({ org_id: "org_1" }, { required: ["org_id"] })).toBe("ok");
    expect(verdict({}, { required: ["org_id"] })).toBe("claim_missing");
    expect(verdict({ org_id: null }, { required: ["org_id"] })).toBe("claim_missing");
    expect(verdict({ org_id: "" }, { required: ["org_id"] })).toBe("claim_missing");
    expect(verdict({}, { required: ["toString"] })).toBe("claim_missing");
  });

  test.each([["n"], [null], [false]])("refuse a token with a forbidden claim, even %j", (nonce) => {
    expect(verdict({ nonce }, { forbidden: ["nonce"] })).toBe("claim_invalid");
  });

  test.each([[{ jkt: "x" }], [{}], [null]])("refuse a token bound to a key, cnf %j", (cnf) => {
    expect(verdict({ cnf })).toBe("confirmation_required");
  });

  test("find every other fault before expiry", () => {
    const exp = NOW - 3600;
    expect(verdict({ exp })).toBe("expired");
    expect(verdict({ exp, aud: "https://other.example" })).toBe("audience_mismatch");
    expect(verdict({ exp, cnf: {} })).toBe("confirmation_required");
    expect(verdict({ exp, nbf: NOW + 3600 })).toBe("not_yet_valid");
    expect(verdict({ exp, iat: NOW - 3600 }, { maxAgeSeconds: 60 })).toBe("too_old");
    expect(verdict({ exp }, { required: ["org_id"] })).toBe("claim_missing");
  });
});

describe("strict types", () => {
  const notANumber = fc
    .anything()
    .filter((value) => typeof value !== "number" && value !== undefined);
  const notText = fc
    .anything()
    .filter((value) => typeof value !== "string" && !Array.isArray(value) && value !== undefined);

  test.each(["exp", "iat", "nbf"])("accept nothing but a number for %s", (name) => {
    fc.assert(
      fc.property(notANumber, (value) => {
        expect(verdict({ [name]: value })).toBe("claim_invalid");
      }),
    );
  });

  test("accept nothing but texts as an audience", () => {
    fc.assert(
      fc.property(notText, (aud) => {
        expect(verdict({ aud })).toBe("claim_invalid");
      }),
    );
    fc.assert(
      fc.property(fc.array(notText, { minLength: 1 }), (others) => {
        expect(verdict({ aud: ["https://api.example", ...others] })).toBe("claim_invalid");
      }),
    );
  });

  test("accept an audience only when it is the same text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (aud) => {
        expect(verdict({ aud })).toBe(aud === "https://api.example" ? "ok" : "audience_mismatch");
      }),
    );
  });
});
