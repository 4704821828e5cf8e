import { project } from "../vitest.shared.ts";

// Only this folder: the fixtures below it hold tests that are meant to fail.
export default project("repository", ".");
