import type { ConformanceTarget, SignInControls } from "@tenantry/conformance";
import {
  createWorld,
  demoWorld,
  signInHeadless,
  startClerkEmulator,
  targetOutage,
  targetSubstitute,
  type ClerkControls,
} from "@tenantry/emulators";
import { clerk } from "../../src/index.ts";
import { frontEndControls } from "./front-end.ts";
import {
  apiKeyControls,
  directoryControls,
  machineTokenControls,
  webhookControls,
} from "./parts.ts";
import { API_CLIENT, MACHINE_CLAIMS, MCP_CLIENT, tokenControls } from "./tokens.ts";
import { worldControls } from "./world.ts";

const CLIENT = { clientId: "sign_in_client", clientSecret: "sign_in_secret" };
const WEBHOOK_SECRET = `whsec_${btoa("conformance")}`;

/** The Clerk adapter in front of the emulator, over a world without people. */
export const target: ConformanceTarget = {
  vendor: "clerk",
  adapter: { name: "@tenantry/clerk", version: "0.0.0" },
  async start(app) {
    const { roles } = demoWorld().snapshot();
    const world = createWorld({ roles });
    const emulator = await startClerkEmulator({
      world,
      appOrigins: [app.baseUrl],
      oauthApplications: [{ ...CLIENT, redirectUris: [app.redirectUri] }],
      scopes: app.permissions,
      webhookSecret: WEBHOOK_SECRET,
    });
    const { controls, addresses, secretKey, publishableKey } = emulator;
    return {
      provider: clerk({
        secretKey,
        publishableKey,
        apiUrl: addresses.address,
        frontendApiUrl: addresses.issuer,
        oauthClientId: CLIENT.clientId,
        oauthClientSecret: CLIENT.clientSecret,
        frontEnd: true,
        authorizedParties: [app.baseUrl],
        missingParty: "accept",
        accessClients: [API_CLIENT],
        mcpClients: [MCP_CLIENT],
        audience: [app.resource],
        machineOrgClaim: MACHINE_CLAIMS.org,
        machineRolesClaim: MACHINE_CLAIMS.roles,
        webhookSecret: [WEBHOOK_SECRET],
        allowInsecureLoopback: true,
      }),
      world: worldControls(world, controls),
      signIn: signInControls(controls),
      tokens: tokenControls(app, controls),
      opaque: [apiKeyControls(app, controls), machineTokenControls(controls)],
      frontEnd: frontEndControls(app, controls),
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

function signInControls(controls: ClerkControls): SignInControls {
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
      controls.forge(how);
    },
  };
}
