import { describe, expect, test } from "vitest";
import { createSvixVerifier } from "../../src/webhooks/svix-signature.ts";

/** The vector that the libraries of Standard Webhooks share. */
const VECTOR = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const NOW_MS = VECTOR.timestamp * 1000;
const OTHER = `v1,${btoa("x".repeat(32))}`;

interface Sketch {
  readonly id?: string | null;
  readonly timestamp?: string | null;
  readonly signature?: string | null;
  readonly body?: string | Uint8Array;
  readonly prefix?: string;
}

function requestOf(sketch: Sketch = {}) {
  const { prefix = "svix", body = VECTOR.body } = sketch;
  const headers: Record<string, string | null | undefined> = {
    [`${prefix}-id`]: sketch.id === undefined ? VECTOR.id : sketch.id,
    [`${prefix}-timestamp`]:
      sketch.timestamp === undefined ? String(VECTOR.timestamp) : sketch.timestamp,
    [`${prefix}-signature`]: sketch.signature === undefined ? VECTOR.signature : sketch.signature,
  };
  return {
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
    header: (name: string) => headers[name] ?? null,
  };
}

const verifier = createSvixVerifier({ secrets: [VECTOR.secret] });
const verify = (sketch?: Sketch, nowMs = NOW_MS) => verifier.verify(requestOf(sketch), nowMs);
const refused = (reason: string) => ({ ok: false, reason });

/** Signs as the specification says, apart from the code under test. */
async function sign(id: string, timestamp: string, body: string): Promise<string> {
  const bytes = Uint8Array.from(atob(VECTOR.secret.slice(6)), (text) => text.charCodeAt(0));
  const how = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, how, false, ["sign"]);
  const text = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const mac = await crypto.subtle.sign("HMAC", key, text);
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`;
}

describe("a Svix signature", () => {
  test("is accepted from the vector of the specification's libraries", async () => {
    const value = { id: VECTOR.id, timestampSeconds: VECTOR.timestamp };
    expect(await verify()).toEqual({ ok: true, value });
  });

  test("counts if it is one of several, and other versions count for nothing", async () => {
    const among = `v1,not-base64 ${OTHER} v1a,${VECTOR.signature.slice(3)} ${VECTOR.signature}`;
    expect((await verify({ signature: among })).ok).toBe(true);
    const none = `${OTHER} v1a,${VECTOR.signature.slice(3)} v2,${VECTOR.signature.slice(3)}`;
    expect(await verify({ signature: none })).toEqual(refused("signature_invalid"));
  });

  test("may be made with any of the secrets while one is being changed", async () => {
    const both = createSvixVerifier({ secrets: [`whsec_${btoa("another")}`, VECTOR.secret] });
    expect((await both.verify(requestOf(), NOW_MS)).ok).toBe(true);
    const changed = createSvixVerifier({ secrets: [`whsec_${btoa("another")}`] });
    expect(await changed.verify(requestOf(), NOW_MS)).toEqual(refused("signature_invalid"));
  });

  test.each<[string, Sketch]>([
    ["the body", { body: `${VECTOR.body} ` }],
    ["the id", { id: "msg_p5jXN8AQM9LWM0D4loKWxJel" }],
    ["the time", { timestamp: String(VECTOR.timestamp + 1) }],
    ["the signature", { signature: OTHER }],
    ["the base64 of the signature", { signature: VECTOR.signature.slice(0, -1) }],
    ["the length of the signature", { signature: `v1,${btoa("short")}` }],
    ["the version of the signature", { signature: VECTOR.signature.replace("v1", "v1a") }],
  ])("does not count for a request in which %s differs", async (_what, sketch) => {
    expect(await verify(sketch)).toEqual(refused("signature_invalid"));
  });

  test("covers the bytes as they came, not a text made of them", async () => {
    const text = '{"name":"\u{fffd}"}';
    const signature = await sign(VECTOR.id, String(VECTOR.timestamp), text);
    expect((await verify({ body: text, signature })).ok).toBe(true);
    const bytes = new TextEncoder().encode(text);
    // One byte that is not UTF-8, which a decoder turns into the same character.
    const other = Uint8Array.from([...bytes.slice(0, 9), 0xff, ...bytes.slice(12)]);
    expect(new TextDecoder().decode(other)).toBe(text);
    expect(await verify({ body: other, signature })).toEqual(refused("signature_invalid"));
  });

  test.each([300, -300])("is good for a request that is %i seconds old", async (age) => {
    expect((await verify({}, NOW_MS + age * 1000)).ok).toBe(true);
  });

  test.each([301, -301])("is refused when the request is %i seconds old", async (age) => {
    expect(await verify({}, NOW_MS + age * 1000)).toEqual(refused("timestamp_outside_window"));
  });

  test.each<[string, Sketch]>([
    ["id", { id: null }],
    ["timestamp", { timestamp: null }],
    ["signature", { signature: null }],
  ])("needs the header %s", async (_name, sketch) => {
    expect(await verify(sketch)).toEqual(refused("signature_missing"));
  });

  test.each<[string, string, string]>([
    ["an id with a dot", "msg_1.1614265330", String(VECTOR.timestamp)],
    ["an empty id", "", String(VECTOR.timestamp)],
    ["a very long id", "m".repeat(257), String(VECTOR.timestamp)],
    ["a time with a fraction", VECTOR.id, `${VECTOR.timestamp}.0`],
    ["a time with a zero in front", VECTOR.id, `0${VECTOR.timestamp}`],
    ["a time in another notation", VECTOR.id, "1.61426533e9"],
    ["no time", VECTOR.id, ""],
  ])("does not help %s, even if it is right", async (_what, id, timestamp) => {
    const signature = await sign(id, timestamp, VECTOR.body);
    expect(await verify({ id, timestamp, signature })).toEqual(refused("signature_malformed"));
  });

  test("is read from the headers of the vendor's prefix and from no others", async () => {
    const standard = createSvixVerifier({ secrets: [VECTOR.secret], headerPrefix: "webhook" });
    const request = requestOf({ prefix: "webhook" });
    expect((await standard.verify(request, NOW_MS)).ok).toBe(true);
    expect(await verifier.verify(request, NOW_MS)).toEqual(refused("signature_missing"));
  });

  test("is looked for among sixteen at most", async () => {
    const signature = [...Array.from({ length: 16 }, () => OTHER), VECTOR.signature].join(" ");
    expect(await verify({ signature })).toEqual(refused("signature_invalid"));
  });
});

describe("a secret", () => {
  test.each(["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_***", "whsec_abc"])(
    "in another form (%j) stops the start without being repeated",
    (secret) => {
      expect(() => createSvixVerifier({ secrets: [secret] })).toThrow(
        new TypeError('A webhook secret must be "whsec_" followed by base64.'),
      );
    },
  );

  test("is needed", () => {
    expect(() => createSvixVerifier({ secrets: [] })).toThrow(TypeError);
  });
});
