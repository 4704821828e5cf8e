import { mergeConfig } from "vitest/config";
import { project } from "../../vitest.shared.ts";

export default mergeConfig(project("example-hono-api"), {
  test: { globalSetup: "test/install-workerd.ts" },
});
