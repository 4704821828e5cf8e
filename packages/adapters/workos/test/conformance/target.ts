import { NotPossible, type ConformanceTarget, type SignInControls } from "@tenantry/conformance";
import {
  createWorld,
  demoWorld,
  signInHeadless,
  startWorkosEmulator,
  targetOutage,
  targetSubstitute,
  type WorkosControls,
} from "@tenantry/emulators";
import { workos } from "../../src/index.ts";
import { frontEndControls } from "./front-end.ts";
import { directoryControls, opaqueControls, webhookControls } from "./parts.ts";
import { tokenControls } from "./tokens.ts";
import { worldControls } from "./world.ts";

const ENVIRONMENT = { clientId: "client_app", apiKey: "sk_test_management_key" };
const COOKIE_PASSWORD = "a password of at least thirty-two characters";
const WEBHOOK_SECRET = "whsec_conformance";

/** The WorkOS adapter in front of the emulator, over a world without people. */
export const target: ConformanceTarget = {
  vendor: "workos",
  adapter: { name: "@tenantry/workos", version: "0.0.0" },
  async start(app) {
    const { roles } = demoWorld().snapshot();
    const world = createWorld({ roles });
    const emulator = await startWorkosEmulator({
      ...ENVIRONMENT,
      world,
      redirectUris: [app.redirectUri],
      logoutUris: [app.afterSignOutUrl],
      resources: [app.resource, app.otherResource],
      webhookSecret: WEBHOOK_SECRET,
    });
    const { controls, addresses } = emulator;
    return {
      provider: workos({
        ...ENVIRONMENT,
        apiUrl: addresses.address,
        authkitDomain: addresses.authkit,
        webhookSecret: [WEBHOOK_SECRET],
        cookiePassword: COOKIE_PASSWORD,
        allowInsecureLoopback: true,
      }),
      world: worldControls(world, controls),
      signIn: signInControls(controls),
      tokens: tokenControls(app, controls),
      frontEnd: frontEndControls(emulator, {
        ...ENVIRONMENT,
        redirectUri: app.redirectUri,
        cookiePassword: COOKIE_PASSWORD,
      }),
      opaque: [opaqueControls(app, controls)],
      webhooks: webhookControls(controls),
      directory: directoryControls(world, controls),
      rotateKeys: (how) => controls.rotateKeys(how),
      outage: targetOutage(controls),
      requestCount: () => controls.requests(),
      close: () => emulator.close(),
    };
  },
};

export default target;

function signInControls(controls: WorkosControls): SignInControls {
  return {
    visit: ({ location, person, tenant, cancel }) => {
      const organization =
        tenant === undefined ? undefined : controls.world.tenantBySlugOrId(tenant)?.slug;
      return signInHeadless({
        authorizationUrl: location,
        person,
        ...(organization === undefined ? {} : { organization }),
        ...(cancel === true ? { cancel } : {}),
      });
    },
    substitute: targetSubstitute(controls),
    async forge(how) {
      if (how === "other-flow") {
        throw new NotPossible(
          "a session token has no nonce; the code is bound to the flow by its proof key: https://workos.com/docs/reference/authkit/authentication",
        );
      }
      controls.forge(how);
    },
  };
}
