import type { NetworkControls } from "../http/network-controls.ts";
import type { KeyControls } from "../oidc/key-cycle.ts";
import type { SignRequest } from "../oidc/sign.ts";
import type { World } from "../world/world.ts";
import type { ClerkForgery } from "./behaviour.ts";
import type { ClerkEndpoint } from "./endpoints.ts";
import type { ApiKeyWish, MachineTokenWish } from "./machines.ts";
import type {
  MintClerkAccessToken,
  MintClerkIdToken,
  MintClerkMachineToken,
  MintClerkSessionToken,
} from "./mint.ts";
import type { ClerkWebhooks } from "./webhooks.ts";

/** A browser that is signed in with the vendor's front end. */
export interface FrontEndSession {
  readonly sessionId: string;
  /** The long-lived cookie on the front end's own domain. */
  readonly clientToken: string;
  /** `Set-Cookie` lines of the application's domain. */
  readonly cookies: readonly string[];
}

/** What a test can do to a running emulator. People and organizations change through the world. */
export interface ClerkControls extends KeyControls, NetworkControls<ClerkEndpoint> {
  readonly world: World;
  /** What tokens name as issuer. */
  readonly issuer: string;

  /** Mints a token with exactly these claims. Throws `TypeError` for `previous` before a rotation. */
  sign(request: SignRequest): Promise<string>;
  /** Mints an honest token, or one bent in named places. */
  mintSessionToken(mint: MintClerkSessionToken): Promise<string>;
  mintIdToken(mint: MintClerkIdToken): Promise<string>;
  mintAccessToken(mint: MintClerkAccessToken): Promise<string>;
  mintMachineToken(mint: MintClerkMachineToken): Promise<string>;
  /** A token of a JWT template, which is no session token. */
  mintTemplateToken(mint: {
    readonly person: string;
    readonly claims: Readonly<Record<string, unknown>>;
  }): Promise<string>;

  /** Honestly signed answers about someone or somewhere else than was asked; null: honest again. */
  substitute(other: { readonly person?: string; readonly organization?: string } | null): void;
  /** Forges the ID tokens in answers; null: honest again. */
  forge(how: ClerkForgery | null): void;

  /** Signs a person in with the front end. `organization`: the active one. */
  signInFrontEnd(who: {
    readonly person: string;
    readonly organization?: string;
    readonly status?: "active" | "pending";
    /** Somebody else's id: an impersonation. */
    readonly actor?: string;
    /** Origin of the page. Default: none, as on a top-level navigation. */
    readonly azp?: string;
    /** Whether the browser also gets the `__refresh` cookie, by which a server renews by itself. */
    readonly isRefreshable?: boolean;
  }): Promise<FrontEndSession>;
  /** Ends all of a person's sessions and grants. */
  endSessions(person: string): void;
  /** Directory sync locks somebody out, or in again. */
  deprovision(person: string, isOut?: boolean): void;

  issueApiKey(wish: Partial<ApiKeyWish> & Pick<ApiKeyWish, "subject">): {
    readonly id: string;
    readonly secret: string;
  };
  revokeApiKey(id: string): void;
  /** An opaque token of a machine, which is named by its id or client id. */
  issueMachineToken(
    wish: Omit<MachineTokenWish, "subject" | "token"> & { readonly machine: string },
  ): { readonly id: string; readonly secret: string };
  revokeMachineToken(id: string): void;
  /** Pending invitations. */
  invitations(): readonly { readonly email: string; readonly organizationId: string }[];

  readonly webhooks: ClerkWebhooks;
}
