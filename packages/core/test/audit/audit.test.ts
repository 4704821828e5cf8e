import { describe, expect, test } from "vitest";
import { auditSubject, createAudit, type AuditEntry } from "../../src/audit/audit.ts";
import { AUDIT_FIELDS, cleanText } from "../../src/audit/events.ts";
import type { AuthContext } from "../../src/context.ts";
import type { LogEvent } from "../../src/log.ts";
import { memoryStores, type Stores } from "../../src/stores.ts";
import { failing, NOW_MS, valueOf } from "../directory/kit.ts";

const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";

const entered: AuditEntry<"tenant.entered"> = {
  type: "tenant.entered",
  outcome: "ok",
  tenantId: "t1",
  principal: { kind: "user", id: "u1" },
  actors: [{ kind: "support", id: "u1" }],
  reason: "Ticket 42",
  details: { sessionId: "s1", homeTenantId: "t0", untilMs: NOW_MS + 1 },
};

function open(stores: Pick<Stores, "audit"> = memoryStores()) {
  const logs: LogEvent[] = [];
  let calls = 0;
  const audit = createAudit({
    stores,
    nowMs: () => NOW_MS,
    randomBytes: (length) => new Uint8Array(length).fill((calls += 1)),
    log: (event) => void logs.push(event),
  });
  return { audit, stores, logs };
}

describe("an audit event", () => {
  test("is kept with its id and time", async () => {
    const { audit, stores } = open();
    const event = valueOf(await audit.record(entered));
    expect(event).toEqual({
      ...entered,
      id: expect.stringMatching(/^evt_[\w-]{22}$/),
      atMs: NOW_MS,
    });
    expect((await stores.audit.listByTenant("t1")).items).toEqual([event]);
  });

  test("has an id of its own, so that two equal ones are two", async () => {
    const { audit, stores } = open();
    await audit.record(entered);
    await audit.record(entered);
    expect((await stores.audit.listByTenant("t1")).items).toHaveLength(2);
  });

  test("keeps the fields of its kind and nothing else that the caller's objects carry", async () => {
    const { audit } = open();
    const details = {
      ...entered.details,
      refreshToken: "secret-1",
      body: { password: "secret-2" },
    };
    const principal = { ...entered.principal, email: "secret-3" };
    const actors = [{ kind: "support", id: "u1", token: "secret-4" }];
    const entry = { ...entered, details, principal, actors, cookie: "secret-5" };
    const event = valueOf(await audit.record(entry));
    expect(JSON.stringify(event)).not.toContain("secret");
    expect(event.details).toEqual(entered.details);
  });

  test("keeps no value that is not flat", async () => {
    const { audit } = open();
    const details = { sessionId: { token: "secret" }, cause: undefined } as unknown as {
      sessionId: string;
      cause: string;
    };
    const event = valueOf(await audit.record({ ...entered, type: "session.ended", details }));
    expect(event.details).toEqual({ sessionId: null, cause: null });
  });

  test("keeps paths without their query, which holds codes of sign-ins", async () => {
    const { audit } = open();
    const details = { homeTenantId: "t0", method: "GET", path: "/callback?code=secret&state=x#y" };
    const event = valueOf(await audit.record({ ...entered, type: "tenant.acted", details }));
    expect(event.details["path"]).toBe("/callback");
  });

  test("keeps no token, wherever it was put", async () => {
    const { audit } = open();
    const details = { name: `bearer ${JWT}`, subjectId: JWT };
    const entry = { ...entered, type: "app.event", details, reason: `see ${JWT} please` } as const;
    const event = valueOf(await audit.record(entry));
    expect(JSON.stringify(event)).not.toContain("eyJ");
    expect(event.reason).toBe("see [removed] please");
  });

  test("keeps numbers and truth values as they are", async () => {
    const { audit } = open();
    const details = { keyId: "k1", expiresAtMs: 5 };
    const event = valueOf(await audit.record({ ...entered, type: "api_key.created", details }));
    expect(event.details).toEqual(details);
  });

  test("may have no actors and no reason", async () => {
    const { audit } = open();
    const { type, outcome, tenantId, principal, details } = entered;
    const event = valueOf(await audit.record({ type, outcome, tenantId, principal, details }));
    expect(event.actors).toEqual([]);
    expect(event).not.toHaveProperty("reason");
  });
});

describe("a text in the trail", () => {
  test("is one line of bounded length", () => {
    expect(cleanText("one\r\ntwo\u0000three\u001b[31m")).toBe("one two three [31m");
    expect(cleanText("x".repeat(10_000))).toHaveLength(500);
  });
});

describe("a trail that cannot be written", () => {
  test("is logged, and life goes on", async () => {
    const { audit, logs } = open(failing("audit"));
    expect((await audit.record(entered)).ok).toBe(true);
    expect(logs).toEqual([
      {
        level: "error",
        event: "audit.append_failed",
        reason: "RangeError",
        fields: { type: "tenant.entered" },
      },
    ]);
  });

  test("row 22: stops whoever asked for strictness", async () => {
    const { audit, logs } = open(failing("audit"));
    const answer = await audit.record(entered, { strict: true });
    expect(answer).toEqual({ ok: false, reason: "store_unavailable" });
    expect(JSON.stringify(logs)).not.toContain("secret-value");
  });

  test("is told apart from one that throws something else than an error", async () => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a driver may do that
    const append = () => Promise.reject("text");
    const { audit, logs } = open({ audit: { ...memoryStores().audit, append } });
    expect((await audit.record(entered, { strict: true })).ok).toBe(false);
    expect(logs[0]?.reason).toBe("unknown");
  });

  test("is not confused with one that can", async () => {
    const { audit } = open();
    expect((await audit.record(entered, { strict: true })).ok).toBe(true);
  });
});

describe("the subject of an event", () => {
  const context: Pick<AuthContext, "principal" | "tenant" | "actors"> = {
    principal: {
      kind: "user",
      id: "u1",
      name: "Ada",
      email: { value: "a@b.example", verified: true },
    },
    tenant: null,
    actors: [{ kind: "client", id: "agent" }],
  };

  test("is who acts and where, without name and address", () => {
    expect(auditSubject(context)).toEqual({
      tenantId: null,
      principal: { kind: "user", id: "u1" },
      actors: [{ kind: "client", id: "agent" }],
    });
    const tenant = { id: "t1", slug: "acme", name: "Acme", scope: {} } as AuthContext["tenant"];
    expect(auditSubject({ ...context, tenant }).tenantId).toBe("t1");
  });
});

test("no kind of event has a field for a token, a secret or a body", () => {
  const fields = Object.values(AUDIT_FIELDS).flat();
  for (const name of fields) expect(name).not.toMatch(/token|secret|password|cookie|body|email/i);
});
