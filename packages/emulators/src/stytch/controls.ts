import type { NetworkControls } from "../http/network-controls.ts";
import type { KeyControls } from "../oidc/key-cycle.ts";
import type { SignRequest } from "../oidc/sign.ts";
import type { World } from "../world/world.ts";
import type { StytchForgery } from "./behaviour.ts";
import type { StytchEndpoint } from "./endpoints.ts";
import type { Mail, MemberExtras, OrganizationRules, SentCode } from "./state.ts";
import type { MintConnectedApp, MintStytchMachine, MintStytchSession } from "./tokens.ts";
import type { StytchEvent, StytchWebhooks } from "./webhooks.ts";

/** What a test can do to a running emulator. People and organizations change through the world. */
export interface StytchControls extends KeyControls, NetworkControls<StytchEndpoint> {
  readonly world: World;

  /** Mints a token with exactly these claims. Throws `TypeError` for `previous` before a rotation. */
  sign(request: SignRequest): Promise<string>;
  /** Mints an honest token, or one bent in named places. */
  mintSessionToken(mint: MintStytchSession): Promise<string>;
  mintMachineToken(mint: MintStytchMachine): Promise<string>;
  mintConnectedAppToken(mint: MintConnectedApp): Promise<string>;

  /** The member id of a person in an organization, and the machine id of a service. */
  memberId(person: string, organization: string): string;
  machineId(clientId: string): string;
  /** What an organization asks of its members. */
  setRules(organization: string, rules: Partial<OrganizationRules>): void;
  /** What a member has besides the world: second factors above all. */
  setMember(
    who: { readonly person: string; readonly organization: string },
    extras: Partial<MemberExtras>,
  ): void;
  /** Honestly signed answers about someone or somewhere else than was asked; null: honest again. */
  substitute(other: { readonly person?: string; readonly organization?: string } | null): void;
  /** Forges the tokens in answers; null: honest again. */
  forge(how: StytchForgery | null): void;
  /** Where the dashboard sends a supporter's browser: an address of the application. */
  impersonate(who: {
    readonly person: string;
    readonly organization: string;
    readonly by: string;
  }): { readonly token: string };
  /** A session as the vendor's front end would have made it. */
  signInFrontEnd(who: { readonly person: string; readonly organization: string }): Promise<{
    readonly session_token: string;
    readonly session_jwt: string;
  }>;
  /** Everything that was sent to an address, the newest first. */
  mails(email: string): readonly Mail[];
  /** Every code that was sent to a phone or an address, the newest first. */
  codes(to: string): readonly SentCode[];
  /** Ids of the sessions of a person that live. */
  sessionsOf(person: string): readonly string[];
  /** Ends all of a person's sessions. */
  endSessions(person: string): void;
  /** Switches a machine client off or on. */
  setMachineActive(clientId: string, isActive: boolean): void;

  /** All events, oldest first. */
  events(): readonly StytchEvent[];
  readonly webhooks: StytchWebhooks;
}
