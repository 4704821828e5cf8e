import * as fc from "fast-check";
import { expect, test } from "vitest";
import { settings } from "../src/options.ts";
import { registrationFromOptions } from "../src/registration.ts";
import { bearerProfiles, idTokenProfile, logoutTokenProfile } from "../src/tokens.ts";

const METADATA = { issuer: "https://issuer.test", jwks_uri: "https://issuer.test/jwks" };
const API = "https://api.test";
const MCP = "https://api.test/mcp";

const profiles = (["at+jwt", "lenient"] as const).map((accessTokenTyp) => {
  const registration = registrationFromOptions(
    settings.fromOptions({
      issuer: METADATA.issuer,
      clientId: "app",
      audience: [API],
      mcpResource: [MCP, "https://api.test/t/{tenant}/mcp"],
      accessTokenTyp,
      machineClaim: ["gty"],
      machineValue: "client-credentials",
    }),
  );
  if (registration === null) throw new Error("there is no registration");
  return {
    accessTokenTyp,
    bearer: bearerProfiles(registration, METADATA),
    id: idTokenProfile(registration, METADATA),
    logout: logoutTokenProfile(registration, METADATA),
  };
});

const odd = fc.oneof(
  fc.constantFrom("app", "u1", "", API, "access", "id", "Bearer", "ID"),
  fc.anything(),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const tokens = fc.record({
  header: fc.record({
    alg: fc.constantFrom("RS256", "ES256"),
    typ: maybe(
      fc.oneof(
        fc.constantFrom(
          "at+jwt",
          "AT+JWT",
          "application/at+jwt",
          "JWT",
          "logout+jwt",
          "id+jwt",
          "dpop+jwt",
        ),
        fc.anything(),
      ),
    ),
  }),
  claims: fc
    .record({
      sub: odd,
      aud: fc.oneof(odd, fc.subarray(["app", API, MCP, "https://api.test/t/acme/mcp", "other"])),
      client_id: maybe(odd),
      azp: maybe(odd),
      cid: maybe(odd),
      scope: maybe(odd),
      gty: maybe(fc.constantFrom("client-credentials", "password")),
      nonce: maybe(odd),
      at_hash: maybe(odd),
      token_use: maybe(odd),
      typ: maybe(odd),
      events: maybe(odd),
    })
    .map((claims) => Object.fromEntries(Object.entries(claims).filter(([, v]) => v !== undefined))),
});

test("no token is of two kinds at once, whatever it contains", () => {
  fc.assert(
    fc.property(tokens, (token) => {
      for (const { bearer, logout } of profiles) {
        const matching = [...bearer, logout].filter((profile) => profile.matches(token));
        expect(matching.length).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 3000 },
  );
});

test("what could be an ID token of this app and opens the API needs another audience and no mark of an ID token", () => {
  fc.assert(
    fc.property(tokens, ({ header, claims }) => {
      for (const { accessTokenTyp, bearer, id } of profiles) {
        const opens = bearer.some((profile) => profile.matches({ header, claims }));
        if (!opens || !id.matches({ header, claims })) continue;
        expect(accessTokenTyp).toBe("lenient");
        expect(claims).not.toHaveProperty("nonce");
        expect(claims).not.toHaveProperty("at_hash");
        expect([claims["aud"]].flat()).not.toEqual(["app"]);
      }
    }),
    { numRuns: 3000 },
  );
});

test("a token that opens an MCP server opens the API at no mount, and the other way round", () => {
  const doorsOf = (aud: unknown, resource: string | undefined) =>
    profiles.flatMap(({ bearer }) => {
      const claims = { iss: METADATA.issuer, sub: "u1", aud, client_id: "agent" };
      const profile = bearer.find((one) =>
        one.matches({ header: { alg: "RS256", typ: "at+jwt" }, claims }),
      );
      const anyOf = profile?.rules.audience.anyOf;
      const accepted = typeof anyOf === "function" ? anyOf(resource) : anyOf;
      return accepted?.some((one) => [aud].flat().includes(one)) === true ? [profile?.kind] : [];
    });
  const mounts = [undefined, API, MCP, "https://api.test/t/acme/mcp", "other"];
  const opened = (aud: unknown) =>
    mounts.flatMap((resource) => doorsOf(aud, resource).map((kind) => `${kind} at ${resource}`));
  expect(opened(API)).toEqual(opened([API]));
  expect(opened(API)).not.toContainEqual(expect.stringContaining("mcp"));
  expect(new Set(opened(MCP))).toEqual(new Set([`mcp at ${MCP}`]));
  expect(new Set(opened([MCP, "other"]))).toEqual(new Set([`mcp at ${MCP}`]));
  expect(new Set(opened("https://api.test/t/acme/mcp"))).toEqual(
    new Set(["mcp at https://api.test/t/acme/mcp"]),
  );
  expect(opened([API, MCP])).toEqual([]);
  expect(opened("https://api.test/t/acme/x/mcp")).toEqual([]);
});

test("every kind can be met at all", () => {
  const base = { iss: METADATA.issuer, sub: "u1", aud: API, client_id: "app" };
  for (const { bearer, id, logout } of profiles) {
    const meets = (typ: string | undefined, claims: object) =>
      [...bearer, id, logout]
        .filter((profile) =>
          profile.matches({
            header: { alg: "RS256", ...(typ === undefined ? {} : { typ }) },
            claims: { ...base, ...claims },
          }),
        )
        .map(({ kind }) => kind);
    expect(meets("at+jwt", {})).toEqual(["access"]);
    expect(meets("at+jwt", { aud: MCP })).toEqual(["mcp"]);
    expect(meets("at+jwt", { client_id: "u1" })).toEqual(["m2m"]);
    expect(meets("at+jwt", { gty: "client-credentials" })).toEqual(["m2m"]);
    expect(meets("JWT", { nonce: "n", aud: "app" })).toEqual(["id"]);
    expect(meets("logout+jwt", { events: {} })).toEqual(["logout"]);
  }
});
