import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createTimestampVerifier } from "../../src/webhooks/timestamp-signature.ts";

const NOW = 1_800_000_000_000;
const BODY = '{"id":"event_1","data":{"name":"Zoë"}}';

function hex(secret: string, time: number | string, body: string): string {
  return createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
}

function rawOf(header: string | null, body = BODY) {
  return {
    body: new TextEncoder().encode(body),
    header: (name: string) => (name === "x-signature" ? header : null),
  };
}

const verifier = createTimestampVerifier({
  secrets: ["one", "two"],
  header: "x-signature",
  unit: "milliseconds",
});

async function verdict(header: string | null, body?: string): Promise<string> {
  const result = await verifier.verify(rawOf(header, body), NOW);
  return result.ok ? "accepted" : result.reason;
}

describe("a signature with a time", () => {
  test.each(["one", "two"])("is accepted from each secret: %s", async (secret) => {
    const header = `t=${NOW}, v1=${hex(secret, NOW, BODY)}`;
    await expect(verifier.verify(rawOf(header), NOW)).resolves.toEqual({
      ok: true,
      value: { signedAtMs: NOW },
    });
  });

  test("is accepted if one of several is right", async () => {
    const right = hex("one", NOW, BODY);
    expect(await verdict(`t=${NOW},v1=${"0".repeat(64)},v1=${right}`)).toBe("accepted");
  });

  test("is accepted with a time in seconds where that is the unit", async () => {
    const seconds = createTimestampVerifier({
      secrets: ["one"],
      header: "x-signature",
      unit: "seconds",
    });
    const time = NOW / 1000;
    const header = `t=${time},v1=${hex("one", time, BODY)}`;
    await expect(seconds.verify(rawOf(header), NOW)).resolves.toEqual({
      ok: true,
      value: { signedAtMs: NOW },
    });
  });

  test.each([
    ["one secret of a stranger", `t=${NOW},v1=${hex("three", NOW, BODY)}`],
    ["another body", `t=${NOW},v1=${hex("one", NOW, `${BODY} `)}`],
    ["another time", `t=${NOW},v1=${hex("one", NOW - 1, BODY)}`],
  ])("is refused for %s", async (_what, header) => {
    expect(await verdict(header)).toBe("signature_invalid");
  });

  test.each([
    ["older than five minutes", NOW - 300_001],
    ["earlier than five minutes", NOW + 300_001],
    ["from a clock that counts seconds", NOW / 1000],
  ])("is refused when it is %s", async (_what, time) => {
    expect(await verdict(`t=${time},v1=${hex("one", time, BODY)}`)).toBe(
      "timestamp_outside_window",
    );
  });

  test.each([NOW - 300_000, NOW + 300_000])("is accepted within five minutes", async (time) => {
    expect(await verdict(`t=${time},v1=${hex("one", time, BODY)}`)).toBe("accepted");
  });

  test.each([
    ["no time", `v1=${hex("one", NOW, BODY)}`],
    ["a time that is no number", `t=soon,v1=${hex("one", "soon", BODY)}`],
    ["a time with a sign", `t=+${NOW},v1=${hex("one", `+${NOW}`, BODY)}`],
    ["two times", `t=${NOW},t=${NOW},v1=${hex("one", NOW, BODY)}`],
    ["no signature", `t=${NOW}`],
    ["a signature of another length", `t=${NOW},v1=${hex("one", NOW, BODY).slice(2)}`],
    ["a signature in capitals", `t=${NOW},v1=${hex("one", NOW, BODY).toUpperCase()}`],
    ["too much", `t=${NOW},v1=${hex("one", NOW, BODY)},${"x".repeat(1024)}`],
  ])("is refused with %s", async (_what, header) => {
    expect(await verdict(header)).toBe("signature_malformed");
  });

  test("is refused when it is missing", async () => {
    expect(await verdict(null)).toBe("signature_missing");
  });

  test("covers the bytes as they came", async () => {
    const header = `t=${NOW},v1=${hex("one", NOW, BODY)}`;
    expect(await verdict(header, JSON.stringify(JSON.parse(BODY), null, 1))).toBe(
      "signature_invalid",
    );
  });
});

test.each([[[]], [[""]]])("cannot be made without a secret: %j", (secrets) => {
  const make = () => createTimestampVerifier({ secrets, header: "x", unit: "seconds" });
  expect(make).toThrow(TypeError);
});
