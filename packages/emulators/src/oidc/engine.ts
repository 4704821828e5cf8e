import type { IncomingMessage, ServerResponse } from "node:http";
import type { Provider } from "oidc-provider";
import { createClientRegistry, type ClientRegistry } from "../connect/client-registry.ts";
import { readCall, writeAnswer } from "../http/api.ts";
import { spoil, type Outage } from "../http/outage.ts";
import { clientFinder } from "./clients.ts";
import { endpointOf, type Endpoint } from "./endpoints.ts";
import type { GrantRecords } from "./grants.ts";
import type { OidcHooks } from "./hooks.ts";
import { serveHome } from "./home.ts";
import { generateSigningKeys, type SigningKeys } from "./keys.ts";
import { apiScopes, type OidcEmulatorOptions } from "./options.ts";
import { buildProvider } from "./provider.ts";
import { serveSignIn } from "./sign-in.ts";
import type { KeyRing } from "./sign.ts";
import { createStorage, type ProviderStorage } from "./storage.ts";
import { tamperWith } from "./tamper.ts";

/** The moving parts behind an emulator's address: provider, keys, counters and what is broken. */
export interface Engine {
  readonly storage: ProviderStorage;
  readonly records: GrantRecords;
  readonly registry: ClientRegistry;
  serve(request: IncomingMessage, response: ServerResponse): void;
  keyRing(): KeyRing;
  rotateKeys(keepOld: boolean): Promise<void>;
  publishedKeyIds(): readonly string[];
  setHooks(hooks: OidcHooks): void;
  setOutage(outage: Outage<Endpoint> | null): void;
  requests(endpoint: Endpoint): number;
  resetRequests(): void;
  /** Stops listening to the world. */
  stop(): void;
}

interface EngineInput {
  readonly issuer: string;
  readonly options: OidcEmulatorOptions;
  readonly keys: SigningKeys;
}

/** Puts the parts of an emulator together; the listener in front of it comes from the caller. */
export function createEngine({ issuer, options, keys }: EngineInput): Engine {
  const { world } = options;
  const records: GrantRecords = new Map();
  const registry = createClientRegistry(options, () => `client_${crypto.randomUUID()}`);
  const storage = createStorage(clientFinder({ world, clients: options.clients, registry }));
  const cookieKeys = [crypto.randomUUID()];
  const host = new URL(issuer).host;
  const counts = new Map<Endpoint, number>();
  let published: readonly SigningKeys[] = [keys];
  let previous: SigningKeys | undefined;
  let rogue: Promise<SigningKeys> | undefined;
  let hooks: OidcHooks = options.hooks ?? {};
  let outage: Outage<Endpoint> | null = null;
  let scopes = apiScopes(options).join(" ");
  let provider = build();
  let handle = provider.callback();

  function build(): Provider {
    const built = buildProvider({
      issuer,
      options,
      storage,
      records,
      registry,
      cookieKeys,
      keys: published,
    });
    built.use(
      tamperWith(
        () => hooks,
        () => keyRing(),
      ),
    );
    return built;
  }

  function rebuild(): void {
    provider = build();
    handle = provider.callback();
  }

  function keyRing(): KeyRing {
    return {
      current: published[0] ?? keys,
      previous,
      rogue: () => (rogue ??= generateSigningKeys()),
    };
  }

  // The library fixes the scopes it knows when it is made, and a new service may bring new ones.
  const stopListening = world.onChange((change) => {
    if (change.entity !== "service" || apiScopes(options).join(" ") === scopes) return;
    scopes = apiScopes(options).join(" ");
    rebuild();
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", issuer);
    const { pathname } = url;
    const endpoint = endpointOf(pathname);
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
    if (spoil(outage, endpoint, { request, response })) return;
    // The library builds its URLs from this header, and they must all be under the issuer.
    if (request.headers.host !== host) {
      response.writeHead(421, { "content-type": "text/plain" }).end(`Use ${issuer}\n`);
    } else if (endpoint === "sign-in") {
      await serveSignIn(request, response, { provider, world, registry });
    } else if (endpoint === "registration" && request.method === "POST") {
      const { body } = await readCall(request, url, {});
      writeAnswer(response, registry.register(body));
    } else if (pathname === "/") {
      serveHome(response, { issuer, options });
    } else {
      // One that is an address says who it is now; the library looks it up afterwards.
      if (endpoint === "authorization")
        await registry.find(url.searchParams.get("client_id") ?? "");
      await handle(request, response);
    }
  }

  return {
    storage,
    records,
    registry,
    serve(request, response) {
      route(request, response).catch((error: unknown) => {
        process.stderr.write(
          `oidc emulator: ${error instanceof Error ? error.message : "failed"}\n`,
        );
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    keyRing,
    async rotateKeys(keepOld) {
      const fresh = await generateSigningKeys();
      previous = published[0];
      published = keepOld ? [fresh, ...published] : [fresh];
      rebuild();
    },
    publishedKeyIds: () =>
      published
        .flatMap((each) => [each.RS256.kid, each.ES256.kid])
        .filter((kid) => kid !== undefined),
    setHooks(next) {
      hooks = next;
    },
    setOutage(next) {
      outage = next;
    },
    requests: (endpoint) => counts.get(endpoint) ?? 0,
    resetRequests: () => counts.clear(),
    stop: stopListening,
  };
}
