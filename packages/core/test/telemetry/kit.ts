import { context, type Meter, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** The real SDK, exporting into memory. */
export function createSdk() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const spanExporter = new InMemorySpanExporter();
  const tracers = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
  });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 1_000_000,
    exportTimeoutMillis: 1_000_000,
  });
  const meters = new MeterProvider({ readers: [reader] });
  const tracer: Tracer = tracers.getTracer("test");
  const meter: Meter = meters.getMeter("test");
  return {
    tracer,
    meter,
    /** Everything that a span would be sent with, oldest first. */
    spans: () =>
      spanExporter.getFinishedSpans().map((span) => ({
        name: span.name,
        kind: span.kind,
        attributes: span.attributes,
        status: span.status,
        events: span.events,
        links: span.links,
        parent: span.parentSpanContext?.spanId,
        id: span.spanContext().spanId,
      })),
    /** Every series of every metric. */
    async series() {
      await reader.forceFlush();
      const [latest] = metricExporter.getMetrics().slice(-1);
      return (latest?.scopeMetrics ?? []).flatMap(({ metrics }) =>
        metrics.flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => ({
            name: descriptor.name,
            unit: descriptor.unit,
            attributes,
            count: typeof value === "object" ? value.count : value,
          })),
        ),
      );
    },
    async close() {
      context.disable();
      await Promise.all([tracers.shutdown(), meters.shutdown()]);
    },
  };
}
