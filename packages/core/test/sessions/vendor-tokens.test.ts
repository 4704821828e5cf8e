import { describe, expect, test } from "vitest";
import { createSealer } from "../../src/sessions/seal.ts";
import { openVendorToken, sealVendorTokens } from "../../src/sessions/vendor-tokens.ts";
import { sessionOf } from "../fixtures/records.ts";
import { clockAt, randomBytes, SECRET } from "./kit.ts";

const clock = clockAt();
const nowMs = clock.nowMs();
const sealer = createSealer({ secrets: [SECRET], randomBytes, nowMs: clock.nowMs });
const ada = sessionOf();

describe("a vendor's token in a session's record", () => {
  test("is unreadable there and opens for its owner", async () => {
    const sealed = await sealVendorTokens({ refreshToken: "token-of-ada" }, ada, { sealer, nowMs });
    expect(JSON.stringify(sealed)).not.toContain("token-of-ada");
    expect(await openVendorToken(sealed.sealedRefreshToken, ada, sealer)).toBe("token-of-ada");
  });

  test("does not open in another person's record, nor in another provider's", async () => {
    const { sealedRefreshToken } = await sealVendorTokens({ refreshToken: "token" }, ada, {
      sealer,
      nowMs,
    });
    for (const changes of [{ userId: "usr_bob" }, { instance: "other-idp" }]) {
      const other = sessionOf(changes);
      expect(await openVendorToken(sealedRefreshToken, other, sealer)).toBeNull();
    }
  });

  test("is none where the vendor gave none", async () => {
    const sealed = await sealVendorTokens({}, ada, { sealer, nowMs });
    expect(sealed).toEqual({
      sealedRefreshToken: null,
      refreshAtMs: null,
      leaseUntilMs: null,
      sealedIdToken: null,
    });
    expect(await openVendorToken(sealed.sealedRefreshToken, ada, sealer)).toBeNull();
    expect(await openVendorToken(undefined, ada, sealer)).toBeNull();
  });

  test.each<[string, number | undefined, number]>([
    ["shortly before it ends", nowMs / 1000 + 600, nowMs + 570_000],
    ["not more than twice a minute", nowMs / 1000 + 1, nowMs + 30_000],
    ["every five minutes if its end is unknown", undefined, nowMs + 300_000],
    ["every five minutes if its end is nonsense", Number.NaN, nowMs + 300_000],
  ])("is renewed %s", async (_, refreshAtSeconds, expected) => {
    const tokens = {
      refreshToken: "token",
      ...(refreshAtSeconds === undefined ? {} : { refreshAtSeconds }),
    };
    const sealed = await sealVendorTokens(tokens, ada, { sealer, nowMs });
    expect(sealed.refreshAtMs).toBe(expected);
  });
});
