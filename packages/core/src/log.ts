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

/** The default: warnings and errors as JSON lines on the console. */
export const consoleLog: Log = (line) => {
  if (line.level === "error") console.error(JSON.stringify(line));
  else if (line.level === "warn") console.warn(JSON.stringify(line));
};

/** Keeps a log that throws from deciding a request. */
export function quietly(log: Log): Log {
  return (line) => {
    try {
      log(line);
    } catch {
      // A broken log must not turn into a refusal, nor into anything else.
    }
  };
}
