import type { ClientRegistry } from "../connect/client-registry.ts";
import type { KeyRing } from "../oidc/sign.ts";
import type { World } from "../world/world.ts";
import type { Behaviour } from "./behaviour.ts";
import type { ClerkEmulatorOptions, ClerkOAuthApplication } from "./options.ts";
import type { Stamps } from "./stamps.ts";
import type { ClerkState } from "./state.ts";

/** What every endpoint of one emulator works with. */
export interface ClerkContext {
  readonly world: World;
  readonly options: ClerkEmulatorOptions;
  readonly state: ClerkState;
  readonly stamps: Stamps;
  readonly behaviour: Behaviour;
  /** MCP clients and others that nobody has configured. */
  readonly clients: ClientRegistry;
  readonly instanceId: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** The Frontend API: what tokens name as issuer. */
  readonly issuer: string;
  keyRing(): KeyRing;
  /** The claims of a token that one of the published keys signed, expired or not; null for others. */
  claimsOf(jwt: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** Tells the webhooks that something happened. */
  emit(type: string, data: Readonly<Record<string, unknown>>): void;
}

/** An OAuth application, configured or registered by itself. */
export function applicationOf(
  { options, clients }: ClerkContext,
  clientId: string | undefined,
): ClerkOAuthApplication | undefined {
  if (clientId === undefined) return undefined;
  return (
    options.oauthApplications?.find((one) => one.clientId === clientId) ?? clients.get(clientId)
  );
}
