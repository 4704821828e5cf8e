import { describe, expect, test } from "vitest";
import { ok, reject, type Result } from "../../src/internal/result.ts";
import type {
  DirectoryChange,
  DirectorySource,
  RawWebhook,
  WebhookNews,
} from "../../src/provider/directory.ts";
import { memoryStores } from "../../src/stores.ts";
import { receiveWebhook } from "../../src/webhooks/receive.ts";
import {
  BASE_URL,
  breakMethod,
  clockAt,
  createApp,
  fakeProvider,
  identityOf,
  ISSUER,
  signIn,
} from "../sessions/kit.ts";

type Answer = Result<WebhookNews>;

const renamed: DirectoryChange = {
  kind: "upsert",
  entity: "tenant",
  external: "org_acme",
  version: 1,
  data: { name: "Acme Inc." },
};
const refetch: DirectoryChange = { kind: "refetch", entity: "tenant", external: "org_acme" };
const news = (...changes: readonly DirectoryChange[]): Answer => ok({ eventId: "evt_1", changes });

/** An app whose provider says what a test wants about every webhook. */
async function appWith(
  verify: (raw: RawWebhook) => Answer | Promise<Answer>,
  get?: DirectorySource["get"],
) {
  const clock = clockAt();
  const stores = memoryStores({ nowMs: clock.nowMs });
  const base = fakeProvider();
  const { provider } = fakeProvider({
    capabilities: {
      ...base.provider.capabilities,
      webhooks: "yes",
      directoryList: get === undefined ? "no" : "yes",
    },
    ...(base.provider.login === undefined ? {} : { login: base.provider.login }),
    issuer: ISSUER,
    webhooks: { verify: async (raw) => verify(raw) },
    ...(get === undefined
      ? {}
      : { directory: { get, list: async () => ok({ items: [] }), membershipId: () => null } }),
  });
  const app = await createApp({ fake: { ...base, provider }, stores, clock });
  const send = async (
    body: Uint8Array<ArrayBuffer> | string = "{}",
    sketch: { path?: string; headers?: Record<string, string>; method?: string } = {},
  ) => {
    const { path = "acme-idp", headers = {}, method = "POST" } = sketch;
    const url = `${BASE_URL}/auth/webhooks/${path}`;
    const init = method === "GET" ? { method, headers } : { method, headers, body };
    return (await app.auth.routes.handle(new Request(url, init))).status;
  };
  const name = async () => (await stores.tenants.get("tnt_acme"))?.name;
  return { ...app, provider, send, name };
}

describe("a webhook", () => {
  test("changes the directory, without cookie or origin", async () => {
    const app = await appWith(() => news(renamed));
    expect(await app.send()).toBe(200);
    expect(await app.name()).toBe("Acme Inc.");
  });

  test("is handed to the adapter with its bytes and headers as they came", async () => {
    const seen: unknown[] = [];
    const app = await appWith((raw) => {
      seen.push([...raw.body], raw.header("Svix-Id"), raw.header("absent"));
      return news();
    });
    const bytes = Uint8Array.from([0x7b, 0xff, 0x20, 0x7d]);
    const headers = { "svix-id": "msg_1", "content-type": "application/json; charset=utf-8" };
    expect(await app.send(bytes, { headers })).toBe(200);
    expect(seen).toEqual([[0x7b, 0xff, 0x20, 0x7d], "msg_1", null]);
  });

  test("that the provider has not signed changes nothing", async () => {
    const app = await appWith(() => reject("signature_invalid"));
    expect(await app.send()).toBe(400);
    expect(app.logs).toContainEqual(
      expect.objectContaining({ event: "webhook.refused", reason: "signature_invalid" }),
    );
  });

  test.each<[string, () => Answer | Promise<Answer>]>([
    ["cannot find out", () => reject("keys_unavailable")],
    ["throws", () => Promise.reject(new Error("whsec_secret"))],
  ])("is to be sent again when the adapter %s", async (_what, verify) => {
    const app = await appWith(verify);
    expect(await app.send()).toBe(503);
    expect(JSON.stringify(app.logs)).not.toContain("whsec_secret");
  });

  test("counts once, however often it is delivered", async () => {
    let version = 0;
    const app = await appWith(() => {
      version += 1;
      return news({ ...renamed, version, data: { name: `Name ${version}` } });
    });
    expect([await app.send(), await app.send(), await app.send()]).toEqual([200, 200, 200]);
    expect(await app.name()).toBe("Name 1");
    app.clock.advance(3 * 24 * 3_600_000);
    expect(await app.send()).toBe(200);
    expect(await app.name()).toBe("Name 1");
  });

  test("ends the sessions that the vendor has ended, and no others", async () => {
    const app = await appWith(() =>
      ok({ eventId: "evt_1", changes: [], endedSessions: ["sid-1"] }),
    );
    const person = async (sessionId: string) => {
      const browser = app.browser();
      await signIn(app, browser, { as: identityOf({ sessionId }) });
      return async () => (await browser.get("/auth/me", { accept: "application/json" })).status;
    };
    const [ended, other] = [await person("sid-1"), await person("sid-2")];
    const mend = breakMethod(app.stores.revocations, "raise");
    expect(await app.send()).toBe(503);
    mend();
    expect(await app.send()).toBe(200);
    expect(await ended()).toBe(401);
    expect(await other()).toBe(200);
  });

  test("of one provider is not a repetition of another one's with the same id", async () => {
    const app = await appWith(() => news(renamed));
    const deps = {
      directory: app.auth.directory,
      sessions: { endByVendor: () => Promise.reject(new Error("no session was ended")) },
      replay: app.stores.replay,
      runtime: { nowMs: app.clock.nowMs, log: () => undefined },
      toolsFor: () => ({}) as never,
    };
    const { provider } = app;
    const raw = { body: new Uint8Array(), header: () => null };
    const receive = async (instance: string) =>
      receiveWebhook({ ...provider, instance }, raw, deps);
    expect(await receive("one")).toEqual(ok({ changes: 1, repeated: false }));
    expect(await receive("two")).toEqual(ok({ changes: 1, repeated: false }));
    expect(await receive("one")).toEqual(ok({ changes: 0, repeated: true }));
  });

  test("that could not be taken over is taken over when it comes again", async () => {
    const app = await appWith(() => news(renamed));
    const mend = breakMethod(app.stores.tenants, "update");
    expect(await app.send()).toBe(503);
    mend();
    expect(await app.send()).toBe(200);
    expect(await app.name()).toBe("Acme Inc.");
  });

  test("is to be sent again when nobody can tell whether it came before", async () => {
    const app = await appWith(() => news(renamed));
    breakMethod(app.stores.replay, "claim");
    expect(await app.send()).toBe(503);
    expect(await app.name()).not.toBe("Acme Inc.");
  });

  test("takes over what it can when one of its changes fails", async () => {
    const odd = { ...renamed, version: Number.NaN } as DirectoryChange;
    const app = await appWith(() => news(odd, renamed));
    expect(await app.send()).toBe(200);
    expect(await app.name()).toBe("Acme Inc.");
  });

  test("that only names a thing has the provider asked about it", async () => {
    const asked: string[] = [];
    const app = await appWith(
      () => news(refetch),
      async (entity, external) => {
        asked.push(`${entity} ${external}`);
        return ok(renamed);
      },
    );
    expect(await app.send()).toBe(200);
    expect(asked).toEqual(["tenant org_acme"]);
    expect(await app.name()).toBe("Acme Inc.");
  });

  test.each<[string, DirectorySource["get"]]>([
    ["is down", async () => reject("provider_unavailable")],
    ["throws", () => Promise.reject(new Error("down"))],
  ])("that needs an answer is to be sent again when the provider %s", async (_what, get) => {
    const app = await appWith(() => news(refetch), get);
    expect(await app.send()).toBe(503);
  });

  test("that needs an answer nobody can give is not sent again for ever", async () => {
    const app = await appWith(() => news(refetch));
    expect(await app.send()).toBe(200);
    expect(app.logs).toContainEqual(
      expect.objectContaining({ event: "webhook.change_failed", reason: "refetch_unsupported" }),
    );
  });

  test("may have a megabyte and no more", async () => {
    const app = await appWith(() => news());
    expect(await app.send("x".repeat(1_048_576))).toBe(200);
    expect(await app.send("x".repeat(1_048_577))).toBe(413);
  });

  test.each([
    ["another instance", "other", "POST", 404],
    ["a path behind it", "acme-idp/more", "POST", 404],
    ["another method", "acme-idp", "GET", 405],
  ])("has no place at %s", async (_what, path, method, status) => {
    const app = await appWith(() => news(renamed));
    expect(await app.send("{}", { path, method })).toBe(status);
  });

  test("has no place at a provider that sends none", async () => {
    const app = await createApp();
    const url = `${BASE_URL}/auth/webhooks/acme-idp`;
    const response = await app.auth.routes.handle(new Request(url, { method: "POST", body: "{}" }));
    expect(response.status).toBe(404);
  });
});
