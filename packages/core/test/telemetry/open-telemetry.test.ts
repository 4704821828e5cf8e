import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTelemetry } from "../../src/telemetry.ts";
import type { Telemetry } from "../../src/telemetry/telemetry.ts";
import { signer } from "../tokens/kit.ts";
import { createObserved, PERSONAL } from "./app.ts";
import { createSdk } from "./kit.ts";

let sdk: ReturnType<typeof createSdk>;
let app: Awaited<ReturnType<typeof createObserved>>;
beforeEach(async () => {
  sdk = createSdk();
  app = await createObserved(openTelemetry({ tracer: sdk.tracer, meter: sdk.meter }));
});
afterEach(() => sdk.close());

const PROVIDER = {
  "tenantry.provider.vendor": "acme-idp",
  "tenantry.provider.instance": "acme-idp",
};
const spansOf = (name: string) => sdk.spans().filter((span) => span.name === `tenantry.${name}`);
const attributesOf = (name: string) => spansOf(name).map(({ attributes }) => attributes);

describe("authenticating", () => {
  test("is a span that says how it went, whose provider, and whether memory knew", async () => {
    const token = app.token();
    await app.bearer(token);
    await app.bearer(token);
    const known = {
      ...PROVIDER,
      "tenantry.outcome": "authenticated",
      "tenantry.credential.source": "authorization",
      "tenantry.credential.kind": "access",
    };
    expect(attributesOf("authenticate")).toEqual([
      { ...known, "tenantry.cache.hit": false },
      { ...known, "tenantry.cache.hit": true },
    ]);
  });

  test("says of a refusal only its public code", async () => {
    await app.bearer(app.token(signer("ES256")));
    expect(attributesOf("authenticate")).toEqual([
      {
        "tenantry.outcome": "refused",
        "tenantry.credential.source": "authorization",
        "error.type": "credential_invalid",
      },
    ]);
    expect(spansOf("authenticate")[0]?.status.code).toBe(SpanStatusCode.UNSET);
  });

  test("is an error where something could not be found out", async () => {
    app.endpoint.down();
    await app.bearer(app.token());
    const [span] = spansOf("authenticate");
    expect(span?.attributes).toMatchObject({
      "tenantry.outcome": "refused",
      "error.type": "provider_unavailable",
    });
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test("of nobody has no credential", async () => {
    await app.nobody();
    expect(attributesOf("authenticate")).toEqual([{ "tenantry.outcome": "anonymous" }]);
  });

  test("with a session says so", async () => {
    await app.signIn();
    await app.withCookie();
    expect(attributesOf("authenticate").at(-1)).toEqual({
      ...PROVIDER,
      "tenantry.outcome": "authenticated",
      "tenantry.credential.source": "session_cookie",
      "tenantry.credential.kind": "session",
    });
  });
});

describe("what happens on the way", () => {
  test("fetching keys is a part of the request that waited for it, and a client's span", async () => {
    await app.bearer(app.token());
    const [keys] = spansOf("key_fetch");
    expect(keys?.attributes).toEqual({ ...PROVIDER, "tenantry.outcome": "fetched" });
    expect(keys?.kind).toBe(SpanKind.CLIENT);
    expect(keys?.parent).toBe(spansOf("authenticate")[0]?.id);
  });

  test("a failed fetch of keys is an error", async () => {
    app.endpoint.down();
    await app.bearer(app.token());
    const [keys] = spansOf("key_fetch");
    expect(keys?.attributes).toEqual({ ...PROVIDER, "tenantry.outcome": "unavailable" });
    expect(keys?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test.each([
    [{ kind: "unavailable", reason: "timeout" }, "unavailable"],
    [{ kind: "ended", reason: "invalid_grant" }, "ended"],
    [{ kind: "refreshed", identity: null, tokens: {} }, "refreshed"],
  ] as const)("renewing a session: %j", async (answer, outcome) => {
    await app.signIn();
    app.fake.answers.refresh = async () => answer;
    app.clock.advance(61_000);
    await app.withCookie();
    expect(attributesOf("session_refresh")).toEqual([{ ...PROVIDER, "tenantry.outcome": outcome }]);
    expect(spansOf("session_refresh")[0]?.parent).toBe(spansOf("authenticate").at(-1)?.id);
  });
});

describe("the directory", () => {
  test("webhooks: taken over, repeated, refused", async () => {
    await app.webhook();
    await app.webhook();
    app.vendor.signs = false;
    await app.webhook();
    expect(attributesOf("webhook")).toEqual([
      { ...PROVIDER, "tenantry.outcome": "received", "tenantry.changes.taken": 1 },
      { ...PROVIDER, "tenantry.outcome": "repeated", "tenantry.changes.taken": 0 },
      { ...PROVIDER, "tenantry.outcome": "refused" },
    ]);
  });

  test("reconciliation: what it found, and that a vendor did not answer", async () => {
    await app.auth.directory.reconcile();
    app.vendor.lists = false;
    await app.auth.directory.reconcile();
    await app.auth.directory.catchUp();
    const [first, second] = attributesOf("reconcile");
    expect(first).toMatchObject({
      ...PROVIDER,
      "tenantry.outcome": "done",
      "tenantry.changes.created": 1,
    });
    expect(second).toMatchObject({ ...PROVIDER, "tenantry.outcome": "unavailable" });
    expect(attributesOf("catch_up")).toMatchObject([{ ...PROVIDER, "tenantry.outcome": "done" }]);
  });
});

test("every operation has a duration with the span's tags, without its counts", async () => {
  const token = app.token();
  await app.bearer(token);
  await app.bearer(token);
  await app.bearer(token);
  await app.webhook();
  const series = await sdk.series();
  expect(series.every(({ unit }) => unit === "s")).toBe(true);
  const hits = series.filter(({ attributes }) => attributes["tenantry.cache.hit"] === true);
  expect(hits).toMatchObject([{ name: "tenantry.authenticate.duration", count: 2 }]);
  expect(series.filter(({ name }) => name === "tenantry.webhook.duration")).toEqual([
    {
      name: "tenantry.webhook.duration",
      unit: "s",
      attributes: { ...PROVIDER, "tenantry.outcome": "received" },
      count: 1,
    },
  ]);
});

test("no span and no measurement holds personal data, a token or a cookie", async () => {
  await everything();
  const said = JSON.stringify([sdk.spans(), await sdk.series()]);
  expect(new Set(sdk.spans().map(({ name }) => name)).size).toBe(6);
  expect(app.secrets.length).toBeGreaterThan(5);
  for (const secret of [...PERSONAL, ...app.secrets]) expect(said).not.toContain(secret);
});

describe("a telemetry that always throws", () => {
  const broken = () => {
    throw new Error("broken");
  };
  const BROKEN: readonly (readonly [string, Telemetry])[] = [
    ["at the beginning", { begin: broken }],
    ["later", { begin: () => ({ within: broken, end: broken }) }],
  ];

  test.each(BROKEN)("%s changes no outcome", async (_, telemetry) => {
    const expected = await everything();
    app = await createObserved(telemetry);
    expect(await everything()).toEqual(expected);
    expect(expected).toContain("authenticated");
  });
});

/** Does all there is, and returns what became of it. */
async function everything(): Promise<readonly unknown[]> {
  const token = app.token();
  const outcomes = [
    (await app.bearer(token)).kind,
    (await app.bearer(token)).kind,
    (await app.bearer(app.token(signer("ES256")))).kind,
    (await app.nobody()).kind,
  ];
  await app.signIn();
  app.clock.advance(61_000);
  app.fake.answers.refresh = async () => ({ kind: "ended", reason: "invalid_grant" });
  outcomes.push((await app.withCookie()).kind, (await app.withCookie()).kind);
  const webhook = await app.webhook();
  const walked = await app.auth.directory.reconcile();
  const caughtUp = await app.auth.directory.catchUp();
  return [...outcomes, webhook.status, walked.kind, caughtUp.kind];
}
