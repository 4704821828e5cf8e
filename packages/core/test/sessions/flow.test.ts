import { describe, expect, test } from "vitest";
import { memoryStores } from "../../src/directory/memory/stores.ts";
import { type CookieJar, parseCookies } from "../../src/request/cookies.ts";
import { createFlows, type Flow } from "../../src/sessions/flow.ts";
import { createSealer } from "../../src/sessions/seal.ts";
import { clockAt, randomBytes, SECRET } from "./kit.ts";

const START = {
  purpose: "login",
  instance: "acme-idp",
  connectionId: null,
  asked: null,
  returnTo: "/notes",
  expectedUserId: null,
} as const;

function jarOf(header: string): CookieJar {
  const jar = parseCookies([header]);
  if (jar === null) throw new Error("the cookies were refused");
  return jar;
}

function setUp() {
  const clock = clockAt();
  const runtime = { nowMs: clock.nowMs, randomBytes };
  const sealer = createSealer({ secrets: [SECRET], ...runtime });
  const { replay } = memoryStores({ nowMs: clock.nowMs });
  const flows = createFlows({ cookieName: "tenantry", sealer, replay, runtime });
  const cookies = new Map<string, string>();
  const jar = () => jarOf([...cookies].map(([name, value]) => `${name}=${value}`).join("; "));

  async function save(flow: Flow): Promise<void> {
    const saved = await flows.save(flow, jar());
    for (const line of saved.ok ? saved.value : []) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (line.endsWith("Max-Age=0")) cookies.delete(name);
      else cookies.set(name, value);
    }
  }
  return { clock, flows, cookies, jar, save };
}

describe("row 38: a sign-in flow", () => {
  test("has an id of 256 random bits that its cookie's name does not tell", async () => {
    const { flows, cookies, save } = setUp();
    const [first, second] = [flows.begin(START), flows.begin(START)];
    expect(first.id).toMatch(/^[\w-]{43}$/);
    expect(first.id).not.toBe(second.id);
    await save(first);
    const [[name, value] = ["", ""]] = cookies;
    expect(name).toMatch(/^__Host-tenantry-flow-[\w-]{12}$/);
    expect(`${name}${value}`).not.toContain(first.id);
  });

  test("comes back in the browser it began in, with the adapter's notes", async () => {
    const { flows, jar, save } = setUp();
    const flow = { ...flows.begin(START), state: { nonce: "n", verifier: "v" } };
    await save(flow);
    expect(await flows.load(jar(), flow.id)).toEqual(flow);
  });

  test("is unknown in another browser", async () => {
    const here = setUp();
    const flow = here.flows.begin(START);
    await here.save(flow);
    expect(await here.flows.load(setUp().jar(), flow.id)).toBeNull();
  });

  test("does not open under the name of another flow", async () => {
    const { flows, cookies, jar, save } = setUp();
    const [mine, other] = [flows.begin(START), flows.begin(START)];
    await save(mine);
    const [[, value] = ["", ""]] = cookies;
    await save(other);
    for (const name of cookies.keys()) cookies.set(name, value);
    expect(await flows.load(jar(), other.id)).toBeNull();
    expect(await flows.load(jar(), mine.id)).toEqual(mine);
  });

  test("ends after ten minutes", async () => {
    const { flows, clock, jar, save } = setUp();
    const flow = flows.begin(START);
    await save(flow);
    clock.advance(599_999);
    expect(await flows.load(jar(), flow.id)).not.toBeNull();
    clock.advance(1);
    expect(await flows.load(jar(), flow.id)).toBeNull();
  });

  test("does not live longer because it has more steps", async () => {
    const { flows, clock, jar, save } = setUp();
    const flow = flows.begin(START);
    clock.advance(300_000);
    await save({ ...flow, step: 1 });
    clock.advance(300_000);
    expect(await flows.load(jar(), flow.id)).toBeNull();
  });

  test("lets each step be taken once, by one of many at the same time", async () => {
    const { flows } = setUp();
    const flow = flows.begin(START);
    const claims = await Promise.all(Array.from({ length: 20 }, () => flows.claim(flow)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await flows.claim({ ...flow, step: 1 })).toBe(true);
    expect(await flows.claim({ ...flow, step: 1 })).toBe(false);
  });

  test("leaves the flows of other tabs alone, up to eight; then the oldest goes", async () => {
    const { flows, cookies, clock, jar, save } = setUp();
    const all: Flow[] = [];
    for (let index = 0; index < 9; index += 1) {
      clock.advance(1000);
      const flow = flows.begin(START);
      await save(flow);
      all.push(flow);
    }
    expect(cookies.size).toBe(8);
    const loaded = await Promise.all(all.map((flow) => flows.load(jar(), flow.id)));
    expect(loaded.map((flow) => flow !== null)).toEqual([false, ...Array<boolean>(8).fill(true)]);
  });

  test("drops flow cookies that do not open before good ones", async () => {
    const { flows, cookies, jar, save } = setUp();
    for (let index = 0; index < 8; index += 1) cookies.set(`__Host-tenantry-flow-${index}`, "junk");
    const flow = flows.begin(START);
    await save(flow);
    const second = flows.begin(START);
    await save(second);
    expect(cookies.size).toBe(8);
    expect(await flows.load(jar(), flow.id)).not.toBeNull();
  });

  test("keeps all flow cookies together small enough for any server", async () => {
    const { flows, cookies, clock, save } = setUp();
    for (let index = 0; index < 8; index += 1) {
      clock.advance(1000);
      await save({ ...flows.begin(START), state: { notes: "x".repeat(2000) } });
    }
    const total = [...cookies].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    expect(total).toBeLessThan(8192);
    expect(cookies.size).toBeGreaterThan(1);
  });

  test("that is too large for a cookie is reported and not lost silently", async () => {
    const { flows, jar } = setUp();
    const flow = { ...flows.begin(START), state: { notes: "x".repeat(4000) } };
    expect(await flows.save(flow, jar())).toEqual({ ok: false, reason: "cookie_too_large" });
  });
});
