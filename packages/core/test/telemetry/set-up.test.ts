import { context, metrics, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { afterEach, expect, test } from "vitest";
import { fromWebRequest } from "../../src/http.ts";
import { notes } from "../permissions/notes-catalogue.ts";
import { fakeProvider, SECRET } from "../sessions/kit.ts";
import { createTracedAuth, startSdk } from "./set-up.examples.ts";

afterEach(() => {
  context.disable();
  trace.disable();
  metrics.disable();
});

const auth = () =>
  createTracedAuth({
    baseUrl: "https://app.example.com",
    providers: [fakeProvider().provider],
    permissions: notes,
    secrets: [SECRET],
  });
const request = () => fromWebRequest(new Request("https://app.example.com/notes"));

test("the documents' example, with an SDK registered after the auth instance was made", async () => {
  const instance = auth();
  const spans = new InMemorySpanExporter();
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: measured });
  startSdk(new SimpleSpanProcessor({ exporter: spans }), reader);
  await instance.authenticate(request());
  await reader.forceFlush();
  await reader.shutdown();
  const [span] = spans.getFinishedSpans();
  expect([span?.name, span?.instrumentationScope.name]).toEqual([
    "tenantry.authenticate",
    "@tenantry/core",
  ]);
  const names = measured
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name));
  expect(new Set(names)).toEqual(new Set(["tenantry.authenticate.duration"]));
});

test("without an SDK it does nothing", async () => {
  expect((await auth().authenticate(request())).kind).toBe("anonymous");
});
