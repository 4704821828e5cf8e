export { bindingSuite } from "./binding-suite.ts";
export type { BindingUnderTest, Difference, Served } from "./binding-under-test.ts";
export { allPathRowIds, pathAnswers, pathRowIds } from "./rows/paths.ts";
export { streamOf } from "./stream-of.ts";
export type {
  SuiteAnswer,
  SuiteApp,
  SuiteCall,
  SuiteGuard,
  SuiteHandler,
  SuiteMount,
  SuiteRequest,
  SuiteRoute,
  SuiteStep,
  SuiteTouch,
} from "./suite-app.ts";
export { parseReply, send, type WireReply, type WireRequest } from "./wire.ts";
export { ada, ben, cleo, dan, eve, type Someone } from "./world/people.ts";
export { signatureOf, SIGNATURE_HEADER } from "./world/webhooks.ts";
export {
  cookiesOf,
  createTestAuth,
  createWorld,
  type SuiteAuth,
  type SuitePermission,
  type TestAuth,
  type World,
} from "./world/world.ts";
