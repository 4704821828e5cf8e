import { fileURLToPath } from "node:url";
// Its own entry: this runs before vitest's settings apply, so no package of the workspace that a build
// makes can be found here.
import { installApart } from "@tenantry/example-kit/install-apart";

/** Before the tests, and not in one: they run at the same time, and a download may take a while. */
export default function setup(): void {
  try {
    installApart(fileURLToPath(new URL("../workerd", import.meta.url)), "workerd");
  } catch (error) {
    // The tests that need it fail, and the others run.
    console.error(error instanceof Error ? error.message : error);
  }
}
