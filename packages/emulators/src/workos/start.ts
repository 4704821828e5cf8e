import { createClientRegistry } from "../connect/client-registry.ts";
import { startLoopbackServer } from "../http/loopback-server.ts";
import { networkControls } from "../http/network-controls.ts";
import { createSiteServer } from "../http/site-server.ts";
import { createKeyCycle } from "../oidc/key-cycle.ts";
import { signToken } from "../oidc/sign.ts";
import { refuseProduction } from "../refuse-production.ts";
import { issueApiKey, revokeApiKey } from "./api-keys.ts";
import { createBehaviour } from "./behaviour.ts";
import { addResource } from "./connect/resources.ts";
import type { WorkosContext } from "./context.ts";
import type { WorkosControls } from "./controls.ts";
import type { WorkosEndpoint } from "./endpoints.ts";
import { notFound } from "./errors.ts";
import { announce, newEvent, type WorkosEvent } from "./events.ts";
import { requireKey } from "./management-key.ts";
import {
  connectTokenRequest,
  findUser,
  machineTokenRequest,
  organizationOf,
  sessionTokenRequest,
} from "./mint.ts";
import { DEFAULT_WEBHOOK_SECRET, type WorkosEmulatorOptions } from "./options.ts";
import { apiRoutes, authkitRoutes } from "./routes.ts";
import { revokeSession } from "./sessions.ts";
import { createStamps, newId } from "./stamps.ts";
import { createState } from "./state.ts";
import { sessionIssuer } from "./tokens.ts";
import { createWebhooks } from "./webhooks.ts";

/** A running stand-in for one WorkOS environment over a world. */
export interface WorkosEmulator {
  readonly addresses: {
    /** The API: `http://localhost:<port>`. */
    readonly address: string;
    /** The AuthKit domain, which is the authorization server of Connect: `http://127.0.0.1:<port>`. */
    readonly authkit: string;
    /** What session tokens name as issuer. */
    readonly issuer: string;
  };
  readonly port: number;
  readonly controls: WorkosControls;
  /** Stops listening and cuts every connection. Can be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the emulator on loopback addresses only. Throws under `NODE_ENV=production`, and a
 * `TypeError` for settings that lack something; rejects when the port is taken.
 */
export async function startWorkosEmulator(options: WorkosEmulatorOptions): Promise<WorkosEmulator> {
  refuseProduction("WorkOS");
  for (const name of ["clientId", "apiKey"] as const) {
    if (typeof options[name] !== "string" || options[name] === "") {
      throw new TypeError(`the WorkOS emulator needs \`${name}\``);
    }
  }
  if (!Array.isArray(options.redirectUris)) {
    throw new TypeError("the WorkOS emulator needs `redirectUris`");
  }
  const { world } = options;
  const keys = await createKeyCycle();

  const server = createSiteServer<WorkosEndpoint>({
    vendor: "WorkOS",
    sites: () => sites,
    other: "other",
    notFound: () => notFound("requested path"),
    limited: () => ({ status: 429, body: { message: "Rate limit exceeded." } }),
  });
  const listener = await startLoopbackServer(
    (request, response) => server.serve(request, response),
    options.port,
  );
  const { port } = listener;
  const events: WorkosEvent[] = [];
  const webhooks = createWebhooks(events, options.webhookSecret ?? DEFAULT_WEBHOOK_SECRET);
  const context: WorkosContext = {
    world,
    options,
    state: createState(),
    stamps: createStamps(world),
    behaviour: createBehaviour(),
    clients: createClientRegistry(options, () => newId("client")),
    apiOrigin: `http://localhost:${port}`,
    authkitOrigin: `http://127.0.0.1:${port}`,
    keyRing: keys.ring,
    emit(event, data) {
      const made = newEvent(context, event, data);
      events.push(made);
      if (options.webhookUrl !== undefined) void webhooks.deliver(options.webhookUrl, [made.id]);
    },
  };
  const { state, behaviour } = context;
  for (const uri of options.resources ?? []) addResource(context, { uri, isDefault: false });
  const jwks = () => ({ keys: keys.published() });
  const sites = [
    {
      host: `localhost:${port}`,
      about: `The API of the environment ${options.clientId}.`,
      routes: apiRoutes(context, { events, jwks, refuse: requireKey(options.apiKey) }),
    },
    {
      host: `127.0.0.1:${port}`,
      about: `The AuthKit domain of the environment ${options.clientId}.`,
      routes: authkitRoutes(context, jwks),
    },
  ];
  const stopListening = world.onChange((change) => announce(context, change));

  const sign: WorkosControls["sign"] = (request) => signToken(context.keyRing(), request);
  const sessionsOf = (person: string) => {
    const { id } = findUser(context, person);
    return [...state.sessions.values()].filter(
      (session) => session.userId === id && session.status === "active",
    );
  };
  const controls: WorkosControls = {
    world,
    sign,
    mintSessionToken: async (mint) => sign(sessionTokenRequest(context, mint)),
    mintMachineToken: async (mint) => sign(machineTokenRequest(context, mint)),
    mintConnectToken: async (mint) => sign(connectTokenRequest(context, mint)),
    ...keys.controls,
    requireStep: (step) => {
      behaviour.steps.push(step);
    },
    substitute(other) {
      const organizationId = organizationOf(context, other?.organization);
      behaviour.substitute = other && {
        ...(other.person === undefined ? {} : { userId: findUser(context, other.person).id }),
        ...(organizationId === null ? {} : { organizationId }),
      };
    },
    forge(how) {
      behaviour.forgery = how;
    },
    impersonate({ person, by, reason }) {
      const { id } = findUser(context, person);
      behaviour.impersonation = { userId: id, impersonator: { email: by, reason } };
    },
    oneTimeCode: (email) => state.mail.get(email),
    async issueApiKey({ organizationId, ...wish }) {
      const { id, value } = issueApiKey(context, {
        name: "key",
        userId: null,
        permissions: [],
        expiresAtMs: null,
        ...wish,
        organizationId,
      });
      return { id, value };
    },
    revokeApiKey(id) {
      if (!revokeApiKey(context, id)) throw new TypeError(`there is no API key ${id}`);
    },
    sessionsOf: (person) => sessionsOf(person).map(({ id }) => id),
    endSessions(person) {
      const { id } = findUser(context, person);
      for (const session of sessionsOf(person)) revokeSession(context, session);
      for (const grants of [state.browsers, state.connectRefreshTokens]) {
        for (const [key, { userId }] of grants) if (userId === id) grants.delete(key);
      }
    },
    invitations: () =>
      [...state.invitations.values()]
        .filter((invitation) => invitation.state === "pending")
        .map(({ email, organizationId }) => ({ email, organizationId })),
    events: () => [...events],
    webhooks,
    ...networkControls(server, listener),
  };

  return {
    addresses: {
      address: context.apiOrigin,
      authkit: context.authkitOrigin,
      issuer: sessionIssuer(context),
    },
    port,
    controls,
    async close() {
      stopListening();
      await listener.stop();
    },
  };
}
