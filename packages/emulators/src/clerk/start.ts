import { compactVerify, createLocalJWKSet, decodeJwt } from "jose";
import { createClientRegistry } from "../connect/client-registry.ts";
import { startLoopbackServer } from "../http/loopback-server.ts";
import { networkControls } from "../http/network-controls.ts";
import { createSiteServer } from "../http/site-server.ts";
import { createKeyCycle } from "../oidc/key-cycle.ts";
import { signToken } from "../oidc/sign.ts";
import { refuseProduction } from "../refuse-production.ts";
import { createBehaviour } from "./behaviour.ts";
import type { ClerkContext } from "./context.ts";
import type { ClerkControls } from "./controls.ts";
import type { ClerkEndpoint } from "./endpoints.ts";
import { apiError, notFound } from "./errors.ts";
import { issueApiKey, issueMachineToken } from "./machines.ts";
import {
  accessTokenRequest,
  findUser,
  idTokenRequest,
  machineTokenRequest,
  organizationOf,
  sessionTokenRequest,
} from "./mint.ts";
import {
  DEFAULT_SECRET_KEY,
  DEFAULT_WEBHOOK_SECRET,
  type ClerkEmulatorOptions,
} from "./options.ts";
import { userObject } from "./objects.ts";
import { backendRoutes, frontendRoutes } from "./routes.ts";
import { createSession, revokeSession, sessionCookies } from "./sessions.ts";
import { createStamps, machineId, newId } from "./stamps.ts";
import { createState } from "./state.ts";
import { templateToken } from "./tokens.ts";
import { announce, createWebhooks, newEvent } from "./webhooks.ts";

/** A running stand-in for one Clerk instance over a world. */
export interface ClerkEmulator {
  readonly addresses: {
    /** The Backend API: `http://localhost:<port>`. */
    readonly address: string;
    /** The Frontend API, which tokens name as issuer: `http://127.0.0.1:<port>`. */
    readonly issuer: string;
  };
  readonly port: number;
  readonly secretKey: string;
  /** `pk_test_` and the Frontend API's host in base64, as the dashboard shows it. */
  readonly publishableKey: string;
  readonly controls: ClerkControls;
  /** Stops listening and cuts every connection. Can be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the emulator on loopback addresses only. Throws under `NODE_ENV=production`; rejects when
 * the port is taken.
 */
export async function startClerkEmulator(options: ClerkEmulatorOptions): Promise<ClerkEmulator> {
  refuseProduction("Clerk");
  const { world, secretKey = DEFAULT_SECRET_KEY } = options;
  const keys = await createKeyCycle();

  const server = createSiteServer<ClerkEndpoint>({
    vendor: "Clerk",
    sites: () => sites,
    other: "other",
    notFound,
    limited: () =>
      apiError(429, "too_many_requests", "Too many requests. Please try again in a bit."),
  });
  const listener = await startLoopbackServer(
    (request, response) => server.serve(request, response),
    options.port,
  );
  const { port } = listener;
  const host = `127.0.0.1:${port}`;
  const webhooks = createWebhooks(options.webhookSecret ?? DEFAULT_WEBHOOK_SECRET);
  const context: ClerkContext = {
    world,
    options,
    state: createState(),
    stamps: createStamps(world),
    behaviour: createBehaviour(),
    clients: createClientRegistry(options, () => newId("client")),
    instanceId: newId("ins"),
    secretKey,
    publishableKey: `pk_test_${Buffer.from(`${host}$`).toString("base64")}`,
    issuer: `http://${host}`,
    keyRing: keys.ring,
    async claimsOf(jwt) {
      try {
        const published = createLocalJWKSet({ keys: keys.published() });
        await compactVerify(jwt, published, { algorithms: ["RS256"] });
        return decodeJwt(jwt);
      } catch {
        return null;
      }
    },
    emit(type, data) {
      const event = newEvent(context, type, data);
      webhooks.add(event);
      if (options.webhookUrl !== undefined) void webhooks.deliver(options.webhookUrl, [event.id]);
    },
  };
  const { state, behaviour } = context;
  const jwks = () => ({ keys: keys.published() });
  const sites = [
    {
      host: `localhost:${port}`,
      about: "This is the Backend API.",
      routes: backendRoutes(context, jwks),
    },
    { host, about: "This is the Frontend API.", routes: frontendRoutes(context, jwks) },
  ];
  const stopListening = world.onChange((change) => announce(context, change));
  const sign: ClerkControls["sign"] = (request) => signToken(context.keyRing(), request);

  const controls: ClerkControls = {
    world,
    issuer: context.issuer,
    sign,
    mintSessionToken: async (mint) => sign(sessionTokenRequest(context, mint)),
    mintIdToken: async (mint) => sign(idTokenRequest(context, mint)),
    mintAccessToken: async (mint) => sign(accessTokenRequest(context, mint)),
    mintMachineToken: async (mint) => sign(machineTokenRequest(context, mint)),
    mintTemplateToken: async ({ person, claims }) =>
      sign(templateToken(context, { userId: findUser(context, person).id, claims })),
    ...keys.controls,
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
    async signInFrontEnd({
      person,
      organization,
      status = "active",
      actor,
      azp,
      isRefreshable = false,
    }) {
      const session = createSession(context, {
        userId: findUser(context, person).id,
        organizationId: organizationOf(context, organization),
        actor: actor === undefined ? null : { sub: actor },
        status,
        isRefreshable,
      });
      return {
        sessionId: session.id,
        clientToken: state.clients.get(session.clientId)?.token ?? "",
        cookies: await sessionCookies(context, session, azp ?? null),
      };
    },
    endSessions(person) {
      const { id } = findUser(context, person);
      for (const session of state.sessions.values()) {
        if (session.userId === id) revokeSession(context, session);
      }
      for (const grants of [state.refreshTokens, state.accessTokens, state.codes]) {
        for (const [key, { userId }] of grants) if (userId === id) grants.delete(key);
      }
    },
    deprovision(person, isOut = true) {
      const user = findUser(context, person);
      if (isOut) state.deprovisioned.add(user.id);
      else state.deprovisioned.delete(user.id);
      if (isOut) controls.endSessions(user.id);
      context.stamps.touch(user.id);
      context.emit("user.updated", userObject(context, user));
    },
    issueApiKey({ subject, ...wish }) {
      const key = issueApiKey(context, {
        name: "key",
        scopes: [],
        claims: null,
        createdBy: null,
        expiresAtMs: null,
        ...wish,
        subject,
      });
      return { id: key.id, secret: key.secret };
    },
    revokeApiKey(id) {
      const key = state.apiKeys.get(id);
      if (key === undefined) throw new TypeError(`there is no API key ${id}`);
      key.revoked = true;
    },
    issueMachineToken({ machine, ...wish }) {
      const { id, token } = issueMachineToken(context, { ...wish, subject: machineId(machine) });
      return { id, secret: token };
    },
    revokeMachineToken(id) {
      const issued = [...state.machineTokens.values()].find((one) => one.id === id);
      if (issued === undefined) throw new TypeError(`there is no machine token ${id}`);
      issued.revoked = true;
    },
    invitations: () =>
      [...state.invitations.values()]
        .filter(({ status }) => status === "pending")
        .map(({ email, organizationId }) => ({ email, organizationId })),
    webhooks,
    ...networkControls(server, listener),
  };

  return {
    addresses: { address: `http://localhost:${port}`, issuer: context.issuer },
    port,
    secretKey,
    publishableKey: context.publishableKey,
    controls,
    async close() {
      stopListening();
      await listener.stop();
    },
  };
}
