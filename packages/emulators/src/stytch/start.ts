import { compactVerify, createLocalJWKSet } from "jose";
import { createClientRegistry } from "../connect/client-registry.ts";
import { startLoopbackServer } from "../http/loopback-server.ts";
import { networkControls } from "../http/network-controls.ts";
import { createSiteServer } from "../http/site-server.ts";
import { createKeyCycle } from "../oidc/key-cycle.ts";
import { signToken } from "../oidc/sign.ts";
import { refuseProduction } from "../refuse-production.ts";
import { createBehaviour } from "./behaviour.ts";
import type { StytchContext } from "./context.ts";
import type { StytchControls } from "./controls.ts";
import type { StytchEndpoint } from "./endpoints.ts";
import { stytchError } from "./errors.ts";
import { createIds, machineIdOf, newUuid } from "./ids.ts";
import { findTenant, findUser } from "./objects.ts";
import { issueToken } from "./one-time.ts";
import { DEFAULT_WEBHOOK_SECRET, type StytchEmulatorOptions } from "./options.ts";
import { stytchRoutes } from "./routes.ts";
import { beginSession, isAlive, sessionAnswer } from "./live-sessions.ts";
import { createState, extrasOf, rulesOf } from "./state.ts";
import {
  connectedAppRequest,
  impersonatedFactor,
  machineRequest,
  magicLinkFactor,
  sessionRequest,
} from "./tokens.ts";
import { createWebhooks, eventsOf, type StytchEvent } from "./webhooks.ts";

/** A running stand-in for one Stytch B2B project over a world. */
export interface StytchEmulator {
  readonly addresses: {
    /** The API, and the project domain of Connected Apps: `http://localhost:<port>`. */
    readonly address: string;
    /** The page with the mails that were sent. */
    readonly inbox: string;
    /** What session and machine tokens name as issuer. */
    readonly issuer: string;
  };
  readonly port: number;
  readonly controls: StytchControls;
  /** Stops listening and cuts every connection. Can be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the emulator on loopback addresses only. Throws under `NODE_ENV=production`, and a
 * `TypeError` for settings that lack something; rejects when the port is taken.
 */
export async function startStytchEmulator(options: StytchEmulatorOptions): Promise<StytchEmulator> {
  refuseProduction("Stytch");
  for (const name of ["projectId", "secret", "publicToken"] as const) {
    if (typeof options[name] !== "string" || options[name] === "") {
      throw new TypeError(`the Stytch emulator needs \`${name}\``);
    }
  }
  if (!Array.isArray(options.redirectUris)) {
    throw new TypeError("the Stytch emulator needs `redirectUris`");
  }
  const { world } = options;
  const keys = await createKeyCycle();

  const server = createSiteServer<StytchEndpoint>({
    vendor: "Stytch B2B",
    sites: () => sites,
    other: "other",
    notFound: () => stytchError(404, "route_not_found", "There is no such route."),
    limited: () => stytchError(429, "too_many_requests", "Too many requests."),
  });
  const listener = await startLoopbackServer(
    (request, response) => server.serve(request, response),
    options.port,
  );
  const origin = `http://localhost:${listener.port}`;
  const context: StytchContext = {
    world,
    options,
    state: createState(),
    ids: createIds(world),
    behaviour: createBehaviour(),
    clients: createClientRegistry(
      { ...options, clientIdMetadataDocuments: options.clientIdMetadataDocuments !== false },
      () => `connected-app-test-${newUuid()}`,
    ),
    origin,
    issuer: options.issuer ?? `stytch.com/${options.projectId}`,
    keyRing: keys.ring,
    async isOurs(jwt) {
      try {
        await compactVerify(jwt, createLocalJWKSet({ keys: keys.published() }), {
          algorithms: ["RS256"],
        });
        return true;
      } catch {
        return false;
      }
    },
  };
  const { state, behaviour, ids } = context;
  const sites = [
    {
      host: `localhost:${listener.port}`,
      about: "Mails and codes do not leave this machine: they are in the inbox.",
      link: { href: "/inbox", label: "Inbox" },
      routes: stytchRoutes(context, keys.published),
    },
  ];
  const events: StytchEvent[] = [];
  const webhooks = createWebhooks(events, options.webhookSecret ?? DEFAULT_WEBHOOK_SECRET);
  const stopListening = world.onChange((change) => {
    for (const event of eventsOf(context, change)) {
      events.push(event);
      if (options.webhookUrl !== undefined)
        void webhooks.deliver(options.webhookUrl, [event.event_id]);
    }
  });

  const sign: StytchControls["sign"] = (request) => signToken(context.keyRing(), request);
  const tenantIdOf = (name: string): string => {
    const tenant = findTenant(context, name);
    if (tenant === undefined) throw new TypeError(`there is no organization ${name}`);
    return tenant.id;
  };
  const placeOf = (who: { readonly person: string; readonly organization: string }) => ({
    userId: findUser(context, who.person).id,
    tenantId: tenantIdOf(who.organization),
  });
  const sessionsOf = (person: string) => {
    const { id } = findUser(context, person);
    return [...state.sessions.values()].filter(
      (session) => session.userId === id && isAlive(context, session),
    );
  };

  const controls: StytchControls = {
    world,
    sign,
    mintSessionToken: async (mint) => sign(sessionRequest(context, mint)),
    mintMachineToken: async (mint) => sign(machineRequest(context, mint)),
    mintConnectedAppToken: async (mint) => sign(connectedAppRequest(context, mint)),
    ...keys.controls,
    memberId: (person, organization) => ids.memberId(placeOf({ person, organization })),
    machineId: machineIdOf,
    setRules(organization, rules) {
      const id = tenantIdOf(organization);
      state.rules.set(id, { ...rulesOf(state, id), ...rules });
    },
    setMember(who, extras) {
      const id = ids.memberId(placeOf(who));
      state.extras.set(id, { ...extrasOf(state, id), ...extras });
    },
    substitute(other) {
      behaviour.substitute = other && {
        ...(other.person === undefined ? {} : { userId: findUser(context, other.person).id }),
        ...(other.organization === undefined ? {} : { tenantId: tenantIdOf(other.organization) }),
      };
    },
    forge(how) {
      behaviour.forgery = how;
    },
    impersonate(who) {
      const factor = impersonatedFactor(who.by);
      const place = placeOf(who);
      return {
        token: issueToken(context, { ...place, kind: "impersonation", factor, challenge: null }),
      };
    },
    async signInFrontEnd(who) {
      const factors = [magicLinkFactor(who.person)];
      const session = beginSession(context, placeOf(who), { factors, minutes: 60 });
      const { session_token, session_jwt } = await sessionAnswer(context, session);
      return { session_token, session_jwt };
    },
    mails: (email) =>
      state.mails.filter(({ to }) => to.toLowerCase() === email.toLowerCase()).toReversed(),
    codes: (to) =>
      state.sentCodes.filter((sent) => sent.to.toLowerCase() === to.toLowerCase()).toReversed(),
    sessionsOf: (person) => sessionsOf(person).map(({ id }) => id),
    endSessions(person) {
      for (const session of sessionsOf(person)) session.isRevoked = true;
    },
    setMachineActive(clientId, isActive) {
      if (isActive) state.inactiveMachines.delete(clientId);
      else state.inactiveMachines.add(clientId);
    },
    events: () => [...events],
    webhooks,
    ...networkControls(server, listener),
  };

  return {
    addresses: { address: origin, inbox: `${origin}/inbox`, issuer: context.issuer },
    port: listener.port,
    controls,
    async close() {
      stopListening();
      await listener.stop();
    },
  };
}
