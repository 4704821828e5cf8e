import { startClerkEmulator } from "../clerk/start.ts";
import { startOidcEmulator } from "../oidc/start.ts";
import { spawnEmulator } from "../spawn-vendor.ts";
import { spawnOidcEmulator } from "../spawn.ts";
import { startStytchEmulator } from "../stytch/start.ts";
import { startWorkosEmulator } from "../workos/start.ts";
import { demoWorld } from "../world/demo-world.ts";
import type { World } from "../world/world.ts";
import { CLERK_AGENT_SCOPES, clerkDemo } from "./clerk.ts";
import type {
  DemoFacts,
  DemoProvider,
  DemoProviderInProcess,
  DemoRequest,
} from "./demo-provider.ts";
import { oidcDemo } from "./oidc.ts";
import { stytchDemo } from "./stytch.ts";
import { workosDemo } from "./workos.ts";

interface Demo {
  spawn(request: DemoRequest): Promise<DemoProvider>;
  start(request: DemoRequest, world: World): Promise<Omit<DemoProviderInProcess, "world">>;
}

/** The vendors a demo can run with, by the name that `AUTH_PROVIDER` has. */
const DEMOS: Readonly<Record<string, Demo>> = {
  clerk: {
    async spawn(request) {
      const { settings, describe } = clerkDemo(request);
      const spawned = await spawnEmulator({ vendor: "clerk", ...settings });
      return running(spawned, describe(spawned.addresses));
    },
    async start(request, world) {
      const { settings, describe } = clerkDemo(request);
      const emulator = await startClerkEmulator({ ...settings, world });
      return {
        ...describe({ ...emulator.addresses }),
        agentToken: ({ resource: _every, scopes, ...wish }) =>
          emulator.controls.mintAccessToken({
            ...wish,
            // Another client than the app's own, whose tokens are for its API.
            clientId: "demo-agent",
            scopes: [...CLERK_AGENT_SCOPES, ...scopes],
          }),
        close: () => emulator.close(),
      };
    },
  },
  oidc: {
    async spawn(request) {
      const { settings, describe } = oidcDemo(request);
      const spawned = await spawnOidcEmulator(settings);
      return running(spawned, describe({ issuer: spawned.issuer }));
    },
    async start(request, world) {
      const { settings, describe } = oidcDemo(request);
      const emulator = await startOidcEmulator({ ...settings, world });
      return {
        ...describe({ issuer: emulator.issuer }),
        agentToken: ({ person, resource, ...wish }) =>
          emulator.controls.mintAccessToken({ ...wish, subject: person, audience: resource }),
        close: () => emulator.close(),
      };
    },
  },
  stytch: {
    async spawn(request) {
      const { settings, describe } = stytchDemo(request);
      const spawned = await spawnEmulator({ vendor: "stytch", ...settings });
      return running(spawned, describe(spawned.addresses));
    },
    async start(request, world) {
      const { settings, describe } = stytchDemo(request);
      const emulator = await startStytchEmulator({ ...settings, world });
      return {
        ...describe({ ...emulator.addresses }),
        agentToken: ({ resource: _every, scopes, ...wish }) =>
          emulator.controls.mintConnectedAppToken({ ...wish, scopes: ["openid", ...scopes] }),
        close: () => emulator.close(),
      };
    },
  },
  workos: {
    async spawn(request) {
      const { settings, describe } = workosDemo(request);
      const spawned = await spawnEmulator({ vendor: "workos", ...settings });
      return running(spawned, describe(spawned.addresses));
    },
    async start(request, world) {
      const { settings, describe } = workosDemo(request);
      const emulator = await startWorkosEmulator({ ...settings, world });
      return {
        ...describe({ ...emulator.addresses }),
        agentToken: ({ scopes: _fixed, ...wish }) => emulator.controls.mintConnectToken(wish),
        close: () => emulator.close(),
      };
    },
  },
};

/**
 * Starts the emulator of a vendor for a demo app, as a process of its own. Throws `TypeError` naming
 * the vendors there are, for any other one.
 */
export async function spawnDemoProvider(
  request: DemoRequest & { readonly provider: string },
): Promise<DemoProvider> {
  return demoOf(request.provider).spawn(request);
}

/** The same in this process, for tests: `world` is the demo world unless another one is given. */
export async function startDemoProvider(
  request: DemoRequest & { readonly provider: string; readonly world?: World },
): Promise<DemoProviderInProcess> {
  const { world = demoWorld() } = request;
  return { ...(await demoOf(request.provider).start(request, world)), world };
}

function demoOf(provider: string): Demo {
  const demo = Object.hasOwn(DEMOS, provider) ? DEMOS[provider] : undefined;
  if (demo === undefined) {
    const names = Object.keys(DEMOS).join(", ");
    throw new TypeError(
      `There is no emulator for AUTH_PROVIDER "${provider}". There are: ${names}.`,
    );
  }
  return demo;
}

function running(
  spawned: Pick<DemoProvider, "pid" | "process" | "close">,
  facts: DemoFacts,
): DemoProvider {
  const { pid, process } = spawned;
  return { ...facts, pid, process, close: () => spawned.close() };
}
