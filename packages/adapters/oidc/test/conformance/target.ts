import type { ConformanceTarget } from "@tenantry/conformance";
import { createWorld, demoWorld, startOidcEmulator, targetOutage } from "@tenantry/emulators";
import { oidc } from "../../src/index.ts";
import { opaqueControls } from "./opaque.ts";
import { signInControls } from "./sign-in.ts";
import { MCP_RESOURCE, tokenControls } from "./tokens.ts";
import { worldControls } from "./world.ts";

const ENDPOINTS = ["discovery", "jwks", "token", "introspection", "userinfo"] as const;
const CLIENT = { clientId: "app", clientSecret: "app-secret" };

/** The OIDC adapter in front of the certified `oidc-provider`, over a world without people. */
export const target: ConformanceTarget = {
  vendor: "oidc",
  adapter: { name: "@tenantry/oidc", version: "0.0.0" },
  async start(app) {
    const { roles } = demoWorld().snapshot();
    const world = createWorld({ roles });
    const emulator = await startOidcEmulator({
      world,
      clients: [
        {
          ...CLIENT,
          redirectUris: [app.redirectUri],
          postLogoutRedirectUris: [app.afterSignOutUrl],
        },
      ],
      audiences: [app.resource, app.otherResource, MCP_RESOURCE],
      scopes: app.permissions,
    });
    const { controls, issuer } = emulator;
    return {
      provider: oidc({
        issuer,
        ...CLIENT,
        audience: [app.resource],
        scopes: ["openid", "email", "profile", "offline_access"],
        orgClaim: ["org_id"],
        orgSlugClaim: ["org_slug"],
        orgNameClaim: ["org_name"],
        orgUnknown: "provision",
        orgsClaim: ["organizations"],
        orgParam: "organization",
        rolesClaim: ["roles"],
        mcpResource: [MCP_RESOURCE],
        introspection: true,
        introspectionClients: [CLIENT.clientId],
        allowInsecureLoopback: true,
      }),
      world: worldControls(world, controls),
      signIn: signInControls(controls),
      tokens: tokenControls(app, controls),
      mcpResource: MCP_RESOURCE,
      opaque: [opaqueControls(app, emulator, CLIENT)],
      rotateKeys: (how) => controls.rotateKeys(how),
      outage: targetOutage(controls),
      requestCount: () => ENDPOINTS.reduce((sum, name) => sum + controls.requests(name), 0),
      close: () => emulator.close(),
    };
  },
};

export default target;
