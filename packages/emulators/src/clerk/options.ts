import type { ClientPolicy } from "../connect/client.ts";
import type { World } from "../world/world.ts";

/** An OAuth application, as the dashboard makes it. */
export interface ClerkOAuthApplication {
  readonly clientId: string;
  /** Missing: a public client, which proves itself by PKCE alone. */
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
  readonly name?: string;
  /** Default: all that the emulator knows. */
  readonly scopes?: readonly string[];
  /** JSON Web Tokens are the vendor's default. */
  readonly accessTokenFormat?: "jwt" | "opaque";
}

/** What `startClerkEmulator` takes. Everything but the world is plain data. */
export interface ClerkEmulatorOptions extends ClientPolicy {
  readonly world: World;
  /** The instance's secret key. Default: `sk_test_emulator`. */
  readonly secretKey?: string;
  readonly oauthApplications?: readonly ClerkOAuthApplication[];
  /** Where the front end's pages are: a handshake goes back nowhere else. */
  readonly appOrigins?: readonly string[];
  /** Default: any free port. */
  readonly port?: number;
  /** The form of session tokens' organization claims. 1 is deprecated and still issued. Default: 2. */
  readonly sessionTokenVersion?: 1 | 2;
  /** API scopes beyond those of the world's machines, which OAuth applications may ask for. */
  readonly scopes?: readonly string[];
  /** `whsec_` and base64. Default: {@link DEFAULT_WEBHOOK_SECRET}. */
  readonly webhookSecret?: string;
  /** Posts each event here at once. Without it events wait until a control delivers them. */
  readonly webhookUrl?: string;
}

/** The instance's secret key when the options name none. */
export const DEFAULT_SECRET_KEY = "sk_test_emulator";

/** The secret that webhooks are signed with when the options name none. */
export const DEFAULT_WEBHOOK_SECRET = "whsec_Y2xlcmstZW11bGF0b3Itd2ViaG9vay1zZWNyZXQ=";

/** The scopes that the vendor itself has. */
export const BUILT_IN_SCOPES: readonly string[] = [
  "openid",
  "profile",
  "email",
  "public_metadata",
  "private_metadata",
  "offline_access",
  "user:org:read",
];
