import { describe, expect, it } from "vitest";
import { auditMcpServer, renderReport, type AuditTarget } from "../../src/testkit.ts";
import type { Defect } from "./notes-server.ts";
import { notesTarget } from "./target.ts";

/** What a careless server does, and the checks that notice: these and no others. */
const DEFECTS: Readonly<Record<Defect, readonly string[]>> = {
  "reads across tenants": ["foreign.content", "foreign.probing", "foreign.selected"],
  // What the first era has destroyed is missing in the second.
  "writes across tenants": ["unchanged", "control.canaries", "interleaved"],
  "tenant taken from arguments": ["foreign.selected"],
  "tenant taken from a header": ["foreign.selected"],
  "tenant taken from the body's _meta": ["foreign.selected"],
  "no tenant means the first one": ["tenantless"],
  "audience unchecked": ["refused"],
  "removed members served": ["refused", "calls.removal"],
  "garbage served": ["refused"],
  "refused without a challenge": ["refused", "calls.removal"],
  "challenge without resource metadata": ["refused", "calls.removal"],
  "challenge accuses nobody": ["refused"],
  "foreign told from absent": ["foreign.probing"],
  "error with another's text": ["foreign.content", "foreign.probing", "foreign.selected"],
  "prompts across tenants": ["foreign.content", "foreign.selected", "unchanged"],
  "resources across tenants": ["foreign.content", "foreign.probing", "foreign.selected"],
  "completions across tenants": ["foreign.content", "foreign.selected", "unchanged"],
  "lists unfiltered": ["lists.role"],
  "roles unchecked": ["role.content", "role.probing", "headers"],
  "forbidden told from unknown": ["role.probing"],
  "header names the tool": ["headers"],
  "lists may be shared": ["lists.cache"],
  "state bound to nobody": ["state.owner"],
  "state bound to the tenant only": ["state.owner"],
  "state unsigned": ["state.integrity"],
  "tasks without owner": ["tasks.owner"],
  "sessions without owner": ["sessions.owner", "sessions.survives"],
  "anybody ends a session": ["sessions.survives"],
  "one bus for all": ["streams.foreign"],
  "streams outlive tokens": ["streams.expiry"],
  "streams outlive members": ["streams.removal"],
  "answers mixed by id": ["interleaved"],
  "answers without audit": ["audited"],
};

async function failures(target: AuditTarget): Promise<string[]> {
  const { findings } = await auditMcpServer(target);
  const failed = findings.filter(({ verdict }) => verdict === "fail");
  return [...new Set(failed.map(({ check }) => check))];
}

describe("the isolation kit", () => {
  it("finds nothing at a server that keeps its tenants apart", async () => {
    const report = await auditMcpServer(notesTarget());
    expect(report.findings.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(report.findings.filter(({ verdict }) => verdict === "skip")).toEqual([]);
    expect(report.passed).toBeGreaterThan(300);
  });

  it.concurrent.each(Object.entries(DEFECTS))("notices: %s", async (defect, checks) => {
    const found = await failures(notesTarget(defect as Defect));
    expect(found.toSorted()).toEqual([...checks].toSorted());
  });

  it("fails for a tool that has no sample", async () => {
    const { notes_list: _, ...tools } = notesTarget().tools;
    expect(await failures({ ...notesTarget(), tools })).toContain("control.samples");
  });

  it("fails for arguments without a counterpart that exists nowhere", async () => {
    const target = notesTarget();
    const tools = { ...target.tools, notes_read: { arguments: { id: "n-1" } } };
    expect(await failures({ ...target, tools })).toEqual(["control.samples"]);
  });

  it("fails for a canary that tenant A's own calls never show", async () => {
    const canaries = { a: ["canary-of-acme", "nowhere"], b: ["canary-of-globex"] };
    expect(await failures({ ...notesTarget(), canaries })).toEqual(["control.canaries"]);
  });

  it("fails at a server that refuses everybody, where nothing could leak", async () => {
    const target = notesTarget();
    const credentials = { ...target.credentials, a: "nonsense" };
    expect(await failures({ ...target, credentials })).toContain("control.calls");
  });

  it("fails for a credential that is neither given nor explained, and skips one that is", async () => {
    const target = notesTarget();
    const { apiKeyA: _, ...credentials } = target.credentials;
    expect(await failures({ ...target, credentials })).toEqual(["credentials"]);
    const explained = { ...target, credentials, missing: { apiKeyA: "the app has no API keys" } };
    const { findings } = await auditMcpServer(explained);
    expect(findings.filter(({ verdict }) => verdict === "skip")).toEqual([
      {
        check: "credentials",
        credential: "apiKeyA",
        verdict: "skip",
        reason: "the app has no API keys",
      },
    ]);
  });

  it("fails for a credential that opens nothing, which would leak nothing", async () => {
    for (const name of ["noTenant", "apiKeyA", "apiKeyB"] as const) {
      const target = notesTarget();
      const credentials = { ...target.credentials, [name]: "nonsense" };
      expect(await failures({ ...target, credentials })).toContain("control.credentials");
    }
  });

  it("fails for a token of another audience that opens nothing there either", async () => {
    const target = { ...notesTarget("audience unchecked"), elsewhere: "http://other.test/mcp" };
    expect(await failures(target)).toEqual(["refused"]);
    const credentials = { ...target.credentials, wrongAudience: "nonsense" };
    const { findings } = await auditMcpServer({ ...notesTarget(), ...target, credentials });
    expect(findings.find(({ credential }) => credential === "wrongAudience")).toMatchObject({
      check: "control.credentials",
      verdict: "fail",
    });
  });

  it("lets a tool be called without a tenant only where the target says so", async () => {
    const target = notesTarget("no tenant means the first one");
    const tools = { ...target.tools, notes_list: { tenantless: true } };
    const { findings } = await auditMcpServer({ ...target, tools });
    const failed = findings.filter(({ verdict }) => verdict === "fail");
    expect(failed).not.toEqual([]);
    // What it shows is still looked at.
    expect(failed.map(({ subject }) => subject)).toContain("tool notes_list");
  });

  it("leaves out a revision that the server does not speak, and says so", async () => {
    const report = await auditMcpServer({ ...notesTarget(), eras: ["2025-11-25"] });
    expect(report.failed).toBe(0);
    expect(new Set(report.findings.map(({ era }) => era))).toContain("2025-11-25");
    expect(renderReport(report)).toContain("skip: eras (2026-07-28)");
  });

  it("says that the guarantee is weaker where tokens are not bound to the resource", async () => {
    const target = { ...notesTarget("audience unchecked"), resourceBinding: false };
    const report = await auditMcpServer(target);
    expect(report.failed).toBe(0);
    expect(report.weaker).toEqual([expect.stringContaining("RFC 8707")]);
    expect(renderReport(report)).toContain("weaker: the authorization server does not bind");
  });

  it("answers with failures, not by throwing, when the server cannot be reached", async () => {
    const unreachable = async () => Promise.reject(new TypeError("fetch failed"));
    const report = await auditMcpServer({ ...notesTarget(), fetch: unreachable });
    expect(report.passed).toBe(0);
    expect(report.failed).toBeGreaterThan(0);
  });
});
