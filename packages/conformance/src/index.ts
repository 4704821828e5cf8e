export type { ExpectedCapabilities, ExpectedCapability, KnownFailures } from "./expected.ts";
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
