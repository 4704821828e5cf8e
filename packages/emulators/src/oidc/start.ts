import { startLoopbackServer } from "../http/loopback-server.ts";
import { refuseProduction } from "../refuse-production.ts";
import type { OidcControls } from "./controls.ts";
import { createEngine } from "./engine.ts";
import { generateSigningKeys } from "./keys.ts";
import {
  accessTokenRequest,
  idTokenRequest,
  logoutTokenRequest,
  type MintContext,
} from "./mint.ts";
import { audiencesOf, type OidcEmulatorOptions } from "./options.ts";
import { signOutPerson } from "./sign-out.ts";
import { signToken } from "./sign.ts";

/** A running OpenID Connect provider over a world. */
export interface OidcEmulator {
  /** Exactly `http://localhost:<port>`. */
  readonly issuer: string;
  readonly port: number;
  readonly controls: OidcControls;
  /** Stops listening and cuts every connection. Can be called twice. */
  close(): Promise<void>;
}

/**
 * Starts a certified OpenID provider (`oidc-provider`) over a world, on loopback only. Throws under
 * `NODE_ENV=production`; rejects when the port is taken.
 */
export async function startOidcEmulator(options: OidcEmulatorOptions): Promise<OidcEmulator> {
  refuseProduction("OIDC");
  const { world } = options;
  const keys = await generateSigningKeys();

  const listener = await startLoopbackServer(
    (request, response) => engine.serve(request, response),
    options.port,
  );
  const issuer = `http://localhost:${listener.port}`;
  const engine = createEngine({ issuer, options, keys });

  const mint: MintContext = {
    world,
    issuer,
    defaultClientId: options.clients[0]?.clientId ?? "no-client",
    defaultAudience: audiencesOf(options)[0]?.audience ?? "https://api.example.test",
  };

  const controls: OidcControls = {
    world,
    sign: (request) => signToken(engine.keyRing(), request),
    mintAccessToken: async (wish) => signToken(engine.keyRing(), accessTokenRequest(mint, wish)),
    mintIdToken: async (wish) => signToken(engine.keyRing(), idTokenRequest(mint, wish)),
    mintLogoutToken: async (wish = {}) =>
      signToken(engine.keyRing(), logoutTokenRequest(mint, wish)),
    rotateKeys: (how) => engine.rotateKeys(how?.keepOld ?? true),
    publishedKeyIds: () => engine.publishedKeyIds(),
    setHooks: (hooks) => engine.setHooks(hooks),
    fail: (outage) => engine.setOutage(outage),
    disconnect: () => listener.stop(),
    async recover() {
      engine.setOutage(null);
      await listener.listen();
    },
    requests: (endpoint) => engine.requests(endpoint),
    resetRequests: () => engine.resetRequests(),
    signOut: (idOrEmail) =>
      signOutPerson(idOrEmail, {
        world,
        clients: options.clients,
        storage: engine.storage,
        records: engine.records,
        mintLogoutToken: (wish) => controls.mintLogoutToken(wish),
      }),
  };

  return {
    issuer,
    port: listener.port,
    controls,
    async close() {
      engine.stop();
      await listener.stop();
    },
  };
}
