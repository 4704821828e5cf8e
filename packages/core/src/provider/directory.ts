import type { Result } from "../internal/result.ts";
import type { ProviderTools } from "./login-flow.ts";

/** What a vendor says about a tenant. A missing member is unknown and changes nothing. */
export interface TenantData {
  readonly name?: string;
  readonly slug?: string;
  readonly domains?: readonly { readonly domain: string; readonly verified: boolean }[];
}

/** What a vendor says about a person. A missing member is unknown and changes nothing. */
export interface UserData {
  readonly name?: string;
  readonly email?: { readonly value: string; readonly verified: boolean };
  /** `inactive`: may not sign in anywhere at this vendor for now, without being deleted there. */
  readonly status?: "active" | "inactive";
}

/** What a vendor says about somebody's place in a tenant. Only `active` gives access. */
export interface MembershipData {
  /** The person, as tokens name them in `sub`. */
  readonly user: string;
  /** The tenant, as tokens name it. */
  readonly tenant: string;
  readonly roles?: readonly string[];
  readonly status: "active" | "pending" | "inactive";
}

/** The three things a directory holds. */
export type DirectoryEntity = "tenant" | "user" | "membership";

/**
 * One change to the directory, in neutral words. `version` is the source's own, for ordering: of two
 * changes to one thing the later one has the higher number, in whatever order they arrive.
 */
export type DirectoryChange =
  | {
      readonly kind: "upsert";
      readonly entity: "tenant";
      readonly external: string;
      readonly version: number;
      readonly data: TenantData;
    }
  | {
      readonly kind: "upsert";
      readonly entity: "user";
      readonly external: string;
      readonly version: number;
      readonly data: UserData;
    }
  | {
      readonly kind: "upsert";
      readonly entity: "membership";
      readonly external: string;
      readonly version: number;
      readonly data: MembershipData;
    }
  | {
      readonly kind: "delete";
      readonly entity: "tenant" | "user";
      readonly external: string;
      readonly version: number;
    }
  | {
      readonly kind: "delete";
      readonly entity: "membership";
      readonly external: string;
      readonly version: number;
      /** Whose it was: nobody here remembers the vendor's ids of memberships. */
      readonly data: Pick<MembershipData, "user" | "tenant">;
    }
  | {
      readonly kind: "refetch";
      readonly entity: DirectoryEntity;
      readonly external: string;
    };

/** A webhook request as it came. */
export interface RawWebhook {
  readonly body: Uint8Array;
  /** The value of a header, whatever the case of its name; null if there is none. */
  header(name: string): string | null;
}

/** Webhooks of a vendor, verified on the raw bytes. */
export interface Webhooks {
  /**
   * What a request that this vendor has signed says. `eventId` is the same in each delivery of one
   * event. An event that says nothing about the directory has no changes.
   */
  verify(raw: RawWebhook, tools: ProviderTools): Promise<Result<WebhookNews>>;
}

/** What one event says. */
export interface WebhookNews {
  readonly eventId: string;
  readonly changes: readonly DirectoryChange[];
  /** Sessions that the vendor has ended, by the ids that identities carry as `sessionId`. */
  readonly endedSessions?: readonly string[];
}

/** A page of a vendor's list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** The vendor's lists, for reconciliation. */
export interface DirectorySource {
  list(
    entity: DirectoryEntity,
    cursor: string | undefined,
    tools: ProviderTools,
  ): Promise<Result<Page<DirectoryChange>>>;
  /** One thing as it is now: an `upsert`, or a `delete` if the vendor has it no more. */
  get(
    entity: DirectoryEntity,
    external: string,
    tools: ProviderTools,
  ): Promise<Result<DirectoryChange>>;
  /**
   * Pure: what `get` calls somebody's place in a tenant, whether or not it is there any more. Null for
   * ids that are none of this vendor's.
   */
  membershipId(place: Pick<MembershipData, "user" | "tenant">): string | null;
  events?(cursor: string | undefined, tools: ProviderTools): Promise<Result<Page<DirectoryChange>>>;
}
