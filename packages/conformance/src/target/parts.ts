import type { OpaqueCredentials } from "@tenantry/core/provider";

/** `error`: status 500. `hang`: no answer. `unreachable`: connections are refused or cut. */
export type OutageMode = "error" | "hang" | "unreachable";

/** Opaque tokens and vendor API keys of one kind. */
export interface OpaqueControls {
  /** As the adapter declares it. */
  readonly kind: OpaqueCredentials["kind"];
  /**
   * A new credential that stands for a tenant, of a machine or a person, whichever the vendor has.
   * `tenant` null: one that stands for none; throw `NotPossible` if there is no such thing.
   */
  issue(wish: {
    readonly tenant: string | null;
    readonly role: string;
    readonly scopes?: readonly string[];
    /** Negative: expired. Throw `NotPossible` if they do not expire. */
    readonly expiresInSeconds?: number;
  }): Promise<{ readonly credential: string }>;
  revoke(credential: string): Promise<void>;
  /** A well-formed credential that was never issued. */
  unknown(): string;
}

/** A webhook request as it arrives. */
export interface RawDelivery {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The vendor's webhooks. Nothing is sent anywhere: the suite takes and hands over what is due. */
export interface WebhookControls {
  /** What the vendor would have delivered since the last call, oldest first, signed now. */
  take(): Promise<readonly RawDelivery[]>;
  /** Signs a body anew, keeping the event's id unless another is given. */
  sign(
    body: Uint8Array,
    how: {
      readonly secret: "current" | "rogue";
      /** When it says it was signed, relative to now. */
      readonly ageSeconds: number;
    },
  ): Promise<RawDelivery>;
}

/** What the vendor holds, read past the adapter. */
export interface DirectoryControls {
  tenants(): Promise<readonly { readonly external: string; readonly name: string }[]>;
  memberships(): Promise<
    readonly {
      readonly email: string;
      readonly tenant: string;
      readonly roles: readonly string[];
      readonly status: "active" | "pending" | "inactive";
    }[]
  >;
  /** Pending invitations. Only if `invitations` is not `no`. */
  invitations?(): Promise<readonly { readonly email: string; readonly tenant: string }[]>;
  /** E-mail domains of tenants. Only if `domainManagement` is not `no`. */
  domains?(): Promise<
    readonly { readonly domain: string; readonly tenant: string; readonly verified: boolean }[]
  >;
}
