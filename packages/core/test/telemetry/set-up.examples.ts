// #region sdk
import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { MeterProvider, type MetricReader } from "@opentelemetry/sdk-metrics";
import { TracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace";

/** Registers the SDK. Any other way of doing so is as good, before or after `createAuth`. */
export function startSdk(spanProcessor: SpanProcessor, reader: MetricReader): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spanProcessor] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
}
// #endregion sdk

// #region auth
import { createAuth, type Auth, type AuthOptions } from "@tenantry/core";
import { openTelemetry } from "@tenantry/core/telemetry";

/** An auth instance that tells OpenTelemetry what it does. */
export function createTracedAuth<P extends string, R extends string>(
  options: AuthOptions<P, R>,
): Auth<P, R> {
  return createAuth({ ...options, telemetry: openTelemetry() });
}
// #endregion auth
