import type { ClientRegistry } from "../connect/client-registry.ts";
import type { KeyRing } from "../oidc/sign.ts";
import type { World } from "../world/world.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Ids } from "./ids.ts";
import type { StytchEmulatorOptions } from "./options.ts";
import type { StytchState } from "./state.ts";

/** What every endpoint works with. */
export interface StytchContext {
  readonly world: World;
  readonly options: StytchEmulatorOptions;
  readonly state: StytchState;
  readonly ids: Ids;
  readonly behaviour: Behaviour;
  /** Connected Apps; nobody has configured any. */
  readonly clients: ClientRegistry;
  /** Where the emulator is; also the issuer of Connected Apps' tokens, as a project domain is. */
  readonly origin: string;
  /** What session and machine tokens name as issuer. */
  readonly issuer: string;
  keyRing(): KeyRing;
  /** Whether a token was signed with one of the published keys, whatever it says. */
  isOurs(jwt: string): Promise<boolean>;
}
