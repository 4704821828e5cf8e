import { spawnClerkDemo } from "./clerk.ts";
import type { DemoProvider, DemoRequest } from "./demo-provider.ts";
import { spawnOidcDemo } from "./oidc.ts";
import { spawnStytchDemo } from "./stytch.ts";
import { spawnWorkosDemo } from "./workos.ts";

/** The vendors a demo can run with, by the name that `AUTH_PROVIDER` has. */
const DEMOS: Readonly<Record<string, (request: DemoRequest) => Promise<DemoProvider>>> = {
  clerk: spawnClerkDemo,
  oidc: spawnOidcDemo,
  stytch: spawnStytchDemo,
  workos: spawnWorkosDemo,
};

/**
 * Starts the emulator of a vendor for a demo app, as a process of its own. Throws `TypeError` naming
 * the vendors there are, for any other one.
 */
export async function spawnDemoProvider(
  request: DemoRequest & { readonly provider: string },
): Promise<DemoProvider> {
  const start = Object.hasOwn(DEMOS, request.provider) ? DEMOS[request.provider] : undefined;
  if (start === undefined) {
    const names = Object.keys(DEMOS).join(", ");
    throw new TypeError(
      `There is no emulator for AUTH_PROVIDER "${request.provider}". There are: ${names}.`,
    );
  }
  return start(request);
}
