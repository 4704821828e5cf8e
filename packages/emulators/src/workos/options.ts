import type { ClientPolicy } from "../connect/client.ts";
import type { World } from "../world/world.ts";

/** What `startWorkosEmulator` takes. Everything but the world is plain data. */
export interface WorkosEmulatorOptions extends ClientPolicy {
  readonly world: World;
  /** The environment's client id, such as `client_app`. */
  readonly clientId: string;
  /** The environment's management key, such as `sk_test_…`. */
  readonly apiKey: string;
  readonly redirectUris: readonly string[];
  /** Where a browser may be sent after sign-out. */
  readonly logoutUris?: readonly string[];
  /** Default: any free port. */
  readonly port?: number;
  /** Shown on the sign-in page. Default: the client id. */
  readonly name?: string;
  /**
   * What session tokens name as issuer: `client` (`<api>/user_management/<client id>`, environments
   * since mid-2025), `origin` (`<api>`), `origin-slash` (`<api>/`), or a text of its own, as a custom
   * domain has. Default: `client`.
   */
  readonly issuer?: string;
  /** Default: 300. */
  readonly accessTokenTtlSeconds?: number;
  /** Claims that a JWT template adds to session tokens, `aud` among them. Default: none. */
  readonly template?: Readonly<Record<string, unknown>>;
  /** Resource indicators: the audiences that Connect tokens can have. Default: none. */
  readonly resources?: readonly string[];
  /**
   * The application's Login URI: with it OAuth clients' people sign in there (Standalone Connect).
   * Default: none, they sign in here.
   */
  readonly loginUri?: string;
  /** Default: `whsec_emulator`. */
  readonly webhookSecret?: string;
  /** Posts each event here at once. Without it events wait until a control delivers them. */
  readonly webhookUrl?: string;
}

/** The secret that webhooks are signed with when the options name none. */
export const DEFAULT_WEBHOOK_SECRET = "whsec_emulator";
