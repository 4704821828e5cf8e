/** What tests of examples share. */
export { arrive, chromiumPath, heading, launch, openAs, pick } from "./testing/browser.ts";
export {
  freePort,
  runToItsEnd,
  startExample,
  until,
  type RunningExample,
} from "./testing/example.ts";
export { walkNotesApi, type NotesApiWalk } from "./testing/notes-api-walk.ts";
export { followReadme, type FollowedStep, type FollowOptions } from "./testing/readme.ts";
