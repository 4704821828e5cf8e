import { describe, expect, test } from "vitest";
import { renderReport, runConformance, TargetError } from "../src/index.ts";
import { expecting, fakeTarget } from "./fake-target.ts";

const ONE = ["manifest.parts"];
const verdicts = (report: Awaited<ReturnType<typeof runConformance>>) =>
  Object.fromEntries(report.requirements.map(({ id, ...rest }) => [id, rest]));

describe("a run", () => {
  test("asks what was wished for, and closes every vendor it started", async () => {
    const { target, counts } = fakeTarget();
    const report = await runConformance(target, { only: ONE });
    expect(verdicts(report)).toEqual({ "manifest.parts": { group: "manifest", verdict: "pass" } });
    expect(report.counts).toEqual({ pass: 1, fail: 0, skip: 0, known: 0 });
    expect(report.adapter).toEqual({ name: "fake-adapter", version: "1.2.3" });
    expect(counts).toEqual({ started: 1, closed: 1 });
  });

  test("of everything leaves nothing without a verdict and starts no vendor in vain", async () => {
    const { target, counts } = fakeTarget();
    const report = await runConformance(target, { expected: expecting() });
    const { pass, fail, skip, known } = report.counts;
    expect(pass + fail + skip + known).toBe(report.requirements.length);
    expect(counts.closed).toBe(counts.started);
  });

  test("is the same twice", async () => {
    const run = () => runConformance(fakeTarget().target, { expected: expecting() });
    expect(await run()).toEqual(await run());
  });

  test("skips what a capability is missing for, with the reason", async () => {
    const report = await runConformance(fakeTarget().target, {
      only: ["login.honest", "webhooks.honest"],
      expected: expecting(),
    });
    expect(report.counts).toEqual({ pass: 0, fail: 0, skip: 2, known: 0 });
    expect(renderReport(report)).toContain(
      "skip  login.honest     capability login is no: https://vendor.example/docs",
    );
  });

  test("fails when less is declared than expected, and asks all the same", async () => {
    const report = await runConformance(fakeTarget().target, {
      only: ["manifest.expected", "login.honest"],
      expected: expecting({ login: "yes" }),
    });
    expect(verdicts(report)).toMatchObject({
      "manifest.expected": { verdict: "fail" },
      "login.honest": { verdict: "fail" },
    });
  });

  test("fails when more is declared than expected", async () => {
    const { target } = fakeTarget();
    const boastful = {
      ...target,
      start: async (...app: Parameters<typeof target.start>) => {
        const started = await target.start(...app);
        const capabilities = { ...started.provider.capabilities, scim: "yes" as const };
        return { ...started, provider: { ...started.provider, capabilities } };
      },
    };
    const report = await runConformance(boastful, {
      only: ["manifest.expected"],
      expected: expecting(),
    });
    expect(report.counts.fail).toBe(1);
  });

  test("fails when the callback address could not be the registered one", async () => {
    const report = await runConformance(fakeTarget({ vendor: "other" }).target, { only: ONE });
    expect(verdicts(report)).toMatchObject({ "manifest.parts": { verdict: "fail" } });
  });

  test("refuses to run nothing", async () => {
    await expect(runConformance(fakeTarget().target, { only: ["tokns"] })).rejects.toThrow(
      new TypeError("No requirement begins with tokns."),
    );
  });

  test("calls a vendor that does not start the target's fault", async () => {
    await expect(runConformance(fakeTarget({ broken: true }).target)).rejects.toThrow(TargetError);
  });
});

describe("known failures", () => {
  test("are told apart from failures, with their reason", async () => {
    const report = await runConformance(fakeTarget({ vendor: "other" }).target, {
      only: ONE,
      knownFailures: { "manifest.parts": "the vendor renames itself, issue 7" },
    });
    expect(report.counts).toEqual({ pass: 0, fail: 0, skip: 0, known: 1 });
    expect(renderReport(report)).toContain("the vendor renames itself, issue 7");
  });

  test("fail the run once they pass", async () => {
    const report = await runConformance(fakeTarget().target, {
      only: ONE,
      knownFailures: { "manifest.parts": "it was broken" },
    });
    expect(report.counts).toEqual({ pass: 0, fail: 1, skip: 0, known: 0 });
  });

  test("fail the run once they cannot be asked", async () => {
    const report = await runConformance(fakeTarget().target, {
      only: ["login.honest"],
      expected: expecting(),
      knownFailures: { "login.honest": "it was broken" },
    });
    expect(report.counts.fail).toBe(1);
  });
});
