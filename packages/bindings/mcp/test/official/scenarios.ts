/** The revisions that the binding serves. */
export type Revision = "2026-07-28" | "2025-11-25";

/** Both, newest first. */
export const REVISIONS: readonly Revision[] = ["2026-07-28", "2025-11-25"];

/** Needed by both revisions. */
const SHARED = [
  "completion-complete",
  "tools-list",
  "tools-call-simple-text",
  "tools-call-image",
  "tools-call-audio",
  "tools-call-embedded-resource",
  "tools-call-mixed-content",
  "tools-call-error",
  "tools-call-with-progress",
  "resources-list",
  "resources-read-text",
  "resources-read-binary",
  "resources-templates-read",
  "prompts-list",
  "prompts-get-simple",
  "prompts-get-with-args",
  "prompts-get-embedded-resource",
  "prompts-get-with-image",
  "dns-rebinding-protection",
] as const;

/**
 * What the suite's own list of requirements (`requirements/<revision>.yaml`) asks of a server, and
 * `http-header-validation` besides. No scenario tests authorization: the binding's own tests do.
 */
export const SCENARIOS: Readonly<Record<Revision, readonly string[]>> = {
  "2026-07-28": [
    ...SHARED,
    "server-stateless",
    "server-sse-multiple-streams",
    "caching",
    "http-header-validation",
    "sep-2164-resource-not-found",
    "input-required-result-basic-elicitation",
    "input-required-result-basic-sampling",
    "input-required-result-basic-list-roots",
    "input-required-result-request-state",
    "input-required-result-multiple-input-requests",
    "input-required-result-multi-round",
    "input-required-result-missing-input-response",
    "input-required-result-non-tool-request",
    "input-required-result-result-type",
    "input-required-result-unsupported-methods",
    "input-required-result-tampered-state",
    "input-required-result-capability-check",
    "input-required-result-ignore-extra-params",
    "input-required-result-validate-input",
  ],
  "2025-11-25": [
    ...SHARED,
    "server-initialize",
    "ping",
    "resources-subscribe",
    "resources-unsubscribe",
    "server-sse-multiple-streams",
  ],
};

const ASKS_BACK =
  "each request gets a server of its own, which cannot wait for a client; tools ask with `input_required`, which only 2026-07-28 has";
const NOT_OFFERED = "the server does not declare the capability";

/** Requirements of 2025-11-25 that are about what the binding does not offer, each with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "logging-set-level": NOT_OFFERED,
  "tools-call-with-logging": NOT_OFFERED,
  "tools-call-sampling": ASKS_BACK,
  "tools-call-elicitation": ASKS_BACK,
  "elicitation-sep1034-defaults": ASKS_BACK,
  "elicitation-sep1330-enums": ASKS_BACK,
};
