import type { NetworkControls } from "../http/network-controls.ts";
import type { KeyControls } from "../oidc/key-cycle.ts";
import type { SignRequest } from "../oidc/sign.ts";
import type { World } from "../world/world.ts";
import type { ApiKeyWish } from "./api-keys.ts";
import type { RequiredStep, WorkosForgery } from "./behaviour.ts";
import type { WorkosEndpoint } from "./endpoints.ts";
import type { WorkosEvent } from "./events.ts";
import type { MintConnectToken, MintMachineToken, MintSessionToken } from "./mint.ts";
import type { WorkosWebhooks } from "./webhooks.ts";

/** What a test can do to a running emulator. People and organizations change through the world. */
export interface WorkosControls extends KeyControls, NetworkControls<WorkosEndpoint> {
  readonly world: World;

  /** Mints a token with exactly these claims. Throws `TypeError` for `previous` before a rotation. */
  sign(request: SignRequest): Promise<string>;
  /** Mints an honest token, or one bent in named places. */
  mintSessionToken(mint: MintSessionToken): Promise<string>;
  mintMachineToken(mint: MintMachineToken): Promise<string>;
  mintConnectToken(mint: MintConnectToken): Promise<string>;

  /** The next exchange of a code asks for this step, or is refused so. */
  requireStep(step: RequiredStep): void;
  /** Honestly signed answers about someone or somewhere else than was asked; null: honest again. */
  substitute(other: { readonly person?: string; readonly organization?: string } | null): void;
  /** Forges the tokens in answers; null: honest again. */
  forge(how: WorkosForgery | null): void;
  /** The next sign-in is an impersonation of this person, begun in the dashboard. */
  impersonate(who: { readonly person: string; readonly by: string; readonly reason: string }): void;
  /** The code that was last sent to this address, by mail or as a second factor. */
  oneTimeCode(email: string): string | undefined;

  issueApiKey(
    wish: Partial<ApiKeyWish> & Pick<ApiKeyWish, "organizationId">,
  ): Promise<{ readonly id: string; readonly value: string }>;
  revokeApiKey(id: string): void;
  /** Ids of the active sessions of a person. */
  sessionsOf(person: string): readonly string[];
  /** Ends all of a person's sessions and grants. */
  endSessions(person: string): void;
  /** Pending invitations. */
  invitations(): readonly { readonly email: string; readonly organizationId: string | null }[];

  /** All events, oldest first. */
  events(): readonly WorkosEvent[];
  readonly webhooks: WorkosWebhooks;
}
