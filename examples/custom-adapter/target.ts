import type { ConformanceTarget } from "@tenantry/conformance";
import { acmeId } from "./src/acme-id.ts";
import { signInControls } from "./conformance/sign-in.ts";
import { tokenControls } from "./conformance/tokens.ts";
import { worldControls } from "./conformance/world.ts";
import { startAcmeVendor } from "./vendor/acme-vendor.ts";

export { expected } from "./conformance/expected.ts";

// #region target
/** Acme ID on this machine, with the adapter in front of it. */
export const target: ConformanceTarget = {
  vendor: "acme-id",
  adapter: { name: "@tenantry/example-custom-adapter", version: "0.0.0" },
  async start(app) {
    const [appId, appSecret] = ["app", "app-secret"];
    const vendor = await startAcmeVendor({
      id: appId,
      secret: appSecret,
      returnTo: app.redirectUri,
    });
    return {
      provider: acmeId({ url: vendor.url, appId, appSecret, audience: app.resource }),
      world: worldControls(vendor),
      signIn: signInControls(vendor),
      tokens: tokenControls(vendor, { resource: app.resource, appId }),
      async rotateKeys({ keepOld }) {
        vendor.rotate(keepOld);
      },
      async outage(mode) {
        vendor.fail(mode);
      },
      requestCount: () => vendor.requests(),
      close: () => vendor.close(),
    };
  },
};
// #endregion target
