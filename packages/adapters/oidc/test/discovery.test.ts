import { describe, expect, test } from "vitest";
import { createDiscovery } from "../src/discovery.ts";

const ISSUER = "https://issuer.test/tenant";
const METADATA = {
  issuer: ISSUER,
  jwks_uri: "https://keys.test/jwks",
  token_endpoint: "https://issuer.test/token",
};
const HOUR = 3_600_000;

/** Discovery over a fake network whose next answers a test sets. */
function discoveryOf(
  options: { readonly allowInsecureLoopback?: boolean; readonly capacity?: number } = {},
) {
  const asked: string[] = [];
  let answer: () => Response | Promise<Response> = () => Response.json(METADATA);
  const fetch: typeof globalThis.fetch = async (input) => {
    asked.push(input instanceof Request ? input.url : String(input));
    return answer();
  };
  return {
    asked,
    answer: (next: typeof answer): void => {
      answer = next;
    },
    discovery: createDiscovery({ fetch, allowInsecureLoopback: false, ...options }),
  };
}

const down = () => Promise.reject(new TypeError("fetch failed"));

describe("metadata of an issuer", () => {
  test("is asked for once at its well-known address, however many want it", async () => {
    const { discovery, asked } = discoveryOf();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => discovery.metadataOf(ISSUER, 0)),
    );
    expect(asked).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
    expect(new Set(answers).size).toBe(1);
  });

  test("is asked for without a second slash", async () => {
    const { discovery, asked, answer } = discoveryOf();
    answer(() => Response.json({ ...METADATA, issuer: `${ISSUER}/` }));
    await discovery.metadataOf(`${ISSUER}/`, 0);
    expect(asked).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
  });

  test("holds only what this adapter uses", async () => {
    const { discovery, answer } = discoveryOf();
    answer(() =>
      Response.json({ ...METADATA, registration_endpoint: "https://issuer.test/r", x: 1 }),
    );
    await expect(discovery.metadataOf(ISSUER, 0)).resolves.toEqual(METADATA);
  });

  test.each<[string, unknown, string]>([
    [
      "another issuer",
      { ...METADATA, issuer: "https://issuer.test/other" },
      "metadata_issuer_mismatch",
    ],
    ["a slash more", { ...METADATA, issuer: `${ISSUER}/` }, "metadata_issuer_mismatch"],
    [
      "a template for every tenant",
      { ...METADATA, issuer: "https://issuer.test/{tenantid}" },
      "metadata_issuer_mismatch",
    ],
    ["no issuer", { ...METADATA, issuer: undefined }, "metadata_malformed"],
    ["no keys", { ...METADATA, jwks_uri: undefined }, "metadata_malformed"],
    [
      "keys over plain http",
      { ...METADATA, jwks_uri: "http://keys.test/jwks" },
      "metadata_malformed",
    ],
    [
      "keys on loopback http",
      { ...METADATA, jwks_uri: "http://localhost/jwks" },
      "metadata_malformed",
    ],
    [
      "a script as sign-in page",
      { ...METADATA, authorization_endpoint: "javascript:alert(1)" },
      "metadata_malformed",
    ],
    [
      "a page with a password",
      { ...METADATA, end_session_endpoint: "https://a:b@issuer.test" },
      "metadata_malformed",
    ],
    ["a number as endpoint", { ...METADATA, token_endpoint: 7 }, "metadata_malformed"],
    [
      "a text where a list is meant",
      { ...METADATA, token_endpoint_auth_methods_supported: "none" },
      "metadata_malformed",
    ],
    ["a list", [METADATA], "metadata_malformed"],
    ["null", null, "metadata_malformed"],
  ])("is refused with %s", async (_name, document, reason) => {
    const { discovery, answer } = discoveryOf();
    answer(() => Response.json(document));
    await expect(discovery.metadataOf(ISSUER, 0)).rejects.toMatchObject({ reason });
  });

  test("is refused when it is no JSON or not there", async () => {
    const page = discoveryOf();
    page.answer(() => new Response("<html>"));
    await expect(page.discovery.metadataOf(ISSUER, 0)).rejects.toMatchObject({
      reason: "metadata_malformed",
    });
    const missing = discoveryOf();
    missing.answer(() => Response.json(METADATA, { status: 404 }));
    await expect(missing.discovery.metadataOf(ISSUER, 0)).rejects.toMatchObject({
      reason: "metadata_unreachable",
    });
  });

  test("may name loopback addresses only where that is allowed for development", async () => {
    const local = { ...METADATA, jwks_uri: "http://127.0.0.1:4444/jwks" };
    const { discovery, answer } = discoveryOf({ allowInsecureLoopback: true });
    answer(() => Response.json(local));
    await expect(discovery.metadataOf(ISSUER, 0)).resolves.toMatchObject(local);
    answer(() =>
      Response.json({ ...local, issuer: `${ISSUER}2`, jwks_uri: "http://10.0.0.1/jwks" }),
    );
    await expect(discovery.metadataOf(`${ISSUER}2`, 0)).rejects.toMatchObject({
      reason: "metadata_malformed",
    });
  });
});

describe("remembered metadata", () => {
  test("is good for an hour, then renewed in the background", async () => {
    const { discovery, asked, answer } = discoveryOf();
    await discovery.metadataOf(ISSUER, 0);
    await discovery.metadataOf(ISSUER, HOUR - 1);
    expect(asked).toHaveLength(1);
    const moved = { ...METADATA, token_endpoint: "https://issuer.test/token2" };
    answer(() => Response.json(moved));
    await expect(discovery.metadataOf(ISSUER, HOUR)).resolves.toEqual(METADATA);
    expect(asked).toHaveLength(2);
    await expect.poll(() => discovery.metadataOf(ISSUER, HOUR + 1)).toEqual(moved);
    expect(asked).toHaveLength(2);
  });

  test("stays in use for as long as renewing fails, and asks only now and then", async () => {
    const { discovery, asked, answer } = discoveryOf();
    await discovery.metadataOf(ISSUER, 0);
    answer(down);
    for (const at of [0, 1000, 4999, 5000, 100_000]) {
      // oxlint-disable-next-line no-await-in-loop -- time passes in between
      await expect(discovery.metadataOf(ISSUER, HOUR + at)).resolves.toEqual(METADATA);
      // oxlint-disable-next-line no-await-in-loop -- lets the background request fail
      await new Promise((settled) => setTimeout(settled, 5));
    }
    expect(asked).toHaveLength(1 + 3);
  });

  test("does not become another issuer's when a renewal says so", async () => {
    const { discovery, answer } = discoveryOf();
    await discovery.metadataOf(ISSUER, 0);
    answer(() =>
      Response.json({ ...METADATA, issuer: "https://evil.test", jwks_uri: "https://evil.test/k" }),
    );
    await discovery.metadataOf(ISSUER, HOUR);
    await new Promise((settled) => setTimeout(settled, 5));
    await expect(discovery.metadataOf(ISSUER, HOUR + 1)).resolves.toEqual(METADATA);
  });

  test("is not asked for again at once after a failure, but soon", async () => {
    const { discovery, asked, answer } = discoveryOf();
    answer(down);
    const reason = "metadata_unreachable";
    await expect(discovery.metadataOf(ISSUER, 0)).rejects.toMatchObject({ reason });
    await expect(discovery.metadataOf(ISSUER, 4999)).rejects.toMatchObject({ reason });
    expect(asked).toHaveLength(1);
    answer(() => Response.json(METADATA));
    await expect(discovery.metadataOf(ISSUER, 5000)).resolves.toEqual(METADATA);
  });

  test("is not taken as fresh after the clock was set back", async () => {
    const { discovery, asked } = discoveryOf();
    await discovery.metadataOf(ISSUER, HOUR);
    await discovery.metadataOf(ISSUER, 0);
    expect(asked).toHaveLength(2);
  });

  test("is forgotten for the issuer unused for longest when there are too many", async () => {
    const { discovery, asked, answer } = discoveryOf({ capacity: 2 });
    for (const name of ["a", "b", "a", "c", "a", "b"]) {
      const issuer = `https://${name}.test`;
      answer(() => Response.json({ ...METADATA, issuer }));
      // oxlint-disable-next-line no-await-in-loop -- order matters
      await discovery.metadataOf(issuer, 0);
    }
    expect(asked.map((url) => new URL(url).hostname)).toEqual([
      "a.test",
      "b.test",
      "c.test",
      "b.test",
    ]);
  });

  test("is asked for anew before a browser is sent there, once for a burst of sign-ins", async () => {
    const { discovery, asked } = discoveryOf();
    await discovery.metadataOf(ISSUER, 0);
    await discovery.reachableMetadataOf(ISSUER, 999);
    expect(asked).toHaveLength(1);
    await discovery.reachableMetadataOf(ISSUER, 1000);
    expect(asked).toHaveLength(2);
  });

  test("is not enough to send a browser to an issuer that does not answer now", async () => {
    const { discovery, asked, answer } = discoveryOf();
    await discovery.metadataOf(ISSUER, 0);
    answer(down);
    const unreachable = { reason: "metadata_unreachable" };
    await expect(discovery.reachableMetadataOf(ISSUER, 2000)).rejects.toMatchObject(unreachable);
    await expect(discovery.reachableMetadataOf(ISSUER, 2001)).rejects.toMatchObject(unreachable);
    expect(asked).toHaveLength(2);
    // Tokens are still verified with what is known.
    await expect(discovery.metadataOf(ISSUER, 2001)).resolves.toEqual(METADATA);
    answer(() => Response.json(METADATA));
    await expect(discovery.reachableMetadataOf(ISSUER, 7000)).resolves.toEqual(METADATA);
  });
});
