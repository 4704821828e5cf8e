export type { ExpectedCapabilities, ExpectedCapability, KnownFailures } from "./expected.ts";
export { REQUIREMENTS } from "./requirements.ts";
export { GROUPS, type Group, type Requirement } from "./requirements/requirement.ts";
export type { ConductOptions } from "./run/conduct.ts";
export {
  conformance,
  type ConformanceRunner,
  type ConformanceTests,
  type TestContext,
} from "./run/conformance.ts";
export { renderReport, type Report, type RequirementResult, type Verdict } from "./run/report.ts";
export { runConformance, type RunOptions } from "./run/run.ts";
export { TargetError } from "./run/stage.ts";
export type { FrontEndBrowser, FrontEndControls } from "./target/front-end.ts";
export type {
  DirectoryControls,
  OpaqueControls,
  OutageMode,
  RawDelivery,
  WebhookControls,
} from "./target/parts.ts";
export type { AnswerForgery, SignInControls, Visit } from "./target/sign-in.ts";
export type { AppFacts, ConformanceTarget, Started } from "./target/target.ts";
export type {
  SigningKey,
  TokenControls,
  TokenDraft,
  TokenFacts,
  TokenWish,
} from "./target/tokens.ts";
export {
  NotPossible,
  type WorldControls,
  type WorldMachine,
  type WorldTenant,
} from "./target/world.ts";
