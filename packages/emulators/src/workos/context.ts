import type { ClientRegistry } from "../connect/client-registry.ts";
import type { Fields } from "../http/api.ts";
import type { KeyRing } from "../oidc/sign.ts";
import type { World } from "../world/world.ts";
import type { Behaviour } from "./behaviour.ts";
import type { WorkosEmulatorOptions } from "./options.ts";
import type { Stamps } from "./stamps.ts";
import type { WorkosState } from "./state.ts";

/** What every endpoint works with. */
export interface WorkosContext {
  readonly world: World;
  readonly options: WorkosEmulatorOptions;
  readonly state: WorkosState;
  readonly stamps: Stamps;
  readonly behaviour: Behaviour;
  /** MCP clients and others that nobody has configured. */
  readonly clients: ClientRegistry;
  /** Where the API is. */
  readonly apiOrigin: string;
  /** The AuthKit domain: the authorization server of Connect. */
  readonly authkitOrigin: string;
  keyRing(): KeyRing;
  /** Puts an event on the log, from where it goes to the webhooks. */
  emit(event: string, data: Fields): void;
}
