import {
  context,
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Histogram,
  type Meter,
  type Tracer,
} from "@opentelemetry/api";
import type { Operation, OperationFacts, Telemetry } from "./telemetry.ts";

/** Whose tracer and meter. Default: those of the SDK that the process has registered. */
export interface OpenTelemetryOptions {
  readonly tracer?: Tracer;
  readonly meter?: Meter;
}

const SCOPE = "@tenantry/core";
/** Seconds: from a verdict out of memory to a vendor that hangs. */
const BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];
/** Operations that are a request to a vendor. */
const CLIENTS: ReadonlySet<Operation> = new Set(["key_fetch", "session_refresh"]);

/**
 * Spans and durations through `@opentelemetry/api`, for the option `telemetry`. Without a registered
 * SDK the API does nothing, and so does this.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/library-guidelines/ OpenTelemetry, library guidelines}
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const tracer = options.tracer ?? trace.getTracer(SCOPE);
  const histograms = new Map<Operation, Histogram>();

  /** Made at the first use: an SDK may be registered after the auth instance was made. */
  function histogramOf(operation: Operation): Histogram {
    const known = histograms.get(operation);
    if (known !== undefined) return known;
    const meter = options.meter ?? metrics.getMeter(SCOPE);
    const made = meter.createHistogram(`tenantry.${operation}.duration`, {
      unit: "s",
      advice: { explicitBucketBoundaries: BUCKETS },
    });
    histograms.set(operation, made);
    return made;
  }

  return {
    begin(operation) {
      const startedAtMs = performance.now();
      const span = tracer.startSpan(`tenantry.${operation}`, {
        kind: CLIENTS.has(operation) ? SpanKind.CLIENT : SpanKind.INTERNAL,
      });
      return {
        within(work) {
          context.with(trace.setSpan(context.active(), span), work);
        },
        end(facts) {
          const tags = tagsOf(facts);
          span.setAttributes({ ...tags, ...countsOf(facts) });
          if (facts.outcome === "failed" || isUnavailable(facts)) {
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
          histogramOf(operation).record((performance.now() - startedAtMs) / 1000, tags);
        },
      };
    },
  };
}

function isUnavailable({ outcome, code }: OperationFacts): boolean {
  return outcome === "unavailable" || code?.endsWith("_unavailable") === true;
}

/** SECURITY: named one by one; whatever the facts may hold one day, only this leaves. */
function tagsOf(facts: OperationFacts): Attributes {
  const { outcome, code, provider, source, credential, cacheHit } = facts;
  return {
    "tenantry.outcome": outcome,
    ...(code === undefined ? {} : { "error.type": code }),
    ...(provider === undefined
      ? {}
      : {
          "tenantry.provider.vendor": provider.vendor,
          "tenantry.provider.instance": provider.instance,
        }),
    ...(source === undefined ? {} : { "tenantry.credential.source": source }),
    ...(credential === undefined ? {} : { "tenantry.credential.kind": credential }),
    ...(cacheHit === undefined ? {} : { "tenantry.cache.hit": cacheHit }),
  };
}

/** For spans only: as tags of a measurement each number would be a series of its own. */
function countsOf({ changes = {} }: OperationFacts): Attributes {
  return Object.fromEntries(
    Object.entries(changes).map(([name, count]) => [`tenantry.changes.${name}`, count]),
  );
}
