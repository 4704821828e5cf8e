import { memoryStores } from "../../src/directory/memory/stores.ts";
import type { Stores } from "../../src/directory/ports.ts";
import { ok, type Result } from "../../src/internal/result.ts";
import type { LogEvent } from "../../src/log.ts";
import type { RefreshAnswer } from "../../src/provider/login-flow.ts";
import type { SessionStart } from "../../src/sessions/begin.ts";
import type { Attestation } from "../../src/sessions/renewal.ts";
import { createSealer } from "../../src/sessions/seal.ts";
import { createSessions, type IssuedSession, type Sessions } from "../../src/sessions/sessions.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import { clockAt, identityOf, randomBytes, SECRET, type TestClock } from "./kit.ts";

export const LIMITS = { absoluteMs: 7 * 86_400_000, idleMs: 86_400_000 };

/** A finished sign-in of Ada. */
export function startOf(changes: Partial<SessionStart> = {}): SessionStart {
  return {
    identity: identityOf(),
    instance: "acme-idp",
    vendor: "acme-idp",
    connectionId: null,
    userId: "usr_ada",
    tenantId: "tnt_acme",
    tenantExternal: "org_acme",
    roles: ["member"],
    permissions: [],
    ...changes,
  };
}

/** What the vendor answers to the `n`th refresh. */
export type Vendor = (token: string, tenant: string | undefined) => Promise<RefreshAnswer>;

/** A vendor that renews every token it gave, each exactly once, and ends the family on reuse. */
export function rotatingVendor(clock: TestClock, identity: () => Identity | null = identityOf) {
  let current = "refresh-0";
  let count = 0;
  let revoked = false;
  const vendor: Vendor = async (token) => {
    await Promise.resolve();
    if (revoked || token !== current) {
      revoked = true;
      return { kind: "ended", reason: "invalid_grant" };
    }
    count += 1;
    current = `refresh-${count}`;
    return {
      kind: "refreshed",
      identity: identity(),
      tokens: { refreshToken: current, refreshAtSeconds: clock.nowMs() / 1000 + 300 },
    };
  };
  return { vendor, count: () => count, isRevoked: () => revoked };
}

/** Lets everything that is ready happen. */
export function tick(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Waits until something has happened; the test's own time limit is the end of it. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await tick();
}

/** One process of an app over stores that several may share. */
export function createProcess({
  stores,
  clock,
  mode = "stored",
  vendor,
  attest = async (identity) =>
    ok({
      userId: "usr_ada",
      tenantId: "tnt_acme",
      tenantExternal:
        identity.tenant !== null && "external" in identity.tenant ? identity.tenant.external : null,
      roles: identity.roles ?? [],
      permissions: [],
    }),
  sleep = async (ms) => {
    clock.advance(ms);
    // Encryption runs on other threads and takes real time, which a wait has to leave it.
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  },
}: {
  readonly stores: Stores;
  readonly clock: TestClock;
  readonly mode?: "stored" | "sealed";
  readonly vendor?: Vendor;
  readonly attest?: (identity: Identity) => Promise<Result<Attestation>>;
  readonly sleep?: (ms: number) => Promise<void>;
}) {
  const logs: LogEvent[] = [];
  const runtime = { nowMs: clock.nowMs, randomBytes, log: (event: LogEvent) => logs.push(event) };
  const sessions = createSessions({
    mode,
    cookieName: "tenantry",
    limits: LIMITS,
    store: stores.sessions,
    revocations: stores.revocations,
    replay: stores.replay,
    sealer: createSealer({ secrets: [SECRET], ...runtime }),
    runtime,
    sleep,
    ...(vendor === undefined
      ? {}
      : {
          renewal: {
            refresh: (_session, token, tenant) => vendor(token, tenant?.external),
            attest: (_session, identity) => attest(identity),
          },
        }),
  });
  return { sessions, logs };
}

/** Stores, a clock, and one process. */
export function setUp(
  options: Partial<Omit<Parameters<typeof createProcess>[0], "stores" | "clock">> = {},
) {
  const clock = clockAt();
  const stores = memoryStores({ nowMs: clock.nowMs });
  return { clock, stores, ...createProcess({ stores, clock, ...options }) };
}

/** Begins a session and gives its cookie's value. */
export async function begin(
  sessions: Sessions,
  start: SessionStart = startOf(),
): Promise<{ readonly session: IssuedSession["session"]; readonly value: string }> {
  return issued(await sessions.begin(start));
}

/** The session and cookie value of something that must have worked. */
export function issued(result: Result<IssuedSession>) {
  if (!result.ok) throw new Error(`not issued: ${result.reason}`);
  return { session: result.value.session, value: valueOf(result.value.setCookies) };
}

/** The value in the one `Set-Cookie` line there is. */
export function valueOf(setCookies: readonly string[]): string {
  const [line = "", ...rest] = setCookies;
  if (rest.length > 0) throw new Error("more than one cookie");
  return line.slice(line.indexOf("=") + 1, line.indexOf(";"));
}

/** A store all of whose methods throw. */
export function broken<T extends object>(store: T): T {
  return new Proxy(store, {
    get: () => () => Promise.reject(new Error("the store is down: secret-dsn")),
  });
}
