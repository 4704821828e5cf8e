/** Traces and metrics: `@tenantry/core/telemetry`. Needs `@opentelemetry/api` in the app. */
export { openTelemetry, type OpenTelemetryOptions } from "./telemetry/open-telemetry.ts";
export type {
  Observation,
  Operation,
  OperationFacts,
  OperationOutcome,
  Telemetry,
} from "./telemetry/telemetry.ts";
