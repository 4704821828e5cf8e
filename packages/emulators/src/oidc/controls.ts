import type { Outage } from "../http/outage.ts";
import type { World } from "../world/world.ts";
import type { Endpoint } from "./endpoints.ts";
import type { OidcHooks } from "./hooks.ts";
import type { MintAccessToken, MintIdToken, MintLogoutToken } from "./mint.ts";
import type { SignRequest } from "./sign.ts";

/** How an application answered a logout token; `status` is null when it could not be reached. */
export interface LogoutDelivery {
  readonly clientId: string;
  readonly status: number | null;
}

/** What a test can do to a running emulator. People and organizations change through the world. */
export interface OidcControls {
  readonly world: World;

  /** Mints a token with exactly these claims. Throws `TypeError` for `previous` before a rotation. */
  sign(request: SignRequest): Promise<string>;
  /** Mints an honest access token, or one bent in named places. */
  mintAccessToken(mint: MintAccessToken): Promise<string>;
  mintIdToken(mint: MintIdToken): Promise<string>;
  mintLogoutToken(mint?: MintLogoutToken): Promise<string>;

  /** New signing keys. The old ones stay published unless `keepOld` is false. */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<void>;
  /** Key ids in the published set, newest first. */
  publishedKeyIds(): readonly string[];

  /** Replaces the hooks given at the start; `{}` makes the emulator honest again. */
  setHooks(hooks: OidcHooks): void;

  /** Lets endpoints fail until `recover`. */
  fail(outage: Outage<Endpoint>): void;
  /** Closes the port, so that connections are refused until `recover`. */
  disconnect(): Promise<void>;
  recover(): Promise<void>;

  /** How many requests an endpoint has got, spoiled ones included. */
  requests(endpoint: Endpoint): number;
  resetRequests(): void;

  /**
   * Ends every session and grant of a person, and posts logout tokens to the applications that have
   * a back-channel address.
   */
  signOut(idOrEmail: string): Promise<readonly LogoutDelivery[]>;
}
