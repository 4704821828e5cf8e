/** One structured log line: what happened, tagged, without tokens, secrets or personal data. */
export interface LogEvent {
  readonly level: "debug" | "info" | "warn" | "error";
  /** What happened: `request.refused`, `session.refresh_failed`, `keys.stale`. */
  readonly event: string;
  readonly reason?: string;
  readonly provider?: string;
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Receives log lines. Must not throw; core ignores what it returns. */
export type Log = (event: LogEvent) => void;
