import type { ClientPolicy } from "../connect/client.ts";
import type { World } from "../world/world.ts";

/** What `startStytchEmulator` takes. Everything but the world is plain data. */
export interface StytchEmulatorOptions extends ClientPolicy {
  /** The application's own page of consent for Connected Apps. Default: the emulator's stand-in. */
  readonly authorizationUrl?: string;
  /** As in {@link ClientPolicy}; on by default. */
  readonly clientIdMetadataDocuments?: boolean;
  readonly world: World;
  /** Such as `project-test-…`. */
  readonly projectId: string;
  readonly secret: string;
  /** Such as `public-token-test-…`: names the project in addresses that browsers visit. */
  readonly publicToken: string;
  /**
   * Where a browser may be sent after sign-in. As in the vendor's dashboard, query parameters must be
   * there too, and `{}` stands for any value: `https://app.example/auth/callback/stytch?state={}`.
   */
  readonly redirectUris: readonly string[];
  /** Default: any free port. */
  readonly port?: number;
  /** Shown on the sign-in page. Default: the project id. */
  readonly name?: string;
  /** Issuer of session and machine tokens. Default: `stytch.com/<project id>`; a custom domain has another. */
  readonly issuer?: string;
  /** Default: 300, which the vendor has fixed. */
  readonly sessionJwtTtlSeconds?: number;
  /** Default: one that is the same for everybody. */
  readonly webhookSecret?: string;
  /** Posts each event here at once. Without it events wait until a control delivers them. */
  readonly webhookUrl?: string;
}

/** The secret that webhooks are signed with when the options name none. */
export const DEFAULT_WEBHOOK_SECRET = `whsec_${btoa("stytch emulator: opens nothing")}`;
