import { NotPossible, type ConformanceTarget, type SignInControls } from "@tenantry/conformance";
import {
  createWorld,
  demoWorld,
  signInHeadless,
  startStytchEmulator,
  targetOutage,
  targetSubstitute,
  type StytchControls,
} from "@tenantry/emulators";
import { stytch } from "../../src/index.ts";
import { directoryControls, frontEndControls, webhookControls } from "./parts.ts";
import { tokenControls } from "./tokens.ts";
import { worldControls } from "./world.ts";

const PROJECT = {
  projectId: "project-test-conformance",
  secret: "secret-test-conformance",
  publicToken: "public-token-test-conformance",
};
const WEBHOOK_SECRET = `whsec_${btoa("conformance, stytch")}`;

/** The Stytch adapter in front of the emulator, over a world without people. */
export const target: ConformanceTarget = {
  vendor: "stytch",
  adapter: { name: "@tenantry/stytch", version: "0.0.0" },
  async start(app) {
    const { roles } = demoWorld().snapshot();
    const world = createWorld({ roles });
    const emulator = await startStytchEmulator({
      ...PROJECT,
      world,
      redirectUris: [`${app.redirectUri}?state={}`],
      webhookSecret: WEBHOOK_SECRET,
    });
    const { controls, addresses } = emulator;
    return {
      provider: stytch({
        ...PROJECT,
        apiUrl: addresses.address,
        mcpDomain: addresses.address,
        mcpResource: [app.resource],
        signIn: "google",
        frontEnd: true,
        webhookSecret: [WEBHOOK_SECRET],
        allowInsecureLoopback: true,
      }),
      world: worldControls(world, controls),
      signIn: signInControls(controls),
      tokens: tokenControls(app, controls),
      frontEnd: frontEndControls(controls),
      webhooks: webhookControls(controls),
      directory: directoryControls(world),
      rotateKeys: (how) => controls.rotateKeys(how),
      outage: targetOutage(controls),
      requestCount: () => controls.requests(),
      close: () => emulator.close(),
    };
  },
};

export default target;

function signInControls(controls: StytchControls): SignInControls {
  return {
    visit: ({ location, person, cancel }) =>
      signInHeadless({
        authorizationUrl: location,
        person,
        ...(cancel === true ? { cancel } : {}),
      }),
    async mail(email) {
      const [mail] = controls.mails(email);
      return mail === undefined ? {} : { link: new URL(mail.link) };
    },
    substitute: targetSubstitute(controls),
    async forge(how) {
      if (how === "other-flow") {
        throw new NotPossible(
          "a session token has no nonce; what the browser brings is bound to the sign-in by its proof key: https://stytch.com/docs/b2b/guides/oauth/adding-pkce",
        );
      }
      controls.forge(how);
    },
  };
}
